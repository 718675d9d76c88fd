#!/bin/sh
# stamp.sh - remember texts in files: a file is written only when its text is another one than before, so that make rebuilds what
# depends on it when flags or lists of files change. The Makefile calls it each time it is read.
# usage: toolchain/stamp.sh [FILE TEXT]...
set -eu
while [ $# -gt 0 ]; do
    if [ ! -f "$1" ]; then
        mkdir -p "$(dirname "$1")"
    elif IFS= read -r old <"$1" && [ "$old" = "$2" ]; then
        shift 2
        continue
    fi
    printf '%s\n' "$2" >"$1"
    shift 2
done
