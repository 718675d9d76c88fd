// cost_test.mjs - what `wickc --sizes` says is never less than what a page comes to: random pages (tests/diff/live_gen.mjs) and pages by hand
// (cost/*.html) with states that make them long, in both wires. For the pages by hand it is not much more, either.
//   node tests/tmpl/cost_test.mjs [SEED [PAGES [ROUNDS]]]       KEEP=dir keeps pages and program
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { newPage, randomOf } from '../diff/live_gen.mjs';

const [seed = 1, count = 24, rounds = 120] = process.argv.slice(2).map(Number);
const O = resolve(process.env.O ?? 'build'), LIBRARY = join(O, 'host/preview'), WICKC = join(O, 'host/wickc');
const SLACK = 2.0; // pages by hand: what is said is at most so many times what was seen
const dir = process.env.KEEP ?? mkdtempSync(join(tmpdir(), 'wick-cost-'));
mkdirSync(dir, { recursive: true });
if (!process.env.KEEP) process.on('exit', () => rmSync(dir, { recursive: true }));
const random = randomOf(seed * 104729 + 7);
let passed = 0, failed = 0;
const check = (isGood, what) => { if (isGood) passed++; else { failed++; console.log(what); } };
const run = (program, args) => new Promise((good, bad) => execFile(program, args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => error ? bad(new Error(`${args.join(' ')}: ${stderr || error}`)) : good(stdout)));
const INCLUDE = ['-Itests/tmpl/cost', '-Isrc', '-I.', '-Iboard/profile/host'];

const DIRECTIVE = (name, wires) => `{{/* wick:page path="/${name}" name="${name}" title="${name}" types="gen.h" device="struct gen" device_var="gen"${wires} */ -}}\n`;
const page = (name, wires, body) => `${DIRECTIVE(name, wires)}<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{{.t0}}</title><link rel="icon" href="data:,"><script src="wick.js" defer></script></head>\n<body wick-live>${body}</body></html>\n`;
// what live_gen.mjs has not: other places, other functions
const EXTRA = ['<p title={{.t0}}>{{.t1}}</p>', '<textarea readonly aria-label="x">{{.t0}}</textarea>', '<a href="{{.t0}}">x</a>', '<img alt="" srcset="{{.t0}}, /b.png 2x">', '<p>{{.big | bytes}}{{.big | ago}}{{.big | duration}}{{.big | datetime}}{{.n1 | fixed 3}}</p>',
  '<p>{{print .list}}</p>', '<p title="{{.in}}">{{.nums}}</p>', '<p>{{printf "%q|%x|%5d|%-30s|%.3s|%U" .t0 .t1 .n0 .t1 .t0 .n0}}</p>', '<p>{{html .t0}}{{js .t1}}{{urlquery .t0}}</p>', '<p>{{join ", " .nums}}</p>', '<p>{{spark .trend}}</p>', '<p>{{long .t0}}</p>',
  '<p title="{{$v := `x`}}{{range .list}}{{if .flag}}{{$v = .text}}{{end}}{{end}}{{$v}}">x</p>', '<p>{{.safe_html}}</p>', '<p title="{{.safe_html}}"><a href="{{.safe_url}}">x</a><img alt="" srcset="{{.safe_srcset}}"></p>', '<p>{{slice .t0 1 5}}{{index .t0 1}}{{len .t0}}</p>', '<p>{{or .t0 .n1}}{{and .b0 .t1}}</p>',
  '<p>{{default "nothing at all" .t1}}{{truncate 5 .t0}}{{plural "one thing" "things" .n1}}</p>', '<p>{{range 20}}{{.}},{{end}}</p>', '<p data-x="{{range .list}}{{.text}} {{.num}},{{end}}">x</p>'];

function write(name, text) {
  const file = join(dir, name + '.html');
  writeFileSync(file, text);
  return { name, file };
}
const pages = [];
for (let idx = 0; idx < count; idx++) {
  const [body, defines] = newPage(random, true).split('</main>');
  const extra = Array.from({ length: 3 }, () => random.pick(EXTRA)).join('\n');
  const wires = random.chance(2) ? ' wires="wick livetemplate"' : '';
  pages.push(write(`p${idx}`, page(`p${idx}`, wires, `${body}${extra}</main>`) + defines));
}
const byHand = readdirSync('tests/tmpl/cost').filter(name => name.endsWith('.html')).map(name => {
  copyFileSync(join('tests/tmpl/cost', name), join(dir, name));
  return { name: name.slice(0, -5), file: join(dir, name), isByHand: true };
});

async function compile(one) {
  try {
    await run(WICKC, [...INCLUDE, '-o', dir, one.file]);
  } catch (error) {
    one.refused = String(error);
    return;
  }
  one.said = await run(WICKC, [...INCLUDE, '--sizes', one.file]);
  await run('gcc', ['-std=gnu11', '-w', '-O0', ...INCLUDE, `-I${dir}`, '-c', '-o', join(dir, one.name + '.o'), one.file + '.c']);
}
const all = [...byHand, ...pages], jobs = [...all];
await Promise.all(Array.from({ length: availableParallelism() }, async () => { for (let job; (job = jobs.shift());) await compile(job); }));
const good = all.filter(one => one.refused === undefined);
check(good.length >= all.length * 0.7 && byHand.every(one => one.refused === undefined), `only ${good.length} of ${all.length} pages compile: ${all.find(one => one.refused)?.refused}`);

writeFileSync(join(dir, 'table.c'), `#include "gen.h"\nstruct cost_page { const char *name; const struct wick_page *page; };\n${good.map(({ name }) => `extern const struct wick_page page_${name};`).join('\n')}\n` +
  `const struct cost_page cost_pages[] = { ${good.map(({ name }) => `{ "${name}", &page_${name} }`).join(', ')} };\nconst unsigned cost_page_count = ${good.length}, cost_rounds = ${rounds};\n` +
  'bool cost_save(struct wick_turn *turn, const void *in) { (void)turn; (void)in; return true; }\n');
execFileSync('gcc', ['-std=gnu11', '-w', ...INCLUDE, '-o', join(dir, 'all'), join(dir, 'table.c'), 'tests/tmpl/cost/run.c', 'tests/diff/frames.c', ...good.map(({ name }) => join(dir, name + '.o')), join(LIBRARY, 'libwick_tmpl.a')]);
const seen = new Map(execFileSync(join(dir, 'all'), { encoding: 'utf8', maxBuffer: 1 << 24 }).trim().split('\n').map(line => line.split(' ')).map(([name, ...sizes]) => [name, sizes.map(Number)]));
let least = Infinity, most = 0;
for (const { name, said, isByHand, file } of good) {
  const [, ...bounds] = /^page \S+ +(\d+) +(\d+) +(\d+) /.exec(said).map(Number), sizes = seen.get(name);
  ['document', 'snapshot', 'update'].forEach((what, idx) => {
    const factor = bounds[idx] / sizes[idx];
    check(factor >= 1, `${name}: ${what} is ${sizes[idx]} bytes, wickc says at most ${bounds[idx]}\n${readFileSync(file, 'utf8').slice(0, 3000)}`);
    if (isByHand) check(factor <= SLACK, `${name}: ${what} is ${sizes[idx]} bytes at most, wickc says ${bounds[idx]}: ${factor.toFixed(2)} times as much`);
    least = Math.min(least, factor);
    most = Math.max(most, factor);
  });
}
console.log(`bounds are ${least.toFixed(2)} to ${most.toFixed(2)} times what was seen, ${good.length} pages, ${all.length - good.length} refused`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
