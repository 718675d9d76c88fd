// mistakes.mjs - what an engineer gets wrong in an application: [what it is, text, what stands there instead, file]. Each is one change of
// the application below; without a change it builds. An empty text: something is put before the file.
export const BASE = {
  'm.html': `{{/* wick:page path="/" name="m" title="M" types="m.h" device="struct dev" device_var="dev" view="struct m_view" */ -}}
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{.name}}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="m.css"><script src="wick.js" defer></script></head>
<body>
<h1 class="big">{{.name}}</h1>
<p>{{temp .temp}} {{.part.pct}}</p>
<ul>{{range .item}}<li data-key="{{.id}}">{{.name}} {{temp .mc}}</li>{{end}}</ul>
<form wick-action="save" allow="admin">
  <label for="name">Name</label> <input id="name" name="name" required maxlength="15" value="{{draft "name" .name}}"> {{error "name"}}
  <button>Save</button>
</form>
<p>{{.filter}}</p>
</body>
</html>
`,
  'm.h': `#ifndef M_H
#define M_H
#include "live/wick.h"

struct item { char id[8]; char name[16]; int32_t mc; bool is_on; };
struct part { int32_t pct; };
struct dev { char name[46]; int32_t temp; uint8_t level; bool is_on; WICK_LIST(struct item, 4) item; struct part part; };
struct m_view { char filter[16]; };
extern struct dev dev;
void fn_temp(struct buf *out, int32_t mc);
#endif
`,
  'm.c': `#include "m.html.h"
#include "net/net.h"
#include "pages.h"

struct dev dev = { .name = "Boiler" };

void fn_temp(struct buf *out, int32_t mc) { buf_put_i64(out, mc); }

void m_mount(struct wick_turn *turn, struct m_view *view) { (void)turn; (void)view; }

bool m_save(struct wick_turn *turn, struct m_view *view, const struct m_save_fields *in)
{
    (void)view;
    if (in->name[0] == ' ') {
        wick_error(turn, "name", "No blank at the begin.");
        return false;
    }
    return wick_set(dev.name, sizeof dev.name, str_of(in->name));
}

int main(int argc, char **argv)
{
    static const struct wick_page *const page[] = { WICK_PAGES };
    static const struct wick_app app = { .name = "m", .version = "1", .page = page, .page_count = WICK_COUNT_OF(page), .asset = wick_asset, .asset_count = &wick_asset_count };
    return wick_main(argc, argv, &app);
}
`,
  'm.css': '.big { font-size: 2em; }\n',
};
const FORM = '<form wick-action="save" allow="admin">', NAME = 'name="name" required maxlength="15" value="{{draft "name" .name}}"', LIST = '<li data-key="{{.id}}">{{.name}} {{temp .mc}}</li>', P = '<p>{{temp .temp}} {{.part.pct}}</p>';

