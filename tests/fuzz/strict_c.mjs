// strict_c.mjs - what wickc accepts must compile as the build compiles: every warning is an error, and none is excused.
// usage: node tests/fuzz/strict_c.mjs BUILD_DIR [SNIPPETS [SEED]]     (needs `make` to have been run; not part of make test)
//
// Snippets are put together from places of HTML, actions, conditions and values, right and wrong ones. Each that wickc accepts
// alone is compiled together with others in one page; of a page that fails its snippets are compiled one by one.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';

const [build, count = '1000', seed = '1'] = process.argv.slice(2);
const dir = mkdtempSync('/tmp/strict-c-');
const settings = Object.fromEntries(execFileSync('make', ['-s', 'echo', `O=${build}`], { encoding: 'utf8' })
  .split('\n').filter((line) => line.includes(' = ')).map((line) => line.split(' = ', 2).map((part) => part.trim())));
const flags = [...settings.CC.split(' ').slice(1), ...settings.CFLAGS_B.split(' '), ...settings.WARN.split(' '), ...settings.WARN_GCC.split(' '),
  ...settings.INCLUDE.split(' '), '-std=gnu11', '-I.', `-I${dir}`].filter((flag) => flag !== '' && flag !== '-fstack-usage');

let state = Number(seed) >>> 0;
const random = (below) => { // Park and Miller
  state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0;
  return (state >>> 8) % below;
};
let names = 0;
const pick = (list) => list[random(list.length)];

const places = {
  device: ['.name', '.note', '.uptime_s', '.temp_mc', '.cpu.pct', '.cpu.load_milli', '.is_on', '.paused', '.period', '.theme', '.fan', '.port', '.history', '.cpu', '.fan.len', '.port.dropped'],
  fan: ['.id', '.rpm', '.port', '.port.len', '.', '$.name', '$.temp_mc', '$i', '$v.rpm', '$v'],
  port: ['.number', '.name', '.is_up', '.mbit', '.', '$.uptime_s', '$.theme', '$i', '$v.mbit', '$v.name'],
  number: ['.', '$i', '$v', '$.name', '$.cpu.pct'],
};
const literals = ['0', '1', '-7', '0x7f', '9223372036854775807', "'x'", '"a\\"b<"', '"%d"', '""', 'true', 'false', '`raw`', '3.5', '1e3'];
const formats = ['%d', '%5d', '%-8s|', '%05d', '%x', '%X', '%q', '%v', '%s', '%t', '%c', '%%', '%+d', '%6.2f', '%08b', '%o', '%U', '%#x', '%T', '% d', '%.3s', '%-5t', '%*d'];

function value(scope, depth) {
  const inner = () => (depth > 2 || random(3) > 0 ? atom(scope) : `(${value(scope, depth + 1)})`);
  switch (random(16)) {
    case 0: return `${pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])} ${inner()} ${inner()}`;
    case 1: return `${pick(['and', 'or'])} ${inner()} ${inner()}${random(3) ? '' : ` ${inner()}`}`;
    case 2: return `not ${inner()}`;
    case 3: return `len ${inner()}`;
    case 4: return `index ${inner()} ${inner()}`;
    case 5: return `printf "${pick(formats)}${random(2) ? '' : ` x${pick(formats)}`}" ${inner()}${random(2) ? '' : ` ${inner()}`}`;
    case 6: return `${pick(['print', 'println'])} ${inner()}${random(2) ? '' : ` ${inner()}`}`;
    case 7: return `${pick(['bytes', 'duration', 'html', 'js', 'urlquery', 'spark', 'upper'])} ${inner()}`;
    case 8: return `milli ${inner()} ${pick(['1', '2', '3'])}`;
    case 9: return `slice ${inner()} ${inner()}${random(2) ? '' : ` ${inner()}`}`;
    case 10: return `${inner()} | ${pick(['print', 'len', 'html', 'urlquery', 'js', 'printf "%v"', 'not', 'eq 1', 'bytes'])}`;
    case 11: return `${pick(['error', 'draft'])} "name"${random(2) ? '' : ` ${inner()}`}`;
    default: return atom(scope);
  }
}
const atom = (scope) => (random(4) ? pick(places[scope]) : pick(literals));
const action = (scope) => `{{${random(12) ? '' : '- '}${value(scope, 0)}${random(12) ? '' : ' -'}}}`;

// text that may hold actions and structures: element false inside tags and raw text
function text(scope, depth, element) {
  const body = () => (depth > 2 ? action(scope) : Array.from({ length: 1 + random(2) }, () => text(scope, depth + 1, element)).join(''));
  switch (random(depth > 2 ? 4 : 12)) {
    case 0: case 1: case 2: return action(scope);
    case 3: return pick(['a ', 'b?c=', '/', '&amp;', ';', "it's", '%', '1']);
    case 4: return `{{if ${value(scope, 0)}}}${body()}{{end}}`;
    case 5: return `{{if ${value(scope, 0)}}}${body()}{{else if ${value(scope, 0)}}}${body()}{{else}}${body()}{{end}}`;
    case 6: return `{{with ${random(2) ? '' : '$x := '}${value(scope, 0)}}}${random(2) ? '{{.}}' : body()}{{else}}${body()}{{end}}`;
    case 7: {
      const name = `$y${++names}`;
      return `{{${name} := ${value(scope, 0)}}}{{${name}}}${random(2) ? `{{if ${value(scope, 0)}}}{{${name} = ${value(scope, 0)}}}{{end}}{{${name}}}` : ''}`;
    }
    case 8: {
      const [list, inside] = pick([['.fan', 'fan'], ['.port', 'port'], ['.history', 'number'], ['4', 'number'], ['$.port', 'port']]);
      const inner = () => (random(8) ? '' : `{{if ${value(inside, 0)}}}{{${pick(['break', 'continue'])}}}{{end}}`) + text(inside, depth + 1, element);
      const key = { fan: '.id', port: pick(['.number', '.name']), number: '.' }[inside];
      const row = element ? `<li data-key="{{${key}}}">${inner()}</li>` : inner();
      return `{{range ${pick(['', '$v := ', '$i, $v := '])}${list}}}${row}${random(3) ? '' : `{{else}}${body()}`}{{end}}`;
    }
    case 9: return element ? content(scope, depth + 1) : action(scope);
    case 10: return `{{template "${element ? 'e' : 'a'}" ${pick(['.', '.name', '.fan', '1'])}}}`;
    default: return element ? `<b class="${text(scope, depth + 1, false)}">${text(scope, depth + 1, true)}</b>` : action(scope);
  }
}

