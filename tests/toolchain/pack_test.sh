# pack_test.sh - the asset packer: its table compiles and holds the bytes; what it must refuse, it refuses, with file:line:col.
set -eu
pack=$O/host/pack
dir=$(mktemp -d)
mkdir "$dir/z"
trap 'rm -rf "$dir"' EXIT
failed=0
check() { # name, condition's status
    if [ "$2" != 0 ]; then echo "not true: $1"; failed=1; fi
}
run_pack() { # arguments; status in $status, messages in $dir/err
    status=0
    "$pack" -o "$dir/out.c" -z "$dir/z" "$@" 2>"$dir/err" || status=$?
}
refused() { # what, file name, content, message
    printf '%s' "$3" | tee "$dir/$2" >"$dir/z/$2"
    : >"$dir/z/$2.gz" && : >"$dir/z/$2.br"
    run_pack "$dir/$2"
    [ "$status" = 1 ] && grep -qF "$4" "$dir/err" && [ ! -f "$dir/out.c" ]
    check "$1 is refused with '$4' (status $status: $(head -n 1 "$dir/err"))" $?
}
accepted() { # what, file name, content
    printf '%s' "$3" | tee "$dir/$2" >"$dir/z/$2"
    : >"$dir/z/$2.gz" && : >"$dir/z/$2.br"
    run_pack "$dir/$2"
    check "$1 is accepted ($(head -n 1 "$dir/err"))" "$status"
}

set +e
refused 'http' a.css 'a{}
b{background:url(http://x.org/y.png)}' 'a.css:2:18: absolute URL: http://x.org/y.png)}'
refused 'https in a script' a.js 'fetch("https://x.org")' 'a.js:1:8: absolute URL'
refused 'a schemeless URL' a.html '<script src="//x.org/a.js">' 'a.html:1:14: absolute URL'
refused 'a longer name than a namespace' a.svg '<svg xmlns="http://www.w3.org/2000/svgx">' 'absolute URL'
refused 'an unknown ending' a.exe 'x' 'no content type'
refused 'an empty file' a.txt '' 'empty'
accepted 'a namespace' a.svg '<svg xmlns="http://www.w3.org/2000/svg"/>'
accepted 'a comment' a.js 'let a = 1; //two slashes
// and more'
accepted 'a path' a.css 'a{background:url(/x.svg)}'

# budgets: at the limit is too much, below is not
printf '/* as written */' >"$dir/w.js"
printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' >"$dir/z/w.js" # as served
printf '1234567890' >"$dir/z/w.js.gz"
printf '12345' >"$dir/z/w.js.br"
run_pack -b w.js=11 "$dir/w.js"
check 'one byte below the budget is accepted' "$status"
run_pack -b w.js=10 "$dir/w.js"
[ "$status" = 1 ]; check 'at the budget is refused' $?
run_pack -b '*.js=10' "$dir/w.js"
[ "$status" = 1 ]; check 'a budget of all files of a kind counts' $?

# the table: compiled, and asked
run_pack "$dir/w.js"
cat >"$dir/main.c" <<'END'
#include <string.h>
#include "net/net.h"
static bool is(struct str got, const char *want) { return got.len == strlen(want) && memcmp(got.ptr, want, got.len) == 0; }
int main(void) {
    const struct net_asset *a = &wick_asset[0];
    /* FNV-1a 64 of forty times 'a' */
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < 40; i++) { hash = (hash ^ 'a') * 0x100000001b3u; }
    char etag[20] = "\"................\"";
    for (int i = 0; i < 16; i++) { etag[1 + i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15]; }
    return !(wick_asset_count == 1 && is(a->path, "/w.js") && is(a->type, "text/javascript; charset=utf-8") && is(a->etag, etag) &&
             a->identity.len == 40 && is(a->gzip, "1234567890") && is(a->brotli, "12345") && !a->is_immutable);
}
END
gcc -std=c11 -Wall -Wextra -Werror -Isrc -Iboard/profile/host -o "$dir/main" "$dir/main.c" "$dir/out.c" && "$dir/main"
check 'the table holds path, type, etag and all bytes' $?
run_pack -k g "$dir/w.js"
grep -q 'gzip0' "$dir/out.c" && ! grep -q 'brotli0\|identity0' "$dir/out.c"
check 'only the wanted form is kept' $?
exit $failed
