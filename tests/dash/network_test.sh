#!/bin/sh
# network_test.sh - the network card against the kernel's own word, in a network namespace of its own: addresses as ip(8) prints
# them, and a cable that is pulled shows without waiting for a tick. Needs root; WICK is the program.
set -u
if [ -z "${INSIDE:-}" ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "0 passed, 0 failed (needs root)"
        exit 0
    fi
    INSIDE=1 exec unshare -n -- "$0"
fi
state=$(mktemp -d)
passed=0
failed=0
pid=
finish() {
    [ -n "$pid" ] && kill "$pid" 2>/dev/null
    rm -rf "$state"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit $?
}
check() { # what, shell condition's result
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not true: $1" >&2
    fi
}
page() { curl -s --max-time 5 http://127.0.0.1:8080/ | sed 's/<!---->//g; s/<!--\/-->//g'; }

ip link set lo up
ip link add cable type veth peer name far
ip link set cable up
ip link set far up
"$WICK" --listen 127.0.0.1:8080 --state "$state" >"$state/log" 2>&1 &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    page | grep -q 'data-key="cable"' && break
    sleep 0.2
done
page | grep -q 'data-key="cable"'; check "the interface is listed" $?
! page | grep -q 'data-key="lo"'; check "the loopback is not" $?

# IPv6 texts: what the kernel says is what the page shows
for address in 2001:db8::1 2001:db8:0:1::/64 2001:0:0:1::2 fd00:0:0:0:1:0:0:1 2001:db8:1:2:3:4:5:6 2001:db8:0:1:1:1:1:1; do
    case $address in */*) full=${address%::/64}::5/64 ;; *) full=$address/64 ;; esac
    ip -6 addr flush dev cable scope global
    ip -6 addr add "$full" dev cable nodad
    want=$(ip -6 -o addr show dev cable scope global | awk '{ print $4; exit }')
    sleep 0.1
    page | grep -qF ">$want<"; check "address $want" $?
done
ip addr add 10.20.30.40/24 dev cable
sleep 0.1
page | grep -qF '>10.20.30.40/24<'; check "an IPv4 address is preferred" $?

# the far end goes down: the page says so at once, although nobody asked for it
page | grep -qE 'class="pill ok">Up<'; check "the link is up" $?
ip link set far down
sleep 0.2
page | grep -qF '>No cable<'; check "a pulled cable shows" $?
page | grep -qF 'No network interface has a link.'; check "and is a fault of the device's health" $?
ip link set far up
sleep 0.3
! page | grep -qF '>No cable<'; check "so does its return" $?

# a name that is hostile text is text
ip link add 'a<b>&c' type veth peer name far2 && ip link set 'a<b>&c' up
sleep 0.2
page | grep -qF 'data-key="a&lt;b&gt;&amp;c"'; check "a hostile name is escaped" $?
! page | grep -qF '<b>&c'; check "and opens no element" $?
ip link del 'a<b>&c'
sleep 0.2
! page | grep -qF 'a&lt;b'; check "an interface that is gone is gone" $?
finish
