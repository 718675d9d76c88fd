#!/bin/sh
# first_page_test.sh - docs/first-page.md shows what is built: its files are those of examples/hello, its mistake gives its message.
# With --write it puts them in (after a change of the example).
# uses $WICKC (the template compiler, sanitized)
set -u
: "${WICKC:=build/test/wickc}"
case $WICKC in /*) ;; *) WICKC=$PWD/$WICKC ;; esac
doc=docs/first-page.md
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
mkdir -p "$here/out" "$here/hello"
passed=0 failed=0

cp examples/hello/* "$here/hello"
sed -i 's/<h1>{{.name}}/<h1>{{.nmae}}/' "$here/hello/hello.html"
(cd "$here" && "$WICKC" -I"$OLDPWD/src" -o out hello/hello.html 2>message.raw)
[ $? = 1 ] || { echo "wickc accepted {{.nmae}}"; failed=1; }
cp "$here/message.raw" "$here/message"

# the document with its blocks taken from the files: a line with a path in backquotes alone names the block that follows
awk -v message="$here/message" '
    function put(file,   line) { while ((getline line < file) > 0) print line; close(file) }
    /^`[a-z\/.]+`$/ { path = substr($0, 2, length($0) - 2) }
    /^## / { path = "" }
    /^```[a-z]+$/ { print; if ($0 == "```text") put(message); else if (path != "") put(path); inside = 1; next }
    /^```$/ { inside = 0 }
    !inside { print }' "$doc" >"$here/doc"
if [ "${1:-}" = --write ]; then cp "$here/doc" "$doc"; exit 0; fi
if cmp -s "$here/doc" "$doc"; then passed=1; else failed=$((failed + 1)); echo "$doc is not what is built:"; diff "$doc" "$here/doc"; fi
blocks=$(grep -c '^```[a-z]' "$doc")
[ "$blocks" = 4 ] && passed=$((passed + 1)) || { failed=$((failed + 1)); echo "$doc has $blocks blocks, not 4"; }
echo "$passed passed, $failed failed"
[ $failed = 0 ]
