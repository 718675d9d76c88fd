/* wick-ui.js - what people see of the live page besides its values: drafts, banner, toasts, rules of forms, theme, density, keys, menus.
 *
 * Works by the events of wick.js and by attributes of the template; nothing here is needed for a page to be right.
 *   [data-since]          is given the device's time of the values that are shown, when they are frozen, stale or lost
 *   [data-title]          its value is the title of the document; data-count and data-level: faults or warnings for its icon
 *   [data-announce]       its value is read out by screen readers when it changes
 *   [data-needs-device]   disabled without a connection, like every button of an action
 *   [data-keep="name"]    a select, or a button with aria-pressed: chosen again after a reload of this tab
 *   form[data-done]       what is said when the device has done it
 *   [data-close]          closes the details around it and forgets what was typed there
 *   [data-theme-button]   system, light, dark         [data-density-button]   comfortable, compact
 *   [data-hotkey="p"]     that key clicks it          [data-keys-button]   switches these keys off and on
 *   details               closes by Escape and when its form is done; details.menu by a click elsewhere, too
 *   name="was-x", hidden  what field x was based on: it stays as it was when the reader began to edit x
 * The build shortens it with esbuild.
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

/* Fields of a form hide its properties of the same name, so forms are asked from outside. */
const proto = HTMLFormElement.prototype;
const [attr, closest, find, reset] = ['getAttribute', 'closest', 'querySelector', 'reset'].map(name => Function.prototype.call.bind(proto[name]));
const [elementsOf, upOf, isThere, textOf] = ['elements', 'parentNode', 'isConnected', 'textContent'].map(name => node => Reflect.get(proto, name, node));
const isForm = node => node instanceof HTMLFormElement, fieldsOf = form => isForm(form) ? [...elementsOf(form)] : [];
const named = (form, name) => {
  const field = name && isForm(form) && elementsOf(form).namedItem(name);
  return field?.form ? field : field?.[0];
};

/** Storage of this tab; it may be forbidden, full or hold anything. */
function load(name) {
  try {
    return JSON.parse(sessionStorage[name]);
  } catch (_) {}
}
function save(name, value) {
  try {
    sessionStorage[name] = JSON.stringify(value);
  } catch (_) {}
}

/* --- connection ------------------------------------------------------------------------------------------------------------- */

const banner = own('div', 'banner', 'region'), toasts = own('div', 'toasts', 'status'), spoken = own('p', 'sr', 'status');
const sentence = own('span', ''), next = own('span', 'mut');
const again = button('', () => doc.dispatchEvent(new Event('wick:connect')));
const why = 'This needs a connection to the device.';
banner.setAttribute('aria-label', 'Connection');
let timer, link = {}, was, since, isMissed;

