// mutate.mjs - puts the faults of faults.mjs back into the compiler and the engine, one after another, and tries whether safety.mjs finds each.
//
//   node tests/tmpl/safety/mutate.mjs [--only text]        (after make build/host/wickc; O= the build folder)
//
// Nothing of the tree is changed: one file is compiled with the fault and linked with the objects of the build. A fault whose text is no longer
// in its file is an error, so that the list follows the code. Exit status 1: a fault that was not found.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const { O = 'build' } = process.env;
const only = process.argv[process.argv.indexOf('--only') + 1] ?? '';
const wanted = process.argv.includes('--only') ? only : '';
const FAULTS = [ // [name, file, what is written there, what the fault was]
  ['an empty value without quotes', 'src/tmpl/tmpl_esc.c', 'bool is_hole = (how & TMPL_ESC_NOSPACE) != 0', 'bool is_hole = (how & TMPL_ESC_NOSPACE) > TMPL_ESC_NOSPACE'],
  ['"<" in a style', 'src/tmpl/tmpl_esc_raw.c', '"\\"\'()/;<>@[\\\\]`{}"', '"\\"\'()/;@[\\\\]`{}"'],
  ['<!-- in a script', 'wickc/html/html_js.c', '{ "<!--", HTML_JS_OPEN_COMMENT }', '{ "<!---", HTML_JS_OPEN_COMMENT }'],
  ['--> in a script', 'wickc/html/html_js.c', '{ "-->", HTML_JS_CLOSE_COMMENT }', '{ "--->", HTML_JS_CLOSE_COMMENT }'],
  ['#! in a script', 'wickc/html/html_js.c', '{ "#!", HTML_JS_LINE_COMMENT }', '{ "#!!", HTML_JS_LINE_COMMENT }'],
  ['<script in a string', 'wickc/escape/escape_text.c', 'if (html_is_literal(was->state)) {', 'if (html_is_literal(was->state) && at > end) {'],
  ['an empty type', 'wickc/html/html_attr.c', 'type.len == 0 ||', 'type.len == 99 ||'],
  ['a dynamic type', 'wickc/html/html.c', '!ctx.is_partial && !is_script_type(', 'ctx.is_partial | !is_script_type('],
  ['a type twice', 'wickc/html/html.c', 'if (is_type && !ctx.has_type) {', 'if (is_type) {'],
  ['white space before a regular expression', 'wickc/html/html_js.c', '"\\xc2\\xa0"', '"\\xc2\\xaa"'],
  ['yield before a regular expression', 'wickc/html/html_js.c', '"yield"', '"yields"'],
  ['await before a regular expression', 'wickc/html/html_js.c', '"await" };', '"awaits" };'],
  ['the address of a meta', 'wickc/html/html.c', 'element == ELEMENT_META && str_eq_nocase(name, STR("content"))', 'element == ELEMENT_META && str_eq_nocase(name, STR("contents"))'],
  ['braces in a template literal', 'wickc/html/html_js.c', 'if (*open > 0) {', 'if (*open > 200) {'],
  ['a value in a template literal', 'wickc/escape/escape.c', 'TMPL_ESC_JS_TMPL | guard', 'TMPL_ESC_JS_STR | guard'],
  // what Go 1.27.3 has still
  ['a slash after a template literal', 'wickc/html/html_js.c', "*used_out = at + 1;\n            return end_literal(ctx);\n        }\n        if (byte == '$'", "*used_out = at + 1;\n            ctx.state = HTML_JS;\n            return ctx;\n        }\n        if (byte == '$'"],
  ['a slash after "<"', 'wickc/html/html_js.c', 'strchr(",<>=*%&|^?!~[:;{", byte)', 'strchr(",>=*%&|^?!~[:;{", byte)'],
  ['a slash after the parenthesis of an if', 'wickc/html/html_js.c', '"if", "while"', '"iff", "while"'],
  ['a slash after an object', 'src/tmpl/tmpl_esc_raw.c', 'return is_guarded ? &plain_guarded : &plain_regexp;', 'return is_guarded ? &plain_regexp : &plain_regexp;'],
  ['srcdoc', 'wickc/escape/escape.c', 'TMPL_ESC_HTML | TMPL_ESC_GUARD', 'TMPL_ESC_NONE'],
  ['the target of an animation', 'wickc/html/html.c', 'element == ELEMENT_ANIMATION; idx++', 'element == ELEMENT_META; idx++'],
  ['an attribute name in pieces', 'wickc/html/html_join.c', 'if (ctx->state == HTML_ATTR_NAME && !ctx->is_prefix && !ctx->is_hollow) {', 'if (ctx->state == HTML_TEXT) {'],
  ['a slash in an attribute name', 'wickc/html/html.c', "if (text.ptr[at] == '/' && !is_last) {", "if (text.ptr[at] == '/' && !is_last && end == 0) {"],
  ['a branch that leaves a value without quotes empty', 'wickc/html/html.c', 'if (ctx.is_hollow) {\n        return html_fail("this value', 'if (ctx.is_hollow && text.len == 0) {\n        return html_fail("this value'],
  ['a scheme from a value', 'wickc/html/html_raw.c', 'if (ctx->has_value) {', 'if (ctx->has_value && text.len == 0) {'],
  ['a value in a javascript: address', 'wickc/html/html_join.c', 'if (ctx->state == HTML_URL && ctx->is_code_url) {', 'if (ctx->state == HTML_TEXT) {'],
  ['a token cut by a branch', 'wickc/html/html_join.c', 'if (is_cut) {', 'if (is_cut && text.len == 0) {'],
  ['a value that goes on with the name of a tag', 'src/tmpl/tmpl_esc.c', 'guarded != TMPL_ESC_GUARD', 'guarded != 1'],
];
const flags = ['-std=c11', '-O1', '-w', '-D_GNU_SOURCE', '-Isrc', '-I.', '-Iboard/profile/host'];
const FIRST_LIBRARY = ['src/tmpl/', 'src/diff/', 'src/wire/', 'src/hub/'];

