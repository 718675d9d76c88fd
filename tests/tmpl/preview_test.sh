#!/bin/sh
# wickc preview: a page over plain JSON as HTML, without marks, as tree and update; nothing stays in the temporary folder.
# After a change that is meant: WICK_ACCEPT=1 writes the .out files anew; look at the difference before you commit it.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR="$dir/tmp"
mkdir "$TMPDIR"
page=tests/tmpl/preview/page.html one=tests/tmpl/preview/1.json two=tests/tmpl/preview/2.json
bad=0
wrong() { echo "$1"; bad=1; }

same() { # name, arguments of preview
    name=$1; shift
    "$WICKC" preview "$@" >"$dir/out" 2>"$dir/err" || { wrong "preview $*: status $?"; cat "$dir/err"; return; }
    [ -z "${WICK_ACCEPT:-}" ] || cp "$dir/out" "tests/tmpl/preview/$name.out"
    diff "tests/tmpl/preview/$name.out" "$dir/out" || wrong "preview $* prints something else than tests/tmpl/preview/$name.out"
}
same html $page $one
same plain --no-marks $page $one
same total tests/tmpl/preview/total.html tests/tmpl/preview/total1.json
same total_diff tests/tmpl/preview/total.html tests/tmpl/preview/total1.json --diff tests/tmpl/preview/total2.json
same diff $page $one --diff $two
same part --no-marks tests/tmpl/preview/part.html tests/tmpl/preview/tag.html $one
same frame --no-marks tests/tmpl/preview/frame.html tests/tmpl/preview/fill.html $one

# a page after the frame that it fills: its directive counts, and its name
"$WICKC" -Isrc -o "$dir" tests/tmpl/preview/frame.html tests/tmpl/preview/fill.html 2>"$dir/err" || { wrong "frame and page: status $?"; cat "$dir/err"; }
grep -q tmpl_fill "$dir/fill.html.h" || wrong "the page after a frame has not its own name"

# the C for a batch: several data sets, every global name begins with the given one
"$WICKC" preview $page $one $two --c "$dir/x.c" --name x_1 2>"$dir/err" || { wrong "--c: status $?"; cat "$dir/err"; }
gcc -std=gnu11 -Werror -I"$O/host/preview/include" -c -o "$dir/x.o" "$dir/x.c" || wrong "gcc refuses the C"
symbols=$(nm -g --defined-only "$dir/x.o" | awk '{ print $3 }' | tr '\n' ' ')
[ "$symbols" = "preview_x_1 tmpl_x_1 tmpl_x_1_head tmpl_x_1_tail " ] || wrong "--c exports $symbols"

CC=there-is-none "$WICKC" preview $page $one >"$dir/out" 2>"$dir/err"
[ $? = 69 ] && grep -q 'there is no "there-is-none"' "$dir/err" || { wrong "without a compiler"; cat "$dir/err"; }
"$WICKC" preview tests/tmpl/preview/errors/template.html $one >"$dir/out" 2>"$dir/err"
[ $? = 1 ] && grep -q '^tests/tmpl/preview/errors/template.html:1:18: error: ' "$dir/err" || { wrong "a wrong template"; cat "$dir/err"; }
[ -z "$(ls "$TMPDIR")" ] || wrong "left behind: $(ls "$TMPDIR")"
exit $bad
