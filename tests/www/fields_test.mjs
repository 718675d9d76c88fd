// fields_test.mjs - wick.js and wick-ui.js in a browser against a server played by the test: elements of every namespace, fields as
// the browser has them, typed text and whose it is, faults, silence, tabs.     BROWSER=firefox runs it in Firefox.
//   node tests/www/fields_test.mjs [part of a name]
import assert from 'node:assert/strict';
import { inBrowser } from './page.mjs';

const browser = await inBrowser(process.env.BROWSER);
const only = process.argv[2] ?? '';
let passed = 0, failed = 0;

const node = (html, slots = []) => [html.split(/\{\d+\}/), slots];
const treeOf = (root, ...nodes) => ({ root: 0, nodes: [root, ...nodes] });
const attr = (name, n) => [name, ['', n, '']];

/** The page of html, with marks where tree has slots in content, made live by values. */
async function open(html, tree, values, options = {}) {
  const page = await browser.open(html, { tree, ui: true, ...options });
  page.say = message => page.evaluate(message => window.fake.send(message), message);
  page.change = t => page.say({ n: 6, t });
  page.sent = () => page.evaluate(() => window.fake.sent.splice(0));
  page.shows = async html => assert.equal(await page.evaluate(() => window.fake.shown()), await page.evaluate(html => window.fake.parse(html), html));
  await page.say({ hello: 77, n: 5, at: 1000000000 });
  await page.say({ n: 5, p: 3, x: true, t: { ...values } });
  await page.evaluate(() => new Promise(done => setTimeout(done, 20)));
  page.answer = async (ok, e, t = {}) => {
    const [last] = (await page.sent()).slice(-1);
    await page.say({ t, a: last.a, ok, e });
    return last;
  };
  return page;
}
async function test(name, fn) {
  if (!name.includes(only)) return;
  try {
    await fn();
    await browser.forget();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n  ${String(error.stack ?? error).split('\n').slice(0, 16).join('\n  ')}`);
  }
}

/* --- nodes ----------------------------------------------------------------------------------------------------------------- */

const spaces = page => page.evaluate(() => [...document.querySelectorAll('[data-wick] *')].filter(node => !node.closest('[data-own]') && node.localName !== 'script')
  .map(node => `${node.localName}:${node.namespaceURI.split('/').pop()}`).join(' '));

await test('branches in SVG, MathML, foreignObject and HTML that share their numbers', async () => {
  const tree = treeOf(node('<svg>{0}<foreignObject>{1}</foreignObject></svg><math>{2}<mtext>{3}</mtext></math><p>{4}</p>', [3, 3, 3, 3, 3]),
    node('<a><path d="{0}"></path></a>', [attr('d', 0)]), node('<title>{0}</title>', [1]));
  const page = await open('<svg><!----><!--/--><foreignObject><!----><!--/--></foreignObject></svg><math><!----><!--/--><mtext><!----><!--/--></mtext></math><p><!----><!--/--></p>',
    tree, [null, null, null, null, null]);
  const fill = n => [n, 'M0 0'];
  await page.change({ 0: fill(1), 1: fill(1), 4: fill(1), 3: fill(1), 2: fill(1) });
  assert.equal(await spaces(page), 'svg:svg a:svg path:svg foreignObject:svg a:xhtml path:xhtml math:MathML a:MathML path:MathML mtext:MathML a:xhtml path:xhtml p:xhtml a:xhtml path:xhtml');
  await page.change({ 0: fill(2), 1: fill(2), 4: fill(2) });
  assert.match(await spaces(page), /^svg:svg title:svg foreignObject:svg title:xhtml .* p:xhtml title:xhtml$/);
  assert.equal(await page.evaluate(() => window.fake.sockets.length), 1);
  assert.deepEqual(page.errors, []);
});

await test('lists in SVG and in tables; a prefixed attribute that comes and goes; case of SVG attributes', async () => {
  const tree = treeOf(node('<svg {0}><g>{1}</g></svg><table><tbody>{2}</tbody></table>', [2, [4, 1, 0, -1], [4, 2, 0, -1]]),
    node('<use data-key="{0}" {1}></use>', [attr('data-key', 0), 2]), node('<tr data-key="{0}"><td>{1}</td></tr>', [attr('data-key', 0), 1]));
  const page = await open('<svg><g><!----><!--/--></g></svg><table><tbody><!----><!--/--></tbody></table>', tree, ['', { l: [] }, { l: [] }]);
  await page.change({ 0: 'viewBox="0 0 1 1" preserveaspectratio="none"', 1: { l: [['a', 'xlink:href="#b"'], ['b', '']] }, 2: { l: [['x', '1'], ['y', '2']] } });
  await page.change({ 1: [['=', 'b', { 1: 'xlink:href="#c"' }], ['=', 'a', { 1: '' }], ['>', 'b', null]], 2: [['+', 'x', ['z', '3']]] });
  assert.equal(await spaces(page), 'svg:svg g:svg use:svg use:svg table:xhtml tbody:xhtml tr:xhtml td:xhtml tr:xhtml td:xhtml tr:xhtml td:xhtml');
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('use')].map(use => use.getAttributeNS('http://www.w3.org/1999/xlink', 'href'))), ['#c', null]);
  assert.deepEqual(await page.evaluate(() => [document.querySelector('svg').viewBox.baseVal.width, document.querySelector('svg').hasAttribute('preserveAspectRatio')]), [1, true]);
  assert.deepEqual(page.errors, []);
});

await test('new SVG elements never have an attribute without its value', async () => {
  const tree = treeOf(node('<svg>{0}</svg>', [3]), node('<circle cx="{0}" cy="{1}" r="3"></circle><rect width="{2}" height="1"></rect>', [attr('cx', 0), attr('cy', 1), attr('width', 2)]));
  const page = await open('<svg><!----><!--/--></svg>', tree, [null]);
  await page.change({ 0: [1, '1', '2', '3'] });
  await page.shows('<svg><circle cx="1" cy="2" r="3"></circle><rect width="3" height="1"></rect></svg>');
  assert.deepEqual(page.errors, []);
});

await test('an attribute that is there twice: the first one counts, live as in a fresh page', async () => {
  const tree = treeOf(node('<p {0} class="a" {1}>x</p>', [2, 2]));
  const page = await open('<p class="a">x</p>', tree, ['', '']);
  for (const [before, after, want] of [['', 'class="c"', 'a'], ['class="b"', 'class="c"', 'b'], ['', 'class="c" lang="de"', 'a'], ['lang="en"', 'lang="de"', 'a']]) {
    await page.change({ 0: before, 1: after });
    await page.shows(`<p ${before} class="a" ${after}>x</p>`);
    assert.equal(await page.evaluate(() => document.querySelector('p').className), want);
  }
});

await test('entities of HTML in text, attributes and whole contents', async () => {
  const page = await open('<p title="x">a</p><b><!---->b<!--/--> c</b>', treeOf(node('<p title="{0}">{1}</p><b>{2} c</b>', [attr('title', 0), 1, 0])), ['x', 'a', 'b']);
  for (const text of ['20&nbsp;&deg;C', '&#x110000;|&#0;|&#128;', '&copy=1&copy;', '&notit;', 'a&#13;b', '&amp;amp;', '&CounterClockwiseContourIntegral;', '&lt;script>']) {
    await page.change({ 0: text, 1: text, 2: text });
    await page.shows(`<p title="${text}">${text}</p><b>${text} c</b>`);
  }
  assert.deepEqual(page.errors, []);
});

await test('a list inside a branch that does not fit the page goes with it', async () => {
  const tree = treeOf(node('<p>{0}</p>', [3]), node('<b></b>{0}', [[4, 2, 0, -1]]), node('<i data-key="{0}"></i>', [attr('data-key', 0)]));
  const page = await open('<p><!----><b></b><!----><i data-key="a"></i><!--/--><u></u><!--/--></p>', tree, [[1, { l: [['a'], ['b']] }]]);
  await page.shows('<p><b></b><i data-key="a"></i><i data-key="b"></i></p>');
  await page.change({ 0: { 0: [['>', 'b', null], ['+', 'a', ['c']]] } });
  await page.shows('<p><b></b><i data-key="b"></i><i data-key="a"></i><i data-key="c"></i></p>');
  assert.equal(await page.evaluate(() => window.fake.sockets.length), 1);
  assert.deepEqual(page.errors, []);
});

/* --- fields ------------------------------------------------------------------------------------------------------------------ */

const value = (page, css) => page.evaluate(css => document.querySelector(css).value, css);
const tick = ms => new Promise(done => setTimeout(done, ms));

await test('output shows every value, also after a reset', async () => {
  const page = await open('<form data-action="x" method="post"><output>1</output><button>b</button></form>', treeOf(node('<form data-action="x" method="post"><output>{0}</output><button>b</button></form>', [1])), ['1']);
  for (const text of ['2', '3', '', '4']) {
    await page.change({ 0: text });
    assert.equal(await page.evaluate(() => document.querySelector('output').textContent), text);
  }
});

await test('a radio group is one choice: kept while it is the reader\'s, the device\'s again afterwards', async () => {
  const radios = (a, b, c) => `<form data-action="x" method="post">${[['1', a], ['2', b], ['3', c]].map(([n, is]) => `<input type="radio" name="m" value="${n}" ${is}>`).join('')}<button type="reset">r</button><button>b</button></form>`;
  const page = await open(radios('checked', '', ''), treeOf(node(radios('{0}', '{1}', '{2}'), [2, 2, 2])), ['checked', '', '']);
  const picked = () => page.evaluate(() => [...document.querySelectorAll('input')].filter(r => r.checked).map(r => r.value).join());
  await page.change({ 0: '', 2: 'checked' });
  assert.equal(await picked(), '3');
  await page.check('input[value="2"]');
  await page.change({ 0: 'checked', 2: '' });
  assert.equal(await picked(), '2');
  await page.click('[type=reset]');
  await tick(20);
  assert.equal(await picked(), '1');
  await page.check('input[value="3"]');
  await page.click('form button:last-of-type');
  assert.deepEqual((await page.answer(true)).f, { m: '3' });
  await page.change({ 0: '', 1: 'checked' });
  assert.equal(await picked(), '2');
});

await test('select multiple and checkboxes of one name: all choices are kept and sent', async () => {
  const html = (a, b) => `<form data-action="x" method="post"><select name="s" multiple><option value="1,5" ${a}>1</option><option ${b}>2</option><option>3</option></select>` +
    '<input type="checkbox" name="d" value="mo"><input type="checkbox" name="d" value="tu"><input type="checkbox" name="d" value="we"><button>b</button></form>';
  const page = await open(html('selected', ''), treeOf(node(html('{0}', '{1}'), [2, 2])), ['selected', '']);
  const chosen = () => page.evaluate(() => [...document.querySelector('select').selectedOptions].map(o => o.value));
  await page.change({ 1: 'selected' });
  assert.deepEqual(await chosen(), ['1,5', '2']);
  await page.selectOption('select', ['1,5', '3']);
  await page.change({ 0: '', 1: '' });
  assert.deepEqual(await chosen(), ['1,5', '3']);
  await page.check('[value=mo]');
  await page.check('[value=we]');
  await page.click('button:not([data-own])');
  assert.deepEqual((await page.answer(true)).f, { s: ['1,5', '3'], d: ['mo', 'we'] });
});

await test('a select whose options come and go keeps the choice while it is offered, else shows the device\'s', async () => {
  const tree = treeOf(node('<form data-action="x" method="post"><select name="s">{0}</select></form>', [[4, 1, 0, -1]]), node('<option value="{0}" {1}>{0}</option>'.replace(/>\{0\}</, '>o<'), [attr('value', 0), 2]));
  const page = await open('<form data-action="x" method="post"><select name="s"><!----><option value="a">o</option><option value="b">o</option><!--/--></select></form>', tree, [{ l: [['a', ''], ['b', '']] }]);
  await page.selectOption('select', 'b');
  await page.change({ 0: [['+', null, ['c', 'selected']]] });
  assert.equal(await value(page, 'select'), 'b');
  await page.change({ 0: [['-', 'b']] });
  assert.equal(await value(page, 'select'), 'c');
});

await test('half-typed numbers and dates are not overwritten', async () => {
  const html = n => `<form data-action="x" method="post"><input type="number" name="n" value="${n}"><input type="date" name="d" value=""><button>b</button></form>`;
  const page = await open(html('5'), treeOf(node(html('{0}').replace('type="date" name="d" value=""', 'type="date" name="d" value="{1}"'), [attr('value', 0), attr('value', 1)])), ['5', '']);
  await page.click('[name=n]');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('-');
  await page.change({ 0: '7' });
  await page.keyboard.type('5');
  assert.equal(await value(page, '[name=n]'), '-5');
  await page.evaluate(() => document.querySelector('[name=d]').focus());
  await page.keyboard.type('12');
  await page.change({ 1: '2026-01-02' });
  await page.keyboard.type('252026');
  assert.equal(await value(page, '[name=d]'), '2026-12-25');
});

await test('a control that acts at once: refused and rounded values show at once, the last of quick changes wins', async () => {
  const html = v => `<input type="range" name="r" min="0" max="100" value="${v}" data-on-change="slide">`;
  const page = await open(html('10'), treeOf(node(html('{0}'), [attr('value', 0)])), ['10']);
  const move = v => page.evaluate(v => {
    const field = document.querySelector('input');
    field.focus();
    field.value = v;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }, v);
  await move(80);
  await page.answer(false, { '': 'No.' });
  assert.equal(await value(page, 'input'), '10');
  await move(37);
  await page.answer(true, undefined, { 0: '30' });
  assert.equal(await value(page, 'input'), '30');
  await page.change({ 0: '20' });
  assert.equal(await value(page, 'input'), '20');
  for (const v of [40, 50, 60]) await move(v);
  const first = await page.answer(true, undefined, { 0: '40' });
  assert.equal(first.f.r, '40');
  assert.equal(await value(page, 'input'), '60');
  const second = await page.answer(true, undefined, { 0: '60' });
  assert.equal(second.f.r, '60');
  assert.equal(await value(page, 'input'), '60');
  await page.change({ 0: '5' });
  assert.equal(await value(page, 'input'), '5');
});

for (const name of ['method', 'elements', 'attributes', 'action', 'id', 'nodeName', 'nodeType', 'firstChild', 'nextSibling', 'parentNode', 'getAttribute', 'dataset', 'reset', 'submit', 'closest', 'namespaceURI', 'length'])
  await test(`a field called ${name}`, async () => {
    const html = v => `<form data-action="save" method="post" class="c"><input name="${name}" value="${v}"><button>b</button></form>`;
    const page = await open(`<p>x</p>${html('one')}`, treeOf(node(`<p>x</p>{0}`, [3]), node(html('{0}').replace('class="c"', 'class="{1}"'), [attr('value', 0), attr('class', 1)]).map((x, i) => i ? [attr('class', 0), attr('value', 1)] : x)), [null]);
    await page.change({ 0: [1, 'c', 'one'] });
    await page.change({ 0: { 0: 'd', 1: 'two' } });
    assert.equal(await value(page, 'input'), 'two');
    // by script: what drives the browser stumbles over such fields, too
    await page.evaluate(() => {
      const field = document.querySelector('input');
      field.value = 'mine';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.change({ 0: { 1: 'three' } });
    await page.evaluate(() => document.querySelector('button:not([data-own])').click());
    assert.equal((await page.answer(true)).f[name], 'mine');
    await page.change({ 0: { 1: 'mine' } });
    await page.change({ 0: null });
    assert.deepEqual(page.errors, []);
    assert.equal(await page.evaluate(() => window.fake.sockets.length), 1);
  });

await test('fields called like any property that a form has: made, changed, sent, drafts, gone', async () => {
  const names = await (await open('<p></p>', treeOf(node('<p></p>')), [])).evaluate(() => {
    const all = new Set(['__proto__', 'a"b', "a'b", 'a\\b', 'a]b', '<i>', '&amp;', 'é']);
    for (let at = HTMLFormElement.prototype; at; at = Object.getPrototypeOf(at)) Object.getOwnPropertyNames(at).forEach(name => all.add(name));
    all.delete('id');
    return [...all];
  });
  assert.ok(names.length > 250);
  const escape = text => text.replace(/&/g, '&amp;').replace(/"/g, '&#34;').replace(/</g, '&lt;');
  const tree = treeOf(node('<div>{0}</div>', [[4, 1, 0, -1]]), node('<form data-key="{0}" data-action="save" method="post" class="{1}"><input type="hidden" name="id" value="{2}"><input name="{3}" value="{4}"><button>b</button></form>',
    [attr('data-key', 0), attr('class', 1), attr('value', 2), attr('name', 3), attr('value', 4)]));
  const list = names.map((name, i) => ['k' + i, 'c', 'k' + i, escape(name), 'v' + i]);
  const page = await open('<div><!----><!--/--></div>', tree, [{ l: list }]);
  await page.change({ 0: list.map(([key], i) => ['=', key, { 1: 'd', 4: 'w' + i }]) });
  await page.change({ 0: [['>', 'k0', 'k9'], ['-', 'k8']] });
  const got = await page.evaluate(() => [...document.querySelectorAll('[type=hidden]')].map(id => {
    const field = id.nextElementSibling;
    field.value = 'mine ' + id.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.nextElementSibling.click();
    const sent = window.fake.sent.splice(0).map(message => [message.do, message.f.id, Object.getOwnPropertyDescriptor(message.f, field.name)?.value].join());
    return sent.join('|') === `save,${id.value},mine ${id.value}` ? '' : `${field.name}: ${sent}`;
  }).filter(Boolean));
  assert.deepEqual(got, []);
  await page.change({ 0: { l: [] } });
  assert.deepEqual(page.errors, []);
  assert.equal(await page.evaluate(() => window.fake.sockets.length), 1);
});

await test('passwords are in no storage; files, disabled and read-only fields, contenteditable are left alone', async () => {
  const html = v => `<form data-action="x" method="post"><input type="password" name="p" value=""><input name="t" value="${v}"><input type="file" name="f"><input name="d" value="${v}" disabled>` +
    `<input name="r" value="${v}" readonly><fieldset disabled><input name="s" value="${v}"></fieldset><button>b</button></form><div contenteditable>text</div>`;
  const tree = treeOf(node(html('{0}').replace(/\{0\}/g, (_, at, all) => `{${(all.slice(0, at).match(/\{0\}/g) ?? []).length}}`), [0, 1, 2, 3].map(n => attr('value', n))));
  const page = await open(html('1'), tree, ['1', '1', '1', '1']);
  await page.fill('[name=p]', 'secret-word');
  await page.fill('[name=t]', 'typed');
  await page.click('[contenteditable]');
  await page.keyboard.type('more');
  await page.change({ 0: '2', 1: '2', 2: '2', 3: '2' });
  assert.deepEqual(await page.evaluate(() => ['t', 'd', 'r', 's'].map(name => document.querySelector(`[name=${name}]`).value)), ['typed', '2', '2', '2']);
  assert.match(await page.evaluate(() => document.querySelector('[contenteditable]').textContent), /more/);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage }));
  assert.match(kept, /typed/);
  assert.doesNotMatch(kept, /secret-word/);
  await page.click('form > button');
  assert.deepEqual((await page.answer(true)).f, { p: 'secret-word', t: 'typed', r: '2' });
  assert.deepEqual(page.errors, []);
});

await test('radio groups of one name in several rows are choices of their own', async () => {
  const radios = (key, a, b) => `<li data-key="${key}"><form data-action="x" method="post"><input type="hidden" name="id" value="${key}"><input type="radio" name="m" value="1" ${a}><input type="radio" name="m" value="2" ${b}><button>b</button></form></li>`;
  const tree = treeOf(node('<ul>{0}</ul>', [[4, 1, 0, -1]]), node(radios('{0}', '{2}', '{3}').replace('value="{0}"', 'value="{1}"'), [attr('data-key', 0), attr('value', 1), 2, 2]));
  const page = await open(`<ul><!---->${radios('a', 'checked', '')}${radios('b', 'checked', '')}<!--/--></ul>`, tree, [{ l: [['a', 'a', 'checked', ''], ['b', 'b', 'checked', '']] }]);
  const picked = () => page.evaluate(() => [...document.querySelectorAll('input:checked')].map(radio => radio.value).join());
  await page.check('[data-key=b] [value="2"]');
  await page.change({ 0: [['=', 'a', { 2: '', 3: 'checked' }], ['=', 'b', { 2: '', 3: '' }], ['>', 'b', null]] });
  assert.equal(await picked(), '2,2');
  await page.change({ 0: [['=', 'a', { 2: 'checked', 3: '' }]] });
  assert.equal(await picked(), '2,1');
  assert.deepEqual(page.errors, []);
});

await test('what the reader has closed stays closed; autofocus of what comes later', async () => {
  const tree = treeOf(node('<details open><summary>s</summary>{0}</details><dialog open>d</dialog>{1}', [0, 3]), node('<p><input name="late" autofocus></p>'));
  const page = await open('<details open><summary>s</summary><!---->1<!--/--></details><dialog open>d</dialog><!----><!--/-->', tree, ['1', null]);
  await page.evaluate(() => { document.querySelector('details').open = false; document.querySelector('dialog').close(); });
  await page.change({ 0: '2', 1: [1] });
  await page.say({ n: 9, x: true, t: { 0: '3', 1: [1] } });
  assert.deepEqual(await page.evaluate(() => [document.querySelector('details').open, document.querySelector('dialog').open, document.activeElement.name]), [false, false, 'late']);
});

await test('text that is selected and does not change stays selected', async () => {
  const page = await open('<p><b>1</b> of <i>unchanged words</i></p>', treeOf(node('<p><b>{0}</b> of <i>unchanged words</i></p>', [1])), ['1']);
  await page.evaluate(() => getSelection().setBaseAndExtent(document.querySelector('i').firstChild, 2, document.querySelector('i').firstChild, 9));
  for (const n of ['2', '3']) await page.change({ 0: n });
  assert.equal(await page.evaluate(() => String(getSelection())), 'changed');
});

/* --- typed text belongs to its form, its record and its person ------------------------------------------------------------------ */

const rowTree = treeOf(node('<ul>{0}</ul>', [[4, 1, 0, -1]]),
  node('<li data-key="{0}"><form data-action="label" method="post"><input type="hidden" name="id" value="{1}"><input name="text" value="{2}"><button>b</button></form></li>', [attr('data-key', 0), attr('value', 1), attr('value', 2)]));
const rowHtml = ([key, id, text]) => `<li data-key="${key}"><form data-action="label" method="post"><input type="hidden" name="id" value="${id}"><input name="text" value="${text}"><button>b</button></form></li>`;
const rows = list => open(`<ul><!---->${list.map(rowHtml).join('')}<!--/--></ul>`, rowTree, [{ l: list }]);
const texts = page => page.evaluate(() => [...document.querySelectorAll('[name=text]')].map(field => field.value).join());

await test('one form per row: typed text stays in its row, through new rows, moves and a reload', async () => {
  const a = ['a', 'a', 'A'], b = ['b', 'b', 'B'], c = ['c', 'c', 'C'];
  let page = await rows([a, b]);
  await page.fill('li:nth-child(2) [name=text]', 'typed');
  await page.change({ 0: [['+', null, c], ['>', 'b', null]] });
  assert.equal(await texts(page), 'typed,C,A');
  page = await rows([c, a, b]);
  assert.equal(await texts(page), 'C,A,typed');
  await page.change({ 0: [['-', 'b']] });
  page = await rows([a, b, c]);
  assert.equal(await texts(page), 'A,B,C', 'its row was gone');
});

await test('a form that gets another record forgets what was typed for the one before', async () => {
  const html = (id, a, b) => `<form data-action="edit" method="post"><input type="hidden" name="id" value="${id}"><input name="a" value="${a}"><input name="b" value="${b}"><button>b</button></form><button type="button" data-action="next">n</button>`;
  const page = await open(html('5', 'five', 'same'), treeOf(node(html('{0}', '{1}', '{2}'), [attr('value', 0), attr('value', 1), attr('value', 2)])), ['5', 'five', 'same']);
  await page.fill('[name=b]', 'typed');
  await page.change({ 0: '7', 1: 'seven' });
  assert.deepEqual([await value(page, '[name=a]'), await value(page, '[name=b]')], ['seven', 'same']);
  // nothing in the form names the record: then the reader's own action tells
  await page.fill('[name=b]', 'typed');
  await page.click('[data-action=next]');
  await page.answer(true, undefined, { 1: 'eight' });
  assert.deepEqual([await value(page, '[name=a]'), await value(page, '[name=b]')], ['eight', 'same']);
});

await test('Cancel forgets, also after a reload; closing and opening does not', async () => {
  const html = '<details><summary>s</summary><form data-action="x" method="post"><input name="a" value="one"><button>b</button><button type="button" data-close>Cancel</button></form></details>';
  let page = await open(html, treeOf(node(html)), []);
  await page.click('summary');
  await page.fill('[name=a]', 'typed');
  page = await open(html, treeOf(node(html)), []);
  assert.deepEqual([await value(page, '[name=a]'), await page.evaluate(() => document.querySelector('details').open)], ['typed', true]);
  await page.click('[data-close]');
  await tick(20);
  assert.deepEqual([await value(page, '[name=a]'), await page.evaluate(() => document.querySelector('details').open)], ['one', false]);
  page = await open(html, treeOf(node(html)), []);
  assert.deepEqual([await value(page, '[name=a]'), await page.evaluate(() => document.querySelector('details').open)], ['one', false]);
});

await test('somebody else saves meanwhile: untouched fields follow, a touched one says so, Save sends what it was based on', async () => {
  const html = (a, b, was) => `<form data-action="save" method="post"><input name="a" value="${a}"><input type="hidden" name="was-a" value="${was}"><input name="b" value="${b}"><button>b</button></form>`;
  const tree = treeOf(node(html('{0}', '{2}', '{1}'), [attr('value', 0), attr('value', 1), attr('value', 2)]));
  const notes = page => page.evaluate(() => [...document.querySelectorAll('.moved')].map(note => note.textContent).join());
  let page = await open(html('one', 'x', 'one'), tree, ['one', 'one', 'x']);
  await page.fill('[name=a]', 'mine');
  await page.change({ 0: 'theirs', 1: 'theirs', 2: 'y' });
  assert.deepEqual([await value(page, '[name=a]'), await value(page, '[name=b]')], ['mine', 'y']);
  assert.match(await notes(page), /Changed meanwhile: now “theirs”/);
  page = await open(html('theirs', 'y', 'theirs'), tree, ['theirs', 'theirs', 'y']);
  assert.match(await notes(page), /Changed meanwhile: now “theirs”/, 'after a reload, too');
  await page.click('form > button:last-child');
  const sent = await page.answer(false, { a: 'Changed meanwhile (from "one", now "theirs").' });
  assert.deepEqual(sent.f, { a: 'mine', 'was-a': 'one', b: 'y' });
  await page.click('form > button:last-child');
  assert.deepEqual((await page.answer(true)).f, { a: 'mine', 'was-a': 'theirs', b: 'y' }, 'the second time it is meant');
  assert.equal(await notes(page), '');
});

await test('"Use that" takes the other\'s value', async () => {
  const html = a => `<form data-action="save" method="post"><input name="a" value="${a}"><button>b</button></form>`;
  const page = await open(html('one'), treeOf(node(html('{0}'), [attr('value', 0)])), ['one']);
  await page.fill('[name=a]', 'mine');
  await page.change({ 0: 'theirs' });
  await page.click('.moved button');
  assert.equal(await value(page, '[name=a]'), 'theirs');
  assert.equal(await page.evaluate(() => document.querySelectorAll('.moved').length), 0);
});

/* --- faults --------------------------------------------------------------------------------------------------------------------- */

const plain = treeOf(node('<p>{0}</p><ul>{1}</ul>', [1, [4, 1, 0, -1]]), node('<li data-key="{0}">{1}</li>', [attr('data-key', 0), 1]));
const plainHtml = '<p>1</p><ul><!----><li data-key="a">A</li><!--/--></ul>';
const faulty = options => open(plainHtml, plain, ['1', { l: [['a', 'A']] }], options);

for (const message of ['{', 'null', '{"t":{"9":"x"},"n":7}', '{"t":{"1":[["=","b",{"1":"x"}]]},"n":7}', '{"t":{"1":{}},"n":7}', '{"t":{"0":{"3":1}},"n":7}', '{"t":{"1":[["?"]]},"n":7}'])
  await test(`a message that does not fit, ${message}: one report, one snapshot`, async () => {
    const page = await faulty();
    await page.say(message);
    await page.waitForFunction(() => window.fake.sockets.length === 2);
    assert.equal(page.errors.splice(0).length, 1);
    await page.say({ hello: 77, n: 8 });
    await page.say({ n: 8, p: 4, x: true, t: { 0: '2', 1: { l: [['b', 'B']] } } });
    await page.shows('<p>2</p><ul><li data-key="b">B</li></ul>');
    await page.change({ 0: '3' });
    await page.shows('<p>3</p><ul><li data-key="b">B</li></ul>');
    assert.deepEqual(page.errors, []);
  });

await test('messages that say nothing do nothing', async () => {
  const page = await faulty();
  for (const message of ['{}', '[]', '7', '""', '{"t":{}}', '{"a":99,"ok":true}', '{"pong":1}', '{"t":{"0":"2"},"unknown":[1]}']) await page.say(message);
  await page.shows('<p>2</p><ul><li data-key="a">A</li></ul>');
  assert.equal(await page.evaluate(() => window.fake.sockets.length), 1);
  assert.deepEqual(page.errors, []);
});

await test('a page that another program has changed is made anew once', async () => {
  const page = await faulty();
  await page.evaluate(() => { document.querySelector('ul').textContent = ''; });
  await page.change({ 1: [['=', 'a', { 1: 'x' }]] });
  await page.change({ 1: [['+', 'a', ['b', 'B']]] });
  await page.change({ 1: { l: [['c', 'C']] } });
  await page.waitForFunction(() => window.fake.sockets.length === 2);
  await page.say({ hello: 77, n: 8 });
  await page.say({ n: 8, p: 4, x: true, t: { 0: '2', 1: { l: [['b', 'B']] } } });
  await page.shows('<p>2</p><ul><li data-key="b">B</li></ul>');
  assert.equal(page.errors.splice(0).length, 1);
});

await test('what never fits ends: no endless reconnects, and the reader is told', async () => {
  const page = await faulty();
  await page.say('{');
  await page.waitForFunction(() => window.fake.sockets.length === 2);
  await page.say('{');
  await page.waitForFunction(() => /does not fit/.test(document.querySelector('.banner').textContent), null, { timeout: 5000 });
  await tick(1500);
  assert.equal(await page.evaluate(() => window.fake.sockets.length), 2);
  assert.equal(await page.evaluate(() => document.querySelector('.banner button').textContent), 'Load again');
  page.errors.length = 0;
});

for (const [name, script] of [
  ['forbidden', 'for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });'],
  ['full', 'for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(window, name, { value: new Proxy({}, { set() { throw new DOMException("full", "QuotaExceededError"); } }) });'],
  ['corrupt', 'for (const text of ["{", "7", "null", "[[]]", JSON.stringify({ x: 1 })]) sessionStorage["wick:/"] = text;'],
  ['hostile', 'sessionStorage["wick:/"] = JSON.stringify({ [JSON.stringify(["save", null, []])]: { a: [{}, 3], b: 7 } });']])
  await test(`storage that is ${name} does no harm`, async () => {
    const html = a => `<form data-action="save" method="post"><input name="a" value="${a}"><button>b</button></form>`;
    const page = await open(html('one'), treeOf(node(html('{0}'), [attr('value', 0)])), ['one'], { head: `<script>${script}</script>` });
    await page.fill('[name=a]', 'x');
    await page.change({ 0: 'two' });
    await page.click('form > button:last-child');
    assert.equal((await page.answer(true)).f.a, 'x');
    assert.deepEqual(page.errors, []);
  });

/* --- honest state ----------------------------------------------------------------------------------------------------------------- */

await test('no answer in 5 s: says so, offers to try again; the same request, and a late answer counts', async () => {
  const html = '<form data-action="save" method="post"><input name="a" value="1"><button>b</button></form>';
  const page = await open(html, treeOf(node(html)), []);
  const beat = setInterval(() => page.say('{}').catch(() => {}), 1500);
  try {
    await page.click('form button');
    const [first] = await page.sent();
    await page.waitForFunction(() => /has not answered yet.*Try again/.test((document.querySelector('.err') || {}).textContent), null, { timeout: 8000 });
    assert.equal(await page.evaluate(() => document.forms[0].getAttribute('aria-busy')), null);
    await page.click('.err button');
    assert.deepEqual(await page.sent(), [first]);
    await page.say({ t: {}, a: first.a, ok: true });
    assert.equal(await page.evaluate(() => document.querySelectorAll('.err').length), 0);
  } finally {
    clearInterval(beat);
  }
});

await test('stale: values are marked, the time is the device\'s; it is said once, and once when it is over', async () => {
  const page = await open('<p>1</p><span data-since></span>', treeOf(node('<p>{0}</p><span data-since></span>', [1])), ['1']);
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector('.sr').textContent)).observe(document.querySelector('.sr'), { childList: true });
  });
  await page.waitForFunction(() => document.documentElement.dataset.live === 'stale', null, { timeout: 8000 });
  // 1,000,000,000 s of Unix time is 01:46:40
  assert.match(await page.evaluate(() => document.querySelector('[data-since]').textContent), /^01:46:4\d UTC$/);
  await page.waitForFunction(() => document.documentElement.dataset.live === 'lost', null, { timeout: 5000 });
  await page.waitForFunction(() => /Last seen 01:46:4\d UTC/.test(document.querySelector('.banner').textContent), null, { timeout: 5000 });
  await page.waitForFunction(() => window.fake.sockets.length > 1, null, { timeout: 5000 });
  await page.say({ hello: 77, n: 5 });
  await page.waitForFunction(() => document.documentElement.dataset.live === 'live');
  const said = await page.evaluate(() => window.said);
  assert.equal(said.length, 2, said.join('|'));
  assert.match(said[1], /again/);
});

await test('keys can be switched off, and stay off', async () => {
  const html = '<form data-action="pause" method="post"><button data-hotkey="p">p</button></form><button type="button" data-keys-button>keys</button>';
  let page = await open(html, treeOf(node(html)), []);
  await page.keyboard.press('p');
  await page.answer(true);
  await page.click('[data-keys-button]');
  await page.keyboard.press('p');
  assert.deepEqual(await page.sent(), []);
  page = await open(html, treeOf(node(html)), []);
  await page.keyboard.press('p');
  assert.deepEqual(await page.sent(), []);
  assert.equal(await page.evaluate(() => document.querySelector('[data-keys-button]').getAttribute('aria-pressed')), 'false');
  await page.click('[data-keys-button]');
});

await test('what is chosen for the tab survives a reload', async () => {
  const html = (p, a, b) => `<select name="p" data-on-change="period" data-keep="period"><option ${a}>1</option><option ${b}>5</option></select>` +
    `<form data-action="pause" method="post"><button aria-pressed="${p}" data-keep="pause">p</button></form>`;
  const tree = treeOf(node(html('{2}', '{0}', '{1}'), [2, 2, attr('aria-pressed', 2)]));
  let page = await open(html('false', 'selected', ''), tree, ['selected', '', 'false']);
  await page.selectOption('select', '5');
  await page.answer(true, undefined, { 0: '', 1: 'selected' });
  await page.click('button');
  await page.answer(true, undefined, { 2: 'true' });
  page = await open(html('false', 'selected', ''), tree, ['selected', '', 'false']);
  assert.deepEqual((await page.sent()).map(message => [message.do, message.f]), [['period', { p: '5' }], ['pause', {}]]);
});

/* --- speed ------------------------------------------------------------------------------------------------------------------------ */

await test('a page with 1,000 rows is adopted in slices, and every row is kept', async () => {
  const list = Array.from({ length: 1000 }, (_, i) => ['k' + i, 't' + i, 'v' + i % 7]);
  const row = ([key, text, v]) => `<tr data-key="${key}"><td>${text}</td><td class="${v}">x <!---->${v}<!--/--> y</td></tr>`;
  const tree = treeOf(node('<table><tbody>{0}</tbody></table>', [[4, 1, 0, -1]]), node('<tr data-key="{0}"><td>{1}</td><td class="{2}">x {3} y</td></tr>', [attr('data-key', 0), 1, attr('class', 2), 0]));
  const page = await browser.open(`<table><tbody><!---->${list.map(row).join('')}<!--/--></tbody></table>`, { tree, ui: true });
  const took = await page.evaluate(async values => {
    document.querySelectorAll('tr').forEach(tr => { tr.was = 1; });
    const tasks = [], real = window.setTimeout;
    window.setTimeout = (fn, ms, ...rest) => real(() => { const from = performance.now(); fn(...rest); tasks.push(performance.now() - from); }, ms);
    const from = performance.now();
    window.fake.send({ hello: 77, n: 5 });
    window.fake.send({ n: 5, p: 3, x: true, t: values });
    tasks.push(performance.now() - from);
    window.fake.send({ n: 6, t: { 0: [['=', 'k500', { 1: 'new' }]] } });
    await new Promise(done => real(done, 400));
    window.setTimeout = real;
    return { sum: tasks.reduce((a, b) => a + b), most: Math.max(...tasks) };
  }, { 0: { l: list.map(([k, t, v]) => [k, t, v, v]) } });
  assert.deepEqual(await page.evaluate(() => [[...document.querySelectorAll('tr')].filter(tr => tr.was).length, document.querySelector('[data-key=k500] td').textContent]), [1000, 'new']);
  console.log(`adoption of 1,000 rows: ${took.sum.toFixed(1)} ms, longest task ${took.most.toFixed(1)} ms`);
  // on a busy machine all takes longer, but never all of it in one task
  assert.ok(took.most < Math.max(40, took.sum * 0.7), `longest task ${took.most} of ${took.sum} ms`);
});

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
