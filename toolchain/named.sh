#!/bin/sh
# named.sh - which files of www/ does an application need? Those whose names stand in one of its pages.
# usage: toolchain/named.sh "FILE..." PAGE...
set -eu
files=$1
shift
for file in $files; do
    if grep -qsF "$(basename "$file")" "$@" /dev/null; then echo "$file"; fi
done
