// kinds.js - the statics file: what the page is made of. A kind is a node of the template as DOM, made once for each kind of
// place (HTML, SVG, a table), and where its slots are.
import { doc, root, firstOf, typeOf, nameOf, attrsOf, dropAttr } from './dom.js';

/* --- values: text as in the page, so with entities; a '<' can only come from a value of type HTML -------------------------- */

const shelf = doc.createElement('template'), inert = shelf.content.ownerDocument;

/** Parse text as the content of an element like up: its namespace and kind decide what it becomes. @return that element. */
export function parse(text, up) {
  const box = inert.importNode(up, false);
  box.innerHTML = text;
  return box;
}
/** The attributes of a tag like node that are written as text. */
export function parseTag(text, node) {
  shelf.innerHTML = `<svg><g ${text}></svg><i ${text}>`;
  const [svg, tag] = shelf.content.children;
  return [...(/svg|Math/.test(node.namespaceURI) ? svg.firstChild : tag).attributes];
}
export const isPlain = text => !text.match(/[<&\r\0]/);
export const decode = text => isPlain(text) ? text : parseTag(`x="${text.replace(/"/g, '&#34;')}"`, root)[0].value;

/* --- kinds ------------------------------------------------------------------------------------------------------------------
 * slots[i] is [TEXT], [WHOLE], [TAG], [ATTR], [BRANCH] or [LIST, row, key, other]; those of a tag are given its about
 * at: mark or element of the DOM -> about it:
 *   mine: its slots;  isWhole: its content is one;  isTag: it has a TAG slot
 *   tag: what stands in the tag, in order: [name, [text, slot, text ...]], or the number of a TAG slot */

export const TEXT = 0, WHOLE = 1, TAG = 2, BRANCH = 3, LIST = 4, ATTR = 5;
const kinds = {};
export const statics = {};       // the file; nothing before it is here

/** Node id of the template, to stand in an element like up. */
export function kindOf(id, up) {
  const name = id + nameOf(up);
  if (kinds[name]) return kinds[name];
  const [texts, raw] = statics.nodes[id], slots = raw.map(slot => slot[0] === LIST ? slot : [slot.length ? ATTR : slot]);
  const marks = [], at = new Map(), dom = inert.createDocumentFragment();
  dom.append(...parse(texts.reduce((text, part, i) =>
    text + (/[034]/.test(slots[--i][0]) ? marks.push(i) && '<!----><!--/-->' : slots[i][0] === TAG ? ` \uf8ff${i}- ` : `\uf8ff${i}-`) + part), up).childNodes);
  const walk = doc.createTreeWalker(dom, 129); // elements and comments
  for (let node; (node = walk.nextNode());) {
    const mine = [], tag = [], about = { mine, tag };
    const take = text => text.split(/\uf8ff(\d+)-/).map((text, n) => n % 2 ? (mine.push(+text), +text) : text);
    if (node.data === '') mine.push(marks.shift());
    if (typeOf(node) === 1) {
      for (const { name, value, namespaceURI } of [...attrsOf(node)]) {
        const slot = take(name)[1], parts = take(value);
        tag.push(slot >= 0 ? slot : [name, parts, namespaceURI]);
        if (slot >= 0) about.isTag = true;
        // comes with its first value
        if (slot >= 0 || parts[1] >= 0) dropAttr(node, name);
      }
      if (take(`${firstOf(node)?.data}`)[1] >= 0) node.textContent = '', about.isWhole = true;
      for (const i of mine) slots[i].about = about;
    }
    if (mine[0] >= 0 || typeOf(node) === 1) at.set(node, about);
  }
  if (!firstOf(dom)) dom.append('');
  // translators put elements in the place of texts: then these empty ones are still the ends of a row
  if (firstOf(dom).data?.trim()) dom.prepend('');
  if (typeOf(dom.lastChild) === 3) dom.append('');
  return kinds[name] = { id, slots, at, dom, up };
}