function objectsBelow(folder) {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? objectsBelow(join(folder, entry.name)) : entry.name.endsWith('.o') ? [join(folder, entry.name)] : []) : [];
}

function build(dir, [, file, from, to]) {
  const text = readFileSync(file, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not have exactly once: ${from}`);
  const source = join(dir, basename(file)), object = join(dir, basename(file, '.c') + '.o');
  writeFileSync(source, text.replace(from, () => to));
  execFileSync('gcc', [...flags, '-I' + dirname(file), '-c', '-o', object, source]);
  const host = join(dir, 'host');
  mkdirSync(host);
  cpSync(join(O, 'host/preview'), join(host, 'preview'), { recursive: true });
  if (FIRST_LIBRARY.some(layer => file.startsWith(layer))) {
    execFileSync('ar', ['r', join(host, 'preview/libwick_tmpl.a'), object], { stdio: 'ignore' });
    cpSync(join(O, 'host/wickc'), join(host, 'wickc'));
  } else {
    const own = join(O, 'host/o', file.replace(/\.c$/, '.o'));
    const objects = PROGRAM.map(path => path === own ? object : path);
    execFileSync('gcc', ['-o', join(host, 'wickc'), ...objects]);
  }
  return join(host, 'wickc');
}

// What the program is made of: the same objects as in the build, without those whose source is gone.
const PROGRAM = ['wickc', 'src/base', 'src/tmpl', 'src/wire'].flatMap(folder => objectsBelow(join(O, 'host/o', folder)))
  .filter(path => existsSync(path.slice(join(O, 'host/o/').length).replace(/\.o$/, '.c')));
let passed = 0, failed = 0;
for (const fault of FAULTS.filter(([name]) => name.includes(wanted))) {
  const dir = mkdtempSync(join(tmpdir(), 'wick-mutate-'));
  try {
    const wickc = build(dir, fault);
    const found = spawnSync('node', ['tests/tmpl/safety/safety.mjs', '--fixed', '--wickc', wickc], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const findings = [...found.stdout.matchAll(/^template (.*), set \d+: (.*)/gm)].map(([, name, why]) => `${name}: ${why}`);
    if (found.status === 1 && findings.length > 0) passed++; else failed++;
    console.log(`${found.status === 1 && findings.length > 0 ? 'found' : 'NOT FOUND'}  ${fault[0]}  (${findings[0] ?? found.stdout.trim().split('\n').pop() + found.stderr.slice(0, 300)})`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
