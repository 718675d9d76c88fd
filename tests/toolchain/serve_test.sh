# serve_test.sh - a taken port: who has it is said and a free one is offered; a free port: the program is started with it.
set -u
dir=$(mktemp -d)
failed=0
printf '#!/bin/sh\necho "started $*"\n' >"$dir/program"
chmod +x "$dir/program"
perl -MIO::Socket::INET -e '
    $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 0) or die; $| = 1; print $s->sockport, "\n"; sleep 60' \
    >"$dir/port" &
holder=$!
trap 'kill $holder 2>/dev/null; rm -rf "$dir"' EXIT
while [ ! -s "$dir/port" ]; do sleep 0.05; done
port=$(cat "$dir/port")

expect() { # wanted status, wanted words, arguments of serve.sh
    want=$1 words=$2
    shift 2
    got=$(toolchain/serve.sh "$dir/program" "$@" "$dir/state" </dev/null 2>&1)
    status=$?
    case $got in *"$words"*) ;; *) status="$status, other words" ;; esac
    [ "$status" = "$want" ] || { echo "serve.sh $*: status $status, not $want; it said: $got; wanted: $words"; failed=1; }
}
expect 69 "Port $port is taken by perl (process $holder). Port " "$port"
expect 69 "make run PORT=" "$port"
expect 64 "not a port number" 80x
expect 64 "not between" 65536
free=$((port + 1))
while grep -q "$(printf ':%04X ' $free)" /proc/net/tcp; do free=$((free + 1)); done
expect 0 "http://localhost:$free" "$free"
expect 0 "started --listen 127.0.0.1:$free --state $dir/state" "$free"
exit $failed