/** Let screen readers say it, once. */
const say = text => { if (spoken.textContent !== text) spoken.textContent = text; };
/** A moment by performance.now() as hh:mm:ss, in the device's clock if that is known. */
function clock(at) {
  const { deviceAt } = link;
  try {
    return new Date(deviceAt + at).toISOString().slice(11, 19) + ' UTC';
  } catch (_) {
    return new Date(Date.now() + at - performance.now()).toTimeString().slice(0, 8);
  }
}
on('wick:state', ({ detail }) => {
  link = detail;
  // another program has written the page anew: what it has copied is dead
  [banner, toasts, spoken].forEach(node => {
    if (isThere(node)) return;
    each(`body > [data-own].${node.className}`, copy => copy.remove());
    doc.body.append(node);
  });
  if (html.dataset.live === was) return;
  was = html.dataset.live;
  if (was === 'frozen') since = performance.now();
  else if (was !== 'live') since = link.heardAt;
  each('[data-since]', node => { node.textContent = was === 'live' ? '' : clock(since); });
  clearTimeout(timer);
  if (was === 'live' || was === 'frozen') {
    banner.textContent = '';
    if (isMissed) say('Connected to the device again.');
    isMissed = false;
    // short gaps are not announced
  } else timer = setTimeout(warn, isMissed ? 0 : 1200);
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
  const left = Math.ceil((link.retryAt - performance.now()) / 1000);
  const text = link.faults > 1 ? 'This page does not fit the device any more.' : was === 'stale' ? 'The device is silent.' : 'No connection to the device.';
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  if (!banner.firstChild) banner.append(sentence, next, again);
  put(sentence, `${text} Last seen ${clock(since)}.`);
  put(next, was === 'stale' || link.faults > 1 ? '' : left > 0 ? `Next try in ${left} s` : 'Trying…');
  put(again, link.faults > 1 ? 'Load again' : 'Try now');
  if (!isMissed) say(text);
  isMissed = true;
  timer = setTimeout(warn, 500);
}
/** A line for a while; with retry it stays until that is clicked. */
function toast(text, retry) {
  const line = doc.createElement('p');
  line.textContent = text;
  if (retry) line.append(' ', button('Try again', () => {
    line.remove();
    retry();
  }));
  toasts.append(line);
  setTimeout(() => line.remove(), retry ? 60000 : 8000);
}
function button(text, fn) {
  const node = own('button', '');
  node.type = 'button';
  node.textContent = text;
  node.onclick = fn;
  return node;
}

/* --- drafts: what was typed survives lost connections, restarts and reloads, as long as its form is there -----------------------
 * They belong to a form and a record: the action, the form's id, the keys of the rows around it, the values of its hidden fields. */

const shelf = 'wick:' + location.pathname;
const typed = new Map();         // form -> its record, while something in it is the reader's
let drafts = {};                 // record -> { name of the field: [what it shows, the device's value when that was edited] }

function recordOf(form) {
  const keys = [];
  for (let up = form; up instanceof Element && (up = closest(up, '[data-key]')); up = upOf(up)) keys.push(attr(up, 'data-key'));
  fieldsOf(form).forEach(field => { if (field.type === 'hidden' && !/^(wick|was)-/.test(field.name)) keys.push(field.name, field.value); });
  return JSON.stringify([attr(form, 'data-action'), attr(form, 'id'), keys]);
}
const forms = () => [...doc.querySelectorAll('[data-wick] form[data-action]')];
const draftsOf = (form, fn) => fieldsOf(form).forEach(field => {
  if (field.name && field.type !== 'password' && doc.wick.isField(field) && !field.dataset.onChange)
    fn(field, field.name + (/^(checkbox|radio)$/.test(field.type) ? '=' + field.value : ''));
});
function keepDrafts(form) {
  const { mine } = doc.wick, draft = {};
  draftsOf(form, (field, name) => {
    const own = mine.get(field);
    if (own) draft[name] = [own.text, own.base];
  });
  delete drafts[typed.get(form)];
  typed.delete(form);
  if (fieldsOf(form).some(field => mine.has(field))) {
    typed.set(form, recordOf(form));
    drafts[recordOf(form)] = draft;
  }
  save(shelf, drafts);
}
function recall() {
  const { mine, waiting, setState, stateOf, fit } = doc.wick, seen = {};
  if (Object.keys(drafts).length) forms().forEach(form => {
    const record = recordOf(form), draft = drafts[record];
    // two forms that nothing tells apart: the first one gets it
    if (!draft || seen[record]) return;
    seen[record] = true;
    typed.set(form, record);
    draftsOf(form, (field, name) => {
      const [text, base] = draft[name] || [];
      if (text === undefined || mine.has(field)) return;
      mine.set(field, { text, base });
      if (field.type === 'hidden') waiting.set(field, field.value);
      if (stateOf(field) !== text) setState(field, text);
      fit(field);
      compare(field);
    });
  });
}
function forget(form) {
  doc.wick.follow(fieldsOf(form));
  fieldsOf(form).forEach(compare);
  delete drafts[typed.get(form)];
  typed.delete(form);
  save(shelf, drafts);
}
on('wick:edit', ({ target: field }) => {
  const { mine, waiting, follow } = doc.wick, was = named(field.form, 'was-' + field.name);
  compare(field);
  if (was && !mine.has(field)) follow([was]);
  else if (was && !mine.has(was)) {
    mine.set(was, { text: was.value, base: was.value });
    waiting.set(was, was.value);
  }
  if (field.form && attr(field.form, 'data-action')) keepDrafts(field.form);
});
on('wick:shown', ({ detail: { moved, isRebuilt, isMine, isWhole } }) => {
  const { mine, defaultOf } = doc.wick;
  moved.forEach(field => {
    const own = mine.get(field), now = defaultOf(field);
    // the reader's own action has filled the form anew
    if (isMine && !isWhole && typed.has(field.form) && !field.dataset.onChange && !(own && (own.base === now || own.text === now))) forget(field.form);
  });
  if (isRebuilt) {
    recall();
    const late = [...doc.querySelectorAll('[data-wick] [autofocus]')].filter(node => !greeted.has(node) && greeted.add(node));
    if (late[0] && doc.activeElement === doc.body) late[0].focus();
  }
  typed.forEach((record, form) => {
    if (isThere(form) ? recordOf(form) === record : forms().some(other => typed.get(other) === record)) return;
    // it is gone, or of another record now; what comes after a restart or reload may still bring it back
    if (isWhole && !isThere(form)) typed.delete(form);
    else forget(form);
  });
  moved.forEach(compare);
});
const greeted = new WeakSet();
doc.querySelectorAll('[autofocus]').forEach(node => greeted.add(node));

/** Say beside a field that is being edited that somebody else has changed it. */
function compare(field) {
  const { mine, defaultOf, follow } = doc.wick, edit = mine.get(field), now = edit && defaultOf(field);
  const isSame = !edit || edit.base === now || edit.text === now || field.type === 'hidden' || field.dataset.onChange;
  let note = noteOf(field, '.moved');
  if (isSame) return note?.remove();
  if (!note) {
    note = own('small', 'moved', 'status');
    (noteOf(field) || field).after(note);
  }
  const shown = field.options ? [...field.options].filter(option => option.defaultSelected).map(option => option.label).join(', ') : now;
  if (note.dataset.own === String(now)) return;
  note.dataset.own = now;
  note.textContent = `Changed meanwhile: now ${shown === true ? 'on' : shown === false ? 'off' : `“${shown}”`}. `;
  note.append(button('Use that', () => {
    follow(field.type === 'radio' ? fieldsOf(field.form).filter(other => other.name === field.name) : [field]);
    fieldsOf(field.form).forEach(compare);
    keepDrafts(field.form);
    field.focus();
  }));
}

/* --- forms: the same sentences as the server's (src/live/form.c), beside the field ------------------------------------------ */

const isText = field => /^(INPUT|TEXTAREA)$/.test(field.nodeName) && !/^(checkbox|radio|button|submit|reset|hidden|file)$/.test(field.type);

/** The sentence of the first rule that a field breaks; '' when there is none. */
function broken(field) {
  const is = field.validity, text = field.value || '', rule = name => field.hasAttribute(name) ? +field.getAttribute(name) : NaN;
  const least = rule('min'), most = rule('max'), short = rule('minlength'), long = rule('maxlength');
  const count = n => n === 1 ? '1 character.' : n + ' characters.';
  if (!is || field.disabled) return '';
  if (is.badInput) return field.type === 'number' ? 'Enter a whole number.' : field.validationMessage;
  if (is.valueMissing) return field.type === 'checkbox' ? 'Tick this box.' :
    isText(field) ? 'Fill in this field.' : 'Choose one of the offered values.';
  if (!text) return '';
  if (field.type === 'number') {
    if (!/^-?\d*\.?\d+$/.test(text.trim()) || is.stepMismatch && /\./.test(text) && !/\./.test([field.step, field.min, field.max])) return 'Enter a whole number.';
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
/** The note of a kind that this script has put after field. */
function noteOf(field, kind = '.err') {
  let node = field.nextElementSibling;
  while (node && node.matches('[data-own]:not(' + kind + ')')) node = node.nextElementSibling;
  return node && node.matches('[data-own]') ? node : null;
}
const serverNote = field => field.name && (find(field.form || doc.body, `[id="${CSS.escape(field.name)}-err"]`) || doc.getElementById(field.name + '-err'));

/** Show text beside field, in the place of the server's; '' takes it away again. */
function complain(field, text, retry) {
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
    if (retry) note.append(' ', button('Try again', () => {
      complain(field, '');
      retry();
    }));
  }
  const by = text ? note : said;
  if (by) field.setAttribute('aria-invalid', 'true'), field.setAttribute('aria-describedby', by.id);
  else if (field.hasAttribute('aria-invalid')) field.removeAttribute('aria-invalid'), field.removeAttribute('aria-describedby');
}
function isFine(form) {
  const bad = fieldsOf(form).filter(field => {
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
on('wick:answer', ({ detail: { by, ok, errors, retry } }) => {
  const fields = fieldsOf(by), submit = fields.find(field => /submit/.test(field.type));
  fields.forEach(field => complain(field, ''));
  if (ok) {
    const box = closest(by, 'details'), done = attr(by, 'data-done');
    if (isForm(by)) forget(by);
    if (box) shut(box);
    if (done) toast(done);
    return;
  }
  // refused with the device's value beside it: the next time it is meant
  if (!retry) Object.keys(errors).forEach(name => [name, 'was-' + name].forEach(name => {
    const field = named(by, name), edit = doc.wick.mine.get(field);
    if (!edit) return;
    edit.base = doc.wick.defaultOf(field);
    if (field.type === 'hidden') edit.text = edit.base, doc.wick.setState(field, edit.text);
    compare(field);
  }));
  // the server's own sentences may come a moment later, by the stream
  const show = () => Object.keys(errors).forEach(name => {
    const field = named(by, name);
    if (field) complain(field, serverNote(field) || textOf(by).includes(errors[name]) ? '' : errors[name]);
    else if (submit) complain(submit, errors[name], retry);
    else toast(errors[name], retry);
  });
  if (retry) show();
  else setTimeout(show, 250);
  if (!Object.keys(errors).length) toast('The device refused this.');
});
on('reset', ({ target }) => setTimeout(() => { if (isForm(target) && typed.has(target)) forget(target); }));

/* --- theme and density: in cookies, so that the server renders them at once ---------------------------------------------------- */

const choices = { theme: ['system', 'light', 'dark'], density: ['comfortable', 'compact'] };
const chosen = name => html.dataset[name] || choices[name][0];
function show(name) {
  each(`[data-${name}-button]`, button => {
    if (button.hasAttribute('aria-pressed')) button.setAttribute('aria-pressed', !!html.dataset[name]);
    else button.setAttribute('aria-label', button.title = `${name[0].toUpperCase() + name.slice(1)}: ${chosen(name)}`);
  });
}
function choose(name) {
  const all = choices[name], to = (all.indexOf(chosen(name)) + 1) % all.length;
  doc.cookie = `${name}=${all[to]}; path=/; SameSite=Lax; max-age=${to ? 31536000 : 0}`;
  if (to) html.dataset[name] = all[to];
  else delete html.dataset[name];
  show(name);
}

/* --- keys and menus --------------------------------------------------------------------------------------------------------- */

const menus = fn => each('details.menu[open]', fn);
function shut(box, isCancelled) {
  const isIn = doc.activeElement === doc.body || box.contains(doc.activeElement);
  if (isCancelled) box.querySelectorAll('form').forEach(form => reset(form));
  box.open = false;
  if (isIn) box.querySelector('summary')?.focus();
}
on('click', ({ target }) => {
  menus(box => { if (!box.contains(target)) box.open = false; });
  if (!target.closest) return;
  const box = target.closest('[data-close]') && target.closest('details');
  if (box) shut(box, true);
  if (target.closest('[data-keys-button]')) switchKeys(!hasKeys);
  Object.keys(choices).forEach(name => { if (target.closest(`[data-${name}-button]`)) choose(name); });
});
/* Keys without Ctrl or Alt are a trap for people who dictate: they can be switched off (WCAG 2.1.4). */
let hasKeys;
function switchKeys(isOn) {
  hasKeys = isOn;
  try {
    localStorage.wickKeys = isOn ? '' : 'off';
  } catch (_) {
    // until the next load then
  }
  each('[data-keys-button]', button => button.setAttribute('aria-pressed', isOn));
}
on('toggle', ({ target: box }) => {
  const field = box.matches('details[open]') && box.querySelector('input:not([type=hidden]),select');
  if (field) field.focus();
}, true);
on('keydown', event => {
  if (event.key === 'Escape') each('details[open]', box => { if (box.matches('.menu') || box.contains(event.target)) shut(box, true); });
  if (!hasKeys || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.key?.length !== 1 ||
      event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) return;
  const button = doc.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (button) event.preventDefault(), button.click();
});

/* --- what is chosen for this tab and outlives a reload -------------------------------------------------------------------------- */

const choiceOf = node => attr(node, 'aria-pressed') || node.value;
let isKept;
// a server that has begun anew does not know it either
on('wick:shown', ({ detail }) => { if (detail.isWhole && !detail.isMine) isKept = false; });
on('wick:state', () => {
  const chosen = { ...load(shelf + ' keep') };
  if (!isKept && /lost|stale/.test(html.dataset.live)) return;
  each('[data-keep]', node => {
    const name = node.dataset.keep;
    if (!isKept && chosen[name] !== undefined && chosen[name] !== choiceOf(node)) {
      if (node.options) node.value = chosen[name], node.dispatchEvent(new Event('change', { bubbles: true }));
      else node.click();
    } else if (isKept) chosen[name] = choiceOf(node);
  });
  if (isKept) save(shelf + ' keep', chosen);
  isKept = true;
});

/* --- start: after wick.js ---------------------------------------------------------------------------------------------------------- */

on('DOMContentLoaded', () => {
  if (!doc.wick) return;
  const { isField, stateOf, defaultOf, touch, follow } = doc.wick, early = [];
  // what the browser has kept of a former visit, or what was typed before the scripts came, is the reader's; a control shows the device's
  doc.querySelectorAll('[data-wick] :is(input,select,textarea)').forEach(field => {
    if (!isField(field) || stateOf(field) === defaultOf(field)) return;
    if (field.dataset.onChange) follow([field]);
    else if (field.form && attr(field.form, 'data-action')) touch(field), early.push(field);
  });
  try {
    drafts = { ...load(shelf) };
    recall();
  } catch (_) {
    drafts = {}; // somebody else's
  }
  early.forEach(field => field.dispatchEvent(new Event('wick:edit', { bubbles: true })));
  // a draft that came back is shown
  typed.forEach((record, form) => { for (let box = form; (box = closest(upOf(box), 'details')); ) box.open = true; });
});

/* Title and icon say how the device is, also in a tab that nobody looks at; what has changed for screen readers is said once. */
const icon = doc.querySelector('link[rel=icon]'), plainIcon = icon?.href;
let told;
on('wick:state', () => {
  const news = [...doc.querySelectorAll('[data-announce]')].map(node => node.dataset.announce).join(' '), titled = doc.querySelector('[data-title]');
  if (told !== undefined && told !== news) say(news);
  told = news;
  if (!titled) return;
  const { title, count, level } = titled.dataset, isOld = { lost: 'Offline · ', stale: 'Stale · ' }[was] || '';
  const sign = isOld ? '?' : count > 9 ? '9+' : +count ? count : '';
  const href = !sign ? plainIcon : 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<rect width="32" height="32" rx="8" fill="${isOld ? '#53606f' : level > 1 ? '#ad231c' : '#7d5200'}"/>` +
    `<text x="16" y="24" font-family="sans-serif" font-weight="700" font-size="22" text-anchor="middle" fill="#fff">${sign}</text></svg>`);
  if (doc.title !== isOld + title) doc.title = isOld + title;
  if (icon && icon.href !== href) icon.href = href;
});
html.dataset.js = '';
doc.body.prepend(banner);
doc.body.append(toasts, spoken);
Object.keys(choices).forEach(show);
try {
  hasKeys = localStorage.wickKeys !== 'off';
} catch (_) {
  hasKeys = true;
}
switchKeys(hasKeys);
})();
