/* wick.js - the browser's side of wire wick (docs/wire-wick.md).
 *
 * The page comes whole from the server and works without this script. With it the page stays live: the statics file tells what
 * the page is made of, the first snapshot tells which parts of it are there, one walk finds the slots; from then on a message
 * touches nothing but the slots that it names. What the reader does (focus, selection, typed text, open details) is never undone.
 *
 * What people see of it besides (banner, toasts, rules of forms, theme, keys) is in wick-ui.js, by events on the document:
 *   wick:state    {heardAt, deviceAt, retryAt, faults}  after every message. <html data-live> is live, frozen (paused by the reader),
 *                 stale (nothing was heard for 5 s) or lost. heardAt, retryAt: by performance.now(); deviceAt: the device's time of day
 *                 in ms when that was 0, undefined when not known; faults: with 2 there are no further tries, the page must be loaded again
 *   wick:shown    {moved, isRebuilt, isMine, isWhole}  a message was put in; moved: fields with another default; isRebuilt: nodes came
 *                 or went; isMine: it answers an action of this tab; isWhole: a snapshot
 *   wick:submit   on a form, cancelable: before it is sent
 *   wick:answer   {by, ok, errors, retry}  by: the form or control; errors: field -> message, "" for no field;
 *                 retry: a function that sends the same again, there when no answer came
 *   wick:edit     on a field: the reader has edited it
 *   wick:connect  (from outside) try now
 * data-own on an element: a script's, the server's page is not compared with it. Everything else is the template's.
 *
 * The build shortens it with esbuild. Comments are whole lines or begin with blank, slash, slash, blank: toolchain/strip.awk can
 * take them away, too.
 */
