// livetemplate_test.mjs - the unmodified npm bundle of @livetemplate/client, in Chromium, against our server (serve_test --serve, todo.html):
// counter, keyed list, form with validation error, server push, reconnect, HTTP mode, no JavaScript.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from '../need.mjs';

const { chromium } = need('playwright-core');
const O = process.env.O ?? 'build', program = join(process.env.S ?? join(O, 'test'), 'bin/live/serve_test');
if (!existsSync(program)) spawnSync(process.env.MAKE ?? 'make', ['-s', `O=${O}`, program], { stdio: 'inherit' });
const state = mkdtempSync(join(tmpdir(), 'wick-lt-'));
let passed = 0, failed = 0;
function check(what, is, extra = '') {
  if (is) passed++;
  else failed++, console.log(`not true: ${what}`, extra);
}

// its progress bar is a style element, which our Content-Security-Policy does not let it insert; and the server is killed once
const expected = /inline style|WebSocket|ERR_CONNECTION|Failed to load resource|Failed to fetch/;
let server, url;
async function start(port) {
  server = spawn(program, ['--serve', '--listen', `127.0.0.1:${port}`, '--state', state, '--log-level', 'warn'], {
    env: { ...process.env, LT_CLIENT: need.resolve('@livetemplate/client/package.json').replace('package.json', 'dist/livetemplate-client.browser.js') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise((done, fail) => {
    server.stdout.once('data', text => done(String(text).trim().replace('localhost', '127.0.0.1')));
    server.once('exit', code => fail(new Error(`the server ended with ${code}`)));
  });
}
const stop = signal => new Promise(done => { server.once('exit', done); server.removeAllListeners('error'); server.kill(signal); });

const items = page => page.$$eval('#items li', all => all.map(li => li.textContent.trim()));
const until = async (page, fn, arg, timeout = 5000) => page.waitForFunction(fn, arg, { timeout, polling: 50 }).then(() => true, () => false);
const has = (page, selector, text, timeout) => until(page, ([s, t]) => document.querySelector(s)?.textContent.trim() === t, [selector, text], timeout);
const titles = async (page, want) => {
  const is = await until(page, w => [...document.querySelectorAll('#items li')].map(li => li.textContent.trim()).join() === w, want.join());
  check(`items are ${want}`, is, await items(page));
};
async function open(context, path = '') {
  const page = await context.newPage();
  page.problems = [];
  page.on('console', msg => { if (msg.type() === 'error') page.problems.push(msg.text()); });
  page.on('pageerror', err => page.problems.push(String(err)));
  await page.goto(url + path);
  check('the client has taken over', await until(page, () => !document.querySelector('[data-lvt-id]').hasAttribute('data-lvt-loading')));
  return page;
}
async function add(page, title) {
  await page.fill('#title', title);
  await page.click('button[name=add]');
}

async function withSocket(browser) {
  const page = await open(await browser.newContext()), other = await open(await browser.newContext());
  await titles(page, ['Nothing to do.']);
  for (const want of ['1', '2', '3']) {
    await page.click('button[name=increment]');
    check(`count is ${want}`, await has(page, '#count', want));
  }
  check('the count is this tab\'s own', await has(other, '#count', '0'));

  await add(page, 'alpha');
  await titles(page, ['alpha']);
  check('the form was reset', await page.inputValue('#title') === '');
  await add(page, 'beta');
  await add(other, 'gamma');
  await titles(page, ['alpha', 'beta', 'gamma']);
  await titles(other, ['alpha', 'beta', 'gamma']);
  await page.$eval('#items li:nth-child(2)', li => { li.mark = 'beta'; });
  await page.click('button[name=rotate]');
  await titles(page, ['gamma', 'alpha', 'beta']);
  await titles(other, ['gamma', 'alpha', 'beta']);
  check('a moved row is the same element', await page.$eval('#items li:nth-child(3)', li => li.mark) === 'beta');
  await page.click('button[name=toggleFirst]');
  await titles(page, ['gamma done', 'alpha', 'beta']);
  check('its attribute came too', await page.$eval('#items li', li => li.className) === 'done');
  await page.click('button[name=remove-first]');
  await titles(page, ['alpha', 'beta']);
  await titles(other, ['alpha', 'beta']);

  await page.$eval('#title', field => { field.form.noValidate = true; });
  await add(page, 'x');
  check('the server\'s message is beside the field', await has(page, '#title-error', 'Use at least 3 characters.'));
  check('the field is marked', await page.getAttribute('#title', 'aria-invalid') === 'true');
  check('what was typed is still there', await page.inputValue('#title') === 'x');
  check('the message is this tab\'s own', await other.$('#title-error') === null);
  await add(page, 'alpha');
  check('the controller\'s message too', await has(page, '#title-error', 'That is on the list already.'));
  await add(page, '<b>delta & co');
  await titles(page, ['alpha', 'beta', '<b>delta & co']);
  check('the message is gone', await page.$('#title-error') === null);

  const before = await page.textContent('#ticks');
  check('the server pushes', await until(page, was => +document.querySelector('#ticks').textContent > +was + 1, before));
  await other.fill('#title', 'half typed');
  const tick = await other.textContent('#ticks');
  await until(other, was => document.querySelector('#ticks').textContent !== was, tick);
  check('a push leaves typed text alone', await other.inputValue('#title') === 'half typed');

  await page.click('#link');
  check('navigation on the same path mounts again', await has(page, '#filter', 'open') && await has(page, '#count', '0'));
  for (let n = 0; n < 3; n++) await page.click('button[name=remove-first]');
  await titles(page, ['Nothing to do.']);
  await add(page, 'again');
  await titles(page, ['again']);
  await titles(other, ['again']);

  await stop('SIGKILL');
  await start(new URL(url).port);
  check('it reconnects and shows the truth', await until(page, () => document.querySelector('#items li')?.textContent.trim() === 'Nothing to do.', null, 15000));
  page.problems = page.problems.filter(text => !expected.test(text));
  check('no errors in the console', page.problems.length + other.problems.filter(text => !expected.test(text)).length === 0, page.problems.concat(other.problems));
  await page.context().close();
  await other.context().close();
}

async function withoutSocket(browser) {
  const context = await browser.newContext();
  await context.routeWebSocket(/.*/, ws => ws.close());
  const page = await open(context);
  await page.click('button[name=increment]');
  check('HTTP mode: an action is answered', await has(page, '#count', '1'));
  await add(page, 'by post');
  await until(page, () => document.querySelector('#items').textContent.includes('by post'));
  await titles(page, ['by post']);
  await page.$eval('#title', field => { field.form.noValidate = true; });
  await add(page, 'y');
  check('HTTP mode: a message', await has(page, '#title-error', 'Use at least 3 characters.'));
  await context.close();
}

async function withoutScript(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
  await page.goto(url);
  await add(page, 'plainly');
  check('no script: the list shows it', (await items(page)).includes('plainly'), await items(page));
  check('no script: the address is the page\'s', page.url() === url);
  await page.click('button[name=increment]');
  await page.click('button[name=increment]');
  check('no script: the tab\'s own state stays', (await page.textContent('#count')) === '2');
  await add(page, 'plainly');
  check('no script: a message', (await page.textContent('#title-error')) === 'That is on the list already.');
  check('no script: what was typed is still there', await page.inputValue('#title') === 'plainly');
  await context.close();
}

let browser;
try {
  await start(0);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const test of [withSocket, withoutSocket, withoutScript]) {
    await test(browser).catch(err => check(`${test.name} ran to its end`, false, err));
  }
} catch (err) {
  check('the test could start', false, err);
}
await browser?.close();
if (server && server.exitCode === null && server.signalCode === null) {
  await stop('SIGTERM');
  check('SIGTERM ended the server with 0', server.exitCode === 0, server.exitCode);
}
rmSync(state, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
