// adopt.js - finds the nodes of the template in the page that the server has sent. A part is a node of the template in the page:
//   at[i]: where slot i is: its element, or its marks { from, to } with the part or the rows between them
//   text[i]: the value of an ATTR slot, the attributes of a TAG slot
//   first, last: its outermost nodes, siblings;  dom: where it is as long as it is not in the page
import { nextOf, firstOf, upOf, typeOf, nameOf, getAttr, attrsOf, isMark, isOwn, now } from './dom.js';
import { kindOf, BRANCH, LIST } from './kinds.js';
import { put } from './patch.js';

export const partOf = kind => ({ kind, at: [], text: [] });
/** What content at node belongs to: a part that is not in the page yet knows where it will be. */
export const placeOf = (part, node) => typeOf(upOf(node)) === 11 ? part.kind.up : upOf(node);
/* what readers, scripts and other programs in the browser may have changed */
const isTheirs = name => /^(open|disabled|style|title|aria-|data-)/.test(name);

/** Is node the tag of the template that about tells of? */
const sameTag = (model, node, { tag, isTag }) => nameOf(model) === nameOf(node) &&
  [...attrsOf(model)].every(({ name, value }) => getAttr(node, name) === value || isTheirs(name)) &&
  (isTag || [...attrsOf(node)].every(({ name }) => tag.some(item => item[0] === name) || isTheirs(name)));

/** Compare the siblings from model on with those from node on and note the slots of part. @return the first node behind, or false. */
export function bind(part, model, node) {
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
      // the parser has joined a text with that of the next row, and makes no empty ones
      if (typeOf(node) === 3 && (node.length > model.length || !part.dom && nextOf(model) instanceof Text)) node.splitText(model.length);
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

/** Of a row: its text, else its number (keys of lists that come whole may be there twice). */
export const keyIn = (rows, values, keySlot, n) => rows.has(values[keySlot]) ? n : values[keySlot] || n;

/* A page with many rows is adopted in slices, so that the reader's keys and clicks are not kept waiting. */
export const todo = [];          // lists to adopt: functions that return true when there is more to do
/** @return true when there is more to do after ms. */
export function adoptMore(ms) {
  for (const end = now() + ms; todo.length;) {
    if (now() > end) return true;
    if (!todo[0](end)) todo.shift();
  }
}

/** Find node id in the page from node on and put values into it. @return the part; part.next is the node behind it. */
function adopt(id, values, node, up) {
  const kind = kindOf(id, up), part = partOf(kind);
  part.first = node;
  part.next = bind(part, firstOf(kind.dom), node);
  if (!part.next) return;
  part.last = part.next.previousSibling;
  adoptBelow(part, values);
  return part;
}
export function adoptBelow(part, values) {
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
          if (now() > end) return true;
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
