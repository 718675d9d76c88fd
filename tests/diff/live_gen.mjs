// live_gen.mjs - random live pages in the language of templates, and data that change: what an engineer could have written.
// Every page is well-formed, its lists have keys. All pages share one shape of data, so a page reads whatever it likes.

export function randomOf(seed) {
  let state = seed >>> 0 || 1;
  const next = below => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) % below; };
  const pick = list => list[next(list.length)];
  return { next, pick, chance: of => next(of) === 0 };
}

const words = ['up', 'a&b', '<i>', 'x"y', "it's", 'ü 😀', '', 'javascript:x', 'a b', '{{x}}', '</b>', '100%'];

// --- data -------------------------------------------------------------------------------------------------------------

let serial = 0;
const row = (random, depth) => ({
  key: `${random.pick(['k', 'é', '<', '&'])}${++serial}`, num: random.next(6), text: random.pick(words), flag: random.chance(2),
  ...(depth > 0 ? { subs: rows(random, depth - 1, 1, 4) } : {}),
});
const rows = (random, depth, least, most) => Array.from({ length: least + random.next(most + 1 - least) }, () => row(random, depth));

export const newData = random => ({
  n0: random.next(5), n1: random.next(5) - 2, t0: random.pick(words), t1: random.pick(words), b0: random.chance(2), b1: random.chance(2),
  in: { num: random.next(9), text: random.pick(words) }, list: rows(random, 1, 1, 6), more: rows(random, 1, 1, 6), nums: [random.next(3), random.next(9), 5],
});

function changedRows(random, list, depth, most) {
  const now = list.map(one => random.chance(3) ? { ...one, ...(random.chance(2) ? { num: random.next(6) } : {}), ...(random.chance(3) ? { flag: !one.flag } : {}),
    ...(random.chance(3) ? { text: random.pick(words) } : {}), ...(one.subs && random.chance(2) ? { subs: changedRows(random, one.subs, depth - 1, 4) } : {}) } : one);
  if (random.chance(3) && now.length > 0) now.splice(random.next(now.length), 1);
  if (random.chance(3) && now.length > 1) now.push(...now.splice(random.next(now.length), 1));
  if (random.chance(2) && now.length < most) now.splice(random.next(now.length + 1), 0, row(random, depth));
  return random.chance(12) ? [] : now;
}

export function changedData(random, data) {
  const fresh = newData(random), now = { ...data };
  for (const name of ['n0', 'n1', 't0', 't1', 'b0', 'b1', 'in', 'nums']) if (random.chance(5)) now[name] = fresh[name];
  for (const name of ['list', 'more']) if (random.chance(3)) now[name] = changedRows(random, data[name], 1, 6);
  return now;
}

// --- pages ------------------------------------------------------------------------------------------------------------

class Page {
  constructor(random, isClean) { Object.assign(this, { random, isClean, names: 0, defines: '' }); }

  // scope: { row: levels of subs below, -1 outside of rows; isCalled: $ is the row, too; vars: [{ name, kind, isOwn: may be set }] }
  number(scope) {
    const own = scope.row >= 0 ? ['.num', 'len .text'] : ['.n0', '.n1', '.in.num', 'len .list', 'index .nums 1'];
    return this.random.pick([...own, ...own, ...(scope.isCalled ? [] : ['$.in.num', '$.n0']), ...scope.vars.filter(v => v.kind === 'n').map(v => v.name)]);
  }
  text(scope) {
    const own = scope.row >= 0 ? ['.text', '.key'] : ['.t0', '.t1', '.in.text'];
    return this.random.pick([...own, ...own, ...(scope.isCalled ? [] : ['$.t1']), ...scope.vars.filter(v => v.kind === 't').map(v => v.name)]);
  }
  condition(scope) {
    const n = () => { const x = this.number(scope); return x.includes(' ') ? `(${x})` : x; };
    const flags = [...(scope.row >= 0 ? ['.flag', 'not .flag'] : ['.b0', '.list', 'not .b1']), ...(scope.isCalled ? [] : ['$.b0'])];
    return this.random.pick([() => this.random.pick(flags), () => `gt ${n()} ${this.random.next(4)}`, () => `eq ${n()} ${n()}`, () => this.text(scope),
      () => `and (${this.random.pick(flags)}) (lt ${n()} 3)`, () => `or (eq ${this.text(scope)} "up") (${this.random.pick(flags)})`])();
  }
  value(scope) {
    return this.random.pick([() => this.number(scope), () => this.text(scope), () => this.text(scope), () => `printf "%03d|%q" (${this.number(scope)}) ${this.text(scope)}`,
      () => `${this.text(scope)} | truncate 2`, () => `print ${this.text(scope)} "-"`])();
  }

