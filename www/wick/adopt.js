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
  tag.every(item => item[1]?.length !== 1 || getAttr(node, item[0]) === item[1][0] || isTheirs(item[0])) &&
  (isTag || !attrsOf(node)[tag.length] || [...attrsOf(node)].every(({ name }) => tag.some(item => item[0] === name) || isTheirs(name)));

/** Compare the siblings from model on with those from node on and note the slots of part. @return the first node behind, or false. */
export function bind(part, model, node) {
  for (; model; model = nextOf(model)) {
    const about = part.kind.at.get(model), type = typeOf(model);
    while (isOwn(node) && !isOwn(model)) node = nextOf(node);
    if (!node || typeOf(node) !== type) return false;
    if (type === 1) {
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
      if (type === 3 && (node.length > model.length || !part.dom && nextOf(model) instanceof Text)) node.splitText(model.length);
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
/** Adopt for 7 ms. @return true when there is more to do. */
export function adoptMore() {
  for (const end = now() + 7; todo.length; todo.shift()) if (todo[0](end)) return true;
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
function adoptNode(part, i, value, [id, ...values]) {
  const at = part.at[i], child = adopt(id, values, nextOf(at.from), placeOf(part, at.to));
  if (child?.next === at.to) at.part = child;
  else put(part, i, value);
}
export function adoptBelow(part, values) {
  values.forEach((value, i) => {
    const [type, row, key, other] = part.kind.slots[i], at = part.at[i];
    if (type === BRANCH && value) adoptNode(part, i, value, value);
    else if (type === LIST && value.e) adoptNode(part, i, value, [other, ...value.e]);
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
