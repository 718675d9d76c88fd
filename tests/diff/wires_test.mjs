// wires_test.mjs - apply(diff(A, B), A) == render(B) over random tables and transitions (transitions_test.c); fewer of them through
// the whole client.
//   node tests/diff/wires_test.mjs [SEED [COUNT [DOM_COUNT]]]
import { dirname, join } from 'node:path';
import { renderers, result, wholeClient } from './renderers.mjs';

const program = process.env.TRANSITIONS ?? join(dirname(process.env.WICKC ?? 'build/test/wickc'), 'bin/diff/transitions_test');
const [seed = 1, count = 12000, domCount = 2500] = process.argv.slice(2).map(Number);

await renderers(program, [seed, count], count);
await wholeClient(program, [seed + 1, domCount, 'clean'], domCount);
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exit(result.failed === 0 ? 0 : 1);
