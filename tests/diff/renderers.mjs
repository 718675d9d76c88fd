// renderers.mjs - frames and what the page must show after them (frames.h), through the tree renderer of the real
// @livetemplate/client and through the reference of wire wick, or through the whole @livetemplate/client in a DOM, which also has a
// second, targeted way to apply list operations. Along the way: is every update minimal (minimal.mjs)?
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { need } from '../need.mjs';
import { repeatedStatics, wickWaste } from './minimal.mjs';
import { WickPage } from './wick_apply.mjs';

export const result = { passed: 0, failed: 0 };

async function transitions(program, args, each) {
  const child = spawn(program, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = new Promise(done => child.on('close', done));
  let number = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) await each(JSON.parse(line), ++number);
  const status = await exit;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}`);
  return number;
}

function report(what, args, number, got, want, frames) {
  if (++result.failed > 3) return;
  let at = 0;
  while (at < want.length && got[at] === want[at]) at++;
  console.log(`${what}, ${args.join(' ')}, line ${number}: differs at ${at}\n  got  ${got.slice(Math.max(0, at - 80), at + 120)}\n` +
    `  want ${want.slice(Math.max(0, at - 80), at + 120)}\n  frames ${JSON.stringify(frames).slice(0, 1500)}`);
}

// Tree renderer of @livetemplate/client, reference of wire wick.
export async function renderers(program, args, count) {
  const { TreeRenderer } = need('@livetemplate/client/dist/state/tree-renderer.js');
  const quiet = { debug() {}, info() {}, warn() {}, error(text) { throw new Error(text); }, isDebugEnabled: () => false };
  let lt, wick, known, isBroken = false;
  const lines = await transitions(program, args, ({ tree, html, lt: ltFrames, wick: wickFrames, x: isSnapshot }, number) => {
    if (tree) {
      isBroken = false;
      lt = new TreeRenderer(quiet);
      known = new Map();
      wick = new WickPage(tree);
      ltFrames = [ltFrames];
      wickFrames = [wickFrames];
    } else if (isBroken) {
      return; // one report for each template
    }
    let gotLt = lt.renderState().replaceAll('&#123;', '{'), gotWick = wick?.root.slots ? wick.html() : '', waste = '';
    try {
      for (const frame of ltFrames) {
        waste = repeatedStatics(known, frame.tree, isSnapshot) || waste;
        gotLt = lt.applyUpdate(frame.tree).html;
      }
      gotLt = gotLt.replaceAll('&#123;', '{'); // how a value {{...}} is kept from being blanked
      for (const frame of wickFrames) {
        waste = (tree ? '' : wickWaste(wick, frame)) || waste;
        wick.apply(frame);
      }
      gotWick = wick.html();
    } catch (error) {
      gotWick = String(error);
    }
    if (gotLt !== html) report('livetemplate', args, number, gotLt, html, ltFrames);
    if (gotWick !== html) report('wick', args, number, gotWick, html, wickFrames);
    if (waste) report('not minimal, ' + waste, args, number, gotWick, html, [...wickFrames, ...ltFrames]);
    isBroken = gotLt !== html || gotWick !== html || waste !== '';
    result.passed += !isBroken;
  });
  if (lines < count) throw new Error('only ' + lines + ' lines');
}

// What a DOM shows, without comments (the targeted way does not keep the marks in their places).
function shape(node) {
  if (node.nodeType === 3) return node.data.replace(/[&<]/g, c => c === '&' ? '&amp;' : '&lt;');
  if (node.nodeType !== 1) return '';
  let out = '';
  for (let child = node.firstChild; child; child = child.nextSibling) out += shape(child);
  const attrs = [...node.attributes].map(a => `${a.name}=${JSON.stringify(a.value)}`).sort();
  return `<${[node.localName, ...attrs].join(' ')}>${out}</${node.localName}>`;
}

export async function wholeClient(program, args, domCount, minTargeted = domCount / 100) {
  const { JSDOM } = need('jsdom');
  const dom = new JSDOM('<!doctype html><body></body>', { url: 'http://device/', pretendToBeVisual: true });
  const { window } = dom;
  const names = Object.getOwnPropertyNames(window).filter(name => /^(HTML\w*Element|Element|Node|NodeFilter|Event|CustomEvent|MutationObserver)$/.test(name));
  for (const name of ['window', 'document', 'localStorage', 'sessionStorage', 'location', ...names])
    Object.defineProperty(globalThis, name, { value: name === 'window' ? window : window[name], configurable: true, writable: true });
  globalThis.CSS = window.CSS = { escape: text => text.replace(/[^a-zA-Z0-9_-]/g, c => '\\' + c.codePointAt(0).toString(16) + ' ') };
  window.__lvtTargetedHits = 0;
  const { LiveTemplateClient } = need('@livetemplate/client');
  let client, wrapper, isBroken = false;
  const lines = await transitions(program, args, ({ tree, html, lt: frames }, number) => {
    if (tree) {
      isBroken = false;
      client = new LiveTemplateClient({ logLevel: 'silent' });
      document.body.innerHTML = '<div data-lvt-id="lvt-1"></div>';
      wrapper = client.wrapperElement = document.body.firstChild;
      frames = [frames];
    } else if (isBroken) {
      return;
    }
    for (const frame of frames) client.handleWebSocketPayload(frame);
    const want = document.createElement('div');
    want.innerHTML = html;
    const shown = [...wrapper.childNodes].map(shape).join(''), wanted = [...want.childNodes].map(shape).join('');
    isBroken = shown !== wanted;
    if (isBroken) report('whole client', args, number, shown, wanted, frames);
    result.passed += !isBroken;
  });
  if (lines < domCount) throw new Error('only ' + lines + ' lines');
  if (!(window.__lvtTargetedHits > minTargeted)) throw new Error('the targeted way was taken only ' + window.__lvtTargetedHits + ' times');
  if (process.env.V) console.log(window.__lvtTargetedHits + ' frames went the targeted way');
}
