// wick_test.mjs - wick.js and wick-ui.js in Chromium against a server played by the test: every kind of slot, what readers do
// while values change, forms, and connections that come and go.
//   node tests/www/wick_test.mjs [part of a name]
import assert from 'node:assert/strict';
import { inChromium } from './page.mjs';

const chromium = await inChromium();
const only = process.argv[2] ?? '';
let passed = 0, failed = 0;

// statics of one root node: html with {0}, {1}... where its slots stand; other nodes likewise
const node = (html, slots) => [html.split(/\{\d+\}/), slots];
const treeOf = (root, ...nodes) => ({ root: 0, nodes: [root, ...nodes] });

async function open(html, tree, snapshot, options = {}) {
  const page = await chromium.open(html, { tree, ...options });
  page.say = message => page.evaluate(message => window.fake.send(message), message);
  page.change = t => page.say({ t });
  page.shown = () => page.evaluate(() => window.fake.shown());
  page.shows = async html => assert.equal(await page.shown(), await page.evaluate(html => window.fake.parse(html), html));
  page.sent = () => page.evaluate(() => window.fake.sent.splice(0));
  if (snapshot) {
    await page.say({ hello: 77, n: 5 });
    await page.say({ n: 5, p: 3, x: true, t: Object.assign({}, snapshot) });
  }
  return page;
}

