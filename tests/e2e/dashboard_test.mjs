// dashboard_test.mjs - the dashboard, as people meet it: the real program, a real browser.
//   WICK=build/x86_64/wick node tests/e2e/dashboard_test.mjs [part of a name]      SHOTS=<folder> keeps the screenshots
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { need } from '../need.mjs';
import { browser, program, sleep, suite } from './program.mjs';

const { AxeBuilder } = need('@axe-core/playwright');
const { parse } = need('parse5');
const wick = await program(process.env.WICK ?? 'build/x86_64/wick');
const chromium = await browser();
const { test, end } = suite();
const errors = [], isNetError = /net::ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)|WebSocket connection to/;

async function open(options = {}, query = '') {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (options.before) await context.addInitScript(options.before);
  const page = await context.newPage();
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => { if (message.type() === 'error' && !(page.isCut() && isNetError.test(message.text()))) errors.push(`${message.text()} (${message.location().url})`); });
  // kill() cuts what is under way: a request that waits in the kernel of the killed program is reset by it, later ones are
  // refused. That may be said in the console until the page is live again; at any other time it is the server's fault.
  let kills = wick.kills;
  page.isCut = () => wick.kills > kills;
  await page.goto(wick.url + query);
  page.live = async (is = 'live') => {
    await page.waitForFunction(is => document.documentElement.dataset.live === is, is);
    if (is === 'live') kills = wick.kills;
  };
  page.shut = () => context.close();
  if (options.javaScriptEnabled !== false) await page.live();
  return page;
}
const nameIn = page => page.textContent('.id b');
const rename = async (page, name) => {
  await page.click('details.edit summary');
  await page.fill('#name', name);
  await page.click('details.edit button.main');
};
const namedSoon = (page, name) => page.waitForFunction(name => document.querySelector('.id b').textContent === name, name);

await test('the document is valid HTML, without inline script or style, and small', async () => {
  const response = await fetch(wick.url), html = await response.text(), bad = [];
  parse(html, { sourceCodeLocationInfo: true, onParseError: error => bad.push(`${error.code} in line ${error.startLine}: ${html.split('\n')[error.startLine - 1]?.slice(0, 120)}`) });
  assert.deepEqual(bad, []);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(m => m[1]);
  assert.deepEqual(ids.filter((id, i) => ids.indexOf(id) !== i), []);
  assert.doesNotMatch(html, /\s(style|on\w+)=|<style|<script(?! src)/);
  assert.match(response.headers.get('content-security-policy'), /default-src 'none'/);
  assert.ok(html.length < 48 * 1024, `${html.length} bytes`);
});

await test('without JavaScript: all is there, and forms work', async () => {
  const page = await open({ javaScriptEnabled: false });
  for (const id of ['health', 'cpu', 'memory', 'storage', 'network', 'device']) assert.equal(await page.locator('#' + id).count(), 1, id);
  assert.match(await page.textContent('#cpu .v'), /^\d+\s*%$/);
  assert.match(await page.textContent('.live'), /Not live/);
  await rename(page, 'No script');
  assert.equal(await nameIn(page), 'No script');
  assert.equal(await page.locator('details.edit[open]').count(), 0);
  await page.selectOption('[name=period]', '5');
  await page.click('button.nojs');
  assert.equal(await page.inputValue('[name=period]'), '5');
  await page.click('[aria-label="Pause updates"]');
  assert.equal(await page.getAttribute('[aria-label="Pause updates"]', 'aria-pressed'), 'true');
  await page.shut();
});

await test('a bad name gets the same sentence from the server and from the browser', async () => {
  const plain = await open({ javaScriptEnabled: false }), said = [];
  const answer = await plain.request.post(wick.url, { form: await fieldsOf(plain, { name: '' }), headers: { Origin: wick.url.slice(0, -1) } });
  assert.equal(answer.status(), 200);
  said.push(/id="name-err"[^>]*>([^<]*)</.exec((await answer.text()).replace(/<!--.*?-->/g, ''))?.[1]);
  const page = await open();
  await page.click('details.edit summary');
  await page.fill('#name', '');
  await page.click('details.edit button.main');
  said.push(await page.textContent('.err'));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'name');
  // and past the browser's rules: the server's, over the socket
  await page.evaluate(() => { document.querySelector('#name').required = false; document.querySelector('#name').closest('form').requestSubmit(); });
  await page.waitForSelector('#name-err');
  said.push(await page.textContent('#name-err'));
  assert.equal(await page.locator('.err:visible').count(), 1);
  assert.equal(new Set(said).size, 1, said.join(' | '));
  assert.ok(said[0]);
  await plain.shut();
  await page.shut();
});
// what a browser sends for the form without script: hidden fields, the button, and these
async function fieldsOf(page, fields) {
  for (const field of await page.locator('details.edit form :is(input[type=hidden], button.main)').all())
    fields[await field.getAttribute('name')] = await field.getAttribute('value') ?? '';
  return { note: '', ...fields };
}

