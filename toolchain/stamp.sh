#!/bin/sh
# stamp.sh - remember texts in files: a file is written only when its text is another one than before, so that make rebuilds what
# depends on it when flags or lists of files change. The Makefile calls it each time it is read.
# usage: toolchain/stamp.sh [-f "FOLDER..."] [FILE TEXT]...
#   -f   a changed text removes these folders first: everything in them is built anew
set -eu
old_folders=
if [ "${1:-}" = -f ]; then
    old_folders=$2
    shift 2
fi
while [ $# -gt 0 ]; do
    if [ -f "$1" ] && IFS= read -r old <"$1" && [ "$old" = "$2" ]; then
        shift 2
        continue
    fi
    # shellcheck disable=SC2086 # word splitting is meant
    [ -z "$old_folders" ] || rm -rf $old_folders
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" >"$1"
    shift 2
done
