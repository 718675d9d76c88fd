#!/bin/sh
# named.sh - which files of www/ does an application need? Those whose names stand in one of its pages, and those that a script
# among them loads by name, in quotes.
# usage: toolchain/named.sh "FILE..." PAGE...
set -eu
files=$1
shift
chosen=
for file in $files; do
    if grep -qsF "$(basename "$file")" "$@" /dev/null; then chosen="$chosen $file"; fi
done
for file in $files; do
    case " $chosen " in *" $file "*) echo "$file"; continue ;; esac
    # shellcheck disable=SC2086 # a list of files
    if grep -qsF "'$(basename "$file")'" $chosen /dev/null; then echo "$file"; fi
done
