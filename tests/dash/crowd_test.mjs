// crowd_test.mjs - more connections than file descriptors: the newest are served, and neither sources nor settings go short.
//   WICK=build/x86_64/wick node tests/dash/crowd_test.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sleep = ms => new Promise(done => setTimeout(done, ms));
const state = mkdtempSync(join(tmpdir(), 'wick-crowd-'));
let out = '', err = '';
const wick = spawn('sh', ['-c', 'ulimit -n 24 && exec "$0" "$@"', process.env.WICK ?? 'build/x86_64/wick', '--listen', '127.0.0.1:0', '--state', state]);
wick.stdout.on('data', data => { out += data; });
wick.stderr.on('data', data => { err += data; });
const ended = new Promise(done => wick.once('close', done));
for (let tries = 0; tries < 600 && !out.includes('\n'); tries++) await sleep(50);
const port = Number(/:(\d+)\//.exec(out)[1]);

/** A connection of its own: one request, its answer when the server closes. */
const ask = (head, body = '') => new Promise((done, fail) => {
  let answer = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(`${head} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`));
  socket.setTimeout(60000, () => socket.destroy(new Error(`no answer to ${head}`)));
  socket.on('data', data => { answer += data; });
  socket.on('error', fail);
  socket.on('close', () => done(answer));
});
const cards = page => [...page.matchAll(/<section[^>]* id="(\w+)"/g)].map(match => match[1]).filter(id => id !== 'temperature');
const rename = name => ask('POST /', JSON.stringify({ a: 1, do: 'rename', f: { name, note: '' } }));

let status = 0;
const idle = [];
try {
  const before = cards(await ask('GET /'));
  assert.ok(before.includes('cpu') && before.includes('storage'), before.join());
  assert.match(await rename('Alone'), /"ok":true/);
  let closed = 0;
  for (let count = 0; count < 60; count++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', () => { closed++; });
    socket.resume();
    idle.push(socket);
  }
  await sleep(1500); // the sources are read again
  assert.ok(closed >= 40 && closed < 60, `${closed} of 60 were closed: the oldest go, as far as needed`);
  assert.deepEqual(cards(await ask('GET /')), before);
  assert.match(await rename('In a crowd'), /"ok":true/);
  assert.match(await ask('GET /'), /<title>[^\n]*In a crowd/);
  for (const socket of idle) socket.destroy();
  assert.deepEqual(cards(await ask('GET /')), before);
  assert.doesNotMatch(err, /settings cannot be written/);
  console.log('1 passed, 0 failed');
} catch (error) {
  status = 1;
  console.log(`${error.stack}\n${err}\n0 passed, 1 failed`);
}
for (const socket of idle) socket.destroy();
wick.kill();
await ended;
rmSync(state, { recursive: true, force: true });
process.exit(status);
