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

await chromium.close();
assert.equal(await wick.stop(), 0, wick.log());
end();
