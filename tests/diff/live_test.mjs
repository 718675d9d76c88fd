// live_test.mjs - random live pages (live_gen.mjs) compiled by wickc, with data that change: every update leads to the page that the
// server would render, in the tree renderer of @livetemplate/client, in its whole client, in wick.js (jsdom and Chromium) and in the
// reference of wire wick, and says no more than it must (minimal.mjs).
//   node tests/diff/live_test.mjs [SEED [PAGES]]       KEEP=dir keeps pages, data and the program
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { changedData, newData, newPage, randomOf } from './live_gen.mjs';
import { renderers, result, wholeClient } from './renderers.mjs';

const [seed = 1, pages = 40] = process.argv.slice(2).map(Number);
const SETS = 16, LIBRARY = resolve(process.env.O, 'host/preview'), WICKC = resolve(process.env.WICKC);
const random = randomOf(seed * 7919 + 1);
const dir = process.env.KEEP ?? mkdtempSync(join(tmpdir(), 'wick-live-'));
mkdirSync(dir, { recursive: true });
if (!process.env.KEEP) process.on('exit', () => rmSync(dir, { recursive: true }));

const run = (program, args) => new Promise((good, bad) => execFile(program, args, { cwd: dir, maxBuffer: 1 << 26 }, (error, stdout, stderr) => error ? bad(new Error(`${args.join(' ')}: ${stderr || error}`)) : good(stdout)));

function writePage(name, isClean) {
  const data = [newData(random)];
  while (data.length < SETS) data.push(changedData(random, data.at(-1)));
  writeFileSync(join(dir, name + '.html'), newPage(random, isClean));
  const files = data.map((one, idx) => `${name}_${idx}.json`);
  files.forEach((file, idx) => writeFileSync(join(dir, file), JSON.stringify(data[idx])));
  return { name, files };
}

// Pages of one program have names of their own; each is one C file.
async function compile({ name, files }) {
  await run(WICKC, ['preview', name + '.html', ...files, '--c', name + '.c', '--name', name]);
  await run('gcc', ['-std=gnu11', '-w', `-I${LIBRARY}/include`, '-c', name + '.c']);
}

const MAIN = names => `
#include "tests/diff/frames.h"
#include "wickc/preview/preview_table.h"
#include <stdlib.h>
${names.map(name => `extern const struct preview_table preview_${name};`).join('\n')}
static const struct preview_table *const table[] = { ${names.map(name => '&preview_' + name).join(', ')} };
static struct tmpl_ctx ctx_of(const struct preview_table *page, unsigned set)
{
    static const struct tmpl_form form;
    return (struct tmpl_ctx){ .part = { page->data[set], NULL, &form } };
}
int main(int argc, char **argv) /* as transitions_test: what, least number of lines, "clean" for the later half */
{
    unsigned least = argc > 2 ? (unsigned)atoi(argv[2]) : 0, lines = 0;
    for (unsigned idx = argc > 3 ? ${names.length >> 1} : 0; idx < ${names.length} && lines < least; idx++) {
        const struct preview_table *page = table[idx];
        struct tmpl_ctx was = ctx_of(page, 0);
        frames_print_template(page->tmpl, &was);
        for (unsigned step = 1; step < 2 * page->data_count; step++) { /* forth in small steps, back in large ones */
            struct tmpl_ctx is = ctx_of(page, step < page->data_count ? step : step * 7 % page->data_count);
            frames_print_transition(page->tmpl, &was, &is, FRAMES_WHOLE);
            was = is;
        }
        lines += 2 * page->data_count;
    }
    return 0;
}
`;

const all = Array.from({ length: pages }, (_, idx) => writePage('page_' + idx, idx >= pages >> 1));
const jobs = [...all];
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  for (let job; (job = jobs.shift());) await compile(job);
}));
writeFileSync(join(dir, 'main.c'), MAIN(all.map(({ name }) => name)));
execFileSync('gcc', ['-std=gnu11', '-w', `-I${LIBRARY}/include`, `-I${resolve('.')}`, '-o', 'all', 'main.c', resolve('tests/diff/frames.c'), ...all.map(({ name }) => name + '.o'),
  join(LIBRARY, 'libwick_tmpl.a')], { cwd: dir });

const program = join(dir, 'all'), lines = 2 * SETS * pages;
await renderers(program, [seed, lines], lines);
await wholeClient(program, [seed, lines, 'clean'], lines / 2, -1);
// wick.js, in jsdom and in Chromium
const www = await new Promise(done => execFile('node', ['tests/www/transitions_test.mjs', seed, lines, lines].map(String), { env: { ...process.env, TRANSITIONS: program }, maxBuffer: 1 << 26 },
  (error, stdout, stderr) => done(stdout + stderr)));
const counts = /^(\d+) passed, (\d+) failed$/m.exec(www);
if (!counts || counts[2] !== '0') console.log(www);
result.passed += counts ? Number(counts[1]) : 0;
result.failed += counts ? Number(counts[2]) : 1;
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exitCode = result.failed === 0 ? 0 : 1;
