/* wick.js - the browser's side of wire wick (docs/wire-wick.md).
 *
 * The page comes whole from the server and works without this script. With it the page stays live: the statics file tells what
 * the page is made of, the first snapshot tells which parts of it are there, one walk finds the slots; from then on a message
 * touches nothing but the slots that it names. What the reader does (focus, selection, typed text, open details) is never undone.
 *
 * What people see of it besides (banner, toasts, rules of forms, theme, keys) is in wick-ui.js, by events on the document:
 *   wick:state   {at, retryAt}      after every message: <html data-live> is live, frozen (paused by the reader) or lost
 *   wick:submit  on a form, cancelable: before it is sent
 *   wick:answer  {by, ok, errors}       by: the form or control; errors: field -> message, "" for no field
 *   wick:connect (from outside)         try now
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
let store = {};
try {
  store = sessionStorage;
} catch (_) {
  // forbidden: a reload loses the drafts
}

/* --- values: text as in the page, so with entities; a '<' can only come from a value of type HTML -------------------------- */

const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decode = text => text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (all, hex, dec, name) =>
  name ? named[name] || all : String.fromCodePoint(hex ? '0x' + hex : dec));

function fragment(text, svg) {
  const box = doc.createElement('template');
  box.innerHTML = svg ? `<svg>${text}</svg>` : text;
  if (svg) box.content.firstChild.replaceWith(...box.content.firstChild.childNodes);
  return box.content;
}

/* --- kinds: a node of the template as DOM (made once), and where its slots are ---------------------------------------------
 * slots[i] is [TEXT], [WHOLE], [TAG], [BRANCH], [LIST, row, key, other] or [ATTR, name, [text, slot, text, slot, ... text]]
 * at: element or mark of the DOM -> the numbers of its slots */

const TEXT = 0, WHOLE = 1, TAG = 2, BRANCH = 3, LIST = 4, ATTR = 5;
const kinds = {};
let nodes;                       // of the statics file

function kindOf(id, svg) {
  const name = id + !!svg, marks = [], at = new Map();
  if (kinds[name]) return kinds[name];
  const [statics, raw] = nodes[id], slots = raw.map(slot => slot[0] === LIST ? slot : slot.length ? [ATTR] : [slot]);
  const isMarked = i => /[034]/.test(slots[i][0]);
  const dom = fragment(statics.reduce((text, part, i) =>
    text + (isMarked(--i) ? marks.push(i) && '<!----><!--/-->' : slots[i][0] === TAG ? ` \uf8ff${i}- ` : `\uf8ff${i}-`) + part), svg);
  const walk = doc.createTreeWalker(dom, 129); // elements and comments
  for (let node; (node = walk.nextNode());) {
    const mine = [], take = text => text.split(/\uf8ff(\d+)-/).map((text, n) => n % 2 ? (mine.push(+text), +text) : text);
    if (node.data === '') mine.push(marks.shift());
    else if (node.attributes) {
      [...node.attributes].forEach(attr => {
        if (take(attr.name)[1] >= 0) return node.removeAttribute(attr.name);
        const parts = take(attr.value);
        if (parts[1] >= 0) attr.value = '';
        parts.forEach((i, n) => { if (n % 2) slots[i] = [ATTR, attr.name, parts]; });
      });
      if (!node.firstElementChild && take(node.textContent)[1] >= 0) node.textContent = '';
    }
    if (mine.length) at.set(node, mine);
  }
  if (!dom.firstChild) dom.append('');
  return kinds[name] = { id, slots, at, dom };
}

/* --- parts: a node of the template in the page -----------------------------------------------------------------------------
 * at[i]: where slot i is: its element, or its marks { from, to } with the part or the rows between them
 * text[i]: the value of an ATTR slot, the attributes of a TAG slot;  first, last: its outermost nodes, siblings */

const isMark = (node, data) => node.nodeType === 8 && node.data === data;
const isOwn = node => node && node.nodeType === 1 && node.hasAttribute('data-own');
const inSvg = node => /svg$/.test(node.parentNode.namespaceURI) && node.parentNode.localName !== 'foreignObject';

/** Is it this tag of the template? What readers, scripts and other programs in the browser may have added does not count. */
function sameTag(model, node, mine) {
  const is = (a, b, differs) => [...a.attributes].every(({ name, value }) =>
    mine.some(slot => slot[1] === name) || !differs(b.getAttribute(name), value) || /^(open|disabled|style|title|aria-|data-)/.test(name));
  return model.nodeName === node.nodeName && is(model, node, (a, b) => a !== b) &&
    (mine.some(slot => slot[0] === TAG) || is(node, model, a => a === null));
}