await test('values change without reload', async () => {
  const page = await open();
  await page.evaluate(() => { window.isSame = true; window.seen = []; });
  await page.evaluate(() => new MutationObserver(list => window.seen.push(...list.map(m => (m.target.closest ? m.target : m.target.parentNode).closest('[id]')?.id)))
    .observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true, attributes: true }));
  await page.waitForFunction(() => window.seen.length > 3);
  assert.ok(await page.evaluate(() => window.isSame));
  assert.ok(await page.evaluate(() => window.seen.includes('cpu') || window.seen.includes('memory') || window.seen.includes('network')));
  await page.shut();
});

await test('a new name is in the other tab, in its title, too', async () => {
  const [one, two] = [await open(), await open()];
  await rename(one, 'Boiler & <b>7</b>');
  await Promise.all([namedSoon(one, 'Boiler & <b>7</b>'), namedSoon(two, 'Boiler & <b>7</b>')]);
  await two.waitForFunction(() => document.title.endsWith('Boiler & <b>7</b> · Overview'));
  assert.equal(await one.locator('details.edit[open]').count(), 0);
  assert.match(await one.textContent('.toasts'), /stored/);
  assert.equal(await two.inputValue('#name'), 'Boiler & <b>7</b>');
  await one.shut();
  await two.shut();
});

await test('the name survives kill -9; the open tab comes back by itself and shows the truth, drafts and focus kept', async () => {
  const page = await open();
  await rename(page, 'Survivor');
  await namedSoon(page, 'Survivor');
  await page.waitForSelector('details.edit:not([open])', { state: 'attached' }); // the answer follows the shared frame, and closes the form
  await page.click('details.edit summary');
  await page.fill('#note', 'half a sen');
  await page.evaluate(() => { window.isSame = true; });
  await wick.kill();
  await page.live('lost');
  await page.waitForFunction(() => /No connection to the device/.test(document.querySelector('.banner').textContent));
  assert.equal(await page.getAttribute('details.edit button.main', 'aria-disabled'), 'true');
  await wick.start();
  await page.live();
  assert.equal(await nameIn(page), 'Survivor');
  assert.ok(await page.evaluate(() => window.isSame), 'the page was reloaded');
  assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.value, document.activeElement.selectionEnd, document.querySelector('details.edit').open]),
    ['note', 'half a sen', 10, true]);
  assert.equal(await page.textContent('.banner'), '');
  // and it is as live as before
  const other = await open();
  assert.equal(await nameIn(other), 'Survivor');
  await rename(other, 'Still live');
  await namedSoon(page, 'Still live');
  await page.shut();
  await other.shut();
});

await test('a form that was being filled in when the network went: sent after it came back', async () => {
  const page = await open();
  await page.click('details.edit summary');
  await page.fill('#name', 'After the gap');
  await wick.kill();
  await page.live('lost');
  await page.keyboard.press('Enter');
  assert.match(await page.textContent('.err'), /no connection/i);
  await wick.start();
  await page.live();
  await page.focus('#name');
  await page.keyboard.press('Enter');
  await namedSoon(page, 'After the gap');
  assert.equal(await page.locator('.err').count(), 0);
  await page.shut();
});

await test('pause stops every change; then the values of now', async () => {
  const page = await open();
  await page.keyboard.press('p');
  await page.live('frozen');
  assert.match(await page.textContent('.s-frozen'), /Paused\s\d\d:\d\d:\d\d/);
  await sleep(300);
  const before = await page.evaluate(() => document.querySelector('main').innerHTML);
  const other = await open();
  await rename(other, 'Changed meanwhile');
  await namedSoon(other, 'Changed meanwhile');
  await sleep(4000);
  assert.equal(await page.evaluate(() => document.querySelector('main').innerHTML), before);
  assert.notEqual(await nameIn(page), 'Changed meanwhile');
  await page.click('[aria-label="Pause updates"]');
  await page.live();
  await namedSoon(page, 'Changed meanwhile');
  await page.shut();
  await other.shut();
});

