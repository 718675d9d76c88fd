// faults.mjs - one page for each fault that Go's html/template had and that was found in its bug reports, with a value that used it.
// mutate.mjs puts the faults back, one after another, and expects a finding here.
const page = (name, body, ...values) => ({
  name, text: '<!doctype html><meta charset=utf-8><title>t</title><body>\n' + body + '\n', kinds: [],
  sets: [{ x: 'x1', y: 'x1', t: 'text/javascript' }, ...values],
});
const T = 'text/javascript';

export const FAULTS = [
  page('empty value without quotes', '<img alt={{.x}} title="{{.y}}" src=z>', { x: '', y: 'q onerror=ran=1 w', t: T }),
  page('"<" in a style', '<style>a{margin: {{.x}}/{{.y}}}</style><p>hi</p>', { x: '<', y: 'style><img src=x onerror=ran=1>', t: T }),
  page('<!-- in a script', '<script>\n<!-- it\'s\nf(\'{{.x}}\'); // \'\n</script>', { x: "'+(ran=1)+'", y: '', t: T }),
  page('--> in a script', '<script>\n--> it\'s\nf(\'{{.x}}\'); // \'\n</script>', { x: "'+(ran=1)+'", y: '', t: T }),
  page('#! in a script', '<script>#! it\'s\nf(\'{{.x}}\'); // \'\n</script>', { x: "'+(ran=1)+'", y: '', t: T }),
  page('<script in a string', '<script>var s = "<!-- <script>"</script><p>{{.x}}</p>\n</script>', { x: '/;ran=1;//', y: '', t: T }),
  page('empty type', '<script type="">var c = {{.x}};</script>', { x: '1;ran=1', y: '', t: T }),
  page('dynamic type', '<script type="{{.t}}">var c = {{.x}};</script>', { x: '1;ran=1', y: '', t: T }),
  page('type twice', '<script type="text/javascript" type="text/x">var c = {{.x}};</script>', { x: '1;ran=1', y: '', t: T }),
  page('white space before a regular expression', '<script>(function() { return\u00a0/{{.x}}/ })()</script>', { x: '/+(ran=1)+/', y: '', t: T }),
  page('regular expression after await and yield', '<script>(function*() { yield /{{.x}}/ })().next()</script><script>(async function() { await /{{.x}}/ })()</script>', { x: '/+(ran=1)+/', y: '', t: T }),
  page('address of a meta', '<meta http-equiv="refresh" content="9999; url={{.x}}">', { x: 'javascript:ran=1', y: '', t: T }),
  page('braces in a template literal', '<script>var c = `${ {a: 1}.a + {{.x}} }`;</script>', { x: '(ran=1)', y: '', t: T }),
  page('value in a template literal', '<script>var c = `{{.x}}`;</script>', { x: '${ran=1}', y: '', t: T }, { x: '`+(ran=1)+`', y: '', t: T }),
  // beyond Go 1.27.3
  page('division after a template literal', '<script>var c = `a`/{{.x}}/b</script>', { x: 'ran`1`', y: '', t: T }),
  page('regular expression after "<"', '<script>var c = a < /{{.x}}/.exec(b)</script>', { x: '/.source;ran=1//', y: '', t: T }),
  page('regular expression after if', '<script>if (a) /{{.x}}/.exec(b)</script>', { x: '/;ran=1;/', y: '', t: T }),
  page('division after an object', '<script>var c = {} /{{.x}}/ 2</script>', { x: '1,ran=1', y: '', t: T }),
  page('target of an animation', '<svg><a><animate attributeName="href" to="{{.x}}"/><text>x</text></a></svg>', { x: 'javascript:ran=1', y: '', t: T }),
  page('attribute name in pieces', '<p o{{.x}}="{{.y}}">x</p>', { x: 'nclick', y: 'ran=1', t: T }),
  page('slash in an attribute name', '<p/onclick="{{.x}}">x</p>', { x: 'ran=1', y: '', t: T }),
  page('branch that leaves a value empty', '<p title={{with .y}}{{.}}{{end}} class="{{.x}}">x</p>', { x: 'q onclick=ran=1 ', y: '', t: T }),
  page('scheme from a value', '<a href="{{.x}}:{{.y}}">x</a>', { x: 'javascript', y: 'ran=1', t: T }),
  page('value in a javascript: address', '<a href="javascript:f(\'{{.x}}\')">x</a>', { x: "'+(ran=1)+'", y: '', t: T }),
  page('token cut by a branch', '<script>var c = a /{{if .y}}{{end}}* {{.x}}*/ /2/1</script>', { x: '*/;ran=1;a/*', y: '', t: T }),
  page('value that goes on with the name of a tag', '<scr{{.x}}>{{.y}}</scr{{.x}}>', { x: 'ipt', y: 'ran=1', t: T }),
  page('srcdoc', '<iframe srcdoc="{{.x}}"></iframe>', { x: '<script>ran=1</script>', y: '', t: T }),
];
