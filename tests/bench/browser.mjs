// browser.mjs - what the browser's side costs: wick.js and @livetemplate/client on the same page of 1,000 rows, in one run of Chromium,
// turn by turn. Milliseconds of script, and with layout after it; medians. Ratios count: the machine may be busy.
//   node tests/bench/browser.mjs [runs]      prints lines of JSON
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { need } from '../need.mjs';

const runs = Number(process.argv[2] ?? 9), ROWS = 1000;
const here = dirname(fileURLToPath(import.meta.url));
const wick = execFileSync('esbuild', ['--bundle', '--minify', '--target=es2020', '--log-level=warning', join(here, '../../www/wick.js')], { encoding: 'utf8' });
const client = readFileSync(join(process.env.WICK_NODE ?? join(here, '../../build/node'), 'node_modules/@livetemplate/client/dist/livetemplate-client.browser.js'), 'utf8');
const fake = readFileSync(join(here, '../www/fake.js'), 'utf8');

const rows = Array.from({ length: ROWS }, (_, i) => ['k' + i, 'text ' + i, 'v' + i % 7]);
const row = ([key, text, v], mark = x => x) => `<tr data-key="${key}"><td>${text}</td><td class="${v}">x ${mark(v)} y</td></tr>`;
const html = (mark, rows) => `<h1>a title</h1><p class="one">p</p><table><tbody>${mark(rows.map(values => row(values, mark)).join(''))}</tbody></table>`;
const text = ['<tr data-key="', '"><td>', '</td><td class="', '">x ', ' y</td></tr>'];
const tree = { root: 0, nodes: [[['<h1>', '</h1><p class="', '">p</p><table><tbody>', '</tbody></table>'], [1, ['class', ['', 1, '']], [4, 1, 0, -1]]],
  [text, [['data-key', ['', 0, '']], 1, ['class', ['', 2, '']], 0]]] };
const all = ([key, text, v]) => [key, text, v, v], numbered = values => ({ ...all(values) });
const reversed = [...rows].reverse();
const range = rows => ({ s: text, m: { idKey: '0' }, d: rows.map(numbered) });

// what changes -> the frame of each wire, there and back again
const changes = {
  'one text': [{ 0: 'new' }, { 0: 'a title' }],
  'one attribute': [{ 1: 'two' }, { 1: 'one' }],
  'one cell': [{ 2: [['=', 'k500', { 1: 'new' }]] }, { 2: [['=', 'k500', { 1: 'text 500' }]] }, { 2: [['u', 'k500', { 1: 'new' }]] }, { 2: [['u', 'k500', { 1: 'text 500' }]] }],
  'a row comes, goes': [{ 2: [['+', 'k500', ['new', 'n', 'v', 'v']]] }, { 2: [['-', 'new']] }, { 2: [['i', 'k500', numbered(['new', 'n', 'v'])]] }, { 2: [['r', 'new']] }],
  'a row moves': [{ 2: [['>', 'k500', null]] }, { 2: [['>', 'k500', 'k499']] },
    { 2: [['o', ['k500', ...rows.map(r => r[0]).filter(k => k !== 'k500')]]] }, { 2: [['o', rows.map(r => r[0])]] }],
  'all rows reversed, as moves': [{ 2: rows.map(([key]) => ['>', key, null]) }, { 2: reversed.map(([key]) => ['>', key, null]) },
    { 2: [['o', reversed.map(r => r[0])]] }, { 2: [['o', rows.map(r => r[0])]] }],
  'all rows reversed, as a whole list': [{ 2: { l: reversed.map(all) } }, { 2: { l: rows.map(all) } }, { 2: [['o', reversed.map(r => r[0])]] }, { 2: [['o', rows.map(r => r[0])]] }],
};

