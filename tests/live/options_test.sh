#!/bin/sh
# options_test.sh - the program around an application: options, exit codes, taken ports, signals, settings after kill -9.
# uses $HELLO (examples/hello, stripped, static), $WICK (the dashboard)
set -u
: "${HELLO:=build/x86_64/hello}" "${WICK:=build/x86_64/wick}"
here=$(mktemp -d)
pids=
trap 'for p in $pids; do kill -9 $p 2>/dev/null; done; rm -rf "$here"' EXIT
passed=0 failed=0
check() { # check TEXT CONDITION...
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not true: $what"; sed 's/^/    /' "$here/out" "$here/err" 2>/dev/null; fi
}
run() { timeout 10 "$HELLO" "$@" >"$here/out" 2>"$here/err"; status=$?; }
says() { grep -q -e "$2" "$here/$1"; }

run --help;                    check "--help ends with 0" [ $status = 0 ];              check "--help names the options" says out "--listen ADDRESS"
for option in --listen --host --state --log-level --licenses --version --help; do
    check "--help names $option" says out "^  $option"
done
run --version;                 check "--version ends with 0" [ $status = 0 ];           check "--version says who" says out "^hello [0-9]"
"$WICK" --licenses >"$here/out" 2>"$here/err"; status=$?
check "--licenses ends with 0" [ $status = 0 ]
for name in wick lwIP wslay musl; do check "$name has a licence" says out "^=== $name [0-9]"; done
check "their texts are whole" [ "$(grep -c -e 'Permission is hereby granted' -e 'Redistribution and use' "$here/out")" -ge 4 ]
run --licenses;                check "without licences it is said" says out "without its licences"
run --help=1;                  check "a value for none is 64" [ $status = 64 ];         check "it is said" says err "--help has no value"
run --state-x /tmp;            check "a longer name is 64" [ $status = 64 ]
run --stat /tmp;               check "a shorter name is 64" [ $status = 64 ]
run --listn 8080;              check "an unknown option is 64" [ $status = 64 ];        check "it is named" says err "unknown option --listn"
run extra;                     check "an argument is 64" [ $status = 64 ]
run --state;                   check "a missing value is 64" [ $status = 64 ];          check "it is said" says err "--state needs a value"
run --log-level loud;          check "a bad level is 78" [ $status = 78 ]
run --state "$here/s" --listen nowhere;  check "a bad address is 78" [ $status = 78 ];  check "it is named" says err "nowhere"
run --state "$here/s" --listen 127.0.0.1:99999;  check "a bad port is 78" [ $status = 78 ]
run --state "$here/s" --listen 256.1.1.1:80;  check "a bad number is 78" [ $status = 78 ]
run --state "$here/s" --listen ::1:8080;  check "IPv6 without brackets is 78" [ $status = 78 ]
run --host http://wick.example;  check "a host that is no name is 78" [ $status = 78 ];  check "it is said" says err "bad value for --host"
run --listen 1 --listen 2 --listen 3 --listen 4 --listen 5;  check "a fifth address is 78" [ $status = 78 ];  check "it is said" says err "bad value for --listen"

start() { # start NAME OPTIONS...: runs in the background until its address is printed
    name=$1; shift
    "$HELLO" "$@" >"$here/$name.out" 2>"$here/$name.err" &
    pid=$!
    pids="$pids $pid"
    for _ in $(seq 300); do
        grep -q http "$here/$name.out" && break
        sleep 0.1
    done
    url=$(sed -n 1p "$here/$name.out")
}
port_of() { echo "$1" | sed -E 's/.*:([0-9]+)\/$/\1/'; }

