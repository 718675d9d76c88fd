#!/bin/sh
# rename_test.sh - the device's name and note are after a restart what they were before, whatever a program sends.
# WICK is the program.
set -u
here=$(mktemp -d)
passed=0 failed=0 pid=
trap '[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null; rm -rf "$here"' EXIT
check() { # check TEXT CONDITION...
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not true: $what"; fi
}
start() {
    "$WICK" --listen 127.0.0.1:0 --state "$here/state" >"$here/out" 2>"$here/err" &
    pid=$!
    for _ in $(seq 300); do
        grep -q http "$here/out" && break
        sleep 0.1
    done
    url=$(sed -n 1p "$here/out")
}
rename() { curl -s --max-time 60 -H 'Content-Type: application/json' -d "{\"a\":1,\"do\":\"rename\",\"f\":$1}" "$url" >"$here/answer"; }
says() { grep -q -F -e "$1" "$here/answer"; }
shown() { curl -s --max-time 60 "$url" | tr '\n' '~' | grep -o -e ' name="name"[^>]*' -e 'name="note"[^>]*'; }

start
rename '{"name":"Pump 7","note":"cellar"}';         check "a good name is taken" says '"ok":true'
shown >"$here/good"
check "it is shown" grep -q "Pump 7" "$here/good"
rename '{"name":"Pump\n8","note":"attic"}';         check "a line feed in the name is refused" says '"e":{"name":'
rename '{"name":"Pump 8","note":"attic\r\nroof"}';  check "a line end in the note is refused" says '"e":{"note":'
rename '{"name":"Pump\t8","note":"attic"}';         check "a tab is refused" says '"e":{"name":'
rename '{"name":"Pump 8\u0000","note":"attic"}';    check "a NUL is refused" says '"ok":false'
shown >"$here/before"
kill -9 "$pid"; wait "$pid" 2>/dev/null
start
shown >"$here/after"
check "nothing refused has changed anything" cmp -s "$here/good" "$here/before"
check "after kill -9 it is what it was" cmp -s "$here/good" "$here/after"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