const browser = await need('playwright-core').chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const page = await browser.newPage();
await page.route('http://device/**', route => {
  const path = new URL(route.request().url()).pathname, files = { '/wick.js': wick, '/client.js': client, '/fake.js': fake };
  if (files[path]) return route.fulfill({ contentType: 'text/javascript', body: files[path] });
  const mine = path === '/wick', mark = text => mine ? `<!---->${text}<!--/-->` : text;
  return route.fulfill({ contentType: 'text/html; charset=utf-8', body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title><script>window.tree = ${JSON.stringify(tree)}</script><script src="/fake.js"></script>` +
    (mine ? '<script src="/wick.js" defer></script></head><body data-wick="t" data-wick-tree="0">' : '<script src="/client.js"></script></head><body><div data-lvt-id="lvt-1">') + html(mark, rows) + '</body></html>' });
});

const begin = { wick: [{ hello: 1, n: 0 }, { n: 0, x: true, t: { 0: 'a title', 1: 'one', 2: { l: rows.map(all) } } }],
  client: [{ tree: { s: tree.nodes[0][0], 0: 'a title', 1: 'one', 2: range(rows) } }] };
async function open(name) {
  await page.goto(`http://device/${name}`);
  return page.evaluate(async ({ name, begin }) => {
    await new Promise(done => setTimeout(done, 50));
    if (name === 'client') {
      const client = new LiveTemplateClient.LiveTemplateClient({ logLevel: 'silent' });
      client.wrapperElement = document.querySelector('[data-lvt-id]');
      window.put = text => client.handleWebSocketPayload(JSON.parse(text));
    } else {
      window.put = text => window.fake.send(text);
    }
    // adoption may take several tasks: their time is added, the longest one is what input waits for
    const tasks = [], real = window.setTimeout;
    window.setTimeout = (fn, ms, ...rest) => real(() => { const from = performance.now(); fn(...rest); tasks.push(performance.now() - from); }, ms);
    for (const message of begin) {
      const text = JSON.stringify(message), from = performance.now();
      window.put(text);
      tasks.push(performance.now() - from);
    }
    await new Promise(done => real(done, 300));
    window.setTimeout = real;
    const many = tasks.filter(ms => ms > 0.2);
    return { sum: tasks.reduce((a, b) => a + b, 0), most: Math.max(...many) };
  }, { name, begin: begin[name] });
}
// there and back, often enough for a clock of 0.1 ms; -> ms for one change: script, script and layout
const time = frames => page.evaluate(frames => {
  const texts = frames.map(frame => JSON.stringify(frame));
  let script = 0, both = 0, times = 0;
  document.body.offsetHeight;
  while (times < 2 || both < 40) for (const text of texts) {
    const from = performance.now();
    window.put(text);
    script += performance.now() - from;
    document.body.offsetHeight;
    both += performance.now() - from;
    times++;
  }
  return [script / times, both / times, [...document.querySelectorAll('tr')].map(tr => tr.dataset.key).join()];
}, frames);
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];
const round = ms => Number(ms.toFixed(ms < 1 ? 3 : 1));

const adoption = { wick: [], client: [] }, longest = { wick: [], client: [] }, took = {};
const session = await page.context().newCDPSession(page);
for (let run = 0; run < runs; run++)
  for (const name of ['wick', 'client']) {
    const { sum, most } = await open(name);
    adoption[name].push(sum);
    longest[name].push(most);
    for (const [what, [to, back, lto = to, lback = back]] of Object.entries(changes)) {
      const frames = name === 'wick' ? [to, back] : [{ tree: lto }, { tree: lback }];
      const [script, both, keys] = await time(name === 'wick' ? frames.map(t => ({ n: 1, t })) : frames);
      if (keys !== rows.map(r => r[0]).join()) throw new Error(`${name}, ${what}: the rows are not those of before`);
      took[what] ??= { wick: [], client: [] };
      took[what][name].push([script, both]);
    }
  }
const line = (what, wick, client) => console.log(JSON.stringify({ bench: 'browser', what, wick_ms: round(median(wick)), client_ms: round(median(client)), ratio: Number((median(client) / median(wick)).toFixed(1)) }));
line('adoption of 1,000 rows, all tasks', adoption.wick, adoption.client);
line('adoption of 1,000 rows, longest task', longest.wick, longest.client);
for (const [what, { wick, client }] of Object.entries(took)) {
  line(what + ', script', wick.map(t => t[0]), client.map(t => t[0]));
  line(what + ', with layout', wick.map(t => t[1]), client.map(t => t[1]));
}
await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
const slow = { wick: [], client: [] };
for (let run = 0; run < Math.min(runs, 5); run++) for (const name of ['wick', 'client']) slow[name].push((await open(name)).most);
line('adoption of 1,000 rows, longest task, processor throttled 6 times', slow.wick, slow.client);
await browser.close();