async function test(name, fn) {
  if (!name.includes(only)) return;
  try {
    await fn();
    await chromium.forget();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n  ${String(error.stack ?? error).split('\n').slice(0, 12).join('\n  ')}`);
  }
}

/* --- slots ------------------------------------------------------------------------------------------------------------------ */

await test('text: changes in place, entities, empty, HTML', async () => {
  const page = await open('<p>a <!---->1<!--/--> b</p>', treeOf(node('<p>a {0} b</p>', [0])), ['1']);
  await page.evaluate(() => { window.was = document.querySelector('p').childNodes[2]; });
  await page.change({ 0: '2' });
  assert.equal(await page.evaluate(() => window.was.data), '2');
  for (const text of ['&lt;b&gt; &amp;amp; &#34;&#39; &#x263a;', '', '&nope; &', '<b>bold</b> &amp;', 'x']) {
    await page.change({ 0: text });
    await page.shows(`<p>a ${text} b</p>`);
  }
});

await test('text as the whole content, attribute of several slots, list of attributes', async () => {
  const tree = treeOf(node('<p class="a {0} &amp; {1}" {2}>{3}</p><input type="checkbox" {4}>', [['class', []], ['class', []], 2, 1, 2]));
  const page = await open('<p class="a x &amp; y" hidden>t</p><input type="checkbox" checked>', tree, ['x', 'y', ' hidden', 't', 'checked']);
  await page.change({ 1: '&lt;z', 2: ' title="&#34;q" lang=de data-x=\'1\'', 3: '&gt;', 4: '' });
  await page.shows('<p class="a x &amp; &lt;z" title="&#34;q" lang=de data-x="1">&gt;</p><input type="checkbox">');
  assert.equal(await page.evaluate(() => document.querySelector('input').checked), false);
  await page.change({ 0: '', 2: '', 4: 'checked disabled' });
  await page.shows('<p class="a  &amp; &lt;z">&gt;</p><input type="checkbox" checked disabled>');
  assert.equal(await page.evaluate(() => document.querySelector('input').checked), true);
});

await test('attributes that were another moment\'s when the page was made go away', async () => {
  const tree = treeOf(node('<p {0} {1}>a</p>', [2, 2]));
  const page = await open('<p hidden lang="de">a</p>', tree, ['', 'lang="fr"']);
  await page.shows('<p lang="fr">a</p>');
});

await test('branches: on, off, other, in an svg', async () => {
  const tree = treeOf(node('<div>{0}</div><svg>{1}</svg>', [3, 3]),
    node('<b>{0}</b>', [1]), node('<i>no</i>', []), node('<path d="{0}"></path>', [['d', []]]));
  const page = await open('<div><!----><!--/--></div><svg><!----><path d="M0 0"></path><!--/--></svg>', tree, [null, [3, 'M0 0']]);
  const steps = [[{ 0: [1, 'x'] }, '<b>x</b>', 'M0 0'], [{ 0: { 0: 'y' } }, '<b>y</b>', 'M0 0'], [{ 0: [2], 1: null }, '<i>no</i>', null],
    [{ 0: null, 1: [3, 'M1 1'] }, '', 'M1 1'], [{ 1: { 0: 'M2 2' } }, '', 'M2 2']];
  for (const [t, div, d] of steps) {
    await page.change(t);
    await page.shows(`<div>${div}</div><svg>${d ? `<path d="${d}"></path>` : ''}</svg>`);
  }
});

const listTree = treeOf(node('<ul>\n{0}\n</ul>', [[4, 1, 0, 2]]),
  node('\n  <li data-key="{0}">{1} <input></li> tail {2}\n', [['data-key', []], 0, 3]), node('<li>none</li>', []), node('<hr>', []));
const rowHtml = ([key, text, branch]) => `\n  <li data-key="${key}"><!---->${text}<!--/--> <input></li> tail <!---->${branch ? '<hr>' : ''}<!--/-->\n`;
const listHtml = rows => `<ul>\n<!---->${rows.map(rowHtml).join('') || '<li>none</li>'}<!--/-->\n</ul>`;
const mark = page => page.evaluate(() => document.querySelectorAll('li').forEach(li => { li.was = li.dataset.key; }));
const kept = page => page.evaluate(() => [...document.querySelectorAll('li')].map(li => li.was ?? '-').join());

await test('lists: rows of several nodes with joined white space are found, inserted, removed, moved and kept', async () => {
  let rows = [['a', '1', null], ['b&amp;', '2', [3]], ['c', '3', null]];
  const page = await open(listHtml(rows), listTree, null);
  await mark(page);
  await page.say({ hello: 77, n: 5 });
  await page.say({ x: true, n: 5, t: { 0: { l: rows } } });
  assert.equal(await kept(page), 'a,b&,c');
  const steps = [
    [[['-', 'b&amp;']], [['a', '1'], ['c', '3']], 'a,c'],
    [[['+', null, ['d', '4', null], ['e', '5', [3]]]], [['d', '4'], ['e', '5', 1], ['a', '1'], ['c', '3']], '-,-,a,c'],
    [[['+', 'a', ['f', '6', null]], ['=', 'a', { 1: 'one', 2: [3] }]], [['d', '4'], ['e', '5', 1], ['a', 'one', 1], ['f', '6'], ['c', '3']], '-,-,a,-,c'],
    [[['>', 'c', null], ['>', 'd', 'f'], ['-', 'e', 'f']], [['c', '3'], ['a', 'one', 1], ['d', '4']], 'c,a,-'],
    [{ l: [['x', '', null], ['a', '!', null]] }, [['x', ''], ['a', '!']], '-,a'],
    [{ l: [], e: [] }, [], '-'],
    [{ l: [['a', '1', null]] }, [['a', '1']], '-'],
  ];
  for (const [t, now, same] of steps) {
    await page.change({ 0: t });
    await page.shows(listHtml(now));
    assert.equal(await kept(page), same);
  }
});

await test('a snapshot with other rows than the page: rebuilt, then kept', async () => {
  const page = await open(listHtml([['a', '1'], ['b', '2']]), listTree, [{ l: [['a', '1', null], ['n', '9', null], ['b', '2', null]] }]);
  await page.shows(listHtml([['a', '1'], ['n', '9'], ['b', '2']]));
  await mark(page);
  await page.say({ x: true, n: 9, t: { 0: { l: [['b', '3', null], ['a', '1', null]] } } });
  await page.shows(listHtml([['b', '3'], ['a', '1']]));
  assert.equal(await kept(page), 'b,a');
});

await test('a page that is not the template\'s is made anew, and what others put there stays', async () => {
  const tree = treeOf(node('<form data-action="x"><input name="n" value="{0}"></form><p>{1}</p>', [['value', []], 1]));
  const page = await open('<h1>wrong</h1><form data-action="x"><input name="n" value="old"></form>', tree, null, { ui: true });
  await page.fill('input', 'typed');
  await page.focus('input');
  await page.say({ hello: 1, n: 1 });
  await page.say({ x: true, n: 1, t: { 0: 'new', 1: 'p' } });
  await page.shows('<form data-action="x"><input name="n" value="new"></form><p>p</p>');
  assert.deepEqual(await page.evaluate(() => [document.activeElement.value, document.activeElement.selectionEnd, !!document.querySelector('.banner')]), ['typed', 5, true]);
});

await test('programs in the browser that add attributes or trailing nodes do no harm', async () => {
  const tree = treeOf(node('<p class="{0}">x</p>', [['class', []]]));
  const page = await open('<p class="a" data-ext="1" style="color:red">x</p>\n\n<div id="extension"></div>', tree, ['a']);
  await page.change({ 0: 'b' });
  assert.equal(await page.evaluate(() => document.body.innerHTML), '<p class="b" data-ext="1" style="color:red">x</p>\n\n<div id="extension"></div>');
});

await test('a message that does not fit: begins again with a snapshot', async () => {
  const page = await open(listHtml([['a', '1']]), listTree, [{ l: [['a', '1', null]] }]);
  page.errors.length = 0;
  await page.change({ 0: [['-', 'nobody']] });
  await page.waitForFunction(() => window.fake.sockets.length === 2);
  assert.ok(page.errors.length > 0);
  assert.equal(await page.evaluate(() => new URL(window.fake.socket().url).searchParams.has('n')), false);
  await page.say({ hello: 77, n: 8 });
  await page.say({ x: true, n: 8, t: { 0: { l: [['z', '1', null]] } } });
  await page.shows(listHtml([['z', '1']]));
});

/* --- what readers do -------------------------------------------------------------------------------------------------------- */

await test('focus, caret and typed text survive changes around, moves and whole lists', async () => {
  const page = await open(listHtml([['a', '1'], ['b', '2'], ['c', '3']]), listTree, [{ l: [['a', '1', null], ['b', '2', null], ['c', '3', null]] }]);
  await page.locator('li:nth-of-type(2) input').pressSequentially('hello');
  await page.evaluate(() => document.activeElement.setSelectionRange(1, 3));
  for (const t of [[['=', 'b', { 1: 'x' }]], [['>', 'b', null]], [['+', null, ['n', '', null]], ['-', 'a']], { l: [['c', '1', null], ['b', '2', null]] }]) {
    await page.change({ 0: t });
    assert.deepEqual(await page.evaluate(() => [document.activeElement.value, document.activeElement.selectionStart, document.activeElement.selectionEnd]), ['hello', 1, 3]);
  }
  await page.keyboard.type('J');
  assert.equal(await page.evaluate(() => document.activeElement.value), 'hJlo');
});

const fieldTree = treeOf(node('<form method="post" data-action="save"><input name="a" value="{0}"><textarea name="t">{1}</textarea>' +
  '<input type="checkbox" name="c" {2}><select name="s"><option value="1" {3}>1</option><option value="2" {4}>2</option></select>{5}</form>',
  [['value', []], 1, 2, 2, 2, 3]), node('<small class="err" id="a-err">{0}</small>', [1]));
const fieldHtml = '<form method="post" data-action="save"><input name="a" value="one"><textarea name="t">one</textarea>' +
  '<input type="checkbox" name="c"><select name="s"><option value="1" selected>1</option><option value="2">2</option></select><!----><!--/--></form>';
const fields = (options = {}) => open(fieldHtml, fieldTree, ['one', 'one', '', 'selected', '', null], options);
const values = page => page.evaluate(() => [document.forms[0].a.value, document.forms[0].t.value, document.forms[0].c.checked, document.forms[0].s.value]);

await test('fields follow the device until a reader has touched them', async () => {
  const page = await fields();
  await page.change({ 0: 'two', 1: 'two', 2: 'checked', 3: '', 4: 'selected' });
  assert.deepEqual(await values(page), ['two', 'two', true, '2']);
  await page.fill('input[name=a]', 'mine');
  await page.fill('textarea', 'mine');
  await page.uncheck('[name=c]');
  await page.selectOption('select', '1');
  await page.change({ 0: 'three', 1: 'three', 2: '', 3: 'selected', 4: '' });
  await page.change({ 2: 'checked', 3: '', 4: 'selected' });
  assert.deepEqual(await values(page), ['mine', 'mine', false, '1']);
  assert.deepEqual(await page.evaluate(() => [document.forms[0].a.defaultValue, document.forms[0].t.defaultValue]), ['three', 'three']);
});

await test('a focused field keeps its text; left untouched, it shows the device\'s', async () => {
  const page = await fields();
  await page.focus('input[name=a]');
  await page.evaluate(() => document.activeElement.setSelectionRange(1, 2));
  await page.change({ 0: 'two' });
  assert.deepEqual(await page.evaluate(() => [document.activeElement.value, document.activeElement.selectionStart]), ['one', 1]);
  await page.focus('textarea');
  await page.change({ 1: 'two' });
  assert.deepEqual((await values(page)).slice(0, 2), ['two', 'one']);
});

await test('an opened details stays open', async () => {
  const html = o => `<details ${o}><summary>s</summary><p>1</p></details>`;
  const page = await open(html(''), treeOf(node('<details><summary>s</summary><p>{0}</p></details>', [1])), null);
  await page.click('summary');
  await page.say({ hello: 1, n: 1 });
  await page.say({ x: true, n: 1, t: { 0: '2' } });
  await page.change({ 0: '3' });
  await page.shows(html('open').replace('1', '3'));
});

/* --- forms and actions ------------------------------------------------------------------------------------------------------ */

await test('drafts survive a reload, and go when they are saved', async () => {
  let page = await fields({ ui: true });
  await page.fill('input[name=a]', 'draft');
  await page.check('[name=c]');
  page = await fields({ ui: true });
  assert.deepEqual(await values(page), ['draft', 'one', true, '1']);
  await page.change({ 0: 'other' });
  assert.equal((await values(page))[0], 'draft');
  await page.evaluate(() => document.forms[0].requestSubmit());
  const [{ a, ...message }] = await page.sent();
  assert.deepEqual(message, { do: 'save', f: { a: 'draft', t: 'one', c: 'on', s: '1' } });
  assert.equal(await page.evaluate(() => document.forms[0].getAttribute('aria-busy')), 'true');
  await page.evaluate(() => document.forms[0].requestSubmit());
  assert.deepEqual(await page.sent(), []);
  await page.say({ t: {}, a, ok: true });
  assert.equal(await page.evaluate(() => document.forms[0].getAttribute('aria-busy')), null);
  await page.change({ 0: 'draft' });
  page = await fields({ ui: true });
  assert.equal((await values(page))[0], 'one');
});

await test('refused: the server\'s message beside the field, focus on it, text kept', async () => {
  const page = await fields({ ui: true });
  await page.fill('input[name=a]', 'bad');
  await page.evaluate(() => document.forms[0].requestSubmit());
  const [{ a }] = await page.sent();
  await page.say({ t: { 5: [1, 'Not that.'] }, a, ok: false, e: { a: 'Not that.' } });
  await page.waitForTimeout(300);
  assert.deepEqual(await page.evaluate(() => {
    const field = document.activeElement;
    return [field.name, field.value, field.getAttribute('aria-invalid'), field.getAttribute('aria-describedby'), [...document.querySelectorAll('.err')].map(e => e.textContent).join()];
  }), ['a', 'bad', 'true', 'a-err', 'Not that.']);
  await page.evaluate(() => document.forms[0].requestSubmit());
  const [{ a: b }] = await page.sent();
  await page.say({ t: { 5: null }, a: b, ok: true });
  assert.equal(await page.evaluate(() => document.forms[0].a.getAttribute('aria-invalid')), null);
});

await test('controls and buttons are actions; refused ones show what the device has', async () => {
  const html = '<input type="checkbox" role="switch" name="led" data-on-change="led" checked><select name="p" data-on-change="period">' +
    '<option>1</option><option selected>5</option></select><form method="post" data-action="go"><button name="n" value="3">go</button></form><button type="button" data-action="stop">x</button>';
  const tree = treeOf(node(html.replace(' checked', ' {0}'), [2]));
  const page = await open(html, tree, ['checked'], { ui: true });
  await page.click('[role=switch]');
  await page.selectOption('select', '1');
  await page.click('form button');
  await page.click('[data-action=stop]');
  const sent = await page.sent();
  assert.deepEqual(sent.map(m => [m.do, m.f]), [['led', {}], ['period', { p: '1' }], ['go', { n: '3' }], ['stop', {}]].map(([d, f]) => [d, d === 'stop' ? sent[3].f : f]));
  await page.say({ t: {}, a: sent[0].a, ok: false, e: { '': 'No.' } });
  await page.say({ t: {}, a: sent[1].a, ok: false, e: { p: 'No.' } });
  assert.deepEqual(await page.evaluate(() => [document.querySelector('[role=switch]').checked, document.querySelector('select').value]), [true, '5']);
  await page.waitForFunction(() => document.querySelector('.toasts').textContent === 'No.No.');
});

await test('the rules of forms, in the words of the server', async () => {
  const html = `<form method="post" data-action="x" novalidate><input name="a" required><input name="b" minlength="3" maxlength="5" value="x"><input name="n" type="number" min="2" max="9" step="2" value="4">
    <input name="p" pattern="[a-z]+" title="Small letters only." value="x"><input type="checkbox" name="c" required><select name="s" required><option value="">-</option><option value="1">1</option></select><button>ok</button></form>`;
  const page = await open(html, treeOf(node(html, [])), [], { ui: true });
  const said = () => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.err')].filter(e => !e.hidden).map(e => [e.previousElementSibling.name, e.textContent])));
  await page.click('button');
  const box = { c: 'Tick this box.', s: 'Choose one of the offered values.' };
  assert.deepEqual(await said(), { a: 'Fill in this field.', b: 'Use at least 3 characters.', ...box });
  assert.equal(await page.evaluate(() => document.activeElement.name), 'a');
  await page.evaluate(() => { document.forms[0].b.value = '123456'; });
  for (const [value, text] of [['3', 'Use steps of 2.'], ['1', 'Enter 2 or more.'], ['10', 'Enter 9 or less.'], ['4.5', 'Enter a whole number.'], ['1e1', 'Enter a whole number.']]) {
    await page.evaluate(value => { document.forms[0].n.value = value; document.forms[0].p.value = 'A'; }, value);
    await page.click('button');
    assert.deepEqual(await said(), { a: 'Fill in this field.', b: 'Use at most 5 characters.', n: text, p: 'Small letters only.', ...box });
  }
  assert.deepEqual(await page.sent(), []);
  await page.fill('[name=a]', 'x');
  await page.fill('[name=b]', 'abc');
  await page.fill('[name=n]', '6');
  await page.fill('[name=p]', 'abc');
  await page.check('[name=c]');
  await page.selectOption('select', '1');
  await page.click('button');
  assert.deepEqual(await said(), {});
  assert.equal((await page.sent()).length, 1);
  assert.equal(await page.locator('[aria-invalid]').count(), 0);
});

/* --- connections ------------------------------------------------------------------------------------------------------------ */

const oneTree = treeOf(node('<p>{0}</p><form method="post" data-action="x"><button>b</button></form>', [1]));
const oneHtml = '<p>1</p><form method="post" data-action="x"><button>b</button></form>';
const one = (options = {}) => open(oneHtml, oneTree, options.isClosed ? null : ['1'], { ui: true, ...options });
const queryOf = page => page.evaluate(() => Object.fromEntries(new URL(window.fake.socket().url).searchParams));
const live = page => page.evaluate(() => document.documentElement.dataset.live);

await test('first connection: token alone, subprotocol; frames before the statics wait', async () => {
  const page = await one();
  assert.deepEqual(await queryOf(page), { v: 'token' });
  assert.equal(await page.evaluate(() => window.fake.socket().protocol + ' ' + new URL(window.fake.socket().url).protocol), 'wick.1 ws:');
  assert.equal(await page.evaluate(() => window.fake.fetched[0][0]), 'http://device/tree/0123.json');
  assert.equal(await live(page), 'live');
});

await test('lost: says so, disables actions, comes back by epoch and sequence, focus and text as they were', async () => {
  const page = await one();
  await page.say({ n: 6, t: { 0: '2' } });
  await page.say({ p: 4, t: {} });
  await page.focus('button');
  await page.evaluate(() => window.fake.socket().drop());
  assert.equal(await live(page), 'lost');
  await page.keyboard.press('Enter');
  assert.match(await page.locator('.err').textContent(), /no connection.*Try again/i);
  assert.equal(await page.locator('button[aria-disabled=true]').count(), 1);
  await page.waitForFunction(() => window.fake.sockets.length === 2);
  assert.deepEqual(await queryOf(page), { v: 'token', e: '77', n: '6', p: '4' });
  await page.say({ hello: 77, n: 6 });
  await page.say({ n: 7, t: { 0: '3' } });
  assert.equal(await live(page), 'live');
  assert.equal(await page.locator('[aria-disabled]').count(), 0);
  assert.equal(await page.textContent('p'), '3');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'b');
});

await test('the banner appears when it takes long, and tries when it is told to', async () => {
  const page = await one();
  await page.evaluate(() => { window.fake.refuse = true; window.fake.socket().drop(); });
  await page.waitForFunction(() => /No connection to the device. Last seen \d\d:\d\d:\d\d/.test(document.querySelector('.banner').textContent));
  assert.ok(await page.evaluate(() => {
    const count = window.fake.sockets.length;
    window.fake.refuse = false;
    document.querySelector('.banner button').click();
    return window.fake.sockets.length === count + 1;
  }));
  await page.say({ hello: 77, n: 5 });
  assert.equal(await page.textContent('.banner'), '');
});

await test('heartbeats keep the page live; silence of 5 s is stale, of 9 s a lost connection', async () => {
  await chromium.clock.install();
  const page = await one();
  for (let i = 0; i < 4; i++) {
    await chromium.clock.runFor(2000);
    await page.say('{}');
  }
  assert.equal(await live(page), 'live');
  await chromium.clock.runFor(4900);
  assert.equal(await live(page), 'live');
  await chromium.clock.runFor(1100);
  assert.equal(await live(page), 'stale');
  assert.deepEqual(await page.sent(), []);
  await page.say('{}');
  assert.equal(await live(page), 'live');
  await chromium.clock.runFor(6100);
  assert.equal(await live(page), 'stale');
  await chromium.clock.runFor(4000);
  assert.equal(await live(page), 'lost');
});

await test('the pauses between tries grow to 8 s, and waking up ends them', async () => {
  const page = await one();
  await page.evaluate(() => {
    window.fake.refuse = true;
    window.times = [];
    const open = window.fake.sockets.push;
    window.fake.sockets.push = function (socket) { window.times.push(Date.now()); return open.call(this, socket); };
    window.fake.socket().drop();
  });
  await chromium.clock.runFor(60000);
  const times = await page.evaluate(() => window.times), gaps = times.slice(1).map((t, i) => t - times[i]);
  assert.ok(times.length >= 9 && times.length < 25, String(times.length));
  gaps.forEach((gap, i) => {
    const most = Math.min(8000, 500 * 2 ** (i + 1));
    assert.ok(gap >= most / 2 - 5 && gap <= most + 50, `gap ${i} of ${gap} ms`);
  });
  // in the middle of a pause
  do await chromium.clock.runFor(300); while (await page.evaluate(() => Date.now() - window.times[window.times.length - 1]) < 200);
  assert.ok(await page.evaluate(() => {
    const count = window.fake.sockets.length;
    window.fake.refuse = false;
    window.dispatchEvent(new Event('online'));
    return window.fake.sockets.length > count;
  }));
});

await test('no WebSocket: server-sent events after two tries, actions by POST; then polls', async () => {
  const page = await chromium.open(oneHtml, { tree: oneTree, head: `<script>
    window.EventSource = class { constructor(url) { this.url = String(url); window.source = this; window.sources = (window.sources || 0) + 1; } close() {} };</script>` });
  await page.evaluate(() => { window.fake.refuse = true; window.fake.socket().onclose({}); });
  const until = async what => { for (let i = 0; i < 400 && !await page.evaluate(what); i++) await chromium.clock.runFor(100), await new Promise(done => setTimeout(done, 5)); };
  await until('window.source');
  assert.equal(await page.evaluate(() => window.fake.sockets.length), 2);
  assert.equal(await page.evaluate(() => new URL(window.source.url).search), '?v=token&stream=1');
  await page.evaluate(() => {
    const say = m => window.source.onmessage({ data: JSON.stringify(m) });
    say({ hello: 3, n: 1 });
    say({ x: true, n: 1, p: 9, t: { 0: 'sse' } });
    window.fake.answer = (url, options) => Promise.resolve({ ok: true, text: () => Promise.resolve(options.method === 'POST' ?
      JSON.stringify({ t: { 0: 'posted' }, a: JSON.parse(options.body).a, ok: true }) : '') });
    document.forms[0].requestSubmit();
  });
  await chromium.clock.runFor(100);
  assert.equal(await page.textContent('p'), 'posted');
  assert.equal(await page.evaluate(() => document.forms[0].getAttribute('aria-busy')), null);
  // and when that cannot be had either
  await page.evaluate(() => {
    window.polls = [];
    window.EventSource = class {
      constructor(url) {
        const isPoll = String(url).includes('stream=poll');
        if (isPoll && window.polls.push(String(url)) > 3) return; // waits
        setTimeout(() => {
          if (isPoll) this.onopen();
          if (isPoll && window.polls.length !== 2) this.onmessage({ data: `{"n":${1 + window.polls.length},"t":{"0":"poll ${window.polls.length}"}}` });
          this.onerror();
        }, 0);
      }
      close() { this.onopen = this.onmessage = this.onerror = () => {}; }
    };
    window.source.onerror();
  });
  await until('window.polls.length > 3');
  assert.equal(await page.textContent('p'), 'poll 3');
  assert.equal(await page.evaluate(() => new URL(window.polls[3]).search), '?v=token&e=3&n=4&p=9&stream=poll');
  assert.equal(await live(page), 'live');
});

await chromium.clock.resume();
await test('other firmware: navigates once, and drafts stay', async () => {
  let page = await fields({ ui: true });
  await page.fill('input[name=a]', 'draft');
  await Promise.all([page.waitForEvent('load'), page.say({ hello: 78, n: 1, tree: 'ffff' })]);
  await page.say({ hello: 78, n: 1, tree: 'ffff' });
  await page.waitForTimeout(100);
  assert.equal((await values(page))[0], 'draft');
});

/* --- the shell -------------------------------------------------------------------------------------------------------------- */

await test('theme, hotkey, menu, title, pause', async () => {
  const html = '<div data-title="a"></div><button type="button" data-theme-button data-own>t</button><form method="post" data-action="pause"><button data-hotkey="p">p</button></form>' +
    '<details class="menu"><summary>m</summary><input name="i"></details><span data-since></span>';
  const tree = treeOf(node(html.replace('data-title="a"', 'data-title="{0}"').replace('data-hotkey="p"', 'data-hotkey="p" {1}'), [['data-title', []], 2]));
  const page = await open(html, tree, ['a', ''], { ui: true });
  const theme = () => page.evaluate(() => [document.documentElement.dataset.theme ?? '', document.cookie, document.querySelector('[data-theme-button]').title]);
  assert.deepEqual(await theme(), ['', '', 'Theme: system']);
  await page.click('[data-theme-button]');
  assert.deepEqual(await theme(), ['light', 'theme=light', 'Theme: light']);
  await page.click('[data-theme-button]');
  assert.deepEqual(await theme(), ['dark', 'theme=dark', 'Theme: dark']);
  await page.click('[data-theme-button]');
  assert.deepEqual(await theme(), ['', '', 'Theme: system']);
  await page.change({ 0: 'Boiler' });
  assert.equal(await page.title(), 'Boiler');
  await page.keyboard.press('p');
  assert.equal((await page.sent())[0].do, 'pause');
  await page.click('summary');
  await page.waitForFunction(() => document.activeElement.name === 'i');
  await page.keyboard.press('p');
  assert.deepEqual(await page.sent(), []);
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.textContent + document.querySelector('details').open), 'mfalse');
  await page.change({ 1: 'data-paused' });
  assert.equal(await live(page), 'frozen');
  assert.match(await page.textContent('[data-since]'), /^\d\d:\d\d:\d\d$/);
});

await chromium.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