/** Compare the siblings from model on with those from node on and note the slots of part. @return the first node behind, or false. */
function bind(part, model, node) {
  for (; model; model = model.nextSibling) {
    const mine = part.kind.at.get(model) || [], slots = mine.map(i => part.kind.slots[i]);
    while (isOwn(node) && !isOwn(model)) node = node.nextSibling;
    if (!node || node.nodeType !== model.nodeType) return false;
    if (node.nodeType === 1) {
      if (!sameTag(model, node, slots)) return false;
      mine.forEach(i => { part.at[i] = node; });
      if (slots.some(slot => slot[0] === TAG)) [...node.attributes].forEach(({ name }) => {
        // of another moment, comes back when it is still so
        if (!model.hasAttribute(name) && !/^(open|title|aria-busy|aria-disabled)$/.test(name)) node.removeAttribute(name);
      });
      if (!isOwn(model) && !slots.some(slot => slot[0] === WHOLE)) {
        let rest = bind(part, model.firstChild, node.firstChild);
        while (isOwn(rest)) rest = rest.nextSibling;
        if (rest !== null) return false;
      }
    } else {
      if (!node.data.startsWith(model.data)) return false;
      // the parser has joined a text with that of the next row
      if (node.nodeType === 3 && node.length > model.length) node.splitText(model.length);
      if (node.data !== model.data) return false;
      if (mine.length) {
        const from = node;
        for (let depth = 1; depth;) {
          node = node.nextSibling;
          if (!node) return false;
          depth += isMark(node, '') - isMark(node, '/');
        }
        part.at[mine[0]] = { from, to: node };
        model = model.nextSibling;
      }
    }
    node = node.nextSibling;
  }
  return node;
}

/* of a row: its text, else its number (keys of lists that come whole may be there twice) */
const keyIn = (rows, values, keySlot, n) => rows.has(values[keySlot]) ? n : values[keySlot] || n;

/** Find node id in the page between node and end; values: of all of its slots. @return the part; part.next is the node behind it. */
function adopt(id, values, node, end) {
  const kind = kindOf(id, inSvg(end)), part = { kind, at: [], text: [], first: node };
  part.next = bind(part, kind.dom.firstChild, node);
  if (!part.next) return;
  part.last = part.next.previousSibling;
  adoptBelow(part, values);
  return part;
}
function adoptBelow(part, values) {
  part.kind.slots.forEach(([type, row, key, other], i) => {
    const at = part.at[i], value = values[i], rows = new Map();
    const only = (id, list) => {
      const child = adopt(id, list, at.from.nextSibling, at.to);
      if (child && child.next === at.to) at.part = child;
    };
    if (!value) return;
    if (type === BRANCH) only(value[0], value.slice(1));
    if (type !== LIST) return;
    if (value.e) only(other, value.e);
    let node = at.from.nextSibling;
    if (value.l.every((list, n) => {
      const child = adopt(row, list, node, at.to);
      if (child) rows.set(keyIn(rows, list, key, n), child), node = child.next;
      return child;
    }) && node === at.to) at.rows = rows;
  });
}
function make(id, values, svg) {
  const kind = kindOf(id, svg), dom = doc.importNode(kind.dom, true);
  const part = { kind, at: [], text: [], dom, first: dom.firstChild, last: dom.lastChild };
  bind(part, kind.dom.firstChild, part.first);
  change(part, values);
  return part;
}

/* --- slots ----------------------------------------------------------------------------------------------------------------- */

let isRebuilt;                   // nodes came or went in this message

