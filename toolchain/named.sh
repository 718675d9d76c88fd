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
# a script and the modules in its folder: wick.js, wick/*.js
modules=$(for file in $chosen; do ls "${file%.js}"/*.js 2>/dev/null || :; done)
for file in $files; do
    case " $chosen " in *" $file "*) echo "$file"; continue ;; esac
    # shellcheck disable=SC2086 # a list of files
    if grep -qsF "'$(basename "$file")'" $chosen $modules /dev/null; then echo "$file"; fi
done
