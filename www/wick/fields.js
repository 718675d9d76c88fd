// fields.js - the server moves defaults; what a reader has edited is the reader's.
// A field's state is what it shows: true or false of a box, the values of a select, joined, else a text.
import { doc, root, getAttr } from './dom.js';

export const mine = new WeakMap();      // field -> { text: the state that the reader gave it, base: the default at that time }
export const waiting = new WeakMap();   // text field with the focus -> its next default: nothing moves under the reader's hands
export const moved = new Set();         // fields whose default this message has moved

export const isField = ({ nodeName, type, name }) =>
  /^(INPUT|TEXTAREA|SELECT)$/.test(nodeName) && (!/^(button|submit|reset|image|file|hidden)$/.test(type) || /^was-/.test(name));
export const isText = field => isField(field) && !/^(checkbox|radio|range|color|select.*)$/.test(field.type);
const isBox = field => /^(checkbox|radio)$/.test(field.type);
export const actionOf = field => getAttr(field, 'data-on-change');
/** Values of the options of a select with this property. */
export const listOf = (field, is) => [...field.options].filter(option => option[is]).map(option => option.value);
export const stateOf = field => isBox(field) ? field.checked : field.options ? listOf(field, 'selected').join('\n') : field.value;

/** The state that the device wants. */
export function defaultOf(field) {
  if (isBox(field)) return field.defaultChecked;
  if (!field.options) return waiting.has(field) ? waiting.get(field) : field.defaultValue;
  const list = listOf(field, 'defaultSelected');
  if (field.multiple) return list.join('\n');
  // of several the last one, of none the first that can be had
  return list.pop() ?? (field.size < 2 && field.querySelector('option:enabled')?.value || '');
}
export function setState(field, state) {
  if (isBox(field)) field.checked = state;
  else if (field.options) {
    const list = state.split('\n');
    for (const option of field.options) option.selected = list.includes(option.value);
  } else field.value = state;
}
export function putDefault(field, text) {
  // text that was typed does not depend on the default; half a number or date does
  if (mine.has(field) ? field.type === 'hidden' || field.validity.badInput : field === doc.activeElement) waiting.set(field, text);
  else if (field.defaultValue !== text) field.defaultValue = text;
  moved.add(field);
}
/** All radio buttons of a group are one choice. */
export const groupOf = field => field.type !== 'radio' ? [field] :
  [...root.querySelectorAll('input')].filter(other => other.type === 'radio' && other.name === field.name && other.form === field.form);

/** Show what is right: the reader's, else the device's. */
export function fit(field) {
  const own = mine.get(field), now = defaultOf(field), state = own ? own.text : now;
  if (own ? isText(field) : waiting.has(field)) return;
  if (stateOf(field) !== state) setState(field, state);
  if (own && stateOf(field) !== state) follow([field]); // is not offered any more
}
/** The reader has edited field. */
export function touch(field) {
  const group = groupOf(field), isSame = group.every(other => stateOf(other) === defaultOf(other)) && !field.validity.badInput;
  if (isSame) return follow(group);
  group.forEach(other => mine.set(other, { text: stateOf(other), base: mine.get(other)?.base ?? defaultOf(other) }));
}
/** The reader is done with these fields: they show the device's again. */
export function follow(fields) {
  fields = fields.filter(isField);
  fields.forEach(field => {
    mine.delete(field);
    if (waiting.has(field)) field.defaultValue = waiting.get(field);
    waiting.delete(field);
  });
  fields.forEach(fit);
}
/** After the slots of a message: fields show what is right. @return those whose default has moved. */
export function settleFields(isRebuilt) {
  const fields = [...moved];
  fields.forEach(field => groupOf(field).forEach(fit));
  if (isRebuilt) root.querySelectorAll('select').forEach(fit);
  moved.clear();
  return fields;
}
