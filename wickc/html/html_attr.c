/* html_attr.c - what HTML says about names: kinds of attributes, void elements, entities. */
#include "base/utf8.h"
#include "wickc/html/html.h"

#include <string.h>

/* Attributes that are not plain text, by kind; names as in html/template's table. */
static const struct {
    enum html_kind kind;
    const char *names;
} attr_table[] = {
    { KIND_PLAIN, " abbr accept allowfullscreen alt autocomplete autofocus autoplay border checked "
                  "class cols colspan contenteditable contextmenu "
                  "controls coords datetime default dir dirname disabled draggable dropzone for "
                  "formtarget headers height hidden high hreflang id "
                  "ismap kind label lang list loop low max maxlength media mediagroup min multiple "
                  "name open optimum placeholder preload pubdate "
                  "radiogroup readonly required reversed rows rowspan scope scoped seamless "
                  "selected shape size sizes span spellcheck srclang start "
                  "step tabindex target title width wrap " },
    { KIND_UNSAFE,
      " accept-charset async challenge charset content crossorigin defer enctype form formenctype "
      "formmethod formnovalidate "
      "http-equiv keytype language method novalidate pattern rel sandbox type value " },
    { KIND_URL, " action archive background cite classid codebase data formaction href icon "
                "longdesc manifest poster profile src usemap xmlns " },
    { KIND_CSS, " style " },
    { KIND_SRCSET, " srcset " },
    { KIND_HTML, " srcdoc " },
};

