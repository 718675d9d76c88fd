// templates.mjs - random templates with values in all places of a document, and values that try to get out of them.
// Everything follows from the seed.

export function random(seed) { // mulberry32
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = n => Math.floor(next() * n);
  return { below, pick: (...list) => list[below(list.length)], one: n => below(n) === 0 };
}

// "@" becomes the number of the place: so a request tells which value made it.
export const HOSTILE = [
  '', ' ', ';ran=1;//', '"+(ran=1)+"', "'+(ran=1)+'", '`+(ran=1)+`', '${ran=1}', '`${ran=1}`', '*/ran=1//', '*/;ran=1;/*', '\nran=1\n', '\u2028ran=1\u2028', '\rran=1\r',
  '</script><script>ran=1</script>', '</style><script>ran=1</script>', '</title><script>ran=1</script>', '</textarea><script>ran=1</script>', '--><script>ran=1</script>',
  '<img src=x onerror=ran=1>', '"><img src=//evil@/ onerror=ran=1>', "'><img src=//evil@/ onerror=ran=1>", '<svg onload=ran=1>', '<link rel=stylesheet href=//evil@/>', '&lt;img src=x onerror=ran=1&gt;',
  'x onclick=ran=1 onload=ran=1 onerror=ran=1 y', '" onclick="ran=1" x="', "' onclick='ran=1' x='", '` onclick=ran=1 x=`', 'x/onclick=ran=1', 'x\tonclick=ran=1', 'x\fonclick=ran=1', '>onclick=ran=1',
  'javascript:ran=1', ' javascript:ran=1', 'java\tscript:ran=1', 'JaVaScRiPt:ran=1', '\u0001javascript:ran=1', 'javascript&colon;ran=1', '&#106;avascript:ran=1', 'data:text/html,<script>top.ran=1</script>', 'vbscript:ran=1', 'javascript', '1:ran=1', ':ran=1',
  '/;ran=1;/', '/+(ran=1)+/', '/.source;ran=1//', '/i.test(ran=1)||/', ']/;ran=1;/[', ')/;ran=1;/(', 'ran`1`', 'a,ran=1', '1;ran=1', 'ran=1', 'new ran', '(ran=1)', '1)+(ran=1)+(1', '})+(ran=1)+({', '} ran=1; {', '`; ran=1; `', '"; ran=1; "', "'; ran=1; '", '\\"+(ran=1)+\\"', "\\'+(ran=1)+\\'", '\\`+(ran=1)+\\`', '\\', '\\\\', '$', '{', '}', '${', '{ran=1}',
  '-->', '<!--', '<!-- <script', '<script', '</script', '--', '!--', '/script>', 'ipt>ran=1;', 'ipt ', 'script ', '<', '>', '/', '#!', '//', '/*', '*/', '=', "'", '"', '`', '[', ']', '(', ')', '(?:)',
  'style><img src=x onerror=ran=1>', 'le><script>ran=1</script>', 'le ', 'red;background:url(//evil@/)', 'red}*{background:url(//evil@/)}', 'url(//evil@/)', 'url("//evil@/")', '@import "//evil@/";', ';@import url(//evil@/);', 'expression(ran=1)', 'ex/**/pression(ran=1)', '\\72\\65\\64;background:url(//evil@/)', 'red&#59background:url&#40&#47&#47evil@&#41', '") ; background:url(//evil@/', "');background:url(//evil@/", '<!--}*{background:url(//evil@/)}', 'a\\', '-moz-binding:url(//evil@/)',
  'onclick', 'nclick', 'onerror', 'srcdoc', 'rc', 'href', 'style', 'ipt', 'x"onclick="ran=1', 'data-x', 'o', 'http-equiv', 'formaction', 'x=1 onclick=ran=1',
  '0;url=javascript:ran=1', ';url=data:text/html,x', '0;//evil@/', '//evil@/', 'http://evil@/', 'url=//evil@/', '//evil@/ 1x, javascript:ran=1 2x',
  '\\u0022+(ran=1)+\\u0022', '&quot;+(ran=1)+&quot;', '&#34;+(ran=1)+&#34;', '&#39;+(ran=1)+&#39;', '%22+(ran=1)+%22', '%27+(ran=1)+%27', '\u00a0ran=1', '\ufeffran=1', '\ufffe', '\u0000ran=1'.slice(1), 'ZgotmplZ', 'x1', '12', '-1',
];

