/* cases.c - functions of the templates that golden_test.c compares with Go. */
#include "tests/tmpl/cases.h"

struct safe_url fn_address(struct str s)
{
    return (struct safe_url){ s };
}

void fn_bold(struct buf *out, struct str s)
{
    buf_put_text(out, "<b>");
    buf_put_str(out, s);
    buf_put_text(out, "</b>");
}

void fn_twice(struct buf *out, struct safe_html html)
{
    buf_put_str(out, html.html);
    buf_put_str(out, html.html);
}
