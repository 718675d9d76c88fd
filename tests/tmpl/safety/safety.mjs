// safety.mjs - pages from random templates with hostile values, opened in Chromium without any CSP: no value runs, leaves its element, adds an
// attribute, closes a style, changes what a script is, or makes a request that its place is not for.
//
//   node tests/tmpl/safety/safety.mjs [--templates 60] [--sets 20] [--seed 1] [--first 0] [--wickc build/host/wickc] [--fixed] [--keep folder]
//
// Every template is compiled once with all its data sets (wickc preview --c); set 0 is harmless, and the other pages must have its elements,
// attributes, style rules and as many broken scripts. --fixed: the templates of faults.mjs instead of random ones. Exit status 1: a finding.
import { execFile, execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { need } from '../../need.mjs';
import { FAULTS } from './faults.mjs';
import { makeData, makeTemplate, random } from './templates.mjs';

const { values: option } = parseArgs({ options: {
  templates: { type: 'string', default: '60' }, sets: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, first: { type: 'string', default: '0' },
  wickc: { type: 'string', default: 'build/host/wickc' }, fixed: { type: 'boolean', default: false }, keep: { type: 'string', default: '' },
} });
const run = promisify(execFile);
const BATCH = 25; // templates in one program
const FRAMES = 150; // pages in one page load
const wickc = resolve(option.wickc);
const library = join(dirname(wickc), 'preview');
const dir = mkdtempSync(join(tmpdir(), 'wick-safety-'));
const tally = { templates: 0, refused: 0, pages: 0, findings: 0 };

// --- templates -> pages ------------------------------------------------------------------------------------------------------

// A line of a template that wickc refuses is dropped: what else is in it is still tried.
async function compile(item, folder) {
  const base = join(folder, 't' + item.number);
  const sets = item.data.map((_, set) => `${base}_${set}.json`);
  item.data.forEach((data, set) => writeFileSync(sets[set], JSON.stringify(data)));
  for (let tries = 0; tries < 40; tries++) {
    writeFileSync(base + '.html', item.text);
    try {
      await run(wickc, ['preview', '--no-marks', base + '.html', ...sets, '--c', base + '.c', '--name', 't' + item.number], { maxBuffer: 1 << 24 });
      await run('gcc', ['-std=gnu11', '-w', '-O0', '-I' + join(library, 'include'), '-c', '-o', base + '.o', base + '.c']);
      return base + '.o';
    } catch (error) {
      const place = /\.html:(\d+):\d+: error: (.*)/.exec(error.stderr ?? '');
      if (place === null) throw error;
      tally.refused++;
      const lines = item.text.split('\n');
      item.text = dropBlock(lines, Math.min(Number(place[1]) - 1, lines.length - 1));
      if (item.text === '') return '';
    }
  }
  return '';
}

// The block (element, script, style) that line is in: blocks begin with "<" at the start of a line and reach up to the next one.
function dropBlock(lines, line) {
  const begins = n => n === 0 || /^<[a-z!]/i.test(lines[n]) && n > 1;
  let from = line, to = line + 1;
  while (from > 1 && !begins(from)) from--;
  while (to < lines.length && !begins(to)) to++;
  if (from <= 1 && line <= 1) return line === 0 && lines.length > 2 ? ['<!doctype html><meta charset=utf-8><title>t</title><body>', ...lines.slice(1)].join('\n') : '';
  return [...lines.slice(0, from), ...lines.slice(to)].join('\n');
}

async function makePages(items) {
  const folder = mkdtempSync(join(dir, 'b-'));
  const objects = [];
  let next = 0;
  await Promise.all([0, 1].map(async () => {
    while (next < items.length) {
      const item = items[next++];
      const object = await compile(item, folder);
      if (object !== '') objects.push({ item, object });
    }
  }));
  writeFileSync(join(folder, 'table.c'), '#include "run.h"\n' + objects.map(({ item }) => `extern const struct preview_table preview_t${item.number};\n`).join('') +
    'const struct run_row run_rows[] = {\n' + objects.map(({ item }) => `{ "${item.number}", &preview_t${item.number} },\n`).join('') + '{ 0 } };\n');
  execFileSync('gcc', ['-std=gnu11', '-w', '-I' + join(library, 'include'), '-Itests/tmpl/gen', '-o', join(folder, 'run'), join(folder, 'table.c'), 'tests/tmpl/gen/run.c',
    ...objects.map(({ object }) => object), join(library, 'libwick_tmpl.a')]);
  const out = execFileSync(join(folder, 'run'), { maxBuffer: 1 << 28 });
  const byNumber = new Map(objects.map(({ item }) => [item.number, item]));
  const pages = [];
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at);
    const [number, set, size] = out.subarray(at, end).toString().split(' ').map(Number);
    if (size >= 0) pages.push({ item: byNumber.get(number), set, html: out.subarray(end + 1, end + 1 + size) });
    at = end + 1 + Math.max(size, 0) + 1;
  }
  tally.templates += objects.length;
  rmSync(folder, { recursive: true, force: true });
  return pages;
}

