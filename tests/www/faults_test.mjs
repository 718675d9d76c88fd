// faults_test.mjs - whatever the server says and whatever another program in the browser has done to the page: nothing is thrown, at
// most one fault is reported and one snapshot asked for, and then the page shows what the server would render.
// Templates and frames come from tests/diff/transitions_test.c. Damage and mutations follow from the seed.
//   node tests/www/faults_test.mjs [SEED [COUNT]]
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { inJsdom, inChromium } from './page.mjs';

const program = process.env.TRANSITIONS ?? join(dirname(process.env.WICKC ?? 'build/test/wickc'), 'bin/diff/transitions_test');
const [seed = 3, count = 2500] = process.argv.slice(2).map(Number);
let passed = 0, failed = 0;
const seen = {};                 // kind of trouble -> [times, times that a snapshot was needed]

/* --- the server's side: templates with their states as full snapshots -------------------------------------------------------- */

async function* templates() {
  const child = spawn(program, [seed, count, 'clean'].map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let now;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const { tree, html, page, wick } = JSON.parse(line);
    if (tree) {
      if (now) yield now;
      now = { tree, html: [], frames: [], full: [], page };
    }
    now.html.push(html);
    now.frames.push(tree ? [wick] : wick);
    now.full.push(now.frames.at(-1).reduce((values, { t, x }) => x ? Object.values(t) : merge(now.tree, now.tree.root, values, t), now.full.at(-1)));
  }
  yield now;
}
/** All values of node id after a change. */
function merge(tree, id, values, change) {
  values = [...values];
  for (const i in change) values[i] = mergeSlot(tree, tree.nodes[id][1][i], values[i], change[i]);
  return values;
}
function mergeSlot(tree, slot, old, value) {
  if (slot === 3 && value && !Array.isArray(value)) return [old[0], ...merge(tree, old[0], old.slice(1), value)];
  if (slot[0] !== 4 || typeof slot[1] !== 'number' || slot.length !== 4 || !Array.isArray(value)) return value;
  const [, row, key] = slot, list = [...old.l], find = text => list.findIndex(values => values[key] === text);
  const after = text => text === null ? 0 : find(text) + 1;
  for (const [op, name, ...rest] of value) {
    if (op === '=') list[find(name)] = merge(tree, row, list[find(name)], rest[0]);
    else if (op === '-') for (const gone of [name, ...rest]) list.splice(find(gone), 1);
    else if (op === '+') list.splice(after(name), 0, ...rest);
    else {
      const [moved] = list.splice(find(name), 1);
      list.splice(after(rest[0]), 0, moved);
    }
  }
  return { l: list };
}

/* --- trouble ------------------------------------------------------------------------------------------------------------------- */

let random = seed * 2654435761 >>> 0;
const below = n => {
  random ^= random << 13;
  random ^= random >>> 17;
  random ^= random << 5;
  return (random >>> 0) % n;
};
const pick = list => list[below(list.length)];
const odd = [null, 0, -1, 7, true, '', 'x', '&', '<b>', '</p><p>', [], {}, [[]], { l: [] }, { l: [[]] }, { 0: 'x' }, [0], [1e9], [['?']], [['+', null, []]], [['=', 'x', {}]], [['-']], [['>', null, null]]];
/** A message in which something is something else. */
function mutate(message) {
  const copy = JSON.parse(JSON.stringify(message)), places = [];
  (function walk(value) {
    if (value && typeof value === 'object') for (const key of Object.keys(value)) places.push([value, key]), walk(value[key]);
  })(copy);
  const [at, key] = pick(places), [from, other] = pick(places);
  const how = below(5);
  if (how === 0) at[key] = pick(odd);
  else if (how === 1) delete at[key];
  else if (how === 2) at[key] = JSON.parse(JSON.stringify(from[other] ?? null));
  else if (how === 3 && Array.isArray(at)) at.splice(key, 0, JSON.parse(JSON.stringify(at[key] ?? null)));
  else at[pick(['0', '1', '__proto__', 'x', '99'])] = pick(odd);
  return JSON.stringify(copy);
}
// early: before the first snapshot; translator: after every message
const damages = ['translate', 'translator', 'early translate', 'early clone', 'early insert', 'early comments', 'early wrap', 'remove', 'wrap', 'insert', 'clone', 'move', 'text', 'comments', 'split'];

