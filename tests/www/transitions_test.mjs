// transitions_test.mjs - wick.js in a real DOM shows what the server would render, after any number of changes.
// Templates, states and frames come from tests/diff/transitions_test.c (the real diff and encoder); each page starts as the HTML of
// one state and gets the snapshot of the same or of the next one, so that slots are found in pages that are a little old.
//   node tests/www/transitions_test.mjs [SEED [COUNT [CHROMIUM_COUNT [TEMPLATE]]]]     TEMPLATE: only that one, in Chromium
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { inJsdom, inChromium } from './page.mjs';

const program = process.env.TRANSITIONS ?? join(dirname(process.env.WICKC ?? 'build/test/wickc'), 'bin/diff/transitions_test');
const [seed = 7, count = 1500, chromiumCount = 10000, only] = process.argv.slice(2).map(Number);
let passed = 0, failed = 0;

/** Templates, each with its states: { tree, html: [...], pages: [...], frames: [[...], ...] } (pages: html with marks;
 *  frames[0]: its snapshot). */
async function* templates(seed, count) {
  const child = spawn(program, [seed, count, 'clean'].map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = new Promise(done => child.on('close', done));
  let now;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const { tree, html, page, wick } = JSON.parse(line);
    if (tree) {
      if (now) yield now;
      now = { tree, html: [], pages: [], frames: [] };
    }
    now.html.push(html);
    now.pages.push(page);
    now.frames.push(tree ? [wick] : wick);
  }
  if (now) yield now;
  const status = await exit;
  if (status !== 0) throw new Error(`${program}: status ${status}`);
}

// runs in the page: -> the number of states that were right, and the first that was not
function play({ html, frames, isSame }) {
  Object.getPrototypeOf(performance).now = () => 0; // a page is adopted at once: slices are tested elsewhere
  const { fake, document } = window, elements = [...document.body.querySelectorAll('*')];
  fake.send({ hello: 1, n: 0 });
  for (let i = 0; i < html.length; i++) {
    frames[i].forEach(frame => fake.send(frame));
    if (fake.sockets.length > 1) return { right: i, got: 'the page began afresh', want: '' };
    const got = fake.shown(), want = fake.parse(html[i]);
    if (got !== want) return { right: i, got, want };
    // the page that is there is taken over, not made anew
    if (i === 0 && isSame && !elements.every(element => element.isConnected)) return { right: 0, got: 'elements were replaced', want: '' };
  }
  return { right: html.length };
}

function judge(where, template, number, result, states) {
  passed += result.right;
  if (result.right === states) return;
  if (++failed > 3) return;
  const { got, want } = result;
  let at = 0;
  while (at < want.length && got[at] === want[at]) at++;
  console.log(`${where}, seed ${seed}, template ${number}, state ${result.right}: differs at ${at}\n  got  ${got.slice(Math.max(0, at - 80), at + 200)}\n` +
    `  want ${want.slice(Math.max(0, at - 80), at + 200)}\n  was ${template.html[result.right - 1]}\n  frames ${JSON.stringify(template.frames[result.right]).slice(0, 1500)}`);
}

// every second template: the page is that of the state before the snapshot
function begin(template, number) {
  const late = template.frames.findIndex((frames, i) => i > 0 && frames.length === 1 && frames[0].x);
  if (number % 2 === 0 || late < 1) return { first: template.pages[0], html: template.html, frames: template.frames, isSame: true };
  return { first: template.pages[late - 1], html: template.html.slice(late), frames: template.frames.slice(late) };
}

async function everywhere(where, open, run, seed, count) {
  let number = 0, states = 0;
  for await (const template of templates(seed, count)) {
    if (only !== undefined && number !== only) {
      number++;
      continue;
    }
    const part = begin(template, number);
    const page = await open(part.first, { tree: template.tree });
    judge(where, template, number, await run(page, part), part.html.length);
    if (page.errors.length > 0 && ++failed < 4) console.log(`${where}, template ${number}: ${page.errors[0]}`);
    await page.close();
    number++;
    states += part.html.length;
  }
  if (states < count / 2 && only === undefined) throw new Error(`only ${states} states`);
}

if (only === undefined) await everywhere('jsdom', inJsdom, (page, part) => play.call(null, part, (globalThis.window = page.window)), seed, count);
const chromium = await inChromium();
await everywhere('Chromium', chromium.open, (page, part) => page.evaluate(play, part), seed + 1, chromiumCount);
await chromium.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
