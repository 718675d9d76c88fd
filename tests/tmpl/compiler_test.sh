#!/bin/sh
# What wickc cannot see is reported by the C compiler at the template's own line and column, by gcc and clang alike.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
page=tests/tmpl/errors/c_compiler.html
"$WICKC" -Isrc -o "$dir" $page || { echo "wickc refuses $page"; exit 1; }
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    LC_ALL=C $compiler -std=gnu11 -I. -Isrc -Iboard/profile/host -Itests/tmpl/errors -fsyntax-only "$dir/c_compiler.html.c" 2>"$dir/said" && { echo "$compiler found nothing"; bad=1; }
    # {{if .hook}}: a function is neither true nor false; {{.hook.x}}: it has no members
    for place in 3:30 3:47; do
        grep -q "^$page:$place: error: " "$dir/said" || { echo "$compiler says nothing at $page:$place"; cat "$dir/said"; bad=1; }
    done
    grep "error:" "$dir/said" | grep -v "^$page:3:" && { echo "$compiler reports an error outside of the template"; bad=1; }
done

# the rules of a form against the members that its fields show, where only the C compiler knows their types
page=tests/tmpl/errors/c_form.html
"$WICKC" -Isrc -o "$dir" $page || { echo "wickc refuses $page"; exit 1; }
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    LC_ALL=C $compiler -std=gnu11 -Wall -Wextra -I. -Isrc -Iboard/profile/host -Itests/tmpl/errors -fsyntax-only "$dir/c_form.html.c" 2>"$dir/said" && { echo "$compiler found nothing"; bad=1; }
    for place in 3:54 4:46 5:32; do
        grep -q "^$page:$place: error: static.assert[a-z]* failed" "$dir/said" || { echo "$compiler says nothing at $page:$place"; cat "$dir/said"; bad=1; }
    done
    [ "$(grep -c "error:" "$dir/said")" = 3 ] || { echo "$compiler: not three assertions"; cat "$dir/said"; bad=1; }
done

# states that are too large: at view= and device=, with their sizes as the compiler counts them
page=tests/tmpl/errors/c_large.html
"$WICKC" -Isrc -o "$dir" $page || { echo "wickc refuses $page"; exit 1; }
cat >"$dir/size.c" <<'END'
#include "c_large.html.h"
#include <stdio.h>
int main(void) { return printf("%zu %zu", sizeof(struct large_view), sizeof(struct large)) < 0; }
END
gcc -std=gnu11 -D_GNU_SOURCE -I"$dir" -Isrc -Iboard/profile/host -Itests/tmpl/errors -o "$dir/size" "$dir/size.c" || exit 1
read -r view device <<END
$("$dir/size")
END
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    LC_ALL=C $compiler -std=gnu11 -I"$dir" -Isrc -Iboard/profile/host -Itests/tmpl/errors -fsyntax-only "$dir/c_large.html.c" 2>"$dir/said" && { echo "$compiler found nothing"; bad=1; }
    grep -q "^$page:3:12: error: static.assert.*struct large_view has $view bytes, more than WICK_VIEW_STATE_MAX" "$dir/said" || { echo "$compiler says nothing of the view ($view)"; cat "$dir/said"; bad=1; }
    grep -q "^$page:2:14: error: static.assert.*states of this page have $device bytes, more than WICK_FROZEN_CAP" "$dir/said" || { echo "$compiler says nothing of the states ($device)"; cat "$dir/said"; bad=1; }
done
exit $bad
