// metrics_test.mjs - /metrics, /healthz, /readyz of the real program. The answer is read by a parser of the text format that is
// written from its description (strict: what Prometheus would refuse, it refuses), and by the one that npm has.
//   WICK=build/x86_64/wick node tests/dash/metrics_test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { need } from '../need.mjs';
import { program, suite } from '../e2e/program.mjs';

const parser = need('parse-prometheus-text-format'), theirs = parser.default ?? parser;
const wick = await program(process.env.WICK ?? 'build/x86_64/wick');
const { test, end } = suite();

// https://prometheus.io/docs/instrumenting/exposition_formats/: families in one piece, HELP and TYPE before the lines, no label twice
function parse(text) {
  assert.ok(text.endsWith('\n'), 'the last line ends with a line feed');
  const families = new Map(), done = new Set();
  let family = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (head) {
      if (family?.name !== head[2]) {
        assert.ok(!done.has(head[2]), `family ${head[2]} twice`);
        done.add(head[2]);
        families.set(head[2], family = { name: head[2], lines: [] });
      }
      assert.equal(family[head[1]], undefined, `${head[1]} twice: ${line}`);
      assert.equal(family.lines.length, 0, `${head[1]} after its lines`);
      if (head[1] === 'TYPE') assert.match(head[3], /^(counter|gauge)$/);
      family[head[1]] = head[3];
      continue;
    }
    const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\})|(?=\})))*)\})? (-?\d+(?:\.\d+)?)$/.exec(line);
    assert.ok(parts, `not a line of the format: ${line}`);
    assert.equal(parts[1], family?.name, `outside of its family: ${line}`);
    const labels = {};
    for (const [, name, value] of (parts[2] ?? '').matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
      assert.ok(!(name in labels), `label ${name} twice: ${line}`);
      labels[name] = value.replace(/\\(.)/g, (_, c) => c === 'n' ? '\n' : c);
    }
    const key = JSON.stringify(Object.entries(labels).sort());
    assert.ok(!family.lines.some(other => other.key === key), `line twice: ${line}`);
    family.lines.push({ key, labels, value: +parts[3] });
  }
  for (const { name, HELP, TYPE, lines } of families.values()) {
    assert.ok(HELP && TYPE, `${name} has HELP and TYPE`);
    assert.ok(lines.length > 0, `${name} has lines`);
    if (TYPE === 'counter') assert.ok(/_total$|^node_vmstat_oom_kill$/.test(name) && lines.every(({ value }) => value >= 0), name);
  }
  return families;
}
const get = async () => {
  const response = await fetch(wick.url + 'metrics');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return response.text();
};
const value = (families, name, labels = {}) => families.get(name)?.lines.find(line => Object.entries(labels).every(([k, v]) => line.labels[k] === v))?.value;

await test('the text is of the format, for our parser and for theirs', async () => {
  const text = await get(), ours = parse(text), other = theirs(text);
  assert.equal(other.length, ours.size);
  for (const { name, type, metrics } of other) {
    const mine = ours.get(name);
    assert.equal(type.toLowerCase(), mine.TYPE, name);
    assert.deepEqual(metrics.map(m => [m.labels ?? {}, +m.value]), mine.lines.map(m => [m.labels, m.value]), name);
  }
});

await test('the values are those of the machine', async () => {
  const families = parse(await get()), meminfo = readFileSync('/proc/meminfo', 'utf8');
  assert.equal(value(families, 'node_memory_MemTotal_bytes'), 1024 * +/MemTotal:\s+(\d+)/.exec(meminfo)[1]);
  assert.ok(Math.abs(value(families, 'node_time_seconds') - Date.now() / 1000) < 5);
  const btime = +/btime (\d+)/.exec(readFileSync('/proc/stat', 'utf8'))[1];
  assert.ok(Math.abs(value(families, 'node_boot_time_seconds') - btime) < 5);
  assert.equal(value(families, 'node_uname_info'), 1);
  assert.equal(families.get('node_uname_info').lines[0].labels.release, readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
  const cpus = readFileSync('/proc/stat', 'utf8').match(/^cpu\d+/gm).length;
  assert.equal(families.get('node_cpu_seconds_total').lines.length, Math.min(cpus, 64) * 8);
  assert.ok(value(families, 'node_filesystem_size_bytes', { mountpoint: '/' }) === undefined ||
            value(families, 'node_filesystem_size_bytes', { mountpoint: '/' }) > 0);
  assert.equal(value(families, 'wick_build_info'), 1);
  for (const check of ['settings', 'clock', 'storage', 'memory', 'temperature', 'network']) {
    assert.ok([0, 1, 2].includes(value(families, 'wick_health', { check })), check);
  }
});

await test('counters count', async () => {
  const before = parse(await get());
  for (let i = 0; i < 3; i++) await (await fetch(wick.url)).text();
  const after = parse(await get());
  assert.equal(value(after, 'wick_net_requests_total') - value(before, 'wick_net_requests_total'), 4);
  assert.deepEqual([...after.keys()], [...before.keys()], 'no family appears later');
  for (const { name, TYPE, lines } of after.values()) {
    if (TYPE === 'counter' && name.startsWith('wick_')) assert.ok(lines[0].value >= value(before, name), name);
  }
});

await test('healthz and readyz', async () => {
  const health = await fetch(wick.url + 'healthz'), ready = await fetch(wick.url + 'readyz');
  assert.deepEqual([health.status, await health.text()], [200, 'ok\n']);
  assert.deepEqual([ready.status, await ready.text()], [200, 'application: ok\nsettings: ok\n']);
  for (const path of ['healthz', 'readyz', 'metrics']) {
    const head = await fetch(wick.url + path, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
    assert.equal((await fetch(wick.url + path, { method: "POST" })).status, 405);
    assert.equal((await fetch(wick.url + path + '/')).status, 404);
  }
});

await wick.stop();
end();
