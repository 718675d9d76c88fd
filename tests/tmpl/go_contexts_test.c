/* go_contexts_test.c - the context after a static text is the one that Go finds: go/contexts.txt
 * (format: go/verify.go). */
#include "t.h"
#include "wickc/html/html.h"

#include <stdlib.h>

/* In Go's words, in the order of html.h. */
static const char *const state_name[] = {
    "stateText",
    "stateTag",
    "stateAttrName",
    "stateAfterName",
    "stateBeforeValue",
    "stateHTMLCmt",
    "stateRCDATA",
    "stateAttr",
    "stateURL",
    "stateSrcset",
    "stateAttr",
    "stateMetaContent",
    "stateMetaContentURL",
    "stateAttr",
    "stateJS",
    "stateJSDqStr",
    "stateJSSqStr",
    "stateJSTmplLit",
    "stateJSRegexp",
    "stateJSBlockCmt",
    "stateJSLineCmt",
    "stateJSHTMLOpenCmt",
    "stateJSHTMLCloseCmt",
    "stateCSS",
    "stateCSSDqStr",
    "stateCSSSqStr",
    "stateCSSDqURL",
    "stateCSSSqURL",
    "stateCSSURL",
    "stateCSSBlockCmt",
    "stateCSSLineCmt",
    "stateError",
    "stateDead",
};
static const char *const delim_name[] = { "delimNone", "delimDoubleQuote", "delimSingleQuote",
                                          "delimSpaceOrTagEnd" };
static const char *const url_name[] = { "urlPartNone", "urlPartPreQuery", "urlPartQueryOrFrag",
                                        "urlPartUnknown" };
static const char *const js_name[] = { "jsCtxRegexp", "jsCtxDivOp", "jsCtxUnknown" };
static const char *const attr_name[] = { "attrNone",  "attrScript",      "attrScriptType",
                                         "attrStyle", "attrURL",         "attrSrcset",
                                         "attrNone",  "attrMetaContent", "attrNone" };
static const char *const element_name[] = { "elementNone",     "elementScript", "elementStyle",
                                            "elementTextarea", "elementTitle",  "elementMeta",
                                            "elementNone" };

/* "‹0a›" -> the byte; in place. @return length */
static size_t unescape(char *text)
{
    size_t len = 0;
    for (const char *at = text; *at != '\0';) {
        if (strncmp(at, "\xe2\x80\xb9", 3) != 0) {
            text[len++] = *at++;
            continue;
        }
        for (at += 3; *at != '\xe2' && at[0] != '\0' && at[1] != '\0'; at += 2) {
            char digits[3] = { at[0], at[1], '\0' };
            text[len++] = (char)strtoul(digits, NULL, 16);
        }
        at += *at == '\0' ? 0 : 3;
    }
    return len;
}

static void check(struct wc *wc, const char *name, struct str text, const char *want)
{
    struct html_ctx ctx = { .state = HTML_TEXT };
    size_t idle = 0; /* steps that only change the state */
    while (text.len > 0 && ctx.state != HTML_ERROR && idle < 4) {
        size_t used = 0;
        ctx = html_step(wc, ctx, text, &used);
        text = (struct str){ text.ptr + used, text.len - used };
        idle = used == 0 ? idle + 1 : 0;
    }
    char got[200];
    char braces[40] = "";
    for (unsigned idx = 0; idx < ctx.literals; idx++) {
        snprintf(braces + strlen(braces), sizeof braces - strlen(braces), "%s%u",
                 idx > 0 ? " " : "", ctx.brace[idx]);
    }
    snprintf(got, sizeof got, "%s %s %s %s [%s] %s %s", state_name[ctx.state],
             delim_name[ctx.delim], url_name[ctx.url], js_name[ctx.js], braces, attr_name[ctx.attr],
             element_name[ctx.element]);
    T_CHECK(text.len == 0);
    if (strcmp(got, want) != 0) {
        t_failed++;
        fprintf(stderr, "%s:\n  got  %s\n  want %s\n", name, got, want);
    }
}

int main(void)
{
    struct wc wc = { .err = stderr };
    static char line[1 << 12], text[1 << 12];
    char name[200] = "";
    size_t text_len = 0;
    char want[200] = ""; /* of the state before */
    unsigned tables = 0, announced = 0, cases = 0, states = 0, safer = 0;
    FILE *file = fopen("tests/tmpl/go/contexts.txt", "rb");
    T_CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "table ", 6) == 0) {
            tables++;
            announced += (unsigned)strtoul(strrchr(line, ' '), NULL, 10);
        } else if (strncmp(line, "case ", 5) == 0) {
            cases++;
            snprintf(name, sizeof name, "%.190s", line + 5);
        } else if (strncmp(line, "tmpl", 4) == 0) {
            memcpy(text, line, sizeof text);
            memmove(text, text + (text[4] == ' ' ? 5 : 4), sizeof text - 5);
            text_len = unescape(text);
        } else if (strncmp(line, "state ", 6) == 0) {
            states++;
            snprintf(want, sizeof want, "%.190s", line + 6);
        } else if (strncmp(line, "safer ", 6) == 0) {
            safer++;
            T_CHECK(strcmp(want, line + 6) != 0);
            snprintf(want, sizeof want, "%.190s", line + 6);
        } else if (line[0] == '\0' && want[0] != '\0') {
            check(&wc, name, (struct str){ text, text_len }, want);
            want[0] = '\0';
        }
    }
    T_CHECK(tables == 4 && cases == announced && states > 190 && safer < 20);
    printf("%u cases, %u contexts\n", cases, states);
    if (file != NULL) {
        fclose(file);
    }
    wc_close(&wc);
    return t_done();
}
