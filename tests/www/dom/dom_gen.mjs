// dom_gen.mjs - random markup from the whole vocabulary of HTML, with branches, lists and values at any place. Most of it is nested as the
// standard says, some of it is not: wickc has to refuse what a browser's parser repairs.
export function randomOf(seed) {
  let state = seed >>> 0 || 1;
  const next = below => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) % below; };
  return { next, pick: list => list[next(list.length)], chance: of => next(of) === 0 };
}

const PHRASING = ['b', 'i', 'em', 'span', 'code', 'small', 'sub', 'q', 'cite', 'mark', 'kbd', 'bdo', 'abbr', 'time', 'data', 'output', 'label', 'ruby', 'a', 'button', 'svg', 'math', 'br', 'wbr', 'img', 'input', 'select', 'textarea', 'meter', 'progress',
  'nobr', 'font', 'tt', 'u', 's', 'big', 'strike', 'del', 'ins', 'object', 'template', 'noscript', 'iframe', 'picture', 'canvas', 'audio', 'slot', 'custom-tag', 'map', 'marquee', 'applet', 'image', 'keygen', 'bgsound'];
const FLOW = ['p', 'div', 'section', 'article', 'ul', 'ol', 'dl', 'table', 'h1', 'h3', 'pre', 'blockquote', 'form', 'fieldset', 'details', 'figure', 'address', 'hr', 'main', 'nav', 'aside', 'menu', 'center', 'listing', 'xmp', 'dialog', 'header', 'hgroup', 'search', 'dir', 'plaintext'];
const INSIDE = {
  ul: ['li'], ol: ['li'], menu: ['li'], dir: ['li'], dl: ['dt', 'dd', 'div'], table: ['caption', 'colgroup', 'thead', 'tbody', 'tfoot', 'tr'], thead: ['tr'], tbody: ['tr'], tfoot: ['tr'], tr: ['td', 'th'], colgroup: ['col'], select: ['option', 'optgroup', 'hr'], optgroup: ['option'],
  ruby: ['rb', 'rt', 'rp', 'rtc'], details: ['summary', 'p'], figure: ['figcaption', 'p'], fieldset: ['legend', 'p'], svg: ['path', 'g', 'circle', 'text', 'title', 'desc', 'foreignObject', 'a', 'linearGradient', 'style', 'script'], g: ['path', 'text', 'g'], math: ['mi', 'mrow', 'mfrac', 'mtext', 'annotation-xml'], mrow: ['mi', 'mo', 'mtext', 'mrow'],
  mfrac: ['mi', 'mrow'], text: ['tspan', 'a'], linearGradient: ['stop'], picture: ['source', 'img'], audio: ['source', 'track'], map: ['area'], option: [], textarea: [], title: [], iframe: [], xmp: [], script: [], style: [], noscript: ['p', 'b'], foreignObject: ['p', 'div', 'svg', 'table'], desc: ['p', 'b'], mtext: ['b', 'span', 'svg', 'mglyph'], mi: ['b', 'span'], 'annotation-xml': ['svg', 'p'],
};
const VOID = new Set(['br', 'wbr', 'img', 'input', 'hr', 'col', 'source', 'track', 'area', 'image', 'keygen', 'bgsound']);
const OPTIONAL = new Set(['li', 'dt', 'dd', 'p', 'option', 'optgroup', 'td', 'th', 'tr', 'tbody', 'thead', 'tfoot', 'rt', 'rp', 'rb', 'rtc', 'colgroup', 'caption']);
const ATTRS = { img: ' alt="" src="/x.png"', input: ' aria-label="x" name="f"', select: ' aria-label="x"', textarea: ' aria-label="x"', a: ' href="/"', button: ' type="button"', iframe: ' title="x"', form: ' action="/"', label: '', 'annotation-xml': ' encoding="text/html"', meter: ' aria-label="x"', progress: ' aria-label="x"', area: ' alt="" href="/"', track: '', dialog: ' open', object: ' data="/x"', image: ' alt=""', keygen: ' aria-label="x"' };
const ALL = [...new Set([...PHRASING, ...FLOW, ...Object.values(INSIDE).flat(), 'li', 'td', 'tr', 'option', 'head', 'body', 'html', 'frameset', 'frame', 'rt', 'col', 'caption'])];