// Runs in the page. trouble: { damage, number } or { text }; then the next state comes as frames, then as a snapshot. After a fault the
// server answers with the snapshot. -> what is wrong, or whether a snapshot was asked for
function play({ first, frames, snapshot, html, trouble }) {
  Object.getPrototypeOf(performance).now = () => 0;
  const { fake, document } = window, root = () => document.querySelector('[data-wick]');
  const said = [];
  window.console.error = (...args) => said.push(args.join(' '));
  const isTheirs = node => node.nodeType === 1 && /^(font|x-ext)$/i.test(node.localName);
  // nodes of other programs are no part of what the page shows; the text in them is
  const shape = node => isTheirs(node) ? [...node.childNodes].map(shape).join('') :
    node.nodeType === 1 && !node.hasAttribute('data-own') ? fake.shape(node.cloneNode(false)).replace(/\x02\x03$/, '\x02') + [...node.childNodes].map(shape).join('') + '\x03' : fake.shape(node);
  const shown = () => [...root().childNodes].map(shape).join('');
  let isFault = false;
  const heal = () => {
    if (document.documentElement.dataset.live !== 'lost') return;
    isFault = true;
    document.dispatchEvent(new Event('wick:connect'));
    fake.send({ hello: 1, n: 9 });
    fake.send({ n: 9, p: 1, x: true, t: snapshot });
  };
  let lost = '';
  const [damage, when] = (trouble.damage ?? '').split(' ').reverse();
  if (when) hurt(damage, trouble.number);
  fake.send({ hello: 1, n: 0 });
  fake.send(first);
  if (fake.sockets.length > 1 || when && said.length) return 'it began with a fault';
  if (damage && !when) lost = hurt(damage, trouble.number);
  if (trouble.text) fake.send(trouble.text);
  heal();
  if (!isFault) frames.forEach(frame => {
    fake.send(frame);
    if (damage === 'translator') hurt(damage);
  });
  heal();
  if (!isFault) fake.send({ n: 9, p: 1, x: true, t: snapshot });
  heal();
  if (said.length > 1 || fake.sockets.length > 2) return `${said.length} reports, ${fake.sockets.length} connections: ${said.join('; ')}`;
  const want = fake.parse(html), got = shown();
  const isRight = got === want || lost !== '' && want.includes(lost) && want.split(lost).some((_, i, all) => all.slice(0, i).join(lost) + all.slice(i).join(lost) === got);
  if (isFault && /^translat/.test(damage)) return 'a snapshot for a translated page';
  return isRight || damage === 'move' && !isFault ? { isFault } : `got  ${got}\n  want ${want}\n  lost ${lost}`;

  function hurt(damage, number) {
    const all = [], walk = document.createTreeWalker(root(), NodeFilter.SHOW_ALL);
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('[data-own]') && walk.currentNode.localName !== 'script') all.push(walk.currentNode);
    const node = all[(number ?? 0) % all.length], ext = document.createElement('x-ext');
    if (/^translat/.test(damage)) {
      for (const text of all.filter(node => node.nodeType === 3 && node.data.trim() && !/^(script|style|textarea|title|option)$/.test(node.parentNode.localName))) {
        const font = document.createElement('font');
        font.append(document.createElement('font'));
        font.firstChild.textContent = text.data;
        text.replaceWith(font);
      }
    } else if (damage === 'remove') {
      const was = shape(node);
      node.remove();
      return was;
    } else if (damage === 'wrap') node.replaceWith(ext), ext.append(node);
    else if (damage === 'insert') node[number % 2 ? 'before' : 'after'](ext);
    else if (damage === 'clone') (node.nodeType === 1 ? node : node.parentNode).innerHTML += '';
    else if (damage === 'move') {
      const to = all[(number >> 8) % all.length].parentNode;
      (node.contains(to) ? root() : to).append(node);
    }
    else if (damage === 'text' && node.nodeType === 3) {
      const was = node.data;
      node.data = '';
      return was;
    } else if (damage === 'comments') all.forEach(node => node.nodeType === 8 && node.remove());
    else if (damage === 'split' && node.nodeType === 3) node.splitText(node.length >> 1);
    return '';
  }
}

async function everywhere(where, open, run, share) {
  let number = 0;
  for await (const { tree, html, frames, full, page: first } of templates()) {
    if (html.length < 2 || number++ % 4 >= share) continue;
    const next = 1 + below(html.length - 1), name = pick(['message', 'message', ...damages]);
    const trouble = name === 'message' ? { text: mutate(pick(frames.flat())) } : { damage: name, number: below(1 << 30) };
    const page = await open(first, { tree, ui: true });
    const result = await run(page, { first: frames[0][0], frames: frames.slice(1, next + 1).flat(), snapshot: { ...full[next] }, html: html[next], trouble });
    const told = page.errors.length > 0 ? `thrown: ${page.errors[0]}` : result;
    if (typeof told === 'string') {
      if (++failed < 4) console.log(`FAILED ${where}, seed ${seed}, template ${number - 1}, ${name} ${trouble.text ?? trouble.number}\n  ${told.slice(0, 3000)}`);
    } else {
      passed++;
      seen[name] ??= [0, 0];
      seen[name][0]++;
      seen[name][1] += told.isFault;
    }
    await page.close();
  }
}

await everywhere('jsdom', inJsdom, (page, part) => play.call(null, part, (globalThis.window = page.window, globalThis.document = page.document, globalThis.Event = page.window.Event, globalThis.NodeFilter = page.window.NodeFilter)), 1);
const chromium = await inChromium();
await everywhere('Chromium', chromium.open, (page, part) => page.evaluate(play, part), 4);
await chromium.close();
console.log(Object.entries(seen).map(([name, [times, faults]]) => `${name}: ${times}, ${faults} snapshots`).join('; '));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
