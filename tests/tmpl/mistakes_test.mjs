// mistakes_test.mjs - typical mistakes (mistakes.mjs) and the message that each of them gets: docs/mistakes.md holds them, and is compared.
//   node tests/tmpl/mistakes_test.mjs       After a change that is meant: WICK_ACCEPT=1 writes docs/mistakes.md; read what changed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BASE, MISTAKES } from './mistakes.mjs';

const O = resolve(process.env.O ?? 'build'), WICKC = join(O, 'host/wickc'), ROOT = resolve('.');
const dir = mkdtempSync(join(tmpdir(), 'wick-mistakes-'));
process.on('exit', () => rmSync(dir, { recursive: true }));
const run = (program, ...args) => spawnSync(program, args, { cwd: dir, encoding: 'utf8' });
const INCLUDE = ['-I.', `-I${ROOT}/src`, `-I${ROOT}`];
const WARN = ['-std=gnu11', '-Wall', '-Wextra', '-fdiagnostics-color=never', '-fno-diagnostics-show-caret'];

// in place of the engine
writeFileSync(join(dir, 'stub.c'), '#include "net/net.h"\n#include "live/wick.h"\nconst struct net_asset wick_asset[1] = { { 0 } };\nconst size_t wick_asset_count;\n' +
  ['wick_main', 'wick_error', 'wick_set'].map(name => `__asm__(".globl ${name}\\n${name}: ret");`).join('\n') + '\n');
const stub = run('gcc', '-w', ...INCLUDE, `-I${ROOT}/board/profile/host`, '-c', 'stub.c');
if (stub.status !== 0) throw new Error(stub.stderr);

// As make does: pages, the page, names of the application, C. -> the first words that were said
function said(files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const steps = [
    [WICKC, 'pages', '-o', '.', 'm.html'], [WICKC, ...INCLUDE, '-o', '.', '--pages', 'pages.list', 'm.html'],
    [WICKC, 'app', ...INCLUDE, '--stamp', 'stamp', '--pages', 'pages.list', 'm.html', 'm.c', 'm.h', 'm.css', `${ROOT}/www/wick.js`],
    ['gcc', ...WARN, ...INCLUDE, `-I${ROOT}/board/profile/host`, '-c', 'm.c'], ['gcc', ...WARN, ...INCLUDE, `-I${ROOT}/board/profile/host`, '-c', 'm.html.c'],
    ['gcc', '-o', 'm', 'm.o', 'm.html.o', 'stub.o', join(O, 'host/preview/libwick_tmpl.a')],
  ];
  for (const step of steps) {
    const { stdout, stderr } = run(...step);
    const missing = /undefined reference to [`'‘]?(\w+)/.exec(stderr);
    if (missing) return { by: 'the linker', text: `undefined reference to ${missing[1]}` };
    const found = /^\S*?(m\.\w+(?:\.\w+)?|pages\.\w+)?:?(\d+)?:?(\d+)?:? ?((?:fatal )?error|warning): .*$/m.exec(stderr + (step[1] === 'app' ? stdout : ''));
    if (found) return { by: step[0] === 'gcc' ? 'the C compiler' : 'wickc', text: found[0].replaceAll(ROOT + '/', '').replaceAll(dir + '/', '').replace(/ \[-W[^\]]*\]$/, ''), isWarning: found[4] === 'warning' };
  }
  return null;
}

let passed = 0, failed = 0;
const check = (isGood, what) => { if (isGood) passed++; else { failed++; console.log(what); } };
const fine = said(BASE);
check(fine === null, `without a mistake: ${fine?.text}`);
const rows = MISTAKES.map(([what, from, to, file = 'm.html', ...more]) => {
  const files = { ...BASE };
  check(files[file].includes(from), `${what}: "${from}" is not in ${file}`);
  files[file] = from === '' ? to + files[file] : files[file].replace(from, () => to);
  if (more.length > 0) files['m.html'] = files['m.html'].replace(more[0], () => more[1]);
  const found = said(files);
  check(found !== null, `${what}: nothing is said`);
  return { what, found };
});
const cell = text => text.replaceAll('|', '\\|');
const quiet = rows.filter(({ found }) => found === null).length, byC = rows.filter(({ found }) => found !== null && found.by !== 'wickc').length;
const text = `# Typical mistakes

What each of them gets said first. Made by \`WICK_ACCEPT=1 node tests/tmpl/mistakes_test.mjs\`, which also holds it to what wickc says now; the
application with which they are tried is in \`tests/tmpl/mistakes.mjs\`. Of ${rows.length} mistakes wickc says ${rows.length - byC - quiet}, the C compiler or the linker ${byC}; ${quiet} are silent.

| mistake | what is said |
|---|---|
${rows.map(({ what, found }) => `| ${cell(what)} | ${found === null ? 'nothing' : '`' + cell(found.text) + '`'} |`).join('\n')}
`;
if (process.env.WICK_ACCEPT) writeFileSync('docs/mistakes.md', text);
const kept = readFileSync('docs/mistakes.md', 'utf8').split('\n'), now = text.split('\n');
now.forEach((line, idx) => check(line === kept[idx], `docs/mistakes.md, line ${idx + 1}: wickc says now\n  ${line}\n  and not\n  ${kept[idx]}`));
check(kept.length === now.length && rows.length >= 100, `${rows.length} mistakes, ${kept.length} lines`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
