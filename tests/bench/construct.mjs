// construct.mjs - what one use of each construct costs: instructions (callgrind) to render it, to see that it did not change, to
// find its change; bytes of code and tables on armv7. Each number is that of a page with 2N uses less that of one with N, by N.
// usage: node tests/bench/construct.mjs BUILD_DIR B       (make bench does it; B: the folder of objects of profile bench)
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const [build, objects] = process.argv.slice(2);
const N = 16;
const constructs = [
  ['text: integer', '<b>{{.u#.num}}</b>'],
  ['text: string, escaped', '<b>{{.u#.text}}</b>'],
  ['attribute', '<b title="{{.u#.text}}">x</b>'],
  ['URL in href', '<a href="/x?q={{.u#.text}}">x</a>'],
  ['JavaScript in onclick', '<b onclick="f({{.u#.text}})">x</b>'],
  ['CSS in style', '<b style="width: {{.u#.num}}px">x</b>'],
  ['if/else of elements', '{{if .u#.is_on}}<i>on</i>{{else}}<i>off</i>{{end}}'],
  ['if in an attribute', '<b class="a{{if .u#.is_on}} on{{end}}">x</b>'],
  ['with', '{{with .u#.text}}<b>{{.}}</b>{{end}}'],
  ['printf "%d %s"', '<b>{{printf "%d %s" .u#.num .u#.text}}</b>'],
  ['bytes', '<b>{{bytes .u#.big}}</b>'],
  ['duration', '<b>{{duration .u#.big}}</b>'],
  ['variable', '{{$x# := .u#.num}}<b>{{$x#}}</b>'],
  ['variable that is set again', '{{$y# := 1}}{{if .u#.is_on}}{{$y# = 2}}{{end}}<b>{{$y#}}</b>'],
  ['template call', '{{template "t" .u#}}'],
  ['row: integer key, integer', '<li data-key="{{.id}}">{{.num}}</li>', true],
  ['row: text key, integer', '<li data-key="{{.name}}">{{.num}}</li>', true],
];

const settings = (target) => Object.fromEntries(execFileSync('make', ['-s', 'echo', `O=${build}`, `TARGET=${target}`, 'PROFILE=bench'], { encoding: 'utf8' })
  .split('\n').filter((line) => line.includes(' = ')).map((line) => line.split(' = ', 2).map((part) => part.trim())));
const dir = mkdtempSync('/tmp/construct-');
const host = settings('x86_64');
const arm = settings('armv7');
const run = (program, args) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const compile = (set, source, object) => {
  const [cc, ...flags] = set.CC.split(' ');
  run(cc, [...flags, ...set.CFLAGS_B.split(' ').filter((flag) => flag !== '' && flag !== '-fstack-usage'), ...set.INCLUDE.split(' '), '-I.', `-I${dir}`, '-std=gnu11', '-c', '-o', object, source]);
  return object;
};
run('make', ['-s', `O=${build}`, 'TARGET=armv7', `${build}/sysroot/armv7/wick.specs`]);

const pages = [];
constructs.forEach(([, html, isRow], index) => [1, 2].forEach((times) => {
  const name = `c${index}_${times}`;
  const uses = isRow ? `{{range .row}}${html}{{end}}` : Array.from({ length: N * times }, (_, use) => html.replaceAll('#', use)).join('\n');
  const define = html.includes('template') ? '{{define "t"}}<b>{{.num}}</b>{{end}}' : '';
  writeFileSync(`${dir}/${name}.html`, `{{/* wick:tmpl name="${name}" types="tests/bench/construct.h" device="construct" */}}${define}${uses}\n`);
  run(`${build}/host/wickc`, ['-Isrc', '-I.', '-o', dir, `${dir}/${name}.html`]);
  pages.push({ name, rows: isRow ? N * times : 0, slots: N * times });
}));
writeFileSync(`${dir}/pages.h`, `${pages.map((page) => `#include "${page.name}.html.h"\n`).join('')}
static const struct { const struct tmpl *tmpl; uint32_t rows, slots; } pages[] = {
${pages.map((page) => `    { &tmpl_${page.name}, ${page.rows}, ${page.slots} },\n`).join('')}};\n`);

const engine = ['base', 'tmpl', 'diff'].flatMap((layer) => readdirSync(`${objects}/src/${layer}`).filter((file) => file.endsWith('.o')).map((file) => `${objects}/src/${layer}/${file}`));
const made = pages.map((page) => compile(host, `${dir}/${page.name}.html.c`, `${dir}/${page.name}.o`));
const [cc, ...flags] = host.CC.split(' ');
run(cc, [...flags, ...host.LDFLAGS_B.split(' '), '-o', `${dir}/construct`, compile(host, 'tests/bench/construct.c', `${dir}/construct.o`), ...made, ...engine]);
mkdirSync(`${dir}/out`);
const counted = spawnSync('valgrind', ['--tool=callgrind', '--toggle-collect=turn', '--dump-after=turn', `--callgrind-out-file=${dir}/out/cg`, `${dir}/construct`], { encoding: 'utf8' });
if (counted.status !== 0) {
  throw new Error(counted.stdout + counted.stderr);
}
const counts = Array.from({ length: pages.length * 3 }, (_, at) => Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(`${dir}/out/cg.${at + 1}`, 'utf8'))[1]));
const sizes = pages.map((page) => {
  const lines = run('arm-linux-gnueabihf-size', ['-A', compile(arm, `${dir}/${page.name}.html.c`, `${dir}/arm.o`)]).split('\n').map((line) => line.trim().split(/\s+/));
  const sum = (names) => lines.filter(([name]) => names.test(name ?? '')).reduce((total, [, size]) => total + Number(size), 0);
  return { code: sum(/^\.text/), tables: sum(/^\.(rodata|data)/) };
});
console.log('one use of                    render  unchanged  changed |  armv7: code  tables');
constructs.forEach(([title, , isRow], index) => {
  const [render, same, changed] = [0, 1, 2].map((turn) => Math.round((counts[(index * 2 + 1) * 3 + turn] - counts[index * 6 + turn]) / N));
  const per = (what) => (isRow ? sizes[index * 2][what] : (sizes[index * 2 + 1][what] - sizes[index * 2][what]) / N); // a list has one node for its rows
  console.log(`${title.padEnd(28)}${String(render).padStart(8)}${String(same).padStart(11)}${String(changed).padStart(9)} |${String(Math.round(per('code'))).padStart(13)}${String(Math.round(per('tables'))).padStart(8)}${isRow ? '  (the whole page)' : ''}`);
});
rmSync(dir, { recursive: true });