function clear(node, end) {
  for (let next; node !== end; node = next) {
    next = node.nextSibling;
    node.remove();
  }
  isRebuilt = true;
}
function change(part, slots) {
  for (const i in slots) put(part, i, slots[i]);
}
function put(part, i, value) {
  const slot = part.kind.slots[i], at = part.at[i], type = slot[0];
  if (type === BRANCH) return Array.isArray(value) ? putNode(at, value[0], value.slice(1)) : putNode(at, null, value);
  if (type === LIST) return putList(slot, at, value);
  if (type === TAG) return putTag(part, i, at, value);
  if (type === ATTR) {
    part.text[i] = decode(value);
    putAttr(at, slot[1], slot[2].map((text, n) => n % 2 ? part.text[text] || '' : text).join(''));
  } else if (value.includes('<')) {
    if (type === WHOLE) at.textContent = '', at.append(fragment(value));
    else clear(at.from.nextSibling, at.to), at.to.before(fragment(value, inSvg(at.to)));
  } else if (type === WHOLE) {
    if (at.textContent !== (value = decode(value))) keep(at, () => { at.textContent = value; });
  } else {
    const node = at.from.nextSibling;
    value = decode(value);
    if (node.nodeType === 3 && node.nextSibling === at.to) {
      if (node.data !== value) node.data = value;
    } else {
      clear(node, at.to);
      at.to.before(value);
    }
  }
}
/** id null: values are the changed slots of the node that is there, or null: nothing. Else all slots of node id. */
function putNode(at, id, values) {
  if (at.part && values && (id === null || at.part.kind.id === id)) return change(at.part, values);
  clear(at.from.nextSibling, at.to);
  at.part = values && make(id, values, inSvg(at.to));
  if (values) at.to.before(at.part.dom);
}
function putList([, row, keySlot, other], at, value) {
  const was = at.rows || new Map(), rows = at.rows = Array.isArray(value) ? was : new Map();
  const add = (key, values) => {
    const part = make(row, values, inSvg(at.to));
    rows.set(key, part);
    return part;
  };
  const endOf = key => key === null ? at.from : rows.get(key).last;
  if (rows === was) value.forEach(([op, key, ...rest]) => {
    if (op === '=') change(rows.get(key), rest[0]);
    else if (op === '>') place(rows.get(key), endOf(rest[0]));
    else if (op === '+') rest.forEach(values => {
      const last = endOf(key);
      place(add(key = values[keySlot], values), last);
    });
    else [key, ...rest].forEach(key => {
      clear(rows.get(key).first, endOf(key).nextSibling);
      rows.delete(key);
    });
  });
  else if (value.e) putNode(at, other, value.e);
  else {
    // a whole list: rows whose key stays keep their DOM
    if (at.part) putNode(at, null, null);
    let last = at.from;
    value.l.forEach((values, n) => {
      const key = keyIn(rows, values, keySlot, n), part = was.get(key) || add(key, values);
      if (was.delete(key)) rows.set(key, part), change(part, values);
      if (last.nextSibling !== part.first) place(part, last);
      last = part.last;
    });
    clear(last.nextSibling, at.to);
  }
}
function place(part, after) {
  const up = after.parentNode, end = after.nextSibling;
  isRebuilt = true;
  if (part.dom) up.insertBefore(part.dom, end), part.dom = null;
  else for (let node = part.first, next; node; node = next) {
    next = node !== part.last && node.nextSibling;
    // moveBefore keeps focus, scroll positions, open pop-ups
    up[up.moveBefore && up.isConnected ? 'moveBefore' : 'insertBefore'](node, end);
  }
}

/* --- attributes and fields: the server moves defaults; what a reader has typed is the reader's ------------------------------ */

const touched = new WeakSet(), late = new WeakSet();
const isTyped = field => 'defaultValue' in field && !/^(checkbox|radio|button|submit|reset|image|file|hidden)$/.test(field.type);