static struct str lower_case(struct str text, char *mem, size_t cap)
{
    size_t len = text.len < cap ? text.len : cap;
    for (size_t at = 0; at < len; at++) {
        char byte = text.ptr[at];
        mem[at] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    return (struct str){ mem, len };
}

static bool contains(struct str text, const char *word)
{
    size_t len = strlen(word);
    for (size_t at = 0; at + len <= text.len; at++) {
        if (memcmp(text.ptr + at, word, len) == 0) {
            return true;
        }
    }
    return false;
}

enum html_kind html_attr_kind(struct str name)
{
    char mem[128];
    struct str word = lower_case(name, mem, sizeof mem);
    const char *colon = memchr(word.ptr, ':', word.len);
    if (str_starts(word, STR("data-"))) { /* data-action is a URL, too */
        word = (struct str){ word.ptr + 5, word.len - 5 };
    } else if (colon != NULL) {
        if (str_starts(word, STR("xmlns:"))) {
            return KIND_URL;
        }
        word = (struct str){ colon + 1, word.len - (size_t)(colon + 1 - word.ptr) };
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(attr_table); idx++) {
        if (wc_is_among(word, attr_table[idx].names)) {
            return attr_table[idx].kind;
        }
    }
    if (str_starts(word, STR("on"))) {
        return KIND_JS;
    }
    return contains(word, "src") || contains(word, "uri") || contains(word, "url") ? KIND_URL
                                                                                   : KIND_PLAIN;
}

bool html_is_js_type(struct str mime)
{
    char mem[64];
    struct str type = str_trim(str_cut(&mime, ';'), " \t\n\r\f\v");
    type = lower_case(type, mem, sizeof mem);
    return type.len == 0 ||
           wc_is_among(type,
                       " application/ecmascript application/javascript application/json "
                       "application/ld+json application/x-ecmascript "
                       "application/x-javascript module text/ecmascript text/javascript "
                       "text/javascript1.0 text/javascript1.1 text/javascript1.2 "
                       "text/javascript1.3 text/javascript1.4 text/javascript1.5 text/jscript "
                       "text/livescript text/x-ecmascript text/x-javascript ");
}

bool html_is_void(struct str name)
{
    char mem[16];
    return wc_is_among(lower_case(name, mem, sizeof mem),
                       " area base br col embed hr img input link meta param source track wbr ");
}

bool html_is_optional_end(struct str name)
{
    char mem[16];
    return wc_is_among(lower_case(name, mem, sizeof mem),
                       " p li dt dd option optgroup tr td th thead tbody tfoot colgroup caption rt "
                       "rp html head body ");
}

static const struct {
    const char *name;
    uint32_t code;
} entity[] = {
    { "amp", '&' },      { "lt", '<' },       { "gt", '>' },        { "quot", '"' },
    { "apos", '\'' },    { "nbsp", 0xa0 },    { "num", '#' },       { "quest", '?' },
    { "sol", '/' },      { "bsol", '\\' },    { "lpar", '(' },      { "rpar", ')' },
    { "colon", ':' },    { "equals", '=' },   { "grave", '`' },     { "Tab", 9 },
    { "NewLine", 10 },   { "copy", 0xa9 },    { "reg", 0xae },      { "deg", 0xb0 },
    { "plusmn", 0xb1 },  { "micro", 0xb5 },   { "middot", 0xb7 },   { "laquo", 0xab },
    { "raquo", 0xbb },   { "times", 0xd7 },   { "divide", 0xf7 },   { "ndash", 0x2013 },
    { "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },  { "ldquo", 0x201c },
    { "rdquo", 0x201d }, { "bull", 0x2022 },  { "hellip", 0x2026 }, { "euro", 0x20ac },
    { "trade", 0x2122 }, { "larr", 0x2190 },  { "uarr", 0x2191 },   { "rarr", 0x2192 },
    { "darr", 0x2193 },  { "minus", 0x2212 }, { "le", 0x2264 },     { "ge", 0x2265 },
    { "ne", 0x2260 },    { "auml", 0xe4 },    { "ouml", 0xf6 },     { "uuml", 0xfc },
    { "szlig", 0xdf },   { "shy", 0xad },     { "thinsp", 0x2009 }, { "ensp", 0x2002 },
    { "emsp", 0x2003 },  { "zwj", 0x200d },   { "zwnj", 0x200c },   { "lbrace", '{' },
    { "rbrace", '}' },
};

/* "#38" or "#x26" -> code; 0: not a number */
static uint32_t numeric(struct str name)
{
    bool is_hex = name.len > 1 && (name.ptr[1] | 0x20) == 'x';
    uint32_t code = 0;
    for (size_t at = is_hex ? 2 : 1; at < name.len; at++) {
        char byte = name.ptr[at];
        char lower = (char)(byte | 0x20);
        bool is_digit = byte >= '0' && byte <= '9';
        if (!is_digit && !(is_hex && lower >= 'a' && lower <= 'f')) {
            return 0;
        }
        code = code * (is_hex ? 16 : 10) + (uint32_t)(is_digit ? byte - '0' : lower - 'a' + 10);
        code = code > 0x10ffff ? 0xfffd : code;
    }
    return code;
}

const char *html_decode(struct wc *wc, struct str text, struct sb *out)
{
    const char *unknown = NULL;
    for (size_t at = 0; at < text.len;) {
        size_t end = at + 1;
        while (text.ptr[at] == '&' && end < text.len && text.ptr[end] != ';' &&
               text.ptr[end] != '&' && end - at < 32) {
            end++;
        }
        uint32_t code = 0;
        if (text.ptr[at] == '&' && end < text.len && text.ptr[end] == ';') {
            struct str name = { text.ptr + at + 1, end - at - 1 };
            code = name.len > 1 && name.ptr[0] == '#' ? numeric(name) : 0;
            for (size_t idx = 0; idx < WICK_COUNT_OF(entity) && code == 0; idx++) {
                code = str_eq(name, str_of(entity[idx].name)) ? entity[idx].code : 0;
            }
            unknown = code == 0 && unknown == NULL && memchr(name.ptr, ' ', name.len) == NULL
                          ? text.ptr + at
                          : unknown;
        }
        if (code != 0) {
            char utf8[4];
            sb_put(wc, out, utf8, utf8_put(code, utf8));
            at = end + 1;
        } else {
            sb_put_u8(wc, out, text.ptr[at++]);
        }
    }
    return unknown;
}