// --- the browser -------------------------------------------------------------------------------------------------------------

let served = new Map(); // path -> page
const requests = []; // of anything else
const server = createServer((request, response) => {
  const host = request.headers.host ?? '';
  const page = host.startsWith('127.0.0.1') ? served.get(request.url) : undefined;
  if (page === undefined) {
    requests.push({ url: `//${host}${request.url}`, from: request.headers.referer ?? '' });
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'unsafe-url', 'cache-control': 'no-store' });
  response.end(page.html);
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const port = server.address().port;
const { chromium } = need('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage', '--no-first-run', `--host-resolver-rules=MAP * 127.0.0.1:${port}, EXCLUDE 127.0.0.1`],
});

// In every frame before its own scripts.
function watch() {
  const said = top.wickSaid ??= [];
  const where = () => { try { return location.href === 'about:srcdoc' ? parent.location.pathname : location.pathname; } catch { return '?'; } };
  const tell = how => { said.push({ page: where(), how }); };
  Object.defineProperty(window, 'ran', { get: () => function ran() { tell('called'); return 0; }, set: () => tell('ran') });
  Object.assign(window, { f: () => 1, a: 1, b: 1, g: 1, q: 1, zz: 1, x: 1, x1: 1, o: { in: 1, return: 2, yield: 3 } });
  window.broken = 0;
  window.addEventListener('error', event => { if (event.error instanceof SyntaxError) window.broken++; }, true);
  window.addEventListener('submit', event => event.preventDefault(), true);
  for (const name of ['alert', 'confirm', 'prompt', 'open', 'print']) window[name] = () => 0;
}