await test('the interval is one\'s own', async () => {
  const [one, two] = [await open(), await open()];
  await one.selectOption('[name=period]', '30');
  await sleep(300);
  const count = page => page.evaluate(() => { window.changes = 0; new MutationObserver(list => { window.changes += list.length; }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true, attributes: true }); });
  await count(one);
  await count(two);
  await sleep(4000);
  assert.equal(await one.evaluate(() => window.changes), 0);
  assert.ok(await two.evaluate(() => window.changes) > 2);
  assert.equal(await one.inputValue('[name=period]'), '30');
  assert.equal(await two.inputValue('[name=period]'), '1');
  await one.shut();
  await two.shut();
});

await test('focus, caret and typed text survive updates', async () => {
  const page = await open();
  await page.click('details.edit summary');
  await page.fill('#name', 'typing');
  await page.evaluate(() => document.activeElement.setSelectionRange(2, 4));
  const other = await open();
  await rename(other, 'From elsewhere');
  await namedSoon(page, 'From elsewhere');
  await sleep(2500);
  assert.deepEqual(await page.evaluate(() => { const f = document.activeElement; return [f.id, f.value, f.defaultValue, f.selectionStart, f.selectionEnd]; }), ['name', 'typing', 'From elsewhere', 2, 4]);
  await page.shut();
  await other.shut();
});

// what a network does that lets no WebSocket through, or holds back what has no end
const noSocket = () => { window.WebSocket = class { constructor() { setTimeout(() => this.onclose({}), 5); } close() {} }; };
const noStream = () => {
  const Real = window.EventSource;
  window.WebSocket = class { constructor() { setTimeout(() => this.onclose({}), 5); } close() {} };
  window.EventSource = class { constructor(url) { return String(url).includes('stream=poll') ? new Real(url) : (setTimeout(() => this.onerror({}), 5), this); } close() {} };
};
for (const [name, before, way] of [['server-sent events', noSocket, 'stream=1'], ['long polls', noStream, 'stream=poll']])
  await test(`without WebSocket: ${name}, and all is the same`, async () => {
    const seen = [], context = { before };
    const page = await open(context);
    page.on('request', request => seen.push(request.url()));
    await rename(page, `By ${name}`);
    await namedSoon(page, `By ${name}`);
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
    assert.equal(await page.locator('details.edit[open]').count(), 0);
    const other = await open();
    await rename(other, `To ${name}`);
    await namedSoon(page, `To ${name}`);
    await page.click('details.edit summary');
    await page.evaluate(() => { document.querySelector('#name').required = false; });
    await page.fill('#name', '');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => [...document.querySelectorAll('.err')].some(node => !node.hidden && node.textContent === 'Fill in this field.'));
    await sleep(500);
    assert.equal(await page.locator('.err:visible').count(), 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('p');
    await page.live('frozen');
    // by POST the change may come before the answer; until then the button is busy, and a second press would be a double click
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
    await page.keyboard.press('p');
    await page.live();
    await wick.kill();
    await page.live('lost');
    await wick.start();
    await page.live();
    await rename(other, `Again ${name}`);
    await page.waitForFunction(name => document.querySelector('.id b').textContent === name, `Again ${name}`);
    assert.ok(seen.some(url => url.includes(way)) || way === 'stream=1', seen.join());
    await page.shut();
    await other.shut();
  });

await test('back and forward, a duplicated tab, a reload: always live', async () => {
  const page = await open();
  await page.goto('about:blank');
  await page.goBack();
  await page.live();
  const copy = await page.context().newPage();
  await copy.goto(wick.url);
  await copy.waitForFunction(() => document.documentElement.dataset.live === 'live');
  await page.reload();
  await page.live();
  await rename(page, 'Everywhere');
  await namedSoon(copy, 'Everywhere');
  await page.shut();
});

