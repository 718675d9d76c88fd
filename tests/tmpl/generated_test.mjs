// generated_test.mjs - random templates with random data, kept with what Go printed for them: wickc prints the same bytes.
//
// gen/golden.gz holds a line of JSON for each template: t the template, d data sets as text, w what Go prints for each (null: Go refuses), r wickc
// refuses. Made by tests/tmpl/gen/*.go, see there; tests/tmpl/gen/run compares a hundred thousand of them (go/get brings Go).
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const run = promisify(execFile);
const { WICKC = 'build/test/wickc', O = 'build' } = process.env;
const library = join(O, 'host/preview');
const flags = ['-std=gnu11', '-w', '-O0', '-I' + join(library, 'include'), '-Itests/tmpl/gen'];
const cases = gunzipSync(readFileSync('tests/tmpl/gen/golden.gz')).toString().trim().split('\n').map(line => JSON.parse(line));
const dir = mkdtempSync(join(tmpdir(), 'wick-generated-'));
let failed = 0, equal = 0, refused = 0;

function wrong(number, why) {
  failed++;
  if (failed <= 20) console.log(`template ${number}: ${why}\n${cases[number].t.slice(0, 2000)}\n`);
}

// The names of the object files; '' where wickc refuses.
async function compile(number) {
  const { t, d, w, r } = cases[number];
  const base = join(dir, 't' + number), data = d.map((_, set) => `${base}_${set}.json`);
  writeFileSync(base + '.html', t);
  d.forEach((value, set) => writeFileSync(data[set], value));
  const goRefuses = w.every(text => text === null);
  try {
    await run(WICKC, ['preview', '--no-marks', base + '.html', ...data, '--c', base + '.c', '--name', 't' + number]);
  } catch (error) {
    refused++;
    if (error.code !== 1 || !/error: /.test(error.stderr)) wrong(number, `wickc ends with ${error.code}: ${error.stderr}`);
    else if (!r && !goRefuses) wrong(number, `wickc refuses it: ${error.stderr}`);
    return '';
  }
  if (goRefuses && r) wrong(number, 'Go refuses it, as wickc did');
  await run('gcc', [...flags, '-c', '-o', base + '.o', base + '.c']);
  return base + '.o';
}

try {
  const objects = [];
  let next = 0;
  await Promise.all([0, 1].map(async () => {
    while (next < cases.length) {
      const number = next++;
      objects[number] = await compile(number);
    }
  }));
  const good = objects.map((object, number) => object && number).filter(number => number !== '');
  writeFileSync(join(dir, 'table.c'), '#include "run.h"\n' + good.map(n => `extern const struct preview_table preview_t${n};\n`).join('') +
    'const struct run_row run_rows[] = {\n' + good.map(n => `{ "${n}", &preview_t${n} },\n`).join('') + '{ 0 } };\n');
  execFileSync('gcc', [...flags, '-o', join(dir, 'run'), join(dir, 'table.c'), 'tests/tmpl/gen/run.c', ...objects.filter(object => object),
    join(library, 'libwick_tmpl.a')]);
  const out = execFileSync(join(dir, 'run'), { maxBuffer: 1 << 28 });
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at);
    const [number, set, size] = out.subarray(at, end).toString().split(' ').map(Number);
    const got = out.subarray(end + 1, end + 1 + size).toString(), want = cases[number].w[set];
    at = end + 1 + Math.max(size, 0) + 1;
    if (want === null || size < 0) continue; // an index outside of its list: Go stops, wickc has zeros; a text that is too long for its variable
    if (got === want) equal++;
    else wrong(number, `set ${set}\ndata ${cases[number].d[set]}\nGo    ${want}\nwickc ${got}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${cases.length} templates, ${equal} pairs equal, ${refused} templates refused`);
if (equal < 1400) wrong(0, 'too few pairs were compared');
process.exit(failed === 0 ? 0 : 1);