export const TYPES = ['text/javascript', 'module', '', ' ', 'TEXT/JAVASCRIPT', 'text/javascript;charset=utf-8'];

// A template with the kinds of its places: kinds[n] is that of {{.sN}}: 'text', or 'url' where a request to what it names is meant.
export function makeTemplate(r) {
  const kinds = [];
  const field = kind => { kinds.push(kind); return '.s' + (kinds.length - 1); };
  const hole = (kind = 'text') => {
    const name = field(kind);
    switch (r.below(9)) {
    case 0: return `{{printf "%s" ${name}}}`;
    case 1: return `{{if .yes}}{{${name}}}{{else}}x{{end}}`;
    case 2: return `{{with .o}}{{$${name}}}{{end}}`;
    case 3: return `{{range .rows}}{{$${name}}}{{end}}`;
    }
    return `{{${name}}}`;
  };
  const plain = (kind = 'text') => `{{${field(kind)}}}`; // always there: for values without quotes
  const url = () => hole('url');
  const blank = () => r.pick('', ' ', ' ', '\n', '\u00a0', '\u2003', '\ufeff', '\v', '\u3000', ' /* c */ ', '{{/* c */}}');

  const literal = depth => {
    let text = '';
    for (let n = 1 + r.below(3); n > 0; n--) {
      text += r.pick(() => hole(), () => hole(), () => 'a', () => '\\`', () => '$ ', () => '{', () => '}', () => '<!-- ', () => '<script>', () => '</script>', () => "'", () => '"',
        () => '${' + r.pick('', ' ', '{a:1}.a+', '/* } */ ') + (depth > 2 ? '1' : expression(depth + 1)) + r.pick('', ' ') + '}')();
    }
    return '`' + text + '`';
  };
  const regexp = () => '/' + r.pick('', 'a', '[/]', '\\/', '<') + hole() + r.pick('', 'b') + '/' + r.pick('', 'g');
  const expression = depth => r.pick(
    () => hole(), () => hole(), () => `"${hole()}"`, () => `'${hole()}'`, () => literal(depth), () => `f(${hole()}, ${hole()})`, () => `[${hole()}]`, () => `{{.list}}`, () => `{{.n}}`,
    () => `({a: ${hole()}, "b": "${hole()}"}).a`, () => `"${r.pick('<script>', '</ScRipt>', '<!--', '<', '</scri', '<\\/script>')}${hole()}"`, () => `(1 + ${hole()})`, () => regexp() + '.test("q")')();
  const statement = () => r.pick(
    () => `x = ${expression(0)};`, () => `x = ${expression(0)};`, () => `f(${expression(0)});`, () => `x = a ${r.pick('<', '>', '-', '+', '*', '%', '&&', '||', '==', ',', '?? 1, ', '? 1 :')}${blank()}${regexp()};`,
    () => `if (a)${blank()}${regexp()}.test("q");`, () => `while (0)${blank()}${regexp()}.test("q");`, () => `for (;0;)${blank()}${regexp()}.test("q");`, () => `with (o)${blank()}${regexp()}.test("q");`,
    () => `if (f(a, (b)))${blank()}${regexp()}.test("q"); else${r.pick(' ', '\n', '\u00a0')}${regexp()}.test("q");`, () => `(function() { return${blank()}${regexp()} })();`, () => `x = typeof${blank()}${regexp()};`, () => `void${blank()}${regexp()};`,
    () => `(function*() { yield${blank()}${regexp()} })().next();`, () => `(async function() { await${blank()}${regexp()}; })();`, () => `for (var q of${blank()}${regexp()}.exec("zz") || []) ;`, () => `x = "q" in${blank()}${regexp()};`,
    () => `try { throw${blank()}${regexp()} } catch (e) {}`, () => `switch (1) { case${blank()}${regexp()}: }`, () => `x = !${blank()}${regexp()}.test("q");`, () => `x = [${blank()}${regexp()}];`, () => `x = new${blank()}${regexp()}.constructor;`,
    () => `{ a }${r.pick('', ' ', '\n')}${regexp()}.test("q");`, () => `function k() {}${r.pick('', ' ', '\n')}${regexp()}.test("q");`, () => `x = () => {}\n${regexp()}.test("q");`, () => `x = a\n++${regexp()}.lastIndex;`, () => `x = a++${blank()}/ ${hole()} / 2;`,
    () => `x = \`a\`${blank()}/ ${hole()} / 2;`, () => `x = \`a\${1}\`${blank()}/${hole()}/ 2;`, () => `x = "a" /${hole()}/ 2;`, () => `x = (a)${blank()}/${hole()}/ 2;`, () => `x = o.in${blank()}/${hole()}/ 2;`, () => `x = o?.return${blank()}/${hole()}/ 2;`, () => `x = o.\nyield /${hole()}/ 2;`,
    () => `x = [1]${blank()}/${hole()}/ 2;`, () => `x = f(a)${blank()}/${hole()}/ 2;`, () => `x = {}${blank()}/${hole()}/ 2;`, () => `x = {a: {b: 1}}${blank()}/ ${hole()} / 2;`, () => `x = function() {}${blank()}/${hole()}/ 2;`, () => `x = 1.${blank()}/${hole()}/ 2;`, () => `x = /a/g${blank()}/ ${hole()} / 2;`,
    () => `\u00e9return = 1; x = \u00e9return /${hole()}/ 2;`, () => `class K { #in = 1; m() { return this.#in /${hole()}/ 2 } }`.replace('class K', 'x = class'),
    () => `// ${hole()}\n`, () => `/* ${hole()} */`, () => `\n<!-- ${hole()} it's\n`, () => `\n--> ${hole()} it's\n`, () => `// </script> ${hole()}\n`, () => `/* </script> ${hole()} */`, () => `x = a <!-- ${hole()}\n;`, () => '', () => `if (a) { x = ${hole()} }`,
    () => `{{if .yes}}x = ${hole()};{{else}}x = '${hole()}';{{end}}`, () => `{{range .rows}}f({{.v}}, "{{.v}}", \`{{.v}}\`);{{end}}`)() + '\n';
  const statements = () => { let text = ''; for (let n = 1 + r.below(4); n > 0; n--) text += statement(); return text; };

  const declaration = () => r.pick(
    () => `color: ${hole()};`, () => `margin: ${hole()}/${hole()};`, () => `width: ${hole()}px;`, () => `content: "${hole()}";`, () => `content: '${hole()}';`, () => `background: url(${url()});`, () => `background: url("${url()}");`, () => `background: url('/x?${url()}');`,
    () => `/* ${hole()} */`, () => `--x: ${hole()};`, () => `font-family: "${hole()}", ${hole()};`, () => `content: "\\26 ${hole()}";`)();
  const declarations = () => { let text = ''; for (let n = 1 + r.below(3); n > 0; n--) text += declaration() + ' '; return text; };
  const style = () => r.pick(
    () => `p { ${declarations()} }`, () => `a > b { ${declarations()} }`, () => `.${hole()} { color: red }`, () => `/* ${hole()} */`, () => `@media screen { p { ${declarations()} } }`, () => `// ${hole()}\np { color: red }`, () => `[title="${hole()}"] { color: red }`, () => `p { color: {{.n}}; ${declarations()} }`)() + '\n';

  const attribute = () => r.pick(
    () => `title="${hole()}"`, () => `title='${hole()}'`, () => `title=${plain()}`, () => `lang=a${plain()}b`, () => `data-x="${hole()}"`, () => `data-${plain()}="${hole()}"`, () => `${plain()}="${hole()}"`, () => plain(), () => `class="a {{if .yes}}b{{end}} ${hole()}"`,
    () => `style="${declarations().replaceAll('"', "'")}"`, () => `style='${declarations().replaceAll("'", '"')}'`, () => `style=color:${plain()}`, () => `onclick="f(${hole()}, '${hole()}')"`, () => `onclick='f(${hole()}, "${hole()}", \`${hole()}\`)'`, () => `onclick=f(${plain()})`, () => `onclick=/*${plain()}*/f()`,
    () => `onclick="x = /${hole()}/.test(${hole()})"`, () => `onclick="x = a < /${hole()}/.test(1); if (a) /${hole()}/.test(1); x = {} / ${hole()} / 2"`, () => `onclick="x = \`\${ ${hole()} }${hole()}\`"`, () => `onclick="x = &quot;${hole()}&quot;"`, () => `on${plain()}="f(${hole()})"`, () => `onclick="return&nbsp;/${hole()}/"`,
    () => `{{if .yes}}title="${hole()}"{{end}}`, () => `{{if .yes}}hidden{{end}} title=${plain()}`, () => `aria-label="${hole()}"`)();
  const attributes = () => { let text = ''; for (let n = r.below(3); n > 0; n--) text += ' ' + attribute(); return text; };
  const element = () => r.pick(
    () => `<p${attributes()}>${hole()}</p>`, () => `<p${attributes()}>${hole()} < ${hole()} &amp; ${hole()}</p>`, () => `<b${attributes()}>${hole()}</b>`, () => `<h{{.level}}>${hole()}</h{{.level}}>`, () => `<a href="${url()}"${attributes()}>${hole()}</a>`, () => `<a href=${plain('url')} title=${plain()}>x</a>`, () => `<a href="/p/${url()}?q=${url()}#${url()}">x</a>`,
    () => `<a href=' ${url()}'>x</a>`, () => `<a href="mailto:${hole()}">x</a>`, () => `<a xlink:href="${url()}" data-href="${url()}">x</a>`, () => `<img alt=${plain()} title="${hole()}">`, () => `<img src="${url()}">`, () => `<img src=${plain('url')} alt="${hole()}">`, () => `<img srcset="${url()}, /a.png 2x" alt="${hole()}">`, () => `<img src="data:image/png;base64,${hole()}">`,
    () => `<form action="${url()}"><button formaction="${url()}" value="${hole()}">x</button><input name=n value=${plain()}></form>`, () => `<textarea${attributes()}>${hole()}</textarea>`, () => `<noscript>${hole()}</noscript>`, () => `<template>${hole()}</template>`, () => `<xmp>${hole()}</xmp>`, () => `<iframe srcdoc="${hole()}"></iframe>`, () => `<iframe srcdoc='a ${hole()} <b>x</b>'></iframe>`, () => `<iframe srcdoc=${plain()}></iframe>`, () => `<iframe src="${url()}"></iframe>`,
    () => `<iframe>${hole()}</iframe>`, () => `<svg><a xlink:href="${url()}"><text>${hole()}</text></a></svg>`, () => `<svg><title>${hole()}</title></svg>`, () => `<svg><desc title="${hole()}">${hole()}</desc></svg>`, () => `<math><mi>${hole()}</mi></math>`, () => `<svg><style>p { color: ${hole()} }</style></svg>`, () => `<svg><a><animate attributeName="href" to="${hole()}" values="${hole()}"/><text>x</text></a></svg>`,
    () => `<!-- ${hole()} -->`, () => `<meta http-equiv="refresh" content="9999;url=${url()}">`, () => `<meta http-equiv="refresh" content="{{.big}}; URL = ${url()}">`, () => `<meta name="x" content="${hole()}">`, () => `<ul>{{range .rows}}<li title="{{.v}}">{{.v}}</li>{{end}}</ul>`, () => `<select><option value="${hole()}">${hole()}</option></select>`, () => `<table><tr><td${attributes()}>${hole()}</td></tr></table>`, () => `<input${attributes()}>`, () => `<br ${attribute()}>`)();
  const script = () => {
    const type = r.pick('', '', '', ' type=""', ' type=" "', ' type', ' type="text/javascript"', ' type="module"', ' type="{{.type}}"', ' type={{.type}}', ' type="text/javascript" type="text/x"', ' type="text&#47;javascript"', ' type="text/{{.sub}}"', ' type="{{.mo}}ule"', ' async type=\'\'', ' language="javascript"');
    return `<script${type}>${statements()}</script>`;
  };
  let body = '';
  for (let n = 2 + r.below(4); n > 0; n--) body += r.pick(element, element, element, script, script, script, () => `<style>${style()}</style>`)() + '\n';
  const head = r.pick('', '', () => `<title>${hole()}</title>`, () => `<style>${style()}</style>`);
  return { text: '<!doctype html><meta charset=utf-8>' + (head === '' ? '<title>t</title>' : head()) + '<body>\n' + body, kinds };
}

// Data for a template; set 0 is harmless: what the page looks like with it is how it has to look.
export function makeData(r, kinds, set) {
  const value = n => {
    if (set === 0) return 'x1';
    return HOSTILE[r.below(HOSTILE.length)].replaceAll('@', String(n));
  };
  const same = r.one(3) ? HOSTILE[r.below(HOSTILE.length)] : null; // the same value everywhere
  const data = { yes: true, no: false, n: 7, level: 3, big: 9999, type: TYPES[kinds.length % TYPES.length], sub: 'javascript', mo: 'mod', o: { x: 1 }, list: [], rows: [] };
  kinds.forEach((_, n) => { data['s' + n] = same !== null && set > 0 ? same.replaceAll('@', String(n)) : value(n); });
  data.list = [value(900), value(901)];
  data.rows = [{ v: value(902) }, { v: value(903) }];
  return data;
}
