// hello_test.mjs - examples/hello in Chromium: the reading moves, the switch and the form reach every tab, and it works without JavaScript.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from '../need.mjs';

const { chromium } = need('playwright-core');
const state = mkdtempSync(join(tmpdir(), 'wick-hello-'));
let passed = 0, failed = 0, server, url;
function check(what, is, extra = '') {
  if (is) passed++;
  else failed++, console.log(`not true: ${what}`, extra);
}
async function start(port) {
  server = spawn(process.env.HELLO ?? 'build/x86_64/hello', ['--listen', `127.0.0.1:${port}`, '--state', state, '--log-level', 'warn'],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise((done, fail) => {
    server.stdout.once('data', text => done(String(text).trim()));
    server.once('exit', code => fail(new Error(`hello ended with ${code}`)));
  });
}
const stop = signal => new Promise(done => { server.once('exit', done); server.kill(signal); });
const until = (page, fn, arg, timeout = 5000) => page.waitForFunction(fn, arg, { timeout, polling: 50 }).then(() => true, () => false);
const heading = (page, text, timeout) => until(page, t => document.querySelector('h1').textContent === t, text, timeout);
const reading = page => page.textContent('main > p');

async function live(browser) {
  const context = await browser.newContext(), page = await context.newPage(), other = await context.newPage(), problems = [];
  for (const tab of [page, other]) {
    tab.on('console', msg => { if (msg.type() === 'error') problems.push(msg.text()); });
    tab.on('pageerror', err => problems.push(String(err)));
    await tab.goto(url);
  }
  await page.evaluate(() => { window.stayed = true; });
  const was = await reading(page);
  check('the reading is real', /has -?[0-9.]+ °C|running for [0-9]+ s/.test(was), was);
  if (/running for/.test(was)) {
    check('the reading moves', await until(page, t => document.querySelector('main > p').textContent !== t, was));
  }
  await page.click('button[role=switch]');
  check('the switch is on here', await until(page, () => document.querySelector('[role=switch]').getAttribute('aria-checked') === 'true'));
  check('the switch is on in the other tab', await until(other, () => document.querySelector('[role=switch]').getAttribute('aria-checked') === 'true', null, 1000));

  await other.fill('#name', 'half typed');
  await page.fill('#name', 'Boiler 7');
  await page.click('text=Save');
  check('the name is here', await heading(page, 'Boiler 7'));
  check('the name is in the other tab', await heading(other, 'Boiler 7', 1000));
  check('typed text survives it', await other.inputValue('#name') === 'half typed');
  check('nothing was loaded again', await page.evaluate(() => window.stayed) === true);

  await page.evaluate(() => { document.querySelector('#name').form.noValidate = true; });
  await page.fill('#name', 'no!');
  await page.click('text=Save');
  check('a bad name is refused', await until(page, () => document.querySelector('.err')?.textContent === 'Use letters, digits and spaces.'));
  check('and changes nothing', await page.textContent('h1') === 'Boiler 7');

  const { port } = new URL(url);
  await stop('SIGKILL');
  await start(port);
  const from = await reading(page);
  check('the tab finds the program again', await until(page, t => document.querySelector('main > p').textContent !== t, from, 15000));
  check('the name is still there', await heading(page, 'Boiler 7'));
  const others = problems.filter(text => !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(text));
  check('no errors in the console', others.length === 0, others);
  await context.close();
}

async function plain(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
  await page.goto(url);
  check('without script it renders', await page.textContent('h1') === 'Boiler 7');
  const before = await page.getAttribute('[role=switch]', 'aria-checked');
  await page.click('button[role=switch]');
  check('without script the switch works', await page.getAttribute('[role=switch]', 'aria-checked') !== before);
  await page.fill('#name', 'Pump 3');
  await page.click('text=Save');
  check('without script the form works', await page.textContent('h1') === 'Pump 3' && page.url() === url);
  await context.close();
}

let browser;
try {
  await start(0);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const test of [live, plain]) await test(browser).catch(err => check(`${test.name} ran to its end`, false, err));
} catch (err) {
  check('the test could start', false, err);
}
await browser?.close();
if (server && server.exitCode === null && server.signalCode === null) await stop('SIGTERM');
check('SIGTERM ends it with 0', server?.exitCode === 0);
rmSync(state, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
