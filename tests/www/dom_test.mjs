// dom_test.mjs - what compiles shows the same live as freshly loaded. Random markup (dom/dom_gen.mjs) is compiled by wickc; of what it takes,
// Chromium parses the page of each state, and wick.js changes the page of the first state to each following one: both documents are equal.
//   node tests/www/dom_test.mjs [SEED [PAGES [STATES]]]       KEEP=dir keeps pages and program; VERBOSE=1 counts what was refused
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inChromium } from './page.mjs';
import { newBody, randomOf } from './dom/dom_gen.mjs';

const [seed = 1, count = 60, states = 5] = process.argv.slice(2).map(Number);
const O = resolve(process.env.O ?? 'build'), LIBRARY = join(O, 'host/preview'), WICKC = process.env.WICKC_HOST ?? join(O, 'host/wickc');
const dir = process.env.KEEP ?? mkdtempSync(join(tmpdir(), 'wick-dom-'));
mkdirSync(dir, { recursive: true });
if (!process.env.KEEP) process.on('exit', () => rmSync(dir, { recursive: true }));
const random = randomOf(seed * 15485863 + 11);
const run = (program, args) => new Promise((good, bad) => execFile(program, args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => error ? bad(Object.assign(error, { stderr })) : good(stdout)));
const INCLUDE = ['-Itests/www/dom', '-Isrc', '-I.', '-Iboard/profile/host'];
const refused = new Map();

const page = (name, body) => `{{/* wick:page path="/${name}" name="${name}" title="${name}" types="dom.h" device="struct dom" device_var="dom" wires="wick livetemplate" */ -}}
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,"><script src="wick.js" defer></script></head>
<body wick-live>${body}</body></html>
`;

// A page that compiles; most do not.
async function make(number) {
  const name = `p${number}`, file = join(dir, name + '.html');
  for (;;) {
    const body = newBody(random);
    writeFileSync(file, page(name, body));
    try {
      await run(WICKC, [...INCLUDE, '-o', dir, file]);
    } catch (error) {
      const why = /error: (.*)/.exec(error.stderr)?.[1] ?? error.stderr;
      if (error.code !== 1) throw error;
      const kind = why.replace(/<[^>]*>|"[^"]*"/g, '~').slice(0, 60);
      refused.set(kind, (refused.get(kind) ?? 0) + 1);
      continue;
    }
    await run('gcc', ['-std=gnu11', '-w', '-O0', ...INCLUDE, `-I${dir}`, '-c', '-o', join(dir, name + '.o'), file + '.c']);
    return { name, body };
  }
}

const pages = [];
let next = 0;
await Promise.all(Array.from({ length: availableParallelism() }, async () => { while (next < count) { const number = next++; pages[number] = await make(number); } }));
writeFileSync(join(dir, 'table.c'), `#include "dom.h"\n${pages.map(({ name }) => `extern const struct wick_page page_${name};`).join('\n')}\n` +
  `const struct wick_page *const dom_pages[] = { ${pages.map(({ name }) => `&page_${name}`).join(', ')} };\nconst unsigned dom_page_count = ${pages.length}, dom_states = ${states};\n`);
execFileSync('gcc', ['-std=gnu11', '-w', ...INCLUDE, '-o', join(dir, 'all'), join(dir, 'table.c'), 'tests/www/dom/run.c', 'tests/diff/frames.c', ...pages.map(({ name }) => join(dir, name + '.o')), join(LIBRARY, 'libwick_tmpl.a')]);
const lines = execFileSync(join(dir, 'all'), [String(seed)], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n').map(line => JSON.parse(line));

// in the page: -> how many states were right, and the first that was not
function play({ html, frames }) {
  Object.getPrototypeOf(performance).now = () => 0; // a page is adopted at once
  const { fake, document } = window;
  const fresh = text => { // as a browser loads it, scripts allowed
    const frame = document.createElement('iframe');
    frame.setAttribute('data-own', '');
    document.documentElement.append(frame);
    const inside = frame.contentDocument;
    inside.open();
    inside.write(`<!doctype html><html lang="en"><head><title>t</title></head><body data-wick="t">${text}</body></html>`);
    inside.close();
    const shape = [...inside.body.childNodes].map(fake.shape).join('') + '|' + [...inside.documentElement.children].map(node => node.localName).join(' ');
    frame.remove();
    return shape;
  };
  const shown = () => [...document.body.childNodes].map(fake.shape).join('') + '|' + [...document.documentElement.children].map(node => node.localName).join(' ');
  fake.send({ hello: 1, n: 0 });
  for (let i = 0; i < html.length; i++) {
    frames[i].forEach(frame => fake.send(frame));
    if (fake.sockets.length > 1) return { right: i, got: 'the page began afresh', want: '' };
    const got = shown(), want = fresh(html[i]);
    if (got !== want) return { right: i, got, want };
  }
  return { right: html.length };
}

let passed = 0, failed = 0;
const chromium = await inChromium();
for (let number = 0, at = 0; number < pages.length; number++) {
  const all = lines.slice(at, at + states + 1), [first] = all;
  at += states + 1;
  const tab = await chromium.open(first.page, { tree: first.tree });
  const { right, got, want } = await tab.evaluate(play, { html: all.map(one => one.page), frames: all.map(one => one.tree ? [one.wick] : one.wick) });
  const error = tab.errors.filter(text => !/Failed to load|net::ERR/.test(String(text)))[0];
  passed += right;
  if (right <= states || error !== undefined) {
    failed++;
    let differs = 0;
    while (got !== undefined && differs < want.length && got[differs] === want[differs]) differs++;
    console.log(`${pages[number].name}, state ${right}:${error ? ` ${error}` : ''}\n  ${JSON.stringify(pages[number].body)}\n  html ${JSON.stringify(all[right]?.page)}\n  was  ${JSON.stringify(all[right - 1]?.page)}\n  got  ${JSON.stringify(got?.slice(Math.max(0, differs - 60), differs + 120))}\n  want ${JSON.stringify(want?.slice(Math.max(0, differs - 60), differs + 120))}`);
  }
  await tab.close();
}
await chromium.close();
if (process.env.VERBOSE) for (const [why, times] of [...refused].sort((a, b) => b[1] - a[1])) console.log(String(times).padStart(6), why);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