function content(scope, depth) {
  const some = () => text(scope, depth + 1, false);
  return pick([
    () => `<p>${text(scope, depth + 1, true)}</p>`,
    () => `<p title="${some()}" lang='${some()}'>x</p>`,
    () => `<a href="${some()}">x</a>`,
    () => `<a href="/x?${some()}=${some()}#${some()}">x</a>`,
    () => `<img alt=${action(scope)} src="${some()}" srcset="${some()} 2x">`,
    () => `<p style="width: ${some()}px; background: url('${some()}')">x</p>`,
    () => `<p onclick="f(${some()}, '${some()}')">x</p>`,
    () => `<p {{if ${value(scope, 0)}}}hidden{{end}} data-x="${some()}">x</p>`,
    () => `<p {{${value(scope, 0)}}}="1" data-{{${value(scope, 0)}}}="${some()}">x</p>`,
    () => `<script>var x = ${some()}; var y = "${some()}"; var z = \`${some()}\`; /${some()}/.test(x);</script>`,
    () => `<style>p { color: ${some()}; font: "${some()}" }</style>`,
    () => `<textarea name="t" aria-label="t">${some()}</textarea>`,
    () => `<title>${some()}</title>`,
    () => `<svg><path d="M0 ${some()}"/></svg>`,
    () => `<!-- ${some()} -->`,
    () => `<input name="n" aria-label="n" value="${some()}"><option value="${some()}">${some()}</option>`,
  ])();
}

const head = '{{/* wick:tmpl name="page" types="tests/tmpl/sample.h" device="sample_device" view="sample_view" */}}\n' +
  '{{define "a"}}{{.}}{{end}}{{define "e"}}<i>{{.}}</i>{{end}}';
const wickc = (path, more) => spawnSync(`${build}/host/wickc`, ['-Isrc', '-I.', '-o', dir, ...more, path], { encoding: 'utf8', timeout: 10000 });
function compile(snippets, more) {
  writeFileSync(`${dir}/page.html`, `${head}${snippets.join('\n')}\n`);
  const made = wickc(`${dir}/page.html`, more);
  if (made.status !== 0) {
    return `wickc refuses together what it accepts alone: ${made.stderr}`;
  }
  const cc = spawnSync(settings.CC.split(' ')[0], [...flags, '-c', '-o', '/dev/null', `${dir}/page.html.c`], { encoding: 'utf8' });
  return cc.status === 0 ? '' : cc.stderr.split('\n').slice(0, 12).join('\n');
}

let tried = 0, accepted = 0, bad = 0, odd = 0, batch = [];
const why = new Map();
function flush() {
  for (const more of batch.length === 0 ? [] : [[], ['--no-marks']]) {
    if (compile(batch, more) === '') {
      continue;
    }
    let found = 0;
    for (const snippet of batch) {
      const said = compile([snippet], more);
      if (said !== '') {
        found++;
        console.log(`--- ${snippet}\n${said}\n`);
      }
    }
    bad += found;
    if (found === 0) {
      odd++;
      console.log(`--- together only:\n${batch.join('\n')}\n${compile(batch, more)}`);
    }
    break;
  }
  batch = [];
}
for (; tried < Number(count) && bad < 10; tried++) {
  const snippet = content('device', 0).replaceAll(/<title>.*<\/title>/g, (all) => (tried % 7 ? 'x' : all));
  writeFileSync(`${dir}/page.html`, `${head}${snippet}\n`);
  const made = wickc(`${dir}/page.html`, []);
  if (made.status === 0) {
    accepted++;
    batch.push(snippet);
  } else if (made.status !== 1 || made.stderr === '') {
    bad++;
    console.log(`--- ${snippet}\nwickc ended with status ${made.status} ${made.signal ?? ''}\n`);
  } else {
    const text = made.stderr.split('\n').find((line) => line.includes(' error: ')).replace(/^.*? error: /, '').replaceAll(/"[^"]*"/g, '"..."');
    why.set(text, (why.get(text) ?? 0) + 1);
  }
  if (batch.length === 25) {
    flush();
  }
}
flush();
rmSync(dir, { recursive: true });
if (process.env.V) {
  console.log([...why].sort((a, b) => b[1] - a[1]).map(([text, times]) => `${times} ${text}`).join('\n'));
}
console.log(`${tried} snippets, ${accepted} accepted, ${bad + odd} not compiled`);
process.exit(bad + odd > 0 ? 1 : 0);