// What a page is made of: with other values it must be the same.
function inspect(document) {
  const view = document.defaultView, found = [], shape = [];
  const known = new Set(['ZgotmplZ']);
  (function walk(node, depth) {
    for (const element of node.children) {
      const names = [...element.attributes].map(attribute => attribute.name.toLowerCase());
      shape.push(depth + element.localName + ' ' + names.length);
      for (const { name, value } of element.attributes) {
        const lower = name.toLowerCase().replace(/^.*:/, '');
        if (['href', 'src', 'action', 'formaction', 'data', 'to', 'values', 'from'].includes(lower) && /^[\u0000-\u0020]*(j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:/i.test(value)) found.push(`${lower} is ${value}`);
        if (element.localName === 'meta' && lower === 'content' && element.httpEquiv === 'refresh' && /url\s*=\s*['"]?\s*(javascript|data|vbscript):/i.test(value)) found.push(`refresh to ${value}`);
        if (lower.startsWith('on')) { try { element.dispatchEvent(new view.Event(lower.slice(2))); } catch {} }
        known.add(lower);
      }
      if (element.localName !== 'iframe') walk(element.localName === 'template' ? element.content : element, depth + ' ');
    }
  })(document, '');
  const rules = [];
  for (const sheet of document.styleSheets) {
    try { (function list(all) { for (const rule of all) { rules.push(rule.constructor.name); if (rule.cssRules) list(rule.cssRules); } })(sheet.cssRules); } catch {}
  }
  const allowed = /^(color|margin.*|width|content|background.*|--x|font-family)$/;
  const names = style => [...style].filter(name => !allowed.test(name));
  for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) if (rule.style) found.push(...names(rule.style).map(name => `style rule sets ${name}`));
  for (const element of document.querySelectorAll('[style]')) if (element.style) found.push(...names(element.style).map(name => `style attribute sets ${name}`));
  return { shape: shape.join('\n'), rules: rules.length, scripts: document.scripts.length, broken: view.broken ?? -1, names: [...known].sort().join(' '), found };
}

const context = await browser.newContext();
await context.addInitScript(watch);
await context.addInitScript({ content: `window.wickInspect = ${inspect}` });

async function open(pages) {
  served = new Map([['/', { html: '<!doctype html><title>frames</title><body>' }], ...pages.map((page, idx) => [`/p/${page.item.number}/${page.set}`, page])]);
  const tab = await context.newPage();
  tab.on('dialog', dialog => dialog.dismiss().catch(() => {}));
  await tab.goto(`http://127.0.0.1:${port}/`);
  const results = await tab.evaluate(async paths => {
    const frames = [];
    for (let at = 0; at < paths.length; at += 25) {
      await Promise.all(paths.slice(at, at + 25).map(path => new Promise(done => {
        const frame = document.createElement('iframe');
        frame.onload = () => { frame.onload = null; done(); };
        setTimeout(done, 5000);
        frame.src = path;
        document.body.append(frame);
        frames.push(frame);
      })));
    }
    await new Promise(done => setTimeout(done, 60));
    return frames.map((frame, idx) => {
      let inside;
      try { inside = frame.contentWindow.location.pathname === paths[idx] ? frame.contentDocument : null; } catch { inside = null; }
      return inside === null ? { away: true } : window.wickInspect(inside);
    });
  }, pages.map(page => `/p/${page.item.number}/${page.set}`));
  await new Promise(done => setTimeout(done, 30));
  const said = await tab.evaluate(() => window.wickSaid ?? []);
  await tab.close();
  return { results, said };
}

// --- judging -----------------------------------------------------------------------------------------------------------------

function report(page, why) {
  tally.findings++;
  if (tally.findings > 30) return;
  console.log(`template ${page.item.name ?? page.item.number}, set ${page.set}: ${why}\n${page.item.text}\n${JSON.stringify(page.item.data[page.set])}\n-> ${page.html}\n`);
  if (option.keep !== '') {
    mkdirSync(option.keep, { recursive: true });
    writeFileSync(join(option.keep, `${page.item.number}_${page.set}.html`), page.html);
  }
}

async function judge(pages) {
  const { results, said } = await open(pages);
  const byPath = new Map(pages.map(page => [`/p/${page.item.number}/${page.set}`, page]));
  for (const { page, how } of said) {
    if (byPath.has(page)) report(byPath.get(page), `a value ${how}`);
    else report(pages[0], `a value ${how} somewhere (${page})`);
  }
  pages.forEach((page, idx) => {
    const is = results[idx], calm = results[pages.findIndex(other => other.item === page.item)];
    if (is.away) report(page, 'the page went elsewhere');
    else if (calm.away || page.set === 0) { if (is.found.length > 0) report(page, is.found[0]); }
    else if (is.shape !== calm.shape) report(page, `other elements or attributes:\n${firstDifference(calm.shape, is.shape)}`);
    else if (is.rules > calm.rules) report(page, `${is.rules} rules of style, not ${calm.rules}`); // one that cannot be read is left out
    else if (is.found.length > 0) report(page, is.found[0]);
    else if (is.broken > calm.broken && !page.item.isUnsure) report(page, `${is.broken} scripts cannot be read, ${calm.broken} with harmless values`);
  });
  for (const { url, from } of requests.splice(0)) {
    const place = /evil(\d+)/.exec(url);
    if (place === null) continue;
    const page = byPath.get(from.replace(/^https?:\/\/[^/]*/, ''));
    const isMeant = pages.some(({ item, set, html }) => item.kinds[Number(place[1])] === 'url' && html.includes(`evil${place[1]}`) && set > 0);
    if (page === undefined && isMeant) continue; // a frame that a form or link of its page took elsewhere
    if (page === undefined) report(pages[0], `a request to ${url} from ${from}`);
    else if (page.item.kinds[Number(place[1])] !== 'url') report(page, `a request to ${url}`);
  }
  tally.pages += pages.length;
}

function firstDifference(a, b) {
  const left = a.split('\n'), right = b.split('\n');
  const at = left.findIndex((line, idx) => line !== right[idx]);
  return `  ${left[at] ?? '(nothing)'} / ${right[at < 0 ? left.length : at] ?? '(nothing)'}`;
}

function makeItem(number) {
  const r = random(Number(option.seed) * 1000003 + number);
  const item = option.fixed ? { ...FAULTS[number] } : makeTemplate(r);
  item.number = number;
  item.data = option.fixed ? item.sets : Array.from({ length: Number(option.sets) }, (_, set) => makeData(r, item.kinds, set));
  item.kinds ??= [];
  // after "}" a slash may be a division: then what stands between is no value, and the script is broken on purpose
  item.isUnsure = /\}\s*\/|\b(of|await)\b|\{\{[^}]*\}\}\s*$/.test(item.text);
  return item;
}

try {
  const from = option.fixed ? 0 : Number(option.first), to = option.fixed ? FAULTS.length : from + Number(option.templates);
  for (let at = from; at < to; at += BATCH) {
    const items = Array.from({ length: Math.min(BATCH, to - at) }, (_, idx) => makeItem(at + idx));
    const pages = await makePages(items);
    pages.sort((a, b) => a.item.number - b.item.number || a.set - b.set);
    for (let start = 0; start < pages.length;) { // all sets of a template in one page load
      let end = Math.min(start + FRAMES, pages.length);
      while (end < pages.length && pages[end].item === pages[end - 1].item) end++;
      await judge(pages.slice(start, end));
      start = end;
    }
  }
} finally {
  await browser.close();
  server.close();
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${tally.templates} templates (${tally.refused} parts refused), ${tally.pages} pages, ${tally.findings} findings`);
process.exit(tally.findings > 0 ? 1 : 0);
