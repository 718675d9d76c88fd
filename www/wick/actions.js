// actions.js - forms, buttons and controls that act at once: what is sent, the wait for the answer, the answer.
import { doc, root, isForm, fieldsOf, getAttr, setAttr, dropAttr, tell } from './dom.js';
import { mine, waiting, isField, actionOf, listOf, groupOf, touch, follow } from './fields.js';
import { link, isLive } from './link.js';
import { on } from './fault.js';

let ref = 0;
export const pending = new Map(); // form or control that waits -> { a: its ref, text: what was sent, timer: while it waits, next: to do after it }

function act(what, fields, by) {
  const was = pending.get(by);
  // of several quick changes of a control the last one counts
  if (was?.timer) return was.next = actionOf(by) && (() => act(what, fields, by));
  pending.set(by, { a: ++ref, text: JSON.stringify({ a: ref, do: what, f: fields }) });
  sendAgain(by);
}
function sendAgain(by) {
  const one = pending.get(by);
  if (!one) return;
  setAttr(by, 'aria-busy', 'true');
  one.timer = setTimeout(fail, 5000, by, 'The device has not answered yet.');
  if (isLive) link.send(one.text);
  else fail(by, 'Not sent: no connection.');
}
function rest(by) {
  const one = pending.get(by);
  one.timer = clearTimeout(one.timer);
  dropAttr(by, 'aria-busy');
}
/** No answer: says so and offers to try again. An answer that comes later counts. */
export function fail(by, text) {
  if (!pending.get(by).timer) return;
  rest(by);
  tell('answer', { by, errors: { '': text || 'No answer. Check whether it was done.' }, retry: () => sendAgain(by) });
}

export function answer({ a, ok, e }) {
  const [by, one] = [...pending].find(([, one]) => one.a === a) || [];
  if (!by) return;
  const errors = Object(e);
  rest(by);
  pending.delete(by);
  if (one.next) return one.next();
  const isControl = !isForm(by), fields = isControl ? groupOf(by) : fieldsOf(by), show = () => pending.has(by) || follow(fields.filter(field => !mine.has(field)));
  if (ok || isControl) fields.forEach(field => mine.delete(field));
  // the new defaults may come with the next message
  if (ok && (!isControl || link.isPost)) setTimeout(show, 500);
  else if (isControl) show();
  else fields.find(field => field.name in errors)?.focus();
  tell('answer', { by, ok, errors });
}

export function startActions() {
  on('submit', event => {
    const form = event.target, by = event.submitter, fields = { __proto__: null };
    const what = by && getAttr(by, 'data-action') || getAttr(form, 'data-action') || by?.name;
    if (!root.contains(form) || getAttr(form, 'method') !== 'post' || !what) return;
    event.preventDefault();
    if (!tell('submit', null, form)) return;
    new FormData(form).forEach((value, name) => {
      if (/^wick-/.test(name) || value.name != null) return; // files
      fields[name] = name in fields ? [].concat(fields[name], value) : value;
    });
    if (by?.name && by.name !== what) fields[by.name] = by.value;
    act(what, fields, form);
  });
  on('click', event => {
    const by = event.target.closest?.('button[data-action]');
    if (by && root.contains(by) && !by.form) act(by.dataset.action, { [by.name]: by.value }, by);
  });
  ['change', 'input'].forEach(name => on(name, ({ target: field, type }) => {
    if (!root.contains(field) || !isField(field)) return;
    const what = actionOf(field);
    touch(field);
    tell('edit', 0, field);
    if (what && type === 'change') {
      const list = field.multiple ? listOf(field, 'selected') : field.value;
      act(what, field.type === 'checkbox' && !field.checked ? {} : { [field.name]: list }, field);
    }
  }));
  on('focusout', ({ target: field }) => {
    const next = waiting.get(field);
    if (!mine.has(field)) follow([field]);
    else if (waiting.delete(field)) field.defaultValue = next;
  });
  on('reset', event => setTimeout(() => { if (root.contains(event.target)) follow(fieldsOf(event.target)); }));
}
