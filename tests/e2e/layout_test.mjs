// layout_test.mjs - the dashboard's layout as rules that a machine can check: on every machine of tests/machines, in several
// states and widths, nothing sticks out, is clipped or lies over something else; and nothing moves while values change.
//   MACHINES=build/test/bin/machines/machines_test node tests/e2e/layout_test.mjs [part of a name]
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser, sleep, suite } from './program.mjs';

const tool = process.env.MACHINES ?? join(process.env.S ?? 'build/test', 'bin/machines/machines_test');
if (!existsSync(tool)) execFileSync(process.env.MAKE ?? 'make', ['-s', tool], { stdio: ['ignore', 2, 2] });
const folder = 'tests/machines', chromium = await browser(), largeText = await browser(['--blink-settings=defaultFontSize=32']), { test, end } = suite();

/** The dashboard on a machine: a name below tests/machines or any folder. pace: its clock runs so many times as fast. */
async function machine(name, pace = 1) {
  const child = spawn(tool, ['serve', name, '127.0.0.1:0', String(pace)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((done, fail) => {
    let said = '';
    child.stdout.on('data', data => { said += data; const at = /http:\/\/localhost:(\d+)\//.exec(said); if (at) done(`http://127.0.0.1:${at[1]}/`); });
    child.on('exit', () => fail(new Error(`${name} does not start: ${said}`)));
  });
  return { url, child, end: signal => new Promise(done => { child.once('close', done); child.kill(signal ?? 'SIGTERM'); }) };
}
async function open(url, options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForFunction(() => document.documentElement.dataset.live === 'live');
  return page;
}

/* --- the rules, in the page ------------------------------------------------------------------------------------------------------- */

function faults(isPhone) {
  const bad = [], root = document.documentElement, what = node => `${node.closest('[id]')?.id ?? ''} ${node.outerHTML.slice(0, 90)}`;
  const isSeen = node => node.checkVisibility({ visibilityProperty: true }) && !node.closest('.vh,.sr,.skip');
  if (root.scrollWidth > root.clientWidth) bad.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
  for (const node of document.querySelectorAll('body *')) {
    if (!isSeen(node) || node.closest('svg') || node.matches('option,.cur,.cur *,wbr,link,script')) continue;
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) bad.push(`sticks out: ${what(node)}`);
    // what scrolls or hides its overflow must hold all of its text; a sentence of the strip that is cut stands in a card, too
    const isCut = style.overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1 || style.overflowY === 'hidden' && node.scrollHeight > node.clientHeight + 2;
    if (isCut && node.textContent.trim() && !node.matches('.strip .sub,.id b,.id small,select,textarea')) bad.push(`is clipped: ${what(node)}`);
    if (isPhone && node.matches('a[href],button,select,summary,input:not([type=hidden])') && !node.closest('p') &&
      (box.width < 24 || box.height < 24)) bad.push(`${Math.round(box.width)} x ${Math.round(box.height)} is too small to touch: ${what(node)}`);
  }
  // words of different elements never share a place
  const words = [...document.querySelectorAll('main *, header *')].filter(node => isSeen(node) && !node.closest('.cur,option,.edit form') &&
    [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  const boxes = words.flatMap(node => [...node.childNodes].filter(child => child.nodeType === 3 && child.data.trim()).flatMap(child => {
    const range = document.createRange();
    range.selectNode(child);
    const clip = [node, node.parentElement].find(at => getComputedStyle(at).overflowX === 'hidden')?.getBoundingClientRect();
    return [...range.getClientRects()].map(({ left, right, top, bottom }) => {
      if (clip) [left, right, top, bottom] = [Math.max(left, clip.left), Math.min(right, clip.right), Math.max(top, clip.top), Math.min(bottom, clip.bottom)];
      return { node, child, box: { left, right, top, bottom, width: bottom > top ? right - left : 0 } };
    });
  })).filter(({ box }) => box.width > 1).sort((a, b) => a.box.top - b.box.top);
  for (let i = 0; i < boxes.length; i++) {
    for (let k = i + 1; k < boxes.length && boxes[k].box.top < boxes[i].box.bottom; k++) {
      const [a, b] = [boxes[i], boxes[k]];
      const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (a.child !== b.child && width > 2 && height > 5 && (getComputedStyle(a.node.closest('header') ?? a.node).position === getComputedStyle(b.node.closest('header') ?? b.node).position))
        bad.push(`"${a.child.data.trim().slice(0, 40)}" lies over "${b.child.data.trim().slice(0, 40)}": ${what(a.node)}`);
    }
  }
  return [...new Set(bad)].slice(0, 12);
}

const widths = [[320, 640], [360, 760], [768, 1024], [1280, 900], [1920, 1080]];
async function check(page, state) {
  const bad = [];
  for (const [width, height] of widths) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => scrollTo(0, 0));
    bad.push(...(await page.evaluate(faults, width < 720)).map(text => `${state}, ${width} px: ${text}`));
  }
  assert.deepEqual(bad, []);
}

const machines = readdirSync(folder).filter(name => existsSync(join(folder, name, 'machine')));
assert.ok(machines.length >= 11);
for (const name of machines)
  await test(`nothing sticks out, is clipped or covered: ${name}`, async () => {
    const at = await machine(name);
    try {
      const page = await open(at.url);
      await check(page, 'live');
      await page.evaluate(() => { document.documentElement.dataset.density = 'compact'; });
      await check(page, 'compact');
      await page.evaluate(() => { delete document.documentElement.dataset.density; });
      const large = await (await largeText.newContext()).newPage();
      await large.goto(at.url);
      for (const [width, height] of [[640, 900], [1280, 900], [1920, 1080]]) {
        await large.setViewportSize({ width, height });
        assert.equal(await large.evaluate(() => getComputedStyle(document.documentElement).fontSize), '32px');
        assert.deepEqual((await large.evaluate(faults, false)).map(text => `200 % text, ${width} px: ${text}`), []);
      }
      await large.context().close();
      await page.emulateMedia({ media: 'print' });
      assert.deepEqual(await page.evaluate(faults, false), [], 'printed');
      await page.emulateMedia({ media: 'screen' });
      await page.click('details.edit summary');
      await check(page, 'renaming');
      await page.keyboard.press('Escape');
      at.child.kill('SIGSTOP');
      await page.waitForFunction(() => document.documentElement.dataset.live === 'stale', null, { timeout: 60000 });
      await check(page, 'stale');
      await page.context().close();
      at.child.kill('SIGCONT');
      const plain = await open(at.url, { javaScriptEnabled: false });
      await check(plain, 'without script');
      await plain.goto(at.url + '?kiosk');
      await check(plain, 'kiosk');
      await plain.goto(at.url + 'about');
      await check(plain, 'about');
      assert.doesNotMatch(await plain.textContent('main'), /\/\*|\*\//);
      await plain.context().close();
    } finally {
      await at.end();
    }
  });

await test('faults and their count stand in the title and the icon; without a connection both say so', async () => {
  const at = await machine('nas'), page = await open(at.url), icon = () => page.evaluate(() => decodeURIComponent(document.querySelector('link[rel=icon]').href));
  try {
    assert.equal(await page.title(), '2 faults · nas · Overview');
    assert.match(await icon(), /^data:image\/svg.*#ad231c.*>2</s);
    at.child.kill('SIGKILL');
    await page.waitForFunction(() => /^Offline · 2 faults/.test(document.title));
    assert.match(await icon(), />\?</);
  } finally {
    await page.context().close();
    if (at.child.signalCode === null) await at.end();
  }
  const well = await machine('pc-placeholder'), calm = await open(well.url);
  assert.equal(await calm.title(), 'fedora · Overview');
  assert.match(await calm.evaluate(() => document.querySelector('link[rel=icon]').href), /icon\.svg$/);
  await calm.context().close();
  await well.end();
});

await test('the compact view outlives a reload; a wall display has nothing to press', async () => {
  const at = await machine('nas'), page = await open(at.url), height = () => page.evaluate(() => document.documentElement.scrollHeight);
  const roomy = await height();
  await page.click('[data-density-button]');
  const compact = await height();
  assert.ok(compact < roomy * 0.9, `${compact} of ${roomy} px`);
  await page.reload();
  assert.equal(await page.getAttribute('html', 'data-density'), 'compact');
  await page.waitForFunction(() => document.querySelector('[data-density-button]').getAttribute('aria-pressed') === 'true');
  await page.click('[data-density-button]');
  await page.reload();
  assert.equal(await page.getAttribute('html', 'data-density'), null);
  await page.goto(at.url + '?kiosk');
  assert.deepEqual(await page.locator('button:visible, select:visible, summary:visible, nav:visible').count(), 0);
  assert.ok(await page.isVisible('.live'));
  await page.context().close();
  await at.end();
});

/* --- nothing moves ---------------------------------------------------------------------------------------------------------------- */

/* at once: a file that is half written says nothing */
const put = (path, text) => { writeFileSync(path + '~', text); renameSync(path + '~', path); };
const read = path => readFileSync(path, 'utf8');
/** A machine whose values grow from one digit to twelve, to which a fault comes and from which it goes, with plugs pulled and put in. */
function stir(root, second) {
  const digits = 10 ** (second % 13), grown = Math.floor(second / 13) * 1e13 + digits * 9;
  const busy = second * 40 + (second % 7) * 30, line = `${busy} 0 ${second * 11} ${second * 60} ${second % 5} 0 0 0 0 0`;
  put(join(String(root), 'proc/stat'), `cpu  ${line}\ncpu0 ${line}\nbtime 1\n`);
  const total = 16303924, free = 2000000 + digits % 14000000;
  put(join(String(root), 'proc/meminfo'), `MemTotal: ${total} kB\nMemFree: 9 kB\nMemAvailable: ${free} kB\nSwapTotal: 9000000 kB\nSwapFree: ${9000000 - digits % 9000000} kB\n`);
  put(join(String(root), 'proc/loadavg'), `${(second % 130) / 3} ${second % 90}.10 0.00 1/100 1\n`);
  if (existsSync(join(String(root), 'proc/diskstats'))) put(join(String(root), 'proc/diskstats'), `   8 0 sda 1 1 ${Math.floor(grown / 512)} 1 1 1 ${Math.floor(grown / 700)} 1 0 1 1\n`);
  // a cycle: too hot, full, no link, errors, an interface unplugged; where there is room for several, they overlap
  const at = second % 200, isLong = root.isCrowded, isHot = at > 10 && at < (isLong ? 60 : 20), isFull = at > 30 && at < (isLong ? 60 : 40);
  const links = root.links.filter((_, i) => i < 3 || at < 150).map((text, i) => {
    const word = text.split(' ');
    word[7] = Math.floor(grown / (i + 3));
    word[6] = Math.floor(grown / (i + 1));
    if (i === 1 && at > 50 && at < 60 && word[3] === 'up') word[4] = 'no-carrier';
    if (i === 2) word[8] = Math.floor((second + 130) / 200) * 1234;
    return word.join(' ');
  });
  const spaces = root.spaces.map((text, i) => {
    const word = text.split(' '), all = +word[1], left = Math.floor(all * (i === 0 && isFull ? 0.01 : 0.2 + second % 60 / 100));
    return [word[0], all, left, left, ...word.slice(4)].join(' ');
  });
  put(join(String(root), 'machine'), [...root.rest, ...links, ...spaces].join('\n') + '\n');
  root.temps.forEach((path, i) => put(path, `${i === 0 && isHot ? 126000 : (second * 137 + i * 7919) % 50000 + 1}\n`));
}
function copyOf(name) {
  const root = new String(mkdtempSync(join(tmpdir(), 'wick-layout-')));
  cpSync(join(folder, name), String(root), { recursive: true });
  const lines = read(join(String(root), 'machine')).split('\n').filter(Boolean);
  root.links = lines.filter(line => line.startsWith('link '));
  root.spaces = lines.filter(line => line.startsWith('space '));
  root.rest = lines.filter(line => !/^(link|space) /.test(line));
  root.temps = execFileSync('find', [String(root), '-name', 'temp', '-o', '-name', 'temp*_input'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  return root;
}
const watch = () => {
  window.moves = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    window.moves.push([entry.value, entry.sources.map(({ node, previousRect: was, currentRect: is }) =>
      `${(node?.outerHTML ?? node?.data ?? 'gone').slice(0, 70)} [${[was.x, was.y, was.width, was.height].map(Math.round)}] to [${[is.x, is.y, is.width, is.height].map(Math.round)}]`), entry.startTime]);
  })).observe({ type: 'layout-shift', buffered: true });
};
const pace = 10, minutes = 5;
for (const [name, width, height] of [['nas', 1280, 900], ['router', 360, 760], ['pc-placeholder', 768, 1024]])
  await test(`nothing moves: ${name}, ${width} px, five minutes of every value`, async () => {
    const root = copyOf(name);
    let second = 1;
    root.isCrowded = width > 1200;
    stir(root, second);
    const at = await machine(String(root), pace);
    const context = await chromium.newContext({ viewport: { width, height } });
    const timer = setInterval(() => stir(root, ++second), 1000 / pace);
    try {
      await context.addInitScript(watch);
      const page = await context.newPage();
      await page.goto(at.url);
      await page.waitForFunction(() => document.documentElement.dataset.live === 'live');
      await page.evaluate(() => { window.changes = 0; new MutationObserver(list => { window.changes += list.length; }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true, attributes: true }); });
      const load = await page.evaluate(() => window.moves.reduce((sum, [value]) => sum + value, 0));
      // the windows of CLS (gaps below a second, five seconds at most) are as much shorter as our time is faster
      const worstWindow = moves => {
        let worst = 0, sum = 0, first = -1e9, last = -1e9;
        for (const [value, , at] of moves) {
          if (at - last > 1000 / pace || at - first > 5000 / pace) [sum, first] = [0, at];
          [sum, last] = [sum + value, at];
          worst = Math.max(worst, sum);
        }
        return worst;
      };
      while (second < minutes * 60) await sleep(200);
      const [moves, changes] = await page.evaluate(() => [window.moves, window.changes]);
      if (process.env.SHOW) console.log(`${name} ${width}: ${load.toFixed(4)} on load, CLS ${worstWindow(moves).toFixed(4)}, ${moves.reduce((sum, [value]) => sum + value, 0).toFixed(4)} in all, ${second} s, ${changes} changes`);
      assert.ok(changes > 3000, `only ${changes} changes`);
      assert.ok(load < 0.02, `${load} on load: ${JSON.stringify(moves.slice(0, 12), null, 1)}`);
      const worst = worstWindow(moves), sum = moves.reduce((sum, [value]) => sum + value, 0);
      assert.ok(worst < 0.02 && sum < 0.2, `CLS ${worst.toFixed(3)}, ${sum.toFixed(3)} in all; the worst: ${JSON.stringify(moves.sort((a, b) => b[0] - a[0]).slice(0, 12), null, 1)}`);
    } finally {
      clearInterval(timer);
      await context.close();
      await at.end();
      rmSync(String(root), { recursive: true });
    }
  });

await largeText.close();
await chromium.close();
end();
