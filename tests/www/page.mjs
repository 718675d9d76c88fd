// page.mjs - a page with the real wick.js in jsdom or in Chromium, and the server played by the test (fake.js). WWW=<folder>: other
// scripts than those of the tree (build/gen/www: what the build has made of them).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { need } from '../need.mjs';

const www = process.env.WWW ?? fileURLToPath(new URL('../../www', import.meta.url));
const script = name => process.env.WWW ? readFileSync(join(www, name), 'utf8')
  : execFileSync('esbuild', ['--bundle', '--target=es2020', '--charset=utf8', '--log-level=warning', join(www, name)], { encoding: 'utf8' });
const scripts = { 'fake.js': readFileSync(new URL('fake.js', import.meta.url), 'utf8') };
for (const name of ['wick.js', 'wick-ui.js', 'wick-way.js']) scripts[name] = script(name);
const tags = hasUi => `<script src="/fake.js"></script>${hasUi ? '<script src="/wick-ui.js" defer></script>' : ''}<script src="/wick.js" defer></script>`;
export const document = (html, { ui = false, head = '' } = {}) =>
  `<!doctype html><html lang="en"><head><title>t</title>${head}${tags(ui)}</head><body data-wick="token" data-wick-tree="0123">${html}</body></html>`;

/** The page's window. options: tree (statics file), ui, head, storage (of a page before), url */
export async function inJsdom(html, options = {}) {
  const { JSDOM, ResourceLoader, VirtualConsole } = need('jsdom');
  class Loader extends ResourceLoader {
    fetch(url) { return Promise.resolve(Buffer.from(scripts[new URL(url).pathname.slice(1)] ?? '')); }
  }
  const virtualConsole = new VirtualConsole();
  const errors = [];
  virtualConsole.on('jsdomError', error => { if (!/Not implemented/.test(error.message)) errors.push(error); });
  virtualConsole.on('error', (...args) => errors.push(args.join(' ')));
  const dom = new JSDOM(document(html, options), {
    url: options.url ?? 'http://device/', runScripts: 'dangerously', resources: new Loader(), pretendToBeVisual: true, virtualConsole,
    beforeParse(window) {
      window.CSS = window.CSS ?? {};
      window.CSS.escape = text => text.replace(/[^\w-]/g, c => '\\' + c.codePointAt(0).toString(16) + ' ');
      for (const [name, text] of Object.entries(options.storage ?? {})) window.sessionStorage[name] = text;
      Object.defineProperty(window, 'tree', { get: () => options.tree });
    },
  });
  const { window } = dom;
  await new Promise(done => window.addEventListener('load', done));
  await settled();
  return { window, document: window.document, fake: window.fake, errors, close: () => window.close() };
}
export const settled = () => new Promise(done => setTimeout(done, 0));

/** One Chromium for many pages: (await inChromium()).open(html, options) -> a Playwright page with errors. */
export async function inChromium(launch = {}) {
  const { chromium } = need('playwright-core');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage', '--no-first-run'], ...launch,
  });
  const context = await browser.newContext();
  const served = { html: '' };
  await context.route('http://device/**', route => {
    const { status, type, body } = answer(route.request().url(), served.html);
    return route.fulfill({ status, contentType: type, body });
  });
  const page = await context.newPage();
  page.errors = [];
  page.on('pageerror', error => page.errors.push(error));
  page.on('console', message => { if (message.type() === 'error' && !/404/.test(message.text())) page.errors.push(message.text()); });
  const closePage = page.close.bind(page);
  page.close = () => { page.errors.length = 0; };
  return {
    async open(html, options = {}) {
      served.html = documentOf(html, options);
      page.errors.length = 0;
      await page.goto('http://device/');
      await page.evaluate(() => new Promise(done => setTimeout(done, 0)));
      return page;
    },
    clock: page.clock,
    forget: () => page.evaluate(forget),
    async close() { await closePage(); await browser.close(); },
  };
}
function forget() {
  try {
    sessionStorage.clear();
    localStorage.clear();
    document.cookie = 'theme=; max-age=0';
  } catch (_) {
    // the test has forbidden it
  }
}
const documentOf = (html, options) => document(html, { ...options,
  head: `<script>window.tree = ${JSON.stringify(options.tree ?? null).replaceAll('<', '\\u003c')}</script>` + (options.head ?? '') });
function answer(url, html) {
  const path = new URL(url).pathname.slice(1);
  if (scripts[path]) return { status: 200, type: 'text/javascript', body: scripts[path] };
  return path === '' ? { status: 200, type: 'text/html; charset=utf-8', body: html } : { status: 404, type: 'text/plain', body: '' };
}

/** The same in Debian's Firefox, by WebDriver BiDi: the part of Playwright's page that tests of both browsers use. */
export async function inFirefox() {
  const puppeteer = need('puppeteer-core');
  const served = { html: '' };
  // Firefox asks a server: BiDi can hold requests, but not answer them fast enough for a page that reloads itself
  const server = createServer((req, res) => {
    const { status, type, body } = answer(`http://device${req.url}`, served.html);
    res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr', headless: true });
  const real = await browser.newPage();
  const page = {
    errors: [],
    keyboard: { press: (keys, ...rest) => press(real, keys, ...rest), type: text => real.keyboard.type(text) },
    evaluate: (fn, ...args) => real.evaluate(fn, ...args),
    focus: css => real.focus(css),
    click: css => real.click(css),
    check: css => real.click(css),
    uncheck: css => real.click(css),
    title: () => real.title(),
    textContent: css => real.$eval(css, node => node.textContent),
    selectOption: (css, values) => real.select(css, ...[].concat(values)),
    waitForFunction: (fn, arg, options) => real.waitForFunction(fn, options ?? {}, arg),
    async fill(css, text) {
      await real.focus(css);
      await real.$eval(css, field => field.select());
      if (text === '') await real.keyboard.press('Delete');
      else await real.keyboard.type(text);
    },
  };
  real.on('pageerror', error => page.errors.push(error));
  real.on('console', message => { if (message.type() === 'error' && !/404/.test(message.text())) page.errors.push(message.text()); });
  return {
    async open(html, options = {}) {
      served.html = documentOf(html, options);
      page.errors.length = 0;
      await real.goto(`http://127.0.0.1:${server.address().port}/`);
      await real.evaluate(() => new Promise(done => setTimeout(done, 0)));
      return page;
    },
    forget: () => real.evaluate(forget),
    async close() { await browser.close(); server.close(); },
  };
}
async function press(page, keys) {
  const all = keys.split('+');
  for (const key of all.slice(0, -1)) await page.keyboard.down(key);
  const last = all[all.length - 1];
  await page.keyboard.press(last.length === 1 ? last.toLowerCase() : last);
  for (const key of all.slice(0, -1).reverse()) await page.keyboard.up(key);
}
export const inBrowser = name => name === 'firefox' ? inFirefox() : inChromium();
