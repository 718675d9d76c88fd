#!/bin/sh
# Each example of docs/templates.md compiles: blocks of several lines of HTML as one page, lines of the language one by one;
# then the C compiler, too. The state is tests/tmpl/docs.h.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
state='types="tests/tmpl/docs.h" device="struct docs" device_var="docs_state" view="struct docs_view"'
# a block is what is indented by four spaces; those with {{ that are no messages of wickc and no directive alone
awk -v dir="$dir" '
/^    / { if (!open) { open = 1; count++ } text = substr($0, 5); block[count] = block[count] text "\n"; line[count] = line[count] ? line[count] : NR; next }
{ open = 0 }
END {
    for (i = 1; i <= count; i++) {
        if (block[i] !~ /\{\{/ || block[i] ~ /: error: |wick:page/) continue
        is_html = block[i] ~ /^</
        lines = split(block[i], one, "\n")
        if (is_html) { print block[i] >(dir "/line" line[i] ".part"); continue }
        for (k = 1; k < lines; k++) print one[k] >(dir "/line" line[i] + k - 1 ".part")
    }
}' docs/templates.md
count=0
for part in "$dir"/*.part; do
    name=$(basename "$part" .part)
    count=$((count + 1))
    case $(cat "$part") in
    "<"*) directive="wick:page path=\"/\" name=\"$name\" $state" around='<!doctype html><html lang="en"><head><title>x</title><script src="wick.js"></script></head><body>' ;;
    *) directive="wick:tmpl name=\"$name\" marks=\"no\" $state" around='' ;;
    esac
    { echo "{{/* $directive */ -}}$around"; cat "$part"; } >"$dir/$name.html"
    "$WICKC" -Isrc -I. -o "$dir" "$dir/$name.html" 2>"$dir/said" || { echo "docs/templates.md:${name#line} does not compile"; cat "$dir/said"; bad=1; continue; }
    gcc -std=gnu11 -fsyntax-only -I. -Isrc -Iboard/profile/host "$dir/$name.html.c" 2>"$dir/said" || { echo "docs/templates.md:${name#line}: gcc refuses it"; head -20 "$dir/said"; bad=1; }
done
[ "$count" -ge 12 ] || { echo "only $count examples were found"; bad=1; }
exit $bad
