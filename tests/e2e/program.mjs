// program.mjs - a program of ours (WICK, HELLO) on a free port with a folder of its own, and browsers to look at it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from '../need.mjs';

export const sleep = ms => new Promise(done => setTimeout(done, ms));
const freePort = () => new Promise(done => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
});

/** Start path; stop() ends it, kill() as a power cut would, start() again on the same port with the same state. */
export async function program(path) {
  const port = await freePort(), state = mkdtempSync(join(tmpdir(), 'wick-e2e-'));
  let child, log = '';
  const self = {
    url: `http://127.0.0.1:${port}/`,
    log: () => log,
    async start() {
      child = spawn(path, ['--listen', `127.0.0.1:${port}`, '--state', state], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.on('error', error => { log += error; });
      for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { log += data; });
      for (let tries = 0; tries < 600; tries++) {
        if (await fetch(self.url).then(res => res.ok, () => false)) return self;
        if (child.exitCode !== null || child.pid === undefined) break;
        await sleep(50);
      }
      throw new Error(`${path} does not answer: ${log}`);
    },
    end: signal => new Promise(done => { child.once('close', done); child.kill(signal); }),
    signal: name => child.kill(name),
    kills: 0,
    kill: () => { self.kills++; return self.end('SIGKILL'); },
    async stop() { if (child.exitCode === null && child.signalCode === null) await self.end('SIGTERM'); rmSync(state, { recursive: true, force: true }); return child.exitCode; },
  };
  return self.start();
}

export const launch = (args = []) => ({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage', '--no-first-run', ...args],
});
export const browser = args => need('playwright-core').chromium.launch(launch(args));

/** Named tests one after another; exit code and last line as tests/run wants them. */
export function suite(only = process.argv[2] ?? '') {
  let passed = 0, failed = 0;
  return {
    async test(name, fn) {
      if (!name.includes(only)) return;
      try {
        await fn();
        passed++;
      } catch (error) {
        failed++;
        console.log(`FAILED ${name}\n  ${String(error.stack ?? error).split('\n').slice(0, process.env.SHOW ? 99 : 10).join('\n  ')}`);
      }
    },
    end() {
      console.log(`${passed} passed, ${failed} failed`);
      process.exit(failed === 0 && passed > 0 ? 0 : 1);
    },
  };
}
