#!/bin/sh
# Pages of one frame: the navigation follows from titles, icons and order of all pages; a further page appears in it without
# a change anywhere else; files are found by their names, and make knows of them.
set -u
dir=$(mktemp -d)
dir=/tmp/w4s/ft; rm -rf $dir; mkdir $dir
bad=0
wrong() { echo "$1"; bad=1; }

mkdir -p "$dir/parts" "$dir/out"
cat >"$dir/parts/frame.html" <<'END'
<!doctype html>
<html lang="en"><head><title>{{block "title" .}}Device{{end}}</title></head>
<body><ul>{{range pages}}
<li id="{{.name}}"><a href="{{.href}}"{{if .current}} aria-current="page"{{end}} title='{{.title}}' data-path={{.path}}>{{with .icon}}<i class="{{.}}"></i>{{end}}{{.title}}</a>{{if eq .name "p3"}}!{{else}}?{{end}}</li>{{end}}</ul>
{{template "main" .}}</body></html>
END
printf '<em>{{template "inner" .}}</em>{{define "inner"}}of the file{{end}}{{define "own"}}of the file{{end}}' >"$dir/note.html"

# seven pages with generated orders and titles; the expected order by sort
count=0
page() { # path, order (may be empty), icon, title
    count=$((count + 1))
    printf '{{/* wick:page path="%s" name="p%d" title="%s" icon="%s" %s frame="parts/frame.html" */ -}}\n{{define "main"}}<h1>%s</h1>{{template "note.html" .}}{{template "own" .}}{{end}}{{define "own"}}of page %d{{end}}\n' \
        "$1" $count "$4" "$3" "${2:+order=\"$2\"}" "$count" $count >"$dir/p$count.html"
    printf '%s\t%s\tp%d\n' "${2:-99999999}" "$1" $count >>"$dir/expected"
}
page / 10 "" 'Over & "view'"'"
sed -i 's/title="Over & "view/title="Over \& <view/' "$dir/p1.html"
page /about "" info About
page /net/ports 7 "a b" "Ports and all that is behind them"
page /net/ 100 net "Net"
page /a:b 010 "" "Colon"
page /zz "" "" "Last"
page /net/ports/x/y 8 "" "Deep"
WANT=$(sort -k1n -k2 "$dir/expected" | cut -f3 | tr '\n' ' ')

"$WICKC" pages -o "$dir/out" "$dir"/*.html "$dir/parts/frame.html" || wrong "wickc pages: status $?"
[ "$(cut -f2 "$dir/out/pages.list" | tr '\n' ' ')" = "$WANT" ] || { wrong "order, wanted $WANT"; cat "$dir/out/pages.list"; }
touch -d @1000000000 "$dir/out/pages.list" "$dir/out/pages.h"
"$WICKC" pages -o "$dir/out" "$dir"/*.html || wrong "wickc pages again: status $?"
[ "$(stat -c %Y "$dir/out/pages.list" "$dir/out/pages.h" | tr '\n' ' ')" = "1000000000 1000000000 " ] || wrong "lists that did not change were written"

for n in 1 2 3 4 5 6 7; do
    "$WICKC" -Isrc -o "$dir/out" --pages "$dir/out/pages.list" "$dir/p$n.html" || { wrong "page $n: status $?"; continue; }
    "$WICKC" -Isrc --dump=tree --pages "$dir/out/pages.list" "$dir/p$n.html" >"$dir/tree$n"
    grep -q "node 0: 0 slots" "$dir/tree$n" || wrong "page $n: what is known when compiling became a slot"
    [ "$(grep -o 'id="p[0-9]"' "$dir/tree$n" | tr -dc 'p0-9\n' | tr '\n' ' ')" = "$WANT" ] || wrong "page $n: navigation in another order"
    [ "$(grep -c aria-current "$dir/tree$n")" = 1 ] && grep -q "id=\"p$n\".*aria-current" "$dir/tree$n" || wrong "page $n is not the current one"
    grep -q "<h1>$n</h1><em>of the file</em>of page $n" "$dir/tree$n" || wrong "page $n: its own templates and those of the file"
    grep -q "id=\"p3\".*!</li>" "$dir/tree$n" && grep -q "id=\"p4\".*?</li>" "$dir/tree$n" || wrong "page $n: eq"
    for file in "p$n.html" parts/frame.html note.html out/pages.list; do
        grep -q "$dir/$file:" "$dir/out/p$n.html.d" || wrong "page $n: make does not know of $file"
    done
done
# addresses lead where they should, from everywhere
node -e '
const fs = require("fs"), dir = process.argv[1];
const rows = fs.readFileSync(dir + "/out/pages.list", "utf8").trim().split("\n").map((row) => row.split("\t"));
let bad = 0;
for (const [from, name] of rows) {
    const tree = fs.readFileSync(dir + "/tree" + name.slice(1), "utf8");
    for (const [to, other, title] of rows) {
        const found = tree.match(new RegExp("id=\"" + other + "\"><a href=\"([^\"]*)\"")), href = found && found[1];
        const url = new URL(href ?? "none", "http://h" + from + "?q");
        if (href === null || url.pathname !== to || url.search !== "") { console.log(`from ${from}: ${href} leads to ${url}, not to ${to}`); bad = 1; }
    }
}
process.exit(bad);' "$dir" || bad=1
grep -q "title='Over &amp; &lt;view&#39;' data-path=/>" "$dir/tree2" || { wrong "escaping"; grep p1 "$dir/tree2"; }
grep -q 'class="a b"></i>Ports and all' "$dir/tree1" || wrong "icons"

# what is computed from a title is a slot like any other
printf '{{/* wick:page path="/" name="x" */ -}}\n<body><ul>{{range pages}}<li>{{.title | truncate 3}} {{len .path}}</li>{{else}}none{{end}}</ul></body>' >"$dir/x.html"
"$WICKC" -Isrc -o "$dir/out" --pages "$dir/out/pages.list" "$dir/x.html" && [ "$(grep -c 'fn_truncate(out' "$dir/out/x.html.c")" = 7 ] || wrong "pipelines"
gcc -std=gnu11 -fsyntax-only -Isrc -Iboard/profile/host "$dir/out/x.html.c" || wrong "gcc refuses what is computed from a title"

# a page of its own, without a list
"$WICKC" -Isrc --dump=tree "$dir/p2.html" | grep -c "<li" | grep -q '^1$' || wrong "without --pages a page knows itself alone"
exit $bad