  attribute(scope) {
    const v = () => `{{${this.value(scope)}}}`, c = () => this.condition(scope);
    const list = scope.row > 0 ? '.subs' : scope.row < 0 ? '.nums' : '3';
    return this.random.pick([() => ` title="${v()}"`, () => ` class="a {{if ${c()}}}b{{else}}c${v()}{{end}}"`, () => ` {{if ${c()}}}hidden{{end}}`, () => ` data-x='${v()} ${v()}'`,
      () => ` title="{{range ${list}}}{{if ${list === '.subs' ? '.flag' : `gt . ${this.random.next(5)}`}}}{{continue}}{{end}},{{else}}none{{end}}"`, () => ` lang=x{{${this.number(scope)}}}`])();
  }
  element(scope, depth) {
    const tag = this.random.pick(['div', 'span', 'b', 'section']), link = this.random.chance(6);
    const attributes = this.random.chance(2) ? this.attribute(scope) : '';
    if (link) return `<a href="/p/{{${this.text(scope)}}}?q={{${this.text(scope)}}}#{{${this.number(scope)}}}"${attributes}>${this.items({ ...scope, vars: [...scope.vars] }, 0)}</a>`;
    return `<${tag}${attributes}>${this.items(scope, depth - 1)}</${tag}>`;
  }
  branch(scope, depth) {
    const body = () => this.items({ ...scope, vars: [...scope.vars] }, depth - 1);
    let out = `{{if ${this.condition(scope)}}}${body()}`;
    while (this.random.chance(3)) out += `{{else if ${this.condition(scope)}}}${body()}`;
    return out + (this.random.chance(2) ? `{{else}}${body()}` : '') + '{{end}}';
  }
  guard(scope) { return `{{if ${this.condition(scope)}}}{{${this.random.pick(['continue', 'continue', 'break'])}}}{{end}}`; }
  range(scope, depth) {
    const id = ++this.names, simple = this.isClean && scope.row >= 0 ? 9 : this.random.next(6);
    if (simple === 0) return `{{range ${this.random.pick(scope.isCalled ? ['3'] : ['$.n0', '3', '$.n1'])}}}<i data-key="c${id}-{{.}}">{{.}}</i>{{end}}`;
    if (this.isClean && scope.row === 0) return '';
    if (scope.row === 0 || simple === 1) return scope.isCalled ? '' : `{{range $i${id}, $e := $.nums}}<i data-key="n${id}-{{$i${id}}}">{{$e}}</i>{{end}}`;
    const inner = { row: scope.row > 0 ? scope.row - 1 : 1, isCalled: scope.isCalled, vars: [...scope.vars] };
    const isNamed = this.random.chance(3), list = scope.row > 0 ? '.subs' : this.random.pick(['.list', '.more']);
    if (isNamed) inner.vars.push({ name: `$i${id}`, kind: 'n' }, { name: `$r${id}.num`, kind: 'n' });
    const before = (this.random.chance(3) ? this.guard(inner) : '') + this.assign(inner) + (this.random.chance(4) ? this.guard(inner) : '');
    const after = this.assign(inner) + (this.random.chance(6) ? `{{if ${this.condition(inner)}}}{{break}}{{end}}` : '');
    const other = this.random.chance(3) ? `{{else}}${this.items({ ...scope, vars: [...scope.vars] }, 0)}` : '';
    const guard = this.random.chance(4) ? this.condition(inner) : '';
    const article = `<article data-key="${this.isClean ? `L${id}-` : ''}{{.key}}">${this.items(inner, depth - 1)}</article>`;
    if (guard) return `{{range ${isNamed ? `$i${id}, $r${id} := ` : ''}${list}}}\n  {{if ${guard}}}${article}{{end}}\n${other}{{end}}`;
    return `{{range ${isNamed ? `$i${id}, $r${id} := ` : ''}${list}}}${before}${article}${after}${other}{{end}}`;
  }
  declare(scope) {
    const kind = this.random.pick(['n', 't']), name = `$v${++this.names}`;
    const text = `{{${name} := ${kind === 'n' ? this.number(scope) : this.text(scope)}}}`;
    scope.vars.push({ name, kind, isOwn: true });
    return text;
  }
  assign(scope) {
    const own = scope.vars.filter(v => v.isOwn);
    if (own.length === 0 || this.random.chance(2)) return '';
    const { name, kind } = this.random.pick(own);
    return `{{${name} = ${kind === 'n' ? this.number(scope) : this.random.pick([this.text(scope), `print ${this.text(scope)} "+"`])}}}`;
  }
  call(scope) {
    const name = `t${++this.names}`;
    const body = this.items({ row: scope.row, isCalled: scope.row >= 0, vars: [] }, 1);
    this.defines += `{{define "${name}"}}${body}{{end}}`;
    return `{{template "${name}" .}}`;
  }
  items(scope, depth) {
    let out = '';
    for (let count = 1 + this.random.next(3); count > 0; count--) {
      const what = this.random.next(depth > 0 ? 13 : 5);
      if (what < 2) out += this.random.pick(['text ', '&amp; ', '<hr>', '\n  ']);
      else if (what < 4) out += `{{${this.value(scope)}}}`;
      else if (what < 5) out += this.random.chance(2) ? this.declare(scope) : this.assign(scope);
      else if (what < 8) out += this.element(scope, depth);
      else if (what < 10) out += this.branch(scope, depth);
      else if (what < 12) out += this.range(scope, depth);
      else out += this.call(scope);
    }
    return out;
  }
  whole() {
    const scope = { row: -1, vars: [] }, body = this.items(scope, 4) + this.range(scope, 3);
    return `<main>${body}</main>\n${this.defines}`;
  }
}

// isClean: the values of data-key are unique in the page, as @livetemplate/client needs them in a DOM.
export const newPage = (random, isClean) => new Page(random, isClean).whole();
