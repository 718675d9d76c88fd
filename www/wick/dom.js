// dom.js - the DOM as wick.js uses it. The fields of a form hide its properties of the same name (<input name="attributes">), so
// whatever may be a form is asked through the prototypes. Only own modules are used here, so this is the lowest one.
export const doc = document;
export let root;                 // the live element
/** Look for it again: another program in the browser may have replaced it. */
export const findRoot = () => root = doc.querySelector('[data-wick]');
findRoot();

const bare = fn => Function.prototype.call.bind(fn);
export const [nextOf, firstOf, upOf, typeOf, nameOf, attrsOf, elementsOf, insert, drop, hasAttr, getAttr, setAttr, dropAttr, setAttrNS, dispatch] =
  ('nextSibling firstChild parentNode nodeType nodeName attributes elements ' +
    'insertBefore removeChild hasAttribute getAttribute setAttribute removeAttribute setAttributeNS dispatchEvent')
    .split(' ').map(name => {
      const { get, value } = Object.getOwnPropertyDescriptor([EventTarget, Node, Element, HTMLFormElement].find(type => name in type.prototype).prototype, name);
      return bare(get || value);
    });
/* moveBefore keeps focus, scroll positions, open pop-ups */
export const move = Element.prototype.moveBefore ? bare(Element.prototype.moveBefore) : insert;

export const isForm = node => node instanceof HTMLFormElement;
export const fieldsOf = form => [...elementsOf(form)];
export const isMark = (node, data) => typeOf(node) === 8 && node.data === data;
export const isOwn = node => node && typeOf(node) === 1 && hasAttr(node, 'data-own');
export const now = () => performance.now();
export const tell = (name, detail, node = doc) => dispatch(node, new CustomEvent('wick:' + name, { detail, bubbles: true, cancelable: true }));