start one --state "$here/one" --listen 127.0.0.1:0
first=$pid; port=$(port_of "$url")
check "the address is printed" [ "$url" = "http://localhost:$port/" ]
check "the page is served" curl -sf -o /dev/null "$url"
check "the port is nobody else's by name" [ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: evil.example' "$url")" = 421 ]

start two --state "$here/two" --listen "127.0.0.1:$port"
cp "$here/two.out" "$here/out"; cp "$here/two.err" "$here/err"
check "a taken port: says by whom" says err "port $port is taken by $(basename "$HELLO" | cut -c1-15) (process $first); using port"
check "a taken port: uses the next" [ "$(port_of "$url")" -gt "$port" ]
check "both serve" curl -sf -o /dev/null "$url"
run --state "$here/two" --listen 127.0.0.1:0;  check "a state folder that is in use is 78" [ $status = 78 ]
check "it is said" says err "another process uses the folder";  check "it is named" says err "$here/two"
kill -TERM "$pid"; wait "$pid"; status=$?
check "SIGTERM ends it with 0" [ $status = 0 ]

start other --state "$here/other" --listen 127.0.0.2:0
check "an address that is not localhost is printed as it is" [ "$url" = "http://127.0.0.2:$(port_of "$url")/" ]
check "it leads there" curl -sf -o /dev/null "$url"
kill -TERM "$pid"; wait "$pid"

start three --state "$here/three" --listen "0.0.0.0:0"
cp "$here/three.err" "$here/err"; cp "$here/three.out" "$here/out"
check "an open address is warned about" says err "there is no log-in yet"
kill -INT "$pid"; wait "$pid"; status=$?
check "SIGINT ends it with 0" [ $status = 0 ]

start hung --state "$here/hung" --listen "127.0.0.1:0"
kill -HUP "$pid"; wait "$pid"; status=$?
check "a closed terminal ends it with 0" [ $status = 0 ]
trap '' HUP
start nohup --state "$here/nohup" --listen "127.0.0.1:0"
trap - HUP
kill -HUP "$pid"; sleep 0.2
check "with nohup it goes on" curl -sf -o /dev/null "$url"
kill -9 "$pid"

# the machine's name is its name when it is set late, too (names of a namespace of our own: needs root)
if unshare -u true 2>/dev/null; then
    answer() { curl -s -o /dev/null -w '%{http_code}' -H "Host: $1" "$url"; }
    unshare -u sh -c 'hostname early; "$0" --state "$1" --listen 127.0.0.1:0 & while sleep 0.1; do [ -e "$2" ] && hostname "$(cat "$2")" && rm "$2"; done' \
        "$HELLO" "$here/named" "$here/rename" >"$here/named.out" 2>&1 &
    pid=$!; pids="$pids $pid"
    for _ in $(seq 300); do grep -q http "$here/named.out" && break; sleep 0.1; done
    url=$(sed -n 1p "$here/named.out")
    check "its name is known" [ "$(answer early)" = 200 ]
    check "with .local, too" [ "$(answer Early.LOCAL:80)" = 200 ]
    check "no other one" [ "$(answer late)$(answer early.example)$(answer early.local.local)$(answer earl)$(answer .local)" = 421421421421421 ]
    echo late >"$here/rename"
    for _ in $(seq 300); do [ -e "$here/rename" ] || break; sleep 0.1; done
    check "a name that is set later is known" [ "$(answer late.local)" = 200 ]
    check "the former one no more" [ "$(answer early)" = 421 ]
    pids="$pids $(pgrep -P "$pid" | tr '\n' ' ')"
fi

# a descriptor that is closed at the start is nobody else's later: what is logged goes nowhere else
sh -c "exec \"$HELLO\" --state '$here/closed' --listen 127.0.0.1:$((port + 1000)) <&- >&- 2>&-" &
pid=$!; pids="$pids $pid"
for _ in $(seq 300); do curl -sf -o /dev/null "http://localhost:$((port + 1000))/" && break; sleep 0.1; done
check "without standard files it serves" curl -sf -o /dev/null "http://localhost:$((port + 1000))/"
check "it holds them" [ "$(readlink /proc/$pid/fd/0 /proc/$pid/fd/1 /proc/$pid/fd/2 | sort -u)" = /dev/null ]
kill -9 "$pid"

# files that may not grow: settings are refused, no more
mkfifo "$here/log0"
cat "$here/log0" >/dev/null &
pids="$pids $!"
sh -c 'ulimit -f 0 && exec "$0" --state "$1" --listen 127.0.0.1:'$((port + 1002)) "$HELLO" "$here/small" >"$here/log0" 2>&1 &
pid=$!; pids="$pids $pid"
url=http://localhost:$((port + 1002))/
for _ in $(seq 300); do curl -sf -o /dev/null "$url" && break; sleep 0.1; done
curl -s -d 'wick-action=rename&name=Pump' "$url" >"$here/out"
check "where no file may grow it says that a setting is not stored" says out "It could not be stored."
kill -9 "$pid"

# nobody reads the log: a pipe is full after 64 KiB
mkfifo "$here/log"
sleep 600 <"$here/log" &
reader=$!; pids="$pids $reader"
"$HELLO" --state "$here/stalled" --listen 127.0.0.1:0 >"$here/stalled.out" 2>"$here/log" &
pid=$!; pids="$pids $pid"
for _ in $(seq 300); do grep -q http "$here/stalled.out" && break; sleep 0.1; done
dd if=/dev/zero of="$here/log" oflag=nonblock bs=1k count=100 2>/dev/null
url=$(sed -n 1p "$here/stalled.out")
curl -s --max-time 60 -o /dev/null -d 'wick-action=nothing' "$url" # is logged
check "a log that nobody reads does not stop it" curl -sf --max-time 60 -o /dev/null "$url"
kill -9 "$pid" "$reader"

# a setting survives kill -9
check "a bad name is refused" [ "$(curl -s -o /dev/null -w '%{http_code}' -d 'wick-action=rename&name=' "http://localhost:$port/")" = 200 ]
check "a name is stored" [ "$(curl -s -o /dev/null -w '%{http_code}' -d 'wick-action=rename&name=Pump+7' "http://localhost:$port/")" = 303 ]
kill -9 "$first"; wait "$first" 2>/dev/null
start again --state "$here/one" --listen "127.0.0.1:$port"
curl -s "$url" >"$here/out"
check "it is there after kill -9" says out "Pump 7"
check "the state folder is private" [ "$(stat -c %a "$here/one")" = 700 ]

echo "$passed passed, $failed failed"
[ $failed = 0 ]