await test('the theme is in the page before any script', async () => {
  const page = await open({ colorScheme: 'light' });
  await page.click('[data-theme-button]');
  await page.click('[data-theme-button]');
  const html = await page.request.get(wick.url).then(res => res.text());
  assert.match(html, /<html[^>]* data-theme="dark"/);
  await page.reload();
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(10, 14, 19)');
  await page.shut();
});

await test('keyboard: skip link first, everything reachable, focus visible and not covered', async () => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 640 }]) {
    const page = await open({ viewport });
    const seen = [];
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
        if (node === document.body) return null;
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return { tag: node.localName, what: node.textContent.trim() || node.id || node.name || node.getAttribute('aria-label'), width: parseFloat(style.outlineWidth),
          isTop: node.contains(hit) || (hit && hit.contains(node)), size: Math.min(box.width, box.height) };
      });
      if (!at) break;
      seen.push(at);
      if (at.tag === 'summary') {
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => document.activeElement.id === 'name');
        await page.keyboard.press('Shift+Tab');
      }
    }
    assert.equal(seen[0]?.what, 'Skip to the values');
    for (const what of ['Overview', 'name', 'note', 'Save', 'Cancel']) assert.ok(seen.some(at => at.what === what), `${what} is not among ${seen.map(at => at.what)}`);
    assert.ok(seen.length >= 9, seen.map(s => s.what).join());
    for (const at of seen) {
      assert.ok(at.width >= 2, `${at.what}: no visible focus`);
      assert.ok(at.isTop, `${at.what} is covered at ${viewport.width}`);
      assert.ok(at.size >= 20, `${at.what} is ${at.size} px`);
    }
    await page.shut();
  }
});

const sizes = [['pc', 1280, 900], ['phone', 360, 760], ['tablet', 768, 1024]], shots = process.env.SHOTS;
for (const colorScheme of ['light', 'dark'])
  for (const [name, width, height] of sizes)
    await test(`accessible in every state: ${name}, ${colorScheme}`, async () => {
      const page = await open({ viewport: { width, height }, colorScheme });
      const check = async state => {
        await page.evaluate(() => scrollTo(0, 0)); // what the sticky header covers half is too small a target for axe
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        assert.deepEqual(violations.map(v => `${state}: ${v.id}: ${v.nodes[0].html.slice(0, 200)}`), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, 'overflow: ' + state);
      };
      await sleep(1200);
      await check('live');
      if (shots) await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true });
      await page.click('details.edit summary');
      await page.fill('#name', '');
      await page.keyboard.press('Enter');
      await check('error');
      if (shots) await page.screenshot({ path: join(shots, `${name}-${colorScheme}-error.png`), fullPage: true });
      await page.keyboard.press('Escape');
      await page.keyboard.press('p');
      await page.live('frozen');
      await check('frozen');
      await page.keyboard.press('p');
      await page.live();
      await wick.kill();
      try {
        await page.waitForFunction(() => /No connection/.test(document.querySelector('.banner').textContent));
        await check('lost');
        if (shots) await page.screenshot({ path: join(shots, `${name}-${colorScheme}-lost.png`) });
      } finally {
        await wick.start();
      }
      await page.shut();
    });

await test('320 px, 200 % text: nothing sticks out', async () => {
  const page = await open({ viewport: { width: 320, height: 640 } });
  const wide = () => page.evaluate(() => [document.documentElement.scrollWidth - innerWidth,
    [...document.querySelectorAll('main *')].filter(n => n.checkVisibility() && n.getBoundingClientRect().right > innerWidth + 1 && !n.closest('svg,.vh,thead')).map(n => n.outerHTML.slice(0, 80))]);
  assert.deepEqual(await wide(), [0, []]);
  await page.click('details.edit summary');
  assert.deepEqual(await wide(), [0, []]);
  if (shots) await page.screenshot({ path: join(shots, 'narrow.png'), fullPage: true });
  await page.setViewportSize({ width: 640, height: 900 });
  await page.evaluate(() => { document.documentElement.style.setProperty('font-size', '200%'); });
  assert.deepEqual(await wide(), [0, []]);
  await page.shut();
});

await test('no error in any console; the program ends well', async () => {
  assert.deepEqual(errors, []);
  await chromium.close();
  assert.equal(await wick.stop(), 0, wick.log());
});
await chromium.close();
await wick.stop();
end();
