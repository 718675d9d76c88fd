// views.mjs - what idle viewers of the dashboard cost: memory per view, CPU per second while it ticks for all of them.
//   node tests/bench/views.mjs <wick of profile bench> [viewers]      prints one line of JSON
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [binary, count = '1000'] = process.argv.slice(2), viewers = Number(count);
const state = mkdtempSync(join(tmpdir(), 'wick-views-'));
const wick = spawn(binary, ['--listen', '127.0.0.1:0', '--state', state], { stdio: ['ignore', 'pipe', 'ignore'] });
const sleep = ms => new Promise(done => setTimeout(done, ms));
const port = await new Promise(found => { let text = ''; wick.stdout.on('data', more => { const at = /:(\d+)\//.exec(text += more); if (at) found(Number(at[1])); }); });
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${wick.pid}/status`, 'utf8'))[1]) * 1024;
const cpuMs = () => Number(readFileSync(`/proc/${wick.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

// One tab: the page, then its stream. All frames are read and counted, none is looked at.
let frames = 0, bytes = 0;
function tab() {
  return new Promise((joined, failed) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '', asked = false, open = false;
    socket.on('error', failed);
    socket.on('data', data => {
      if (open) { frames++; bytes += data.length; return; }
      text += data.toString('latin1');
      const token = /data-wick="([0-9a-f]+)"/.exec(text);
      if (token && !asked && text.includes('</html>')) {
        asked = true;
        socket.write(`GET /?v=${token[1]} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: wick.1\r\n\r\n');
      } else if (asked && text.includes('101 Switching')) {
        open = true;
        joined(socket);
      }
    });
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  });
}

await tab(); // pages that the first one touches are not the price of the others
await sleep(1500);
const before = rss();
for (let done = 0; done < viewers; done += 50) await Promise.all(Array.from({ length: Math.min(50, viewers - done) }, tab));
await sleep(7000);
const after = rss(), cpuBefore = cpuMs(), framesBefore = frames, bytesBefore = bytes;
await sleep(10000);
console.log(JSON.stringify({ bench: 'views', viewers, rss_bytes_per_idle_view: Math.round((after - before) / viewers),
  cpu_ms_per_s: Number(((cpuMs() - cpuBefore) / 10).toFixed(2)), frames_per_s: Math.round((frames - framesBefore) / 10),
  bytes_per_frame: Math.round((bytes - bytesBefore) / (frames - framesBefore)), rss_bytes: after }));
wick.kill();
rmSync(state, { recursive: true });
process.exit(0);
