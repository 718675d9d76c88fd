#!/bin/sh
# serve.sh - start a program on a local port; when the port is taken, say by whom and offer the next free one.
# usage: toolchain/serve.sh PROGRAM PORT STATEDIR
set -eu
program=$1 port=$2 state=$3

case $port in '' | *[!0-9]*) echo "serve: '$port' is not a port number" >&2; exit 64 ;; esac
[ "$port" -ge 1 ] && [ "$port" -le 65535 ] || { echo "serve: port $port is not between 1 and 65535" >&2; exit 64; }

inode_of() { # prints the socket that listens on a port, nothing when it is free (state 0A: listening)
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
        awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }'
}

owner_of() { # prints "name (process N)" for a socket, as far as this user may see it
    pid=$(find /proc/[0-9]*/fd -lname "socket:\[$1\]" -print -quit 2>/dev/null | cut -d / -f 3)
    if [ -n "$pid" ]; then echo "$(cat "/proc/$pid/comm") (process $pid)"; else echo "another user's program"; fi
}

inode=$(inode_of "$port")
if [ -n "$inode" ]; then
    next=$((port + 1))
    while [ "$next" -lt 65535 ] && [ -n "$(inode_of $next)" ]; do next=$((next + 1)); done
    echo "Port $port is taken by $(owner_of "$inode"). Port $next is free." >&2
    answer=n
    if [ -t 0 ]; then
        printf 'Use port %s? [Y/n] ' "$next" >&2
        read -r answer || answer=n
    fi
    case $answer in
    '' | [Yy]*) port=$next ;;
    *) echo "Start with:  make run PORT=$next" >&2; exit 69 ;;
    esac
fi
mkdir -p "$state"
echo "http://localhost:$port"
exec "$program" --listen "127.0.0.1:$port" --state "$state"