class Page {
  constructor(random) { Object.assign(this, { random, names: 0, size: 0 }); }
  text(scope) {
    const { random } = this;
    return random.pick([() => ' ', () => 'x', () => '\n', () => ' y &lt; ', () => `{{${scope.row ? '.text' : random.pick(['.t0', '.t1'])}}}`, () => `{{${scope.row ? '.key' : '.t0'}}}`, () => '<!-- c -->'])();
  }
  condition(scope) { return this.random.pick(scope.row ? ['.flag', '.text', '$.b0', '$.b1'] : ['.b0', '.b1', '.b2', '.b3', '.t0']); }
  child(parent) {
    const { random } = this;
    if (random.chance(40)) return random.pick(ALL);
    if (INSIDE[parent]) return INSIDE[parent].length === 0 ? '' : random.chance(25) ? random.pick(['div', 'span', 'script', 'template', 'p', 'form', 'input', 'a', 'tr', 'svg']) : random.pick(INSIDE[parent]);
    const isPhrasing = PHRASING.includes(parent) || ['p', 'h1', 'h3', 'pre', 'dt', 'summary', 'legend', 'caption', 'rt', 'rp'].includes(parent);
    return random.chance(isPhrasing ? 12 : 2) ? random.pick(FLOW) : random.pick(PHRASING);
  }
  attribute(scope) {
    const { random } = this;
    return random.chance(4) ? random.pick([` title="{{${scope.row ? '.text' : '.t0'}}}"`, ` {{if ${this.condition(scope)}}}hidden{{end}}`, ` class="a{{if ${this.condition(scope)}}} b{{end}}"`, ` data-x='{{${scope.row ? '.key' : '.t1'}}}'`]) : '';
  }
  element(name, scope, depth, isOnly) {
    const { random } = this;
    if (name === '') return this.text(scope);
    const tag = `<${name}${ATTRS[name] ?? ''}${isOnly ?? ''}${this.attribute(scope)}`;
    if (VOID.has(name)) return tag + '>';
    if (['path', 'circle', 'stop', 'mglyph'].includes(name) && random.chance(2)) return tag + '/>';
    const isPre = ['pre', 'textarea', 'listing'].includes(name) && random.chance(2) ? '\n' : '';
    const inside = this.items(name, scope, depth - 1);
    return `${tag}>${isPre}${inside}${OPTIONAL.has(name) && random.chance(4) ? '' : `</${name}>`}`;
  }
  branch(parent, scope, depth) {
    return `{{if ${this.condition(scope)}}}${this.items(parent, scope, depth - 1)}${this.random.chance(2) ? `{{else}}${this.items(parent, scope, depth - 1)}` : ''}{{end}}`;
  }
  range(parent, scope, depth) {
    if (scope.row) return this.branch(parent, scope, depth);
    const name = this.child(parent) || 'i', id = ++this.names, other = this.random.chance(3) ? `{{else}}${this.items(parent, scope, depth - 1)}` : '';
    return `{{range .list}}${this.element(name, { row: true }, depth, ` data-key="${id}{{.key}}"`)}${this.random.chance(6) ? this.text({ row: true }) : ''}${other}{{end}}`;
  }
  items(parent, scope, depth) {
    const { random } = this;
    const holdsText = !['table', 'thead', 'tbody', 'tfoot', 'tr', 'colgroup', 'select', 'optgroup'].includes(parent) || random.chance(30);
    let out = '';
    for (let count = random.next(depth > 0 ? 4 : 2); count > 0; count--) {
      const what = random.next(10);
      if (++this.size > 60 || depth <= 0 || what < 2) out += holdsText ? this.text(scope) : random.pick(['', '\n', ' ']);
      else if (what < 6) out += this.element(this.child(parent), scope, depth);
      else if (what < 8) out += this.branch(parent, scope, depth);
      else out += this.range(parent, scope, depth);
    }
    return out;
  }
}
export const newBody = random => {
  const page = new Page(random);
  let body = '';
  while (!/\{\{(if|range)/.test(body) || body.length < 60) body += page.element(page.child('div'), { row: false }, 5) + (page.random.chance(2) ? page.branch('div', { row: false }, 4) : page.range('div', { row: false }, 4));
  return body;
};
