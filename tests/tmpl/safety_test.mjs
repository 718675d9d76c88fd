// safety_test.mjs - no value gets out of its place in a browser: the pages of known faults, and a kept part of the random ones (safety/safety.mjs).
// Long: tests/tmpl/safety/safety.mjs --templates 1000; safety/mutate.mjs tries whether the faults would be found.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const wickc = join(process.env.O ?? 'build', 'host/wickc');
let failed = 0;
for (const options of [['--fixed'], ['--templates', '16', '--sets', '40', '--seed', '1']]) {
  const run = spawnSync('node', ['tests/tmpl/safety/safety.mjs', '--wickc', wickc, ...options], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const [, templates, pages, findings] = /^(\d+) templates .* (\d+) pages, (\d+) findings$/m.exec(run.stdout) ?? [];
  const isGood = run.status === 0 && Number(findings) === 0 && Number(pages) >= (options[0] === '--fixed' ? 40 : 500) && Number(templates) > 0;
  if (!isGood) {
    failed++;
    console.log(`${options.join(' ')}: ${run.stdout.slice(0, 6000)}${run.stderr}`);
  }
}
console.log(`${2 - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
