#!/bin/sh
# add_test.sh - the code in docs/add.md builds and runs as it stands: an application outside of the tree, a page more, a source.
# Besides: what such an application may expect of make (warnings are its own affair, changes are noticed, nothing is written into it).
# uses $MAKE, $O
set -u
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0
check() { # TEXT CONDITION...
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not true: $what"; tail -n 5 "$dir/log" | sed 's/^/    /'; fi
}

# a line with a path in back-quotes alone names the block that follows
awk -v dir="$dir/" '
    /^`[a-z\/._]+`$/ { path = dir substr($0, 2, length($0) - 2); next }
    /^```[a-z]+$/ && path != "" { inside = 1; next }
    /^```$/ { inside = 0; path = "" }
    inside { folder = path; sub(/\/[^\/]*$/, "", folder); if (!(folder in made)) { system("mkdir -p " folder); made[folder] = 1 } print >path }' docs/add.md
check "the document has its files" [ -f "$dir/meter/meter.c" -a -f "$dir/meter/about.html" -a -f "$dir/src/dash/src_openfiles.c" ]

build() { $MAKE -s APP="$dir/meter" "$@" >"$dir/log" 2>&1; }
serve() { # PROGRAM: serves on $url
    : >"$dir/out"
    "$1" --listen 127.0.0.1:0 --state "$dir/state" >"$dir/out" 2>"$dir/log" &
    pid=$!
    for _ in $(seq 300); do grep -q http "$dir/out" && break; sleep 0.1; done
    url=$(sed -n 1p "$dir/out")
}
stop() { kill "$pid" && wait "$pid"; pid=; }
page() { curl -s --max-time 60 "$url$1" | sed 's/<!--[^>]*-->//g'; }
has() { page "$1" | grep -qF "$2"; }
mtime() { stat -c %Y.%y "$1"; }

mv "$dir/meter/about.html" "$dir/about.html"
ls "$dir/meter" >"$dir/before"
program=$O/x86_64/app/meter/meter
build; check "an application outside of the tree builds" [ -x "$program" ]
ls "$dir/meter" | cmp -s "$dir/before" -; check "nothing is written into its folder" [ $? = 0 ]
serve "$program"
check "it serves its page" has "" 'Counted: <b>0</b>'
curl -s -o /dev/null -d 'wick-action=more&more=' "$url"
check "its action runs" has "" 'Counted: <b>1</b>'
check "its style is served" [ "$(curl -s --compressed "${url}meter.css")" = "nav a { margin-right: 1em; }" ]
check "files of www/ that it does not name are not" [ "$(curl -s -o /dev/null -w '%{http_code}' "${url}wick-ui.js")" = 404 ]
check "licences are inside" [ "$("$program" --licenses | grep -c '^=== ')" = 4 ]
stop

# a page more
mv "$dir/about.html" "$dir/meter/about.html"
build; serve "$program"
check "the new page is served" has about 'It counts. So far: 0.'
check "and stands in the navigation" has "" '>About</a>'
stop
rm "$dir/meter/about.html"
build; serve "$program"
check "a page that is gone is gone" [ "$(curl -s -o /dev/null -w '%{http_code}' "${url}about")" = 404 ]
stop

# its own C: warnings do not stop it, unless it asks for that
sed -i 's/^struct meter meter;/&\nstatic int unused;/' "$dir/meter/meter.c"
build; check "a warning does not stop it" grep -q "unused" "$dir/log"
! build STRICT=1; check "STRICT=1 lets it" [ $? = 0 ]

# changes are noticed: its header, the profile, a flag; nothing is built without one
build; before=$(mtime "$program"); build; check "without a change nothing is built" [ "$(mtime "$program")" = "$before" ]
object=$O/x86_64/app/meter/meter.o
before=$(mtime "$object"); sleep 1.1; touch "$dir/meter/meter.h"; build; check "a header rebuilds" [ "$(mtime "$object")" != "$before" ]
before=$(mtime "$object"); sleep 1.1; build CFLAGS=-DNOTHING; check "a flag rebuilds" [ "$(mtime "$object")" != "$before" ]
{ $MAKE -s -n -W board/profile/host/wick_profile.h | grep -o 'build[^ ]*src/net/[a-z_]*\.o' || true; } | sort -u >"$dir/rebuilt"
for file in $(grep -lE 'WICK_|NET_|net_priv' src/net/*.c); do
    echo "$O/x86_64/${file%.c}.o"
done | sort -u >"$dir/want"
check "a changed profile rebuilds all of src/net that knows it ($(comm -13 "$dir/rebuilt" "$dir/want" | tr '\n' ' '))" \
    [ -z "$(comm -13 "$dir/rebuilt" "$dir/want")" ]
before=$(mtime "$object"); build; check "and back" [ "$(mtime "$object")" != "$before" ]

# a source: one file and one row, in a copy of the tree
mkdir "$dir/tree"
git ls-files --cached --others --exclude-standard | grep -v '^tests/\(fuzz\|tmpl\)/' | tar -cf - -T - 2>/dev/null | tar -xf - -C "$dir/tree"
mkdir -p "$dir/tree/tests/fuzz" "$dir/tree/build"
cp "$dir/src/dash/src_openfiles.c" "$dir/tree/src/dash"
sed -i 's/^#endif$/extern const struct dash_source src_openfiles;\n&/' "$dir/tree/src/dash/source.h"
sed -i 's/&src_settings,/\&src_openfiles, \&src_settings,/' "$dir/tree/src/dash/dash_sources.c"
(cd "$dir/tree" && WICK_CACHE="$OLDPWD/${WICK_CACHE:-build/cache}" $MAKE -s O=build >"$dir/log" 2>&1)
check "the dashboard builds with it" [ -x "$dir/tree/build/x86_64/wick" ]
if [ -x "$dir/tree/build/x86_64/wick" ]; then
    serve "$dir/tree/build/x86_64/wick"
    check "its value is in /metrics" has metrics 'node_filefd_allocated '
    stop
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
