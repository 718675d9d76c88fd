/* wick-ui.js - what people see of the live page besides its values: banner, toasts, rules of forms, theme, keys, menus.
 *
 * Works by the events of wick.js and by attributes of the template; nothing here is needed for a page to be right.
 *   [data-since]          is given the time of the values that are shown, when they are frozen or lost
 *   [data-title]          its value is the title of the document
 *   [data-needs-device]   disabled without a connection, like every button of an action
 *   form[data-done]       what is said when the device has done it
 *   [data-theme-button]   system, light, dark          [data-hotkey="p"]   that key clicks it
 *   details               closes by Escape and when its form is done; details.menu by a click elsewhere, too
 * The build shortens it with esbuild. Comments are whole lines or begin with blank, slash, slash, blank: toolchain/strip.awk can
 * take them away, too.
 */
(() => {
'use strict';
const doc = document, html = doc.documentElement;
const on = (names, fn, isEarly) => names.split(' ').forEach(name => doc.addEventListener(name, fn, isEarly));
const each = (css, fn) => doc.querySelectorAll(css).forEach(fn);
const own = (tag, className, role) => {
  const node = doc.createElement(tag);
  node.className = className;
  node.dataset.own = '';
  if (role) node.setAttribute('role', role);
  return node;
};

/* --- connection ------------------------------------------------------------------------------------------------------------- */

const banner = own('div', 'banner', 'status'), toasts = own('div', 'toasts', 'status');
const sentence = own('span', ''), next = own('span', 'mut'), again = own('button', '');
next.setAttribute('aria-hidden', 'true'); // a countdown is not read out every second
again.type = 'button';
again.textContent = 'Try now';
again.onclick = () => doc.dispatchEvent(new Event('wick:connect'));
const clock = at => new Date(at).toTimeString().slice(0, 8);
const why = 'This needs a connection to the device.';
let timer, retryAt, since, was;

on('wick:state', ({ detail }) => {
  retryAt = detail.retryAt;
  if (html.dataset.live === was) return;
  was = html.dataset.live;
  since = clock(was === 'frozen' ? Date.now() : detail.at);
  each('[data-since]', node => { node.textContent = was === 'live' ? '' : since; });
  clearTimeout(timer);
  // a short gap is nobody's business
  if (was === 'lost') timer = setTimeout(warn, 1200);
  else banner.textContent = '';
  each('form[data-action] button, button[data-action], [data-on-change], [data-needs-device]', node => {
    if (was === 'lost') {
      node.setAttribute('aria-disabled', 'true');
      if (!node.title) node.title = why;
    } else {
      node.removeAttribute('aria-disabled');
      if (node.title === why) node.removeAttribute('title');
    }
  });
});
function warn() {
  const left = Math.ceil((retryAt - Date.now()) / 1000);
  if (!banner.firstChild) {
    sentence.textContent = `No connection to the device. These are the values of ${since}.`;
    banner.append(sentence, next, again);
  }
  next.textContent = left > 0 ? `Next try in ${left} s` : 'Trying…';
  timer = setTimeout(warn, 500);
}
function toast(text) {
  const line = doc.createElement('p');
  line.textContent = text;
  toasts.append(line);
  setTimeout(() => line.remove(), 8000);
}

/* --- forms: the same sentences as the server's (src/live/form.c), beside the field ------------------------------------------ */

const isText = field => /^(INPUT|TEXTAREA)$/.test(field.nodeName) && !/^(checkbox|radio|button|submit|reset|hidden|file)$/.test(field.type);

/** The sentence of the first rule that a field breaks; '' when there is none. */
function broken(field) {
  const is = field.validity, text = field.value || '', rule = name => field.hasAttribute(name) ? +field.getAttribute(name) : NaN;
  const least = rule('min'), most = rule('max'), short = rule('minlength'), long = rule('maxlength');
  const count = n => n === 1 ? '1 character.' : n + ' characters.';
  if (!is || field.disabled) return '';
  if (is.badInput) return 'Enter a whole number.';
  if (is.valueMissing) return field.type === 'checkbox' ? 'Tick this box.' :
    isText(field) ? 'Fill in this field.' : 'Choose one of the offered values.';
  if (!text) return '';
  if (field.type === 'number') {
    if (!/^-?\d+$/.test(text.trim())) return 'Enter a whole number.';
    if (text < least) return `Enter ${least} or more.`;
    if (text > most) return `Enter ${most} or less.`;
    if (is.stepMismatch) return `Use steps of ${rule('step')}.`;
  }
  if (isText(field) && /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return 'Remove the characters that cannot be shown.';
  if (text.length > long) return `Use at most ${count(long)}`;
  if (text.length < short) return `Use at least ${count(short)}`;
  if (is.patternMismatch) return field.title || 'Use the requested format.';
  return is.valid ? '' : field.validationMessage;
}
const noteOf = field => {
  const node = field.nextElementSibling;
  return node && node.matches('.err[data-own]') ? node : null;
};
const serverNote = field => field.name ? doc.getElementById(field.name + '-err') : null;

/** Show text beside field, in the place of the server's; '' takes it away again. */
function complain(field, text) {
  const said = serverNote(field);
  let note = noteOf(field);
  if (said) said.hidden = !!text;
  if (note && !text) note = note.remove();
  if (text) {
    if (!note) {
      note = own('small', 'err', 'alert');
      note.id = (field.id || field.name || 'form') + '-note';
      field.after(note);
    }
    if (note.textContent !== text) note.textContent = text;
  }
  const by = text ? note : said;
  if (by) field.setAttribute('aria-invalid', 'true'), field.setAttribute('aria-describedby', by.id);
  else if (field.hasAttribute('aria-invalid')) field.removeAttribute('aria-invalid'), field.removeAttribute('aria-describedby');
}
function isFine(form) {
  const bad = [...form.elements].filter(field => {
    const text = broken(field);
    if (text || noteOf(field)) complain(field, text);
    return text;
  });
  if (bad[0]) bad[0].focus();
  return !bad[0];
}
on('wick:submit', event => { if (!isFine(event.target)) event.preventDefault(); });
on('invalid', event => {         // the browser's bubbles stay away
  event.preventDefault();
  if (event.target.form) isFine(event.target.form);
}, true);
on('input', ({ target: field }) => { if (field.form && noteOf(field)) complain(field, broken(field)); });
on('wick:answer', ({ detail: { by, ok, errors } }) => {
  const fields = by.elements ? [...by.elements] : [];
  const button = fields.find(field => /submit/.test(field.type));
  fields.forEach(field => complain(field, ''));
  if (ok) {
    const box = by.closest('details');
    if (box) shut(box);
    if (by.dataset.done) toast(by.dataset.done);
    return;
  }
  // the server's own sentences may come a moment later, by the stream
  setTimeout(() => Object.keys(errors).forEach(name => {
    const field = name && by.elements && by.elements[name];
    if (field && field.form) complain(field, serverNote(field) ? '' : errors[name]);
    else if (button) complain(button, errors[name]);
    else toast(errors[name]);
  }), 250);
  if (!Object.keys(errors).length) toast('The device refused this.');
});

/* --- theme: the system's, light, dark; in a cookie, so that the server renders it at once ----------------------------------- */

const themes = ['system', 'light', 'dark'];
const theme = () => (/(?:^|; )theme=(light|dark)/.exec(doc.cookie) || themes.slice(0, 1)).pop();
function show(to) {
  if (to === 'system') delete html.dataset.theme; else html.dataset.theme = to;
  each('[data-theme-button]', button => { button.setAttribute('aria-label', button.title = 'Theme: ' + to); });
}

/* --- keys and menus --------------------------------------------------------------------------------------------------------- */

const menus = fn => each('details.menu[open]', fn);
function shut(box) {
  const isIn = doc.activeElement === doc.body || box.contains(doc.activeElement);
  box.open = false;
  if (isIn) box.querySelector('summary').focus();
}
on('click', ({ target }) => {
  menus(box => { if (!box.contains(target)) box.open = false; });
  if (target.closest('[data-close]')) shut(target.closest('details'));
  if (!target.closest('[data-theme-button]')) return;
  const to = themes[(themes.indexOf(theme()) + 1) % 3];
  doc.cookie = `theme=${to}; path=/; SameSite=Lax; max-age=${to === 'system' ? 0 : 31536000}`;
  show(to);
});
on('toggle', ({ target: box }) => {
  const field = box.matches('details[open]') && box.querySelector('input:not([type=hidden]),select');
  if (field) field.focus();
}, true);
on('keydown', event => {
  if (event.key === 'Escape') each('details[open]', box => { if (box.matches('.menu') || box.contains(event.target)) shut(box); });
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.key.length > 1 ||
      event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) return;
  const button = doc.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (button) event.preventDefault(), button.click();
});

// a draft that came back is shown
on('DOMContentLoaded', () => each('details form', form => {
  if ([...form.elements].some(field => isText(field) && field.value !== field.defaultValue)) form.closest('details').open = true;
}));

const titled = doc.querySelector('[data-title]');
if (titled) new MutationObserver(() => { doc.title = titled.dataset.title; }).observe(titled, { attributeFilter: ['data-title'] });
html.dataset.js = '';
doc.body.prepend(banner);
doc.body.append(toasts);
show(theme());
})();
