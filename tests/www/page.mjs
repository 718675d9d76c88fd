// page.mjs - a page with the real wick.js in jsdom or in Chromium, and the server played by the test (fake.js).
import { readFileSync } from 'node:fs';
import { need } from '../need.mjs';

const file = name => readFileSync(new URL(name, import.meta.url), 'utf8');
const scripts = { 'wick.js': file('../../www/wick.js'), 'wick-ui.js': file('../../www/wick-ui.js'), 'wick-way.js': file('../../www/wick-way.js'), 'fake.js': file('fake.js') };
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
    const path = new URL(route.request().url()).pathname.slice(1);
    if (scripts[path]) return route.fulfill({ contentType: 'text/javascript', body: scripts[path] });
    if (path === '') return route.fulfill({ contentType: 'text/html; charset=utf-8', body: served.html });
    return route.fulfill({ status: 404, body: '' });
  });
  const page = await context.newPage();
  page.errors = [];
  page.on('pageerror', error => page.errors.push(error));
  page.on('console', message => { if (message.type() === 'error' && !/404/.test(message.text())) page.errors.push(message.text()); });
  const closePage = page.close.bind(page);
  page.close = () => { page.errors.length = 0; };
  return {
    async open(html, options = {}) {
      const tree = `<script>window.tree = ${JSON.stringify(options.tree ?? null).replaceAll('<', '\\u003c')}</script>`;
      served.html = document(html, { ...options, head: tree + (options.head ?? '') });
      await page.goto('http://device/');
      await page.evaluate(() => new Promise(done => setTimeout(done, 0)));
      return page;
    },
    clock: page.clock,
    forget: () => page.evaluate(() => { sessionStorage.clear(); document.cookie = 'theme=; max-age=0'; }),
    async close() { await closePage(); await browser.close(); },
  };
}
