// honest_test.mjs - the page never shows old values as new ones: servers that stop, die and come back, on every way to reach them;
// many tabs; browsers without cookies or storage; what is announced, and what survives a reload.
//   WICK=build/x86_64/wick node tests/e2e/honest_test.mjs [part of a name]
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from '../need.mjs';
import { browser, launch, program, sleep, suite } from './program.mjs';

const wick = await program(process.env.WICK ?? 'build/x86_64/wick');
const chromium = await browser();
const { test, end } = suite();
const patience = { timeout: 90000 }; // on a busy machine; what is waited for comes much sooner

// what a network does that lets no WebSocket through, or holds back what has no end
const noSocket = () => { window.WebSocket = class { constructor() { setTimeout(() => this.onclose({}), 5); } close() {} }; };
const noStream = () => {
  const Real = window.EventSource;
  window.WebSocket = class { constructor() { setTimeout(() => this.onclose({}), 5); } close() {} };
  window.EventSource = class { constructor(url) { return String(url).includes('stream=poll') ? new Real(url) : (setTimeout(() => this.onerror({}), 5), this); } close() {} };
};
const ways = [['WebSocket', () => {}], ['server-sent events', noSocket], ['long polls', noStream]];

async function tab(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(patience.timeout);
  page.errors = [];
  page.on('pageerror', error => page.errors.push(String(error)));
  page.is = word => page.waitForFunction(word => document.documentElement.dataset.live === word, word);
  await page.goto(wick.url);
  await page.is('live');
  return page;
}
async function open(before = () => {}, options = {}) {
  const context = await chromium.newContext(options);
  await context.addInitScript(before);
  return tab(context);
}
const changed = page => page.evaluate(() => new Promise(done => new MutationObserver((_, watch) => { watch.disconnect(); done(true); })
  .observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true, attributes: true })));
const rename = async (page, name) => {
  await page.click('details.edit summary');
  await page.fill('#name', name);
  await page.click('details.edit button.main');
};
const named = (page, name) => page.waitForFunction(name => document.querySelector('.id b').textContent === name, name);
const seconds = text => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

