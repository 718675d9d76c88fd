#!/bin/sh
# speed_test.sh - what wickc does grows as the page does: instructions for 2,000 lines against those for 1,000 lines.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
instructions() { # $1: lines
    tests/bench/big_page "$1" >"$dir/big.html"
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$O/host/wickc" -Isrc -I. -o "$dir" "$dir/big.html" 2>&1 | sed -nE 's/.*Collected : ([0-9]+)$/\1/p'
    [ -s "$dir/big.html.c" ] || { echo "big.html was not compiled" >&2; exit 1; }
}
one=$(instructions 1000)
two=$(instructions 2000)
echo "1,000 lines: $one instructions; 2,000 lines: $two"
[ "$one" -gt 0 ] && [ "$((two * 10))" -lt "$((one * 26))" ] || { echo "more than 2.6 times"; exit 1; }
# 20 ms at 3 to 4 instructions per nanosecond of an ordinary machine
[ "$one" -lt 250000000 ] || { echo "1,000 lines must cost less than 250 million instructions"; exit 1; }
