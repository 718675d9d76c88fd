#!/bin/sh
# add_test.sh - the code in docs/add.md builds and runs as it stands: an application outside of the tree, a page more, a source, a
# wire, a transport. It prints what each of them costs in files and lines, and the document's table must say the same.
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

cost() { # FOLDER NAME: a row of the table, from what git says has changed in FOLDER; commits it
    git -C "$1" add -A
    row=$(git -C "$1" diff --cached --numstat --diff-filter=A | awk -v name="$2" '{ n++; lines += $1 } END { printf "| %s | %d | %d |", name, n, lines }')
    row="$row $(git -C "$1" diff --cached --numstat --diff-filter=M | awk '{ n++; lines += $1 } END { printf "%d | %d |", n, lines }')"
    git -C "$1" -c user.name=wick -c user.email=wick@localhost commit -qm "$2"
    echo "$row"
    check "docs/add.md says: $row" grep -qxF "$row" docs/add.md
}

mv "$dir/meter/about.html" "$dir/about.html"
cp -r "$dir/meter" "$dir/counted"
git -C "$dir/counted" init -q
cost "$dir/counted" "an application of one page"
cp "$dir/about.html" "$dir/counted"
cost "$dir/counted" "a page"
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

# what the document shows of the toy wire stands in its file, in this order
diff "$dir/tests/live/wire_toy.c" tests/live/wire_toy.c | grep '^<' >"$dir/log"
check "the toy wire of the document is the one that is tested" [ ! -s "$dir/log" -a -s "$dir/tests/live/wire_toy.c" ]

# a source, a wire, a transport: a file and its rows, in a copy of the tree
tree=$dir/tree
mkdir "$tree"
git ls-files --cached --others --exclude-standard | grep -v "^tests/fuzz/" | tar -cf - -T - 2>/dev/null | tar -xf - -C "$tree"
mkdir -p "$tree/tests/fuzz" "$tree/build"
git -C "$tree" init -q
git -C "$tree" add -A
git -C "$tree" -c user.name=wick -c user.email=wick@localhost commit -qm tree
cp "$dir/src/dash/src_openfiles.c" "$tree/src/dash"
sed -i 's/^#endif$/extern const struct dash_source src_openfiles;\n&/' "$tree/src/dash/source.h"
sed -i 's/&src_settings,/\&src_openfiles, \&src_settings,/' "$tree/src/dash/dash_sources.c"
cost "$tree" "a source"
sed '/^extern const struct wire wire_toy;/d' tests/live/wire_toy.c >"$tree/src/wire/wire_toy.c"
sed -i 's/wire_wick, wire_livetemplate;/wire_wick, wire_livetemplate, wire_toy;/' "$tree/src/wire/wire.h"
sed -i 's/&wire_wick, &wire_livetemplate }/\&wire_wick, \&wire_livetemplate, \&wire_toy }/' "$tree/src/wire/wire.c"
cost "$tree" "a wire"
cp "$dir/src/net/net_lines.c" "$tree/src/net"
sed -i 's/NET_WS, NET_SSE, NET_POLL }/NET_WS, NET_SSE, NET_POLL, NET_LINES }/' "$tree/src/net/net.h"
sed -i 's/net_transport_sse, net_transport_poll;/net_transport_sse, net_transport_poll, net_transport_lines;/' "$tree/src/net/net_priv.h"
sed -i 's/^    \[NET_POLL\] = .*/&\n    [NET_LINES] = \&net_transport_lines,/' "$tree/src/net/net_transport.c"
cost "$tree" "a transport"
cp "$dir/tests/net/lines_test.c" "$tree/tests/net"
in_tree() { (cd "$tree" && WICK_CACHE="$OLDPWD/${WICK_CACHE:-build/cache}" $MAKE -s O=build "$@" >"$dir/log" 2>&1); }
in_tree
check "the dashboard builds with them" [ -x "$tree/build/x86_64/wick" ]
if [ -x "$tree/build/x86_64/wick" ]; then
    serve "$tree/build/x86_64/wick"
    check "the value of the source is in /metrics" has metrics 'node_filefd_allocated '
    stop
fi
sed -i 's/name="count"/& wires="wick toy"/' "$dir/meter/count.html"
in_tree APP="$dir/meter"
check "a page can be served for the wire" grep -q wire_toy "$tree"/build/gen/app/meter/count.html.c
in_tree test-one T=tests/net/lines_test.c
check "the transport carries messages" [ $? = 0 ]
echo "$passed passed, $failed failed"
[ $failed = 0 ]