/** Run set, which moves the default of field; what it shows follows only when nobody is busy with it. */
function keep(field, set) {
  const isBusy = field === doc.activeElement;
  if (!isTyped(field)) return set();
  if (isBusy) field.value = field.value, late.add(field); // same text, same caret, but now independent of the default
  set();
  if (!isBusy && !touched.has(field)) field.value = field.defaultValue;
}
function putAttr(node, name, value) {
  const attr = node.getAttributeNode(name), isThere = value !== null, box = node.closest('select,input'), shown = box && box.value;
  if (attr ? attr.value === value : !isThere) return;
  keep(node, () => {
    if (!isThere) node.removeAttribute(name);
    else if (attr) attr.value = value;
    else node.setAttribute(name, value);
  });
  if (!/^(checked|selected)$/.test(name)) return;
  if (!touched.has(box)) node[name] = isThere;
  else if (box !== node) box.value = shown;
}
function putTag(part, i, node, text) {
  const is = {}, was = part.text[i];
  text.replace(/([^\s"'>\/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g, (all, name, a, b, c) => { is[name] = decode(a || b || c || ''); });
  part.text[i] = is;
  for (const name in was) if (!(name in is)) putAttr(node, name, null);
  for (const name in is) putAttr(node, name, is[name]);
}

/* --- messages --------------------------------------------------------------------------------------------------------------- */

let page, epoch, seq, own;       // page: the part of the root node; seq, own: newest message for all, for this tab alone
let queue = [];                  // what came before the statics did

function receive(text) {
  const msg = JSON.parse(text);
  if (msg.hello) greet(msg);
  if (!nodes) return queue.push(text);
  if (msg.go) location = msg.go;
  if (msg.t && (page || msg.x)) {
    try {
      stay(() => msg.x ? snapshot(Object.values(msg.t)) : change(page, msg.t));
    } catch (err) {
      console.error('wick:', err);
      return afresh();
    }
    if (msg.n >= 0) seq = msg.n;
    if (msg.p >= 0) own = msg.p;
    state();
  }
  answer(msg);
}
function snapshot(values) {
  if (page) return change(page, values);
  const kind = kindOf(nodes.root);
  page = { kind, at: [], text: [] };
  if (bind(page, kind.dom.firstChild, root.firstChild) !== false) {
    adoptBelow(page, values);
    change(page, values);
  } else {
    const own = [...root.childNodes].filter(isOwn);
    page = make(nodes.root, values);
    root.textContent = '';
    root.append(page.dom, ...own);
    isRebuilt = true;
  }
}
/** Run fn, which changes the page, and put the focus back where it was. */
function stay(fn) {
  const field = doc.activeElement, { id, name, type, selectionStart, selectionEnd } = field || {};
  isRebuilt = false;
  fn();
  if (!isRebuilt) return;
  recall();
  if (field === doc.activeElement) return;
  const again = field.isConnected ? field : doc.getElementById(id) || doc.getElementsByName(name)[0];
  if (again) again.focus({ preventScroll: true });
  if (again && selectionEnd && again.type === type) again.setSelectionRange(selectionStart, selectionEnd);
}

/* --- drafts of forms: what was typed survives lost connections, restarts and reloads ---------------------------------------- */

const draftName = form => `wick:${location.pathname}:${form.dataset.action}`;
const drafted = (form, fn) => form && form.dataset.action && [...form.elements].forEach(field => {
  const isText = isTyped(field) || field.nodeName === 'SELECT';
  if (field.name && (isText || /^(checkbox|radio)$/.test(field.type)) && field.type !== 'password')
    fn(field, isText ? field.name : field.name + '=' + field.value, isText ? 'value' : 'checked');
});
function touch(field, isEdited) {
  const draft = {}, form = field.form;
  touched[isEdited ? 'add' : 'delete'](field);
  drafted(form, (other, name, prop) => { if (touched.has(other)) draft[name] = other[prop]; });
  if (form) store[draftName(form)] = JSON.stringify(draft);
}
function recall() {
  root.querySelectorAll('form[data-action]').forEach(form => {
    const draft = JSON.parse(store[draftName(form)] || '{}');
    drafted(form, (field, name, prop) => {
      if (name in draft && !touched.has(field)) touched.add(field), field[prop] = draft[name];
    });
  });
}
function forget(form) {
  [...form.elements].forEach(field => touched.delete(field));
  store[draftName(form)] = '{}';
}

/* --- actions ---------------------------------------------------------------------------------------------------------------- */

let ref = 0;
const pending = new Map();       // ref -> the form or control that waits

function act(what, fields, by) {
  if (by.getAttribute('aria-busy')) return;
  by.setAttribute('aria-busy', 'true');
  pending.set(++ref, by);
  if (isLive) link.send(JSON.stringify({ a: ref, do: what, f: fields }));
  else fail(ref, 'Not sent: no connection.');
}
const fail = (a, text) => answer({ a, e: { '': text || 'No answer from the device. Check whether it was done.' } });

function answer({ a, ok, e = {} }) {
  const by = pending.get(a);
  if (!by) return;
  pending.delete(a);
  by.removeAttribute('aria-busy');
  if (!by.elements) {
    // show again what the device has
    if (!ok) by.checked = by.defaultChecked, by.querySelectorAll('option').forEach(option => { option.selected = option.defaultSelected; });
  } else if (ok) {
    forget(by);
    // the new defaults may come with the next message
    setTimeout(() => [...by.elements].forEach(field => {
      if (isTyped(field) && !touched.has(field)) field.value = field.defaultValue;
    }), 500);
  } else {
    const bad = Object.keys(e).map(name => name && by.elements[name]).find(field => field && field.focus);
    if (bad) bad.focus();
  }
  tell('answer', { by, ok, errors: e });
}
on('submit', event => {
  const form = event.target, by = event.submitter || {}, fields = {};
  const what = by.dataset && by.dataset.action || form.dataset.action || by.name;
  if (!root.contains(form) || form.method !== 'post' || !what) return;
  event.preventDefault();
  if (!tell('submit', null, form)) return;
  new FormData(form).forEach((value, name) => { if (!name.startsWith('wick-') && !value.size) fields[name] = value; });
  if (by.name && by.name !== what) fields[by.name] = by.value;
  act(what, fields, form);
});
on('click', event => {
  const by = event.target.closest('button[data-action]');
  if (by && root.contains(by) && !by.form) act(by.dataset.action, { [by.name]: by.value }, by);
});
['change', 'input'].forEach(name => on(name, ({ target: field, type }) => {
  const what = field.dataset.onChange;
  if (!root.contains(field)) return;
  if (!what) touch(field, isTyped(field) ? field.value !== field.defaultValue : true);
  else if (type === 'change') act(what, field.type === 'checkbox' && !field.checked ? {} : { [field.name]: field.value }, field);
}));
on('focusout', ({ target: field }) => {
  if (late.delete(field) && !touched.has(field)) field.value = field.defaultValue;
});
on('reset', event => setTimeout(() => forget(event.target)));

/* --- connection: WebSocket, else server-sent events, else long polls ------------------------------------------------------- */

let way = 0, misses = 0, tries = 0, hasSocket;
let link, life = 0, isLive, heardAt = Date.now(), startedAt, deadline, retry, retryAt;

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
  const me = life, mine = fn => arg => me === life && fn(arg);
  startedAt = Date.now();
  deadline = setTimeout(lost, 8000);
  if (!nodes) fetch(new URL(`tree/${root.dataset.wickTree}.json`, base)).then(res => res.json()).then(file => {
    if (nodes) return;
    nodes = Object.assign(file.nodes, { root: file.root });
    queue.splice(0).forEach(receive);
  }).catch(mine(lost));
  try {
    link = (way ? events : socket)(mine);
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
function events(mine) {
  // a poll is a stream that ends behind its first messages, or empty after a while; then comes the next
  const isPoll = way > 1, source = new EventSource(url(isPoll ? 'poll' : 1));
  let isThere;
  if (isPoll) clearTimeout(deadline), deadline = setTimeout(lost, 40000);
  source.onopen = () => { isThere = isPoll; };
  source.onmessage = mine(({ data }) => heard(data));
  source.onerror = mine(() => isThere ? connect() : lost());
  return {
    send: post,
    close: () => source.close(),
    // a script does not see the server's comments: ask for something small
    ping: !isPoll && (() => fetch(base, { method: 'HEAD', cache: 'no-store' }).then(mine(() => heard()), mine(lost)))
  };
}
function post(body) {
  fetch(url(), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    .then(res => res.text()).then(receive).catch(() => fail(JSON.parse(body).a));
}
function heard(text) {
  heardAt = Date.now();
  clearTimeout(deadline);
  if (!isLive) {
    isLive = true;
    misses = tries = 0;
    state();
  }
  if (text) receive(text);
}
function greet(msg) {
  epoch = msg.hello;
  if (page) seq = msg.n;         // nothing was missed, or it follows
  // other firmware: the statics of this page are history. Once: should the page not change, go on with what it is
  if (msg.tree && msg.tree !== root.dataset.wickTree && store['wick:tree'] !== msg.tree) store['wick:tree'] = msg.tree, location.reload();
}
function lost() {
  if (isLive) way = 0;
  else if (++misses > 1 && !hasSocket) way = (way + 1) % 3, misses = 0;
  quit();
  isLive = false;
  pending.forEach((by, a) => fail(a));
  const wait = Math.min(8000, 500 * 2 ** tries++) * (0.5 + Math.random() / 2);
  retryAt = Date.now() + wait;
  retry = setTimeout(connect, wait);
  state();
}
/** The page and the messages do not fit: begin again with a snapshot. */
function afresh() {
  page = null;
  lost();
}
function quit() {
  life++;
  clearTimeout(retry);
  clearTimeout(deadline);
  if (link) link.close();
  link = null;
}
function beat() {
  if (!isLive || !link.ping) return;
  clearTimeout(deadline);
  deadline = setTimeout(lost, 5000);
  link.ping();
}
function wake() {
  if (isLive) beat();
  else if (!doc.hidden && !(link && Date.now() - startedAt < 1000)) now();
}
function now() {
  tries = 0;
  connect();
}
setInterval(beat, 10000);
on('online', wake, window);
on('pageshow', wake, window);
on('visibilitychange', wake);
on('wick:connect', now);
on('pagehide', () => {
  quit();
  isLive = false;
}, window);

/** live: values are the device's; frozen: the reader has paused them; lost: no connection. */
function state() {
  doc.documentElement.dataset.live = !isLive ? 'lost' : root.querySelector('[data-paused]') ? 'frozen' : 'live';
  tell('state', { at: heardAt, retryAt });
}

recall();
connect();
})();