(() => {
'use strict';
const doc = document, root = doc.querySelector('[data-wick]');
if (!root) return;
const base = doc.currentScript.src;
const on = (name, fn, target = doc) => target.addEventListener(name, fn);
const tell = (name, detail, node = doc) => node.dispatchEvent(new CustomEvent('wick:' + name, { detail, bubbles: true, cancelable: true }));

/* The fields of a form hide its properties of the same name (<input name="attributes">), so what may be a form is asked from outside. */
const bare = fn => Function.prototype.call.bind(fn);
const [nextOf, firstOf, upOf, typeOf, nameOf, attrsOf, spaceOf, elementsOf] =
  ['nextSibling', 'firstChild', 'parentNode', 'nodeType', 'nodeName', 'attributes', 'namespaceURI', 'elements'].map(name =>
    bare(Object.getOwnPropertyDescriptor([Node, Element, HTMLFormElement].find(type => name in type.prototype).prototype, name).get));
const [insert, drop, hasAttr, getAttr] = ['insertBefore', 'removeChild', 'hasAttribute', 'getAttribute'].map(name => bare(Element.prototype[name]));
const fieldsOf = form => [...elementsOf(form)];
const isForm = node => node instanceof HTMLFormElement;

/* --- values: text as in the page, so with entities; a '<' can only come from a value of type HTML -------------------------- */

const shelf = doc.createElement('template'), inert = shelf.content.ownerDocument;

/** Parse text as the content of an element like up: its namespace and kind decide what it becomes. @return that element. */
function parse(text, up) {
  const box = inert.importNode(up, false);
  box.innerHTML = text;
  return box;
}
/** The attributes of a tag like node that are written as text. */
function parseTag(text, node) {
  shelf.innerHTML = `<svg><g ${text}></svg><i ${text}>`;
  const [svg, tag] = shelf.content.children;
  return [...(/xhtml/.test(spaceOf(node)) ? tag : svg.firstChild).attributes];
}
const isPlain = text => !text.match(/[<&\r\0]/);
const decode = (text, node) => isPlain(text) ? text : parseTag(`x="${text.replace(/"/g, '&#34;')}"`, node)[0].value;

/* --- kinds: a node of the template as DOM (made once for each kind of place), and where its slots are -----------------------
 * slots[i] is [TEXT], [WHOLE], [TAG], [ATTR], [BRANCH] or [LIST, row, key, other]
 * at: mark or element of the DOM -> what the script must know of it:
 *   mine: its slots;  named: names of attributes with slots;  isWhole: its content is one;  isTag: it has a TAG slot
 *   tag: what stands in the tag, in order: [name, [text, slot, text ...]], or the number of a TAG slot */

const TEXT = 0, WHOLE = 1, TAG = 2, BRANCH = 3, LIST = 4, ATTR = 5;
const kinds = {};
let nodes;                       // of the statics file

function kindOf(id, up) {
  const name = id + nameOf(up);
  if (kinds[name]) return kinds[name];
  const [statics, raw] = nodes[id], slots = raw.map(slot => slot[0] === LIST ? slot : [slot.length ? ATTR : slot]);
  const marks = [], at = new Map(), dom = inert.createDocumentFragment();
  dom.append(...parse(statics.reduce((text, part, i) =>
    text + (/[034]/.test(slots[--i][0]) ? marks.push(i) && '<!----><!--/-->' : slots[i][0] === TAG ? ` \uf8ff${i}- ` : `\uf8ff${i}-`) + part), up).childNodes);
  const walk = doc.createTreeWalker(dom, 129); // elements and comments
  for (let node; (node = walk.nextNode());) {
    const mine = [], named = [], tag = [], about = { mine, named, tag };
    const take = text => text.split(/\uf8ff(\d+)-/).map((text, n) => n % 2 ? (mine.push(+text), +text) : text);
    if (node.data === '') mine.push(marks.shift());
    if (typeOf(node) === 1) {
      for (const { name, value, namespaceURI } of [...attrsOf(node)]) {
        const slot = take(name)[1], parts = take(value);
        tag.push(slot >= 0 ? slot : [name, parts, namespaceURI]);
        if (slot >= 0) about.isTag = true;
        else if (parts[1] >= 0) named.push(name);
        else continue;
        // comes with its first value
        node.removeAttribute(name);
      }
      if (!node.firstElementChild && take(node.textContent)[1] >= 0) node.textContent = '', about.isWhole = true;
      for (const i of mine) slots[i].about = about;
    }
    if (mine[0] >= 0 || typeOf(node) === 1) at.set(node, about);
  }
  if (!dom.firstChild) dom.append('');
  return kinds[name] = { id, slots, at, dom, up };
}

/* --- parts: a node of the template in the page -----------------------------------------------------------------------------
 * at[i]: where slot i is: its element, or its marks { from, to } with the part or the rows between them
 * text[i]: the value of an ATTR slot, the attributes of a TAG slot;  tags: element -> its attributes by name, as the template has them
 * first, last: its outermost nodes, siblings */

const partOf = kind => ({ kind, at: [], text: [], tags: new Map() });
const isMark = (node, data) => typeOf(node) === 8 && node.data === data;
const isOwn = node => node && typeOf(node) === 1 && hasAttr(node, 'data-own');
/* what content there belongs to: a part that is not in the page yet knows where it will be */
const placeOf = (part, node) => typeOf(upOf(node)) === 11 ? part.kind.up : upOf(node);
/* what readers, scripts and other programs in the browser may have changed */
const isTheirs = name => /^(open|disabled|style|title|aria-|data-)/.test(name);

/** Is node the tag of the template that about tells of? */
const sameTag = (model, node, { named, isTag }) => nameOf(model) === nameOf(node) &&
  [...attrsOf(model)].every(({ name, value }) => getAttr(node, name) === value || isTheirs(name)) &&
  (isTag || [...attrsOf(node)].every(({ name }) => hasAttr(model, name) || named.includes(name) || isTheirs(name)));

/** Compare the siblings from model on with those from node on and note the slots of part. @return the first node behind, or false. */
function bind(part, model, node) {
  for (; model; model = nextOf(model)) {
    const about = part.kind.at.get(model);
    while (isOwn(node) && !isOwn(model)) node = nextOf(node);
    if (!node || typeOf(node) !== typeOf(model)) return false;
    if (typeOf(node) === 1) {
      if (!sameTag(model, node, about)) return false;
      for (const i of about.mine) part.at[i] = node;
      if (!isOwn(model) && !about.isWhole) {
        let rest = bind(part, firstOf(model), firstOf(node));
        while (isOwn(rest)) rest = nextOf(rest);
        if (rest !== null) return false;
      }
    } else {
      if (!node.data.startsWith(model.data)) return false;
      // the parser has joined a text with that of the next row
      if (typeOf(node) === 3 && node.length > model.length) node.splitText(model.length);
      if (node.data !== model.data) return false;
      if (about) {
        const from = node;
        for (let depth = 1; depth;) {
          node = nextOf(node);
          if (!node) return false;
          depth += isMark(node, '') - isMark(node, '/');
        }
        part.at[about.mine[0]] = { from, to: node };
        model = nextOf(model);
      }
    }
    node = nextOf(node);
  }
  return node;
}

/* of a row: its text, else its number (keys of lists that come whole may be there twice) */
const keyIn = (rows, values, keySlot, n) => rows.has(values[keySlot]) ? n : values[keySlot] || n;

/* A page with many rows is adopted in slices, so that the reader's keys and clicks are not kept waiting. */
let todo = [];                   // lists to adopt: functions that return true when there is more to do
const SLICE_MS = 7;
function adoptMore() {
  const end = performance.now() + SLICE_MS;
  while (todo.length) {
    if (performance.now() > end) return setTimeout(guarded(adoptMore));
    if (!todo[0](end)) todo.shift();
  }
  settle({ isWhole: true });
  queue.splice(0).forEach(receive);
}

/** Find node id in the page from node on and put values into it. @return the part; part.next is the node behind it. */
function adopt(id, values, node, up) {
  const kind = kindOf(id, up), part = partOf(kind);
  part.first = node;
  part.next = bind(part, kind.dom.firstChild, node);
  if (!part.next) return;
  part.last = part.next.previousSibling;
  adoptBelow(part, values);
  return part;
}
function adoptBelow(part, values) {
  values.forEach((value, i) => {
    const [type, row, key, other] = part.kind.slots[i], at = part.at[i];
    const only = (id, list) => {
      const child = adopt(id, list, nextOf(at.from), placeOf(part, at.to));
      if (child && child.next === at.to) return at.part = child;
      put(part, i, value);
    };
    if (type === BRANCH && value) only(value[0], value.slice(1));
    else if (type === LIST && value.e) only(other, value.e);
    else if (type === LIST) {
      const rows = at.rows = new Map();
      let node = nextOf(at.from), n = 0;
      todo.push(end => {
        // what is around it did not fit and was made anew
        if (!at.to.isConnected) return;
        for (; n < value.l.length; n++) {
          if (performance.now() > end) return true;
          const list = value.l[n], child = adopt(row, list, node, placeOf(part, at.to));
          if (!child) break;
          rows.set(keyIn(rows, list, key, n), child);
          node = child.next;
        }
        if (n < value.l.length || node !== at.to) put(part, i, value);
      });
    } else put(part, i, value);
  });
}
function make(id, values, up) {
  const kind = kindOf(id, up), dom = doc.importNode(kind.dom, true);
  const part = Object.assign(partOf(kind), { dom, first: dom.firstChild, last: dom.lastChild });
  bind(part, kind.dom.firstChild, part.first);
  change(part, values);
  return part;
}

/* --- slots ----------------------------------------------------------------------------------------------------------------- */

let isRebuilt;                   // nodes came or went in this message

function clear(node, end) {
  for (let next; node !== end; node = next) {
    next = nextOf(node);
    drop(upOf(node), node);
  }
  isRebuilt = true;
}
function change(part, slots) {
  for (const i in slots) put(part, i, slots[i]);
}
function put(part, i, value) {
  const slot = part.kind.slots[i], at = part.at[i], type = slot[0];
  if (!at) return;               // the parser has left it out
  if (type === BRANCH) return Array.isArray(value) ? putNode(part, at, value[0], value.slice(1)) : putNode(part, at, null, value);
  if (type === LIST) return putList(part, slot, at, value);
  if (type === TAG || type === ATTR) {
    part.text[i] = type === TAG ? parseTag(value, at) : decode(value, at);
    return putTag(part, slot.about, at);
  }
  const box = isPlain(value) ? null : parse(value, type === WHOLE ? at : placeOf(part, at.to));
  if (box && box.firstElementChild) {
    if (type === WHOLE) return at.replaceChildren(...box.childNodes);
    clear(nextOf(at.from), at.to);
    return at.to.before(...box.childNodes);
  }
  const text = box ? box.textContent : value;
  if (type === WHOLE) {
    if (isText(at)) putDefault(at, text);
    else if (at.textContent !== text) at.textContent = text;
    return;
  }
  const node = nextOf(at.from);
  if (typeOf(node) === 3 && nextOf(node) === at.to) {
    if (node.data !== text) node.data = text;
  } else {
    clear(node, at.to);
    at.to.before(text);
  }
}
/** id null: values are the changed slots of the node that is there, or null: nothing. Else all slots of node id. */
function putNode(part, at, id, values) {
  if (at.part && values && (id === null || at.part.kind.id === id)) return change(at.part, values);
  clear(nextOf(at.from), at.to);
  at.part = values && make(id, values, placeOf(part, at.to));
  if (values) at.to.before(at.part.dom);
}
function putList(part, [, row, keySlot, other], at, value) {
  const was = at.rows || new Map(), rows = at.rows = Array.isArray(value) ? was : new Map();
  const add = (key, values) => {
    const child = make(row, values, placeOf(part, at.to));
    rows.set(key, child);
    return child;
  };
  const endOf = key => key === null ? at.from : rows.get(key).last;
  const remove = child => clear(child.first, nextOf(child.last));
  if (rows === was) value.forEach(([op, key, ...rest]) => {
    if (op === '=') change(rows.get(key), rest[0]);
    else if (op === '>') place(rows.get(key), endOf(rest[0]));
    else if (op === '+') rest.forEach(values => {
      const last = endOf(key);
      place(add(key = values[keySlot], values), last);
    });
    else [key, ...rest].forEach(key => {
      remove(rows.get(key));
      rows.delete(key);
    });
  });
  else if (value.e) putNode(part, at, other, value.e);
  else {
    // a whole list: rows whose key stays keep their DOM
    if (at.part) putNode(part, at, null, null);
    const keys = new Map();
    value.l.forEach((values, n) => keys.set(keyIn(keys, values, keySlot, n), values));
    was.forEach((child, key) => { if (!keys.has(key)) remove(child); });
    let last = at.from;
    keys.forEach((values, key) => {
      const child = was.get(key) || add(key, values);
      if (was.has(key)) rows.set(key, child), change(child, values);
      if (nextOf(last) !== child.first) place(child, last);
      last = child.last;
    });
    clear(nextOf(last), at.to);
  }
}
const move = Element.prototype.moveBefore ? bare(Element.prototype.moveBefore) : insert;
function place(part, after) {
  const up = upOf(after), end = nextOf(after);
  isRebuilt = true;
  if (part.dom) insert(up, part.dom, end), part.dom = null;
  else for (let node = part.first, next; node; node = next) {
    next = node !== part.last && nextOf(node);
    // moveBefore keeps focus, scroll positions, open pop-ups
    (up.isConnected ? move : insert)(up, node, end);
  }
}

/* --- attributes ---------------------------------------------------------------------------------------------------------------- */

function putAttr(node, name, value, space) {
  if (getAttr(node, name) === value) return;
  const field = /^(value|checked|selected)$/.test(name) && node.closest('select,input');
  if (field === node && isText(field) && name === 'value') return putDefault(field, value || '');
  if (value === null) node.removeAttribute(name);
  else if (hasAttr(node, name)) node.setAttribute(name, value); // keeps its namespace
  else node.setAttributeNS(space || null, name, value);
  if (field) moved.add(field);
}
/** Write the attributes of a tag: as in the parser, the first one of a name counts. */
function putTag(part, { mine, tag, isTag }, node) {
  if (mine.some(i => part.kind.slots[i][0] !== WHOLE && part.text[i] === undefined)) return;
  const made = ([name, parts, namespaceURI]) => ({ name, namespaceURI, value: parts.map((text, n) => n % 2 ? part.text[text] : text).join('') });
  const put = ({ name, value, namespaceURI }) => putAttr(node, name, value, namespaceURI);
  if (!isTag) return tag.forEach(item => item[1][1] >= 0 && put(made(item)));
  const is = new Map(), was = part.tags.get(node), old = was || new Map([...attrsOf(node)].map(attr => [attr.name, attr]));
  const add = attr => is.has(attr.name) || is.set(attr.name, attr);
  tag.forEach(item => item.length ? add(made(item)) : part.text[item].forEach(add));
  part.tags.set(node, is);
  for (const name of new Set([...old.keys(), ...is.keys()])) {
    const attr = is.get(name) || { name, value: null };
    // what is not the template's at first is another moment's; what the reader has opened or closed stays
    if ((old.get(name) || {}).value !== attr.value && (was || name !== 'open')) put(attr);
  }
}

/* --- fields: the server moves defaults; what a reader has edited is the reader's ---------------------------------------------
 * A field's state is what it shows: true or false of a box, the values of a select, joined, else a text. */

const mine = new WeakMap();      // field -> { text: the state that the reader gave it, base: the default at that time }
const waiting = new WeakMap();   // text field with the focus -> its next default: nothing moves under the reader's hands
const moved = new Set();         // fields whose default this message has moved

const isField = ({ nodeName, type, name }) =>
  /^(INPUT|TEXTAREA|SELECT)$/.test(nodeName) && (!/^(button|submit|reset|image|file|hidden)$/.test(type) || /^was-/.test(name));
const isText = field => isField(field) && !/^(checkbox|radio|range|color|select.*)$/.test(field.type);
const isBox = field => /^(checkbox|radio)$/.test(field.type);
const actionOf = field => getAttr(field, 'data-on-change');
const listOf = (field, is) => [...field.options].filter(is).map(option => option.value);
const stateOf = field => isBox(field) ? field.checked : field.options ? listOf(field, option => option.selected).join('\n') : field.value;

/** The state that the device wants. */
function defaultOf(field) {
  if (isBox(field)) return field.defaultChecked;
  if (!field.options) return waiting.has(field) ? waiting.get(field) : field.defaultValue;
  let list = listOf(field, option => option.defaultSelected);
  // of several the last one, of none the first that can be had
  if (!field.multiple) list = (list[0] === undefined && field.size < 2 ? listOf(field, option => !option.disabled).slice(0, 1) : list).slice(-1);
  return list.join('\n');
}
function setState(field, state) {
  if (isBox(field)) field.checked = state;
  else if (field.options) {
    const list = state.split('\n');
    for (const option of field.options) option.selected = list.includes(option.value);
  } else field.value = state;
}
function putDefault(field, text) {
  // text that was typed does not depend on the default; half a number or date does
  if (mine.has(field) ? field.type === 'hidden' || field.validity.badInput : field === doc.activeElement) waiting.set(field, text);
  else if (field.defaultValue !== text) field.defaultValue = text;
  moved.add(field);
}
/** All radio buttons of a group are one choice. */
const groupOf = field => field.type !== 'radio' ? [field] :
  [...root.querySelectorAll('input')].filter(other => other.type === 'radio' && other.name === field.name && other.form === field.form);

/** Show what is right: the reader's, else the device's. */
function fit(field) {
  const own = mine.get(field), now = defaultOf(field), state = own ? own.text : now;
  if (own ? isText(field) : waiting.has(field)) return;
  if (stateOf(field) !== state) setState(field, state);
  if (own && stateOf(field) !== state) follow([field]); // is not offered any more
}
/** The reader has edited field. */
function touch(field) {
  const group = groupOf(field), isSame = group.every(other => stateOf(other) === defaultOf(other)) && !field.validity.badInput;
  if (isSame) return follow(group);
  group.forEach(other => mine.set(other, { text: stateOf(other), base: (mine.get(other) || { base: defaultOf(other) }).base }));
}
/** The reader is done with these fields: they show the device's again. */
function follow(fields) {
  fields = fields.filter(isField);
  fields.forEach(field => {
    mine.delete(field);
    if (waiting.has(field)) field.defaultValue = waiting.get(field);
    waiting.delete(field);
  });
  fields.forEach(fit);
}
/** After the slots of a message: fields show what is right. */
function settle(detail) {
  const fields = [...moved];
  fields.forEach(field => groupOf(field).forEach(fit));
  if (isRebuilt) root.querySelectorAll('select').forEach(fit);
  moved.clear();
  tell('shown', { ...detail, isRebuilt, moved: fields });
  state();
}

/* --- messages --------------------------------------------------------------------------------------------------------------- */

let page, epoch, seq, own;       // page: the part of the root node; seq, own: newest message for all, for this tab alone
let queue = [];                  // what came before the statics did, or while the page is adopted

function receive(text) {
  const msg = JSON.parse(text);
  if (msg.hello) greet(msg);
  if (!nodes || todo.length) return queue.push(text);
  if (msg.go) location = msg.go;
  if (msg.t && (page || msg.x)) {
    stay(() => msg.x ? snapshot(Object.values(msg.t)) : change(page, msg.t), msg);
    if (msg.n >= 0) seq = msg.n;
    if (msg.p >= 0) own = msg.p;
  }
  answer(msg);
}
function snapshot(values) {
  if (page) return change(page, values);
  const kind = kindOf(nodes.root, root);
  page = partOf(kind);
  if (!faults && bind(page, kind.dom.firstChild, firstOf(root)) !== false) {
    adoptBelow(page, values);
    adoptMore();
  } else {
    const own = [...root.childNodes].filter(isOwn);
    page = make(nodes.root, values, root);
    root.textContent = '';
    root.append(page.dom, ...own);
    isRebuilt = true;
  }
}
/** Run fn, which changes the page, and put the focus back where it was. */
function stay(fn, msg) {
  const field = doc.activeElement, { id, name, type, selectionStart, selectionEnd } = field;
  isRebuilt = false;
  fn();
  if (!todo.length) settle({ isWhole: msg.x, isMine: msg.a >= 0 || link.isPost && pending.size });
  if (!isRebuilt) return;
  if (field === doc.activeElement) return;
  const again = field.isConnected ? field : doc.getElementById(id) || doc.getElementsByName(name)[0];
  if (again) again.focus({ preventScroll: true });
  if (again && selectionEnd && again.type === type) again.setSelectionRange(selectionStart, selectionEnd);
}

/* --- faults: a message or a page that does not fit is reported once and answered by a snapshot, from which the page is made
 * anew. If that does not fit either, nothing more is tried and the reader is told. A minute without a fault makes all good. ------ */

let faults = 0, faultAt;

function fault(err) {
  if (!faults++) console.error('wick:', err);
  faultAt = now();
  page = null;
  todo = [];
  queue = [];
  lost();
}
const guarded = fn => arg => {
  try {
    fn(arg);
  } catch (err) {
    fault(err);
  }
};

/* --- actions ---------------------------------------------------------------------------------------------------------------- */

let ref = 0;
const pending = new Map();       // form or control that waits -> { a: its ref, text: what was sent, timer, isBusy, next: to do after it }

function act(what, fields, by) {
  const was = pending.get(by);
  // of several quick changes of a control the last one counts
  if (was && was.isBusy) return was.next = actionOf(by) && (() => act(what, fields, by));
  pending.set(by, { a: ++ref, text: JSON.stringify({ a: ref, do: what, f: fields }) });
  sendAgain(by);
}
function sendAgain(by) {
  const one = pending.get(by);
  if (!one) return;
  one.isBusy = true;
  by.setAttribute('aria-busy', 'true');
  if (!isLive) return fail(by, 'Not sent: no connection.');
  one.timer = setTimeout(fail, 5000, by, 'The device has not answered yet.');
  link.send(one.text);
}
function rest(by) {
  const one = pending.get(by);
  clearTimeout(one.timer);
  by.removeAttribute('aria-busy');
  one.isBusy = false;
}
/** No answer: says so and offers to try again. An answer that comes later counts. */
function fail(by, text) {
  if (!pending.get(by).isBusy) return;
  rest(by);
  tell('answer', { by, errors: { '': text || 'No answer from the device. Check whether it was done.' }, retry: () => sendAgain(by) });
}
function answer({ a, ok, e = {} }) {
  const [by, { next } = {}] = [...pending].find(([, one]) => one.a === a) || [];
  if (!by) return;
  rest(by);
  pending.delete(by);
  if (next) return next();
  const fields = isForm(by) ? fieldsOf(by) : groupOf(by), show = () => pending.has(by) || follow(fields.filter(field => !mine.has(field)));
  if (ok || !isForm(by)) fields.forEach(field => mine.delete(field));
  // the new defaults may come with the next message
  if (ok && (isForm(by) || link.isPost)) setTimeout(show, 500);
  else if (!isForm(by)) show();
  else {
    const bad = fields.find(field => field.name in e);
    if (bad) bad.focus();
  }
  tell('answer', { by, ok, errors: e });
}
on('submit', event => {
  const form = event.target, by = event.submitter, fields = { __proto__: null };
  const what = by && getAttr(by, 'data-action') || getAttr(form, 'data-action') || by && by.name;
  if (!root.contains(form) || getAttr(form, 'method') !== 'post' || !what) return;
  event.preventDefault();
  if (!tell('submit', null, form)) return;
  new FormData(form).forEach((value, name) => {
    if (/^wick-/.test(name) || value.name) return;
    fields[name] = name in fields ? [].concat(fields[name], value) : value;
  });
  if (by && by.name && by.name !== what) fields[by.name] = by.value;
  act(what, fields, form);
});
on('click', event => {
  const by = event.target.closest && event.target.closest('button[data-action]');
  if (by && root.contains(by) && !by.form) act(by.dataset.action, { [by.name]: by.value }, by);
});
['change', 'input'].forEach(name => on(name, ({ target: field, type }) => {
  if (!root.contains(field) || !isField(field)) return;
  const what = actionOf(field);
  touch(field);
  tell('edit', 0, field);
  if (what && type === 'change') {
    const list = field.multiple ? listOf(field, option => option.selected) : field.value;
    act(what, field.type === 'checkbox' && !field.checked ? {} : { [field.name]: list }, field);
  }
}));
on('focusout', ({ target: field }) => {
  const next = waiting.get(field);
  if (!mine.has(field)) follow([field]);
  else if (waiting.delete(field)) field.defaultValue = next;
});
on('reset', event => setTimeout(() => { if (root.contains(event.target)) follow(fieldsOf(event.target)); }));

/* --- connection: WebSocket, else what wick-way.js knows: server-sent events, polls ------------------------------------------------- */

let way = 0, misses = 0, tries = 0, hasSocket;
let link, life = 0, isLive, isStale, isAsked, deadline, retry, retryAt, deviceAt;
const now = () => performance.now();
let heardAt = now(), heardDate;

function url(stream) {
  const to = new URL(location), query = to.searchParams;
  to.hash = '';
  query.set('v', root.dataset.wick);
  if (page) query.set('e', epoch), query.set('n', seq), query.set('p', own);
  if (stream) query.set('stream', stream);
  return to;
}
function connect() {
  quit();
  if (way && !doc.wick.open) return import(new URL('wick-way.js', base)).then(connect, lost);
  const me = life, mine = fn => arg => me === life && fn(arg);
  deadline = setTimeout(lost, 8000);
  if (!nodes) fetch(new URL(`tree/${root.dataset.wickTree}.json`, base)).then(res => res.json()).then(file => {
    if (nodes) return;
    nodes = Object.assign(file.nodes, { root: file.root });
    queue.splice(0).forEach(guarded(receive));
  }).catch(mine(lost));
  try {
    link = way ? doc.wick.open(way, mine) : socket(mine);
  } catch (_) {
    setTimeout(mine(lost));
  }
}
function socket(mine) {
  const to = url();
  to.protocol = to.protocol.replace('http', 'ws');
  const ws = new WebSocket(to, 'wick.1');
  ws.onmessage = mine(({ data }) => { hasSocket = true; heard(data); });
  ws.onclose = mine(lost);
  return { send: text => ws.send(text), close: () => ws.close(), ping: () => ws.send('{"ping":1}') };
}
function heard(text) {
  heardAt = now();
  heardDate = Date.now();
  isAsked = false;
  clearTimeout(deadline);
  if (!isLive || isStale) {
    isLive = true;
    isStale = false;
    misses = tries = 0;
    state();
  }
  if (text) guarded(receive)(text);
}
function greet(msg) {
  epoch = msg.hello;
  if (msg.at >= 0) deviceAt = msg.at * 1000 - now();
  if (page) seq = msg.n;         // nothing was missed, or it follows
  // other firmware: the statics of this page are history. Once: should the page not change, go on with what it is
  try {
    if (msg.tree && msg.tree !== root.dataset.wickTree && sessionStorage.wick !== msg.tree) sessionStorage.wick = msg.tree, location.reload();
  } catch (_) {
    // storage is forbidden or full
  }
}
function lost() {
  if (isLive) way = 0;
  else if (++misses > 1 && !hasSocket) way = (way + 1) % 3, misses = 0;
  quit();
  isLive = isStale = false;
  pending.forEach((one, by) => fail(by));
  const wait = Math.min(8000, 500 * 2 ** tries++) * (0.5 + Math.random() / 2);
  retryAt = now() + wait;
  if (faults < 2) retry = setTimeout(connect, wait);
  state();
}
function quit() {
  life++;
  clearTimeout(retry);
  clearTimeout(deadline);
  if (link) link.close();
  link = null;
}
/** Who says nothing for 3 s is asked; values are stale after 5 s, and the connection is lost when there is no answer either. */
function listen() {
  const quiet = Math.max(now() - heardAt, Date.now() - heardDate);
  if (faults && now() - faultAt > 60000) faults = 0;
  if (!isLive) return;
  if (quiet > 3000 && !isAsked) beat();
  if (quiet > 5000 && !isStale) isStale = true, state();
}
function beat() {
  isAsked = true;
  clearTimeout(deadline);
  deadline = setTimeout(lost, 5000);
  link.ping();
}
function wake() {
  listen();
  if (isLive) beat();
  else if (!doc.hidden && !link) again();
}
function again() {
  if (faults > 1) return location.reload();
  tries = 0;
  connect();
}
setInterval(listen, 1000);
on('online', wake, window);
on('pageshow', wake, window);
on('visibilitychange', wake);
on('wick:connect', again);
on('pagehide', () => {
  quit();
  isLive = false;
}, window);

/** live: values are the device's; frozen: the reader has paused them; stale: nothing is heard; lost: no connection. */
function state() {
  const word = !isLive ? 'lost' : isStale ? 'stale' : root.querySelector('[data-paused]') ? 'frozen' : 'live';
  doc.documentElement.dataset.live = word;
  tell('state', { heardAt, deviceAt, retryAt, faults });
}

// for wick-ui.js, wick-way.js
doc.wick = { mine, waiting, isField, stateOf, setState, defaultOf, touch, fit, follow, url, heard, lost, connect };
connect();
})();