export const MISTAKES = [
  // names and values
  ['a member misspelt', '<li data-key="{{.id}}">{{.name}}', '<li data-key="{{.id}}">{{.nmae}}'],
  ['a member as Go writes it', '<h1 class="big">{{.name}}', '<h1 class="big">{{.Name}}'],
  ['a member of the view in a row', '{{.name}} {{temp .mc}}', '{{.filter}} {{temp .mc}}'],
  ['a text given to a function of numbers', '{{temp .temp}}', '{{temp .name}}'],
  ['a number compared with a text', P, P + '{{if eq .temp "hot"}}<b>hot</b>{{end}}'],
  ['len of a number', '{{temp .temp}}', '{{len .temp}}'],
  ['a function misspelt', '{{temp .temp}}', '{{tmep .temp}}'],
  ['a function that nobody declared', '{{temp .temp}}', '{{celsius .temp}}'],
  ['arithmetic', '{{temp .temp}}', '{{.temp / 1000}}'],
  ['a function for arithmetic', '{{temp .temp}}', '{{div .temp 1000}}'],
  ['milli without its decimals', '{{temp .temp}}', '{{.temp | milli}}'],
  ['a value without braces around its pipe', '{{temp .temp}}', '{{.temp | }}'],
  ['a range over a number that is a text', '{{range .item}}', '{{range .name}}'],
  ['a range over a struct', '{{range .item}}', '{{range .part}}'],
  ['a whole list printed as if it were text', P, '<p>{{.item.name}}</p>'],
  ['a variable that is not declared', P, '<p>{{$x}}</p>'],
  ['a member of a text', P, '<p>{{.name.first}}</p>'],
  ['printf with too few values', P, '<p>{{printf "%d of %d" .temp}}</p>'],
  ['printf with a wrong verb', P, '<p>{{printf "%d" .name}}</p>'],
  ['an index outside of an array', P, '<p>{{(index .item 9).name}}</p>'],
  // blocks
  ['no {{end}}', '</li>{{end}}</ul>', '</li></ul>'],
  ['one {{end}} too many', '</li>{{end}}</ul>', '</li>{{end}}{{end}}</ul>'],
  ['{{else}} twice', '</li>{{end}}</ul>', '</li>{{else}}a{{else}}b{{end}}</ul>'],
  ['{{elseif}}', P, '<p>{{if .is_on}}on{{elseif .level}}half{{end}}</p>'],
  ['a template that is not there', P, '{{template "footer" .}}'],
  ['a branch that opens an element only', P, '{{if .is_on}}<div>{{end}}<p>x</p></div>'],
  ['a comment without its end', P, '<p>{{/* todo }}</p>'],
  ['a brace too few', '{{temp .temp}}', '{{temp .temp}'],
  // directive
  ['a word of the directive misspelt', 'title="M"', 'titel="M"'],
  ['no path', 'path="/" ', ''],
  ['a path without its slash', 'path="/"', 'path="m"'],
  ['no quotes in the directive', 'name="m"', 'name=m'],
  ['a device struct that does not exist', 'device="struct dev"', 'device="struct device"'],
  ['device_var misspelt', 'device_var="dev"', 'device_var="devv"'],
  ['a view struct that does not exist', 'view="struct m_view"', 'view="struct view"'],
  ['the header misspelt', 'types="m.h"', 'types="n.h"'],
  ['the directive is not at the top', '', '<!-- Boiler -->\n'],
  ['no directive at all', '{{/* wick:page path="/" name="m" title="M" types="m.h" device="struct dev" device_var="dev" view="struct m_view" */ -}}\n', ''],
  ['a name that is no name in C', 'name="m"', 'name="my page"'],
  ['a wire that does not exist', 'title="M"', 'title="M" client="phoenix"'],
  // lists
  ['a list without row key', ' data-key="{{.id}}"', ''],
  ['a key that is the same in all rows', 'data-key="{{.id}}"', 'data-key="row"'],
  ['the key not on the first element', LIST, '<li>{{.name}}<b data-key="{{.id}}">x</b></li>'],
  ['rows of text only', LIST, '{{.name}}, '],
  ['two elements in a row that need one', LIST, '{{if .is_on}}<li data-key="{{.id}}">a</li>{{else}}<li data-key="{{.id}}">b</li>{{end}}'],
  // forms
  ['no role', ' allow="admin"', ''],
  ['a role that does not exist', 'allow="admin"', 'allow="root"'],
  ['a form without action', 'wick-action="save" ', ''],
  ['no submit button', '<button>Save</button>', ''],
  ['a field without name', NAME, 'required maxlength="15"'],
  ['maxlength larger than the member', 'maxlength="15"', 'maxlength="60"'],
  ['no maxlength', ' maxlength="15"', ''],
  ['error of a field that is not there', '{{error "name"}}', '{{error "nmae"}}'],
  ['draft of a field that is not there', '{{draft "name" .name}}', '{{draft "nmae" .name}}'],
  ['draft without its value', '{{draft "name" .name}}', '{{draft "name"}}'],
  ['a field without label', '<label for="name">Name</label> ', ''],
  ['a label for another id', '<label for="name">', '<label for="nmae">'],
  ['a number field without limits', NAME, 'name="level" type="number" value="{{.level}}"'],
  ['limits that the member cannot hold', NAME, 'name="level" type="number" min="0" max="300" value="{{draft "level" .level}}"'],
  ['a time field with a limit', NAME, 'name="at" type="time" min="6 o\'clock"'],
  ['a file field', NAME, 'name="file" type="file"'],
  ['text in a select', '<button>Save', '<select name="mode" aria-label="Mode">Mode <option>x</option></select><button>Save'],
  ['a pattern that is no regular expression', 'maxlength="15"', 'maxlength="15" pattern="[a-z"'],
  ['an action with another role elsewhere', '<p>{{.filter}}</p>', '<form wick-action="save" allow="viewer"><label>Name <input name="name" maxlength="15"></label><button>B</button></form>'],
  ['an action with other fields elsewhere', '<p>{{.filter}}</p>', '<form wick-action="save" allow="admin"><label>Note <input name="note" maxlength="15"></label><button>B</button></form>'],
  ['wick-on:input', '<p>{{.filter}}</p>', '<label>F <input name="f" maxlength="8" wick-on:input="filter" allow="viewer"></label>'],
  ['wick-on:click without role', '<p>{{.filter}}</p>', '<button wick-on:click="go">x</button>'],
  ['onclick', '<p>{{.filter}}</p>', '<button type="button" onclick="go()">x</button>'],
  ['two fields of one name', '<button>Save', '<input aria-label="again" name="name" maxlength="15"><button>Save'],
  // HTML
  ['an element that is not closed', P, '<div>' + P],
  ['an end tag that closes nothing', P, P + '</section>'],
  ['tags that overlap', P, '<b><i>x</b></i>'],
  ['a block in a paragraph', P, '<p><ul><li>x</li></ul></p>'],
  ['a link in a link', P, '<a href="/"><a href="/">x</a></a>'],
  ['a form in a form', FORM, FORM + '<form action="/"><button>x</button></form>'],
  ['a form around rows of a table', P, '<table><form><tbody><tr><td>x</td></tr></tbody></form></table>'],
  ['rows without <tbody>', P, '<table><tr><td>x</td></tr></table>'],
  ['text between the rows of a table', P, '<table><tbody>{{range .item}}<tr data-key="t{{.id}}"><td>x</td></tr>, {{end}}</tbody></table>'],
  ['an attribute twice', '<h1 class="big"', '<h1 class="big" {{if .is_on}}class="on"{{end}}'],
  ['an id twice', '<h1 class="big"', '<h1 id="name" class="big"'],
  ['an image without alt', P, '<img src="m.svg">'],
  ['an inline script', '</head>', '<script>alert(1)</script></head>'],
  ['an inline style sheet', '</head>', '<style>p { color: red }</style></head>'],
  ['a style attribute', '<h1 class="big"', '<h1 style="color: red"'],
  ['a script from elsewhere', '</head>', '<script src="https://example.org/x.js"></script></head>'],
  ['no wick.js', '<script src="wick.js" defer></script>', ''],
  ['a value in the name of a tag', P, '<h{{.level}}>x</h{{.level}}>'],
  ['a value in noscript', P, '<noscript>{{.name}}</noscript>'],
  ['an item that is not closed, and text after it', '</li>{{end}}</ul>', '{{end}} and more</ul>'],
  ['a "<" in text', P, '<p>a <b {{.temp}}</p>'],
  // names of the application
  ['a style sheet that is not there', 'href="m.css"', 'href="n.css"'],
  ['a class misspelt', 'class="big"', 'class="bgi"'],
  ['a link to a page that is not there', P, '<a href="settings">x</a>'],
  // header
  ['a pointer as a member', 'char name[46]; int32_t temp;', 'const char *name; int32_t temp;', 'm.h'],
  ['a double as a member', 'int32_t temp;', 'double temp;', 'm.h'],
  ['a bit-field', 'uint8_t level;', 'uint8_t level : 3; uint8_t rest : 5;', 'm.h', P, '<p>{{.level}}</p>'],
  ['a float as a member', 'int32_t temp;', 'float temp;', 'm.h', P, '<p>{{.temp}}</p>'],
  ['one name in the state and the view', 'char filter[16];', 'char filter[16]; char name[16];', 'm.h'],
  ['a view that is too large', 'char filter[16];', 'char filter[400];', 'm.h'],
  ['no live/wick.h in the header', '#include "live/wick.h"', '#include <stddef.h>', 'm.h'],
  ['the list without its macro', 'WICK_LIST(struct item, 4) item;', 'struct item *item;', 'm.h'],
  // C
  ['an action with a wrong signature', 'bool m_save(struct wick_turn *turn, struct m_view *view, const struct m_save_fields *in)\n{\n    (void)view;', 'bool m_save(struct wick_turn *turn, const struct m_save_fields *in)\n{', 'm.c'],
  ['an action that is not there', 'bool m_save(', 'bool m_store(', 'm.c'],
  ['no mount', 'void m_mount(', 'void m_mont(', 'm.c'],
  ['a template function that is not there', 'void fn_temp(struct buf *out, int32_t mc) { buf_put_i64(out, mc); }', '', 'm.c'],
  ['wick_error of a field that is not there', 'wick_error(turn, "name"', 'wick_error(turn, "nmae"', 'm.c'],
  ['the header of the page is not included', '#include "m.html.h"\n#include "net/net.h"\n#include "pages.h"\n', '#include "net/net.h"\n', 'm.c'],
  ['net/net.h is not included', '#include "net/net.h"\n', '', 'm.c'],
];
