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
page() { curl -s --max-time 60 http://127.0.0.1:8080/ | sed 's/<!---->//g; s/<!--\/-->//g; s/<wbr>//g'; } # what is read

# what the page says within half a minute: the kernel's events arrive by themselves, a busy machine takes its time
says() { for _ in $(seq 300); do if page | grep -q "$@"; then return 0; fi; sleep 0.1; done; return 1; }
says_no() { for _ in $(seq 300); do if ! page | grep -q "$@"; then return 0; fi; sleep 0.1; done; return 1; }

ip link set lo up
ip link add cable type veth peer name far
ip link set cable up
ip link set far up
"$WICK" --listen 127.0.0.1:8080 --state "$state" >"$state/log" 2>&1 &
pid=$!
says 'data-key="cable"'; check "the interface is listed" $?
says_no 'data-key="lo"'; check "the loopback is not" $?

# IPv6 texts: what the kernel says is what the page shows
for address in 2001:db8::1 2001:db8:0:1::/64 2001:0:0:1::2 fd00:0:0:0:1:0:0:1 2001:db8:1:2:3:4:5:6 2001:db8:0:1:1:1:1:1; do
    case $address in */*) full=${address%::/64}::5/64 ;; *) full=$address/64 ;; esac
    ip -6 addr flush dev cable scope global
    ip -6 addr add "$full" dev cable nodad
    want=$(ip -6 -o addr show dev cable scope global | awk '{ print $4; exit }')
    says -F ">$want<"; check "address $want" $?
done
ip addr add 10.20.30.40/24 dev cable
says -F '>10.20.30.40/24<'; check "an IPv4 address is preferred" $?

# the far end goes down: the page says so at once, although nobody asked for it
says -E 'class="m ok">Up<'; check "the link is up" $?
ip link set far down
says -F '>No cable<'; check "a pulled cable shows" $?
says -F 'No network interface has a link.'; check "and is a fault of the device's health" $?
ip link set far up
says_no -F '>No cable<'; check "so does its return" $?

# a name that is hostile text is text
ip link add 'a<b>&c' type veth peer name far2 && ip link set 'a<b>&c' up
says -F 'data-key="a&lt;b&gt;&amp;c"'; check "a hostile name is escaped" $?
says_no -F '<b>&c'; check "and opens no element" $?
ip link del 'a<b>&c'
says_no -F 'a&lt;b'; check "an interface that is gone is gone" $?
finish