for (const [name, before] of ways) {
  await test(`${name}: a stopped server is stale, with the time of the device when it was last seen; then live again`, async () => {
    const page = await open(before), stopped = new Date();
    await changed(page);
    wick.signal('SIGSTOP');
    try {
      await page.waitForFunction(() => /stale|lost/.test(document.documentElement.dataset.live));
      const text = await page.textContent('.banner', {}).catch(() => '');
      await page.waitForFunction(() => /Last seen \d\d:\d\d:\d\d/.test(document.querySelector('.banner').textContent), null, patience);
      const seen = /Last seen (\d\d:\d\d:\d\d) UTC/.exec(await page.textContent('.banner'));
      assert.ok(seen, text);
      // not before the page was opened, not after the server was stopped (a heartbeat may have been on its way)
      const off = (seconds(seen[1]) - seconds(stopped.toISOString().slice(11, 19)) + 129600) % 86400 - 43200;
      assert.ok(off >= -5 && off <= 30, `${seen[1]} for ${stopped.toISOString()}`);
    } finally {
      wick.signal('SIGCONT');
    }
    await page.is('live');
    await changed(page);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

  await test(`${name}: stopped for 11 s, killed and started again: live, and the truth`, async () => {
    const page = await open(before), other = await chromium.newContext();
    wick.signal('SIGSTOP');
    await sleep(11000);
    await wick.kill();
    await sleep(1000);
    await wick.start();
    const from = Date.now();
    await page.is('live');
    console.log(`${name}: live ${((Date.now() - from) / 1000).toFixed(1)} s after the start`);
    const second = await tab(other);
    await rename(second, `After ${name}`);
    await named(page, `After ${name}`);
    assert.deepEqual(page.errors, []);
    await page.context().close();
    await other.close();
  });
}

await test('nine tabs without WebSocket: all are live and follow, actions get through from each, and stop and go with the server', async () => {
  const context = await chromium.newContext();
  await context.addInitScript(noSocket);
  const tabs = [];
  for (let i = 0; i < 9; i++) tabs.push(await tab(context));
  for (const [i, page] of tabs.entries()) {
    await rename(page, `Tab ${i}`);
    await Promise.all(tabs.map(page => named(page, `Tab ${i}`)));
    await page.waitForFunction(() => !document.querySelector('[aria-busy], details.edit[open]'));
  }
  // a page of the same device still loads: a connection is free
  await (await tab(context)).close();
  wick.signal('SIGSTOP');
  try {
    await Promise.all(tabs.map(page => page.waitForFunction(() => /stale|lost/.test(document.documentElement.dataset.live))));
  } finally {
    wick.signal('SIGCONT');
  }
  await Promise.all(tabs.map(page => page.is('live')));
  await rename(tabs[4], 'All again');
  await Promise.all(tabs.map(page => named(page, 'All again')));
  assert.deepEqual(tabs.flatMap(page => page.errors), []);
  await context.close();
});

for (const [name, before] of ways)
  await test(`${name}: an action of a server that is stopped: said after 5 s, and a late answer counts; try again when it is dead`, async () => {
    const page = await open(before);
    await page.click('details.edit summary');
    await page.fill('#name', `Late ${name}`);
    wick.signal('SIGSTOP');
    try {
      await page.click('details.edit button.main');
      await page.waitForFunction(() => /(not answered yet|no answer).*Try again/i.test(document.querySelector('details.edit').textContent));
    } finally {
      wick.signal('SIGCONT');
    }
    await page.is('live');
    // the request may have been lost with its connection; then the reader asks again, and it is done once
    const isDone = page => page.waitForFunction(() => !document.querySelector('details.edit[open]'), null, { timeout: 5000 }).then(() => true, () => false);
    if (!await isDone(page)) {
      await page.getByRole('button', { name: 'Try again' }).first().click();
      assert.ok(await isDone(page));
    }
    await named(page, `Late ${name}`);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

await test('a browser that forbids cookies and storage: live, drafts stay in the page, actions work', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wick-e2e-'));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  const context = await need('playwright-core').chromium.launchPersistentContext(folder, { ...launch(), headless: true });
  const page = await tab(context);
  assert.ok(await page.evaluate(() => { try { return !sessionStorage; } catch { return true; } }), 'storage is not forbidden');
  await rename(page, 'No cookies');
  await named(page, 'No cookies');
  await page.selectOption('[name=period]', '5');
  await page.waitForFunction(() => document.querySelector('[name=period] option[value="5"]').defaultSelected);
  await page.keyboard.press('p');
  await page.is('frozen');
  await page.keyboard.press('p');
  await page.is('live');
  await page.click('[data-theme-button]');
  await page.click('details.edit summary');
  await page.fill('#note', 'typed');
  await wick.kill();
  await page.is('lost');
  await wick.start();
  await page.is('live');
  assert.equal(await page.inputValue('#note'), 'typed');
  assert.deepEqual(page.errors, []);
  await context.close();
  rmSync(folder, { recursive: true, force: true });
});

await test('storage that is full, and storage with what others have left there', async () => {
  const page = await open();
  await page.evaluate(() => {
    for (const store of [localStorage, sessionStorage])
      for (let size = 1 << 22, n = 0; size > 0; n++) try { store['x' + n] = 'y'.repeat(size); } catch { size >>= 1; }
  });
  await page.reload();
  await page.is('live');
  await rename(page, 'Full');
  await named(page, 'Full');
  await page.click('[data-keys-button]');
  for (const junk of ['{', '7', 'null', '[[]]', '{"a":1}', '"x"', '{"[]":{"name":[{},1]}}']) {
    await page.evaluate(junk => { for (const store of [localStorage, sessionStorage]) for (const name of [...Object.keys(store), 'wick:/', 'wick:/ keep', 'wick', 'wickKeys']) store[name] = junk; }, junk);
    await page.reload();
    await page.is('live');
  }
  await rename(page, 'Junk');
  await named(page, 'Junk');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

await test('pause and interval survive a reload, and a restart of the server', async () => {
  const page = await open(), chosen = () => page.evaluate(() => [document.querySelector('[name=period]').value, document.querySelector('[aria-label="Pause updates"]').getAttribute('aria-pressed')].join());
  const is = text => page.waitForFunction(text => [document.querySelector('[name=period]').value, document.querySelector('[aria-label="Pause updates"]').getAttribute('aria-pressed')].join() === text, text);
  await page.selectOption('[name=period]', '30');
  await page.waitForFunction(() => document.querySelector('[name=period] option[value="30"]').defaultSelected);
  await page.reload();
  await is('30,false');
  await page.keyboard.press('p');
  await page.is('frozen');
  await page.reload();
  await page.is('frozen');
  assert.equal(await chosen(), '30,true');
  await wick.kill();
  await page.is('lost');
  await wick.start();
  await page.is('frozen');
  await is('30,true');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

await test('lost and regained are announced once each; a short gap and values are not', async () => {
  const page = await open();
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector('.sr').textContent)).observe(document.querySelector('.sr'), { childList: true, characterData: true, subtree: true });
  });
  await changed(page);
  await wick.kill();
  await page.waitForFunction(() => /No connection/.test(document.querySelector('.banner').textContent));
  await sleep(3000);
  await wick.start();
  await page.is('live');
  await changed(page);
  assert.deepEqual(await page.evaluate(() => window.said), ['No connection to the device.', 'Connected to the device again.']);
  await page.context().close();
});

await test('a change of health is announced once', async () => {
  const page = await open();
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector('.sr').textContent)).observe(document.querySelector('.sr'), { childList: true, characterData: true, subtree: true });
    document.querySelector('#health').dataset.announce = '1 fault';
    document.querySelector('#health').dataset.announce = '1 fault';
  });
  await page.waitForFunction(() => window.said.length > 0);
  await changed(page);
  assert.deepEqual(await page.evaluate(() => window.said), ['1 fault']);
  await page.context().close();
});

await test('keys can be switched off, for this browser', async () => {
  const page = await open();
  await page.click('[data-keys-button]');
  await page.keyboard.press('p');
  await page.reload();
  await page.is('live');
  await page.keyboard.press('p');
  const other = await tab(page.context());
  await other.keyboard.press('p');
  await sleep(500);
  assert.deepEqual([await page.getAttribute('[data-keys-button]', 'aria-pressed'), await page.getAttribute('[aria-label="Pause updates"]', 'aria-pressed'), await other.getAttribute('[aria-label="Pause updates"]', 'aria-pressed')], ['false', 'false', 'false']);
  await other.click('[data-keys-button]');
  await other.keyboard.press('p');
  await other.is('frozen');
  await page.context().close();
});

await chromium.close();
assert.equal(await wick.stop(), 0, wick.log());
end();
