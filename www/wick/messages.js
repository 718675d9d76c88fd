// messages.js - what the server says (docs/wire-wick.md): hello, snapshots, changes, answers.
import { doc, root, firstOf, isOwn, now, tell } from './dom.js';
import { statics, kindOf } from './kinds.js';
import { partOf, bind, adoptBelow, adoptMore, todo } from './adopt.js';
import { make, change, did } from './patch.js';
import { settleFields } from './fields.js';
import { answer, pending } from './actions.js';
import { link, state } from './link.js';
import { faults, guarded } from './fault.js';

/* page: the part of the root node; seq, own: newest message for all, for this tab alone; deviceAt: the device's clock at now() = 0, NaN: not known */
export let page, epoch, seq, own, deviceAt;
let queue = [];                  // what came before the statics did, or while the page is adopted

export function receive(text) {
  const msg = JSON.parse(text);
  if (msg.hello) greet(msg);
  if (!statics.nodes || todo.length) return queue.push(text);
  if (msg.go) location = msg.go;
  if (msg.t && (page || msg.x)) {
    stay(() => msg.x ? snapshot(Object.values(msg.t)) : change(page, msg.t), msg);
    seq = msg.n ?? seq;
    own = msg.p ?? own;
  }
  answer(msg);
}
function greet(msg) {
  epoch = msg.hello;
  deviceAt = msg.at * 1000 - now();
  if (page) seq = msg.n;         // nothing was missed, or it follows
  // other firmware: the statics of this page are history. Once: should the page not change, go on with what it is
  try {
    if (msg.tree && msg.tree !== root.dataset.wickTree && sessionStorage.wick !== msg.tree) sessionStorage.wick = msg.tree, location.reload();
  } catch (_) {
    // storage is forbidden or full
  }
}
const replay = () => queue.splice(0).forEach(guarded(receive));
export function begin(file) {
  Object.assign(statics, file);
  replay();
}
function snapshot(values) {
  if (page) return change(page, values);
  const kind = kindOf(statics.root, root);
  page = partOf(kind);
  if (!faults && bind(page, firstOf(kind.dom), firstOf(root)) !== false) {
    adoptBelow(page, values);
    adoptOn();
  } else {
    const others = [...root.childNodes].filter(isOwn);
    page = make(statics.root, values, root);
    root.replaceChildren(page.dom, ...others);
    page.dom = null;
    did.rebuild = true;
  }
}
function adoptOn() {
  if (adoptMore()) return setTimeout(guarded(adoptOn));
  settle({ isWhole: true });
  replay();
}
/** Run fn, which changes the page, and put the focus back where it was. */
function stay(fn, msg) {
  const field = doc.activeElement || root, { id, name, type, selectionStart, selectionEnd } = field;
  did.rebuild = false;
  fn();
  if (!todo.length) settle({ isWhole: msg.x, isMine: msg.a >= 0 || link.isPost && pending.size });
  if (!did.rebuild || field === doc.activeElement) return;
  const [one, two] = doc.getElementsByName(name), again = field.isConnected ? field : doc.getElementById(id) || !two && one;
  if (!again) return;
  again.focus({ preventScroll: true });
  if (selectionEnd && again.type === type) again.setSelectionRange(selectionStart, selectionEnd);
}
/** After the slots of a message. */
function settle(detail) {
  tell('shown', { ...detail, isRebuilt: did.rebuild, moved: settleFields(did.rebuild) });
  state();
}
export function forgetPage() {
  page = null;
  queue = [];
  todo.length = 0;
}
