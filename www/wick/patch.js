// patch.js - puts values into the slots of a part (adopt.js). Nothing else of the page is touched. What another program in the browser
// has taken away or wrapped is noticed where it matters and throws: then the page is made anew (wick.js).
import { doc, nextOf, firstOf, upOf, typeOf, insert, drop, move, hasAttr, getAttr, setAttr, setAttrNS, dropAttr, attrsOf } from './dom.js';
import { parse, parseTag, isPlain, decode, kindOf, WHOLE, TAG, BRANCH, LIST, ATTR } from './kinds.js';
import { partOf, placeOf, bind, keyIn } from './adopt.js';
import { isText, putDefault, moved } from './fields.js';

export const did = {};           // rebuild: nodes came or went in this message

/** Node id as a new part with these values; part.dom is to be put into the page. */
export function make(id, values, up) {
  const kind = kindOf(id, up), dom = doc.importNode(kind.dom, true);
  const part = Object.assign(partOf(kind), { dom, first: dom.firstChild, last: dom.lastChild });
  bind(part, firstOf(kind.dom), part.first);
  change(part, values);
  return part;
}
export function change(part, slots) {
  for (const i in slots) put(part, i, slots[i]);
}
export function put(part, i, value) {
  const slot = part.kind.slots[i], at = part.at[i], type = slot[0];
  if (!at) return;               // the parser has left it out
  if (!part.dom && !(at.to || at).isConnected) throw Error('part gone');
  if (type === BRANCH) return putNode(part, at, value);
  if (type === LIST) return putList(part, slot, at, value);
  if (type === TAG || type === ATTR) {
    part.text[i] = type === TAG ? parseTag(value, at) : decode(value);
    return putTag(part, slot.about, at);
  }
  const box = isPlain(value) ? null : parse(value, type === WHOLE ? at : placeOf(part, at.to));
  if (box?.firstElementChild) {
    if (type === WHOLE) return at.replaceChildren(...box.childNodes);
    clear(nextOf(at.from), at.to);
    return at.to.before(...box.childNodes);
  }
  const text = box?.textContent ?? value;
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

/* --- branches and lists ------------------------------------------------------------------------------------------------------- */

/* Take away the siblings from node to end. */
function clear(node, end) {
  for (const up = upOf(end); node !== end;) {
    const next = nextOf(node);
    drop(up, node);
    node = next;
  }
  did.rebuild = true;
}
/** value: [id, ...all slots], the changed slots of the node that is there, or null: nothing. */
function putNode(part, at, value) {
  const isWhole = Array.isArray(value), values = isWhole ? value.slice(1) : value;
  if (at.part && value && (!isWhole || at.part.kind.id === value[0])) return change(at.part, values);
  clear(nextOf(at.from), at.to);
  at.part = value && make(value[0], values, placeOf(part, at.to));
  if (value) at.to.before(at.part.dom), at.part.dom = null;
}
function putList(part, [, row, keySlot, other], at, value) {
  const was = at.rows || new Map(), rows = at.rows = Array.isArray(value) ? was : new Map();
  const add = values => make(row, values, placeOf(part, at.to));
  const endOf = key => key === null ? at.from : rows.get(key).last;
  const remove = child => clear(child.first, nextOf(child.last));
  if (rows === was) value.forEach(([op, key, ...rest]) => {
    if (op === '=') change(rows.get(key), rest[0]);
    else if (op === '>') place(rows.get(key), at.to, endOf(rest[0]));
    else if (op === '+') rest.forEach(values => {
      const child = add(values);
      place(child, at.to, endOf(key));
      rows.set(key = values[keySlot], child);
    });
    else [key, ...rest].forEach(key => {
      remove(rows.get(key));
      rows.delete(key);
    });
  });
  else if (value.e) putNode(part, at, [other, ...value.e]);
  else {
    // a whole list: rows whose key stays keep their DOM
    if (at.part) putNode(part, at, null);
    const keys = new Map();
    value.l.forEach((values, n) => keys.set(keyIn(keys, values, keySlot, n), values));
    was.forEach((child, key) => { if (!keys.has(key)) remove(child); });
    let last = at.from;
    keys.forEach((values, key) => {
      const old = was.get(key), child = old || add(values);
      if (old) change(child, values);
      rows.set(key, child);
      place(child, at.to, last);
      last = child.last;
    });
    clear(nextOf(last), at.to);
  }
}
/* Put a row behind the node after; the list ends at to. insert() throws when one of them is not where it was. */
function place(part, to, after) {
  const up = upOf(to), end = nextOf(after), isIn = up.isConnected;
  if (typeOf(end) && end === part.first) return;
  did.rebuild = true;
  if (part.dom) insert(up, part.dom, end), part.dom = null;
  else for (let node = part.first, isLast; !isLast;) {
    const next = nextOf(node);
    isLast = node === part.last;
    (isIn ? move : insert)(up, node, end);
    node = next;
  }
}

/* --- attributes --------------------------------------------------------------------------------------------------------------- */

function putAttr(node, { name, value, namespaceURI }) {
  if (getAttr(node, name) === value) return;
  const field = /^(value|checked|selected)$/.test(name) && node.closest('select,input');
  if (field === node && isText(field) && name === 'value') return putDefault(field, value || '');
  if (value === null) dropAttr(node, name);
  else if (hasAttr(node, name)) setAttr(node, name, value); // keeps its namespace
  else setAttrNS(node, namespaceURI, name, value);
  if (field) moved.add(field);
}
const tags = new WeakMap();      // element -> its attributes by name, as the template has them
/** Write the attributes of a tag: as in the parser, the first one of a name counts. */
function putTag(part, { mine, tag, isTag }, node) {
  if (mine.some(i => part.kind.slots[i][0] !== WHOLE && part.text[i] === undefined)) return;
  const made = ([name, parts, namespaceURI]) => ({ name, namespaceURI, value: parts.map((text, n) => n % 2 ? part.text[text] : text).join('') });
  if (!isTag) return tag.forEach(item => item[1][1] >= 0 && putAttr(node, made(item)));
  const is = new Map(), was = tags.get(node), old = was || new Map([...attrsOf(node)].map(attr => [attr.name, attr]));
  const add = attr => is.has(attr.name) || is.set(attr.name, attr);
  tag.forEach(item => item.length ? add(made(item)) : part.text[item].forEach(add));
  tags.set(node, is);
  for (const name of new Set([...old.keys(), ...is.keys()])) {
    const attr = is.get(name) || { name, value: null };
    // what is not the template's at first is another moment's; what the reader has opened or closed stays
    if (old.get(name)?.value !== attr.value && (was || name !== 'open')) putAttr(node, attr);
  }
}
