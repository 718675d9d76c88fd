#!/bin/sh
# licenses.sh - the licences of what is linked into a program, as C (src/base/license.h).
# usage: toolchain/licenses.sh VERSION THIRD SYSROOT >OUT.c
#   VERSION is wick's; THIRD holds the unpacked libraries; SYSROOT the C library's package, when it is not this machine's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$1 third=$2 sysroot=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

pinned() { # the version in the name of a pinned file: lwip_2.1.3+dfsg1.orig.tar.xz
    awk -v name="$1" '$1 == name { sub(/^[^_]*_/, "", $3); sub(/[+_-].*/, "", $3); print $3; exit }' "$here/sources.txt"
}

# musl: Debian's machine-readable file. Holders of what is linked (not of its mathematics, regular expressions and crypt, nor of
# Debian's own files), then the texts of their licences.
musl=$sysroot/usr/share/doc/musl-dev/copyright
musl_version=$(pinned musl-armhf)
if [ ! -f "$musl" ]; then
    musl=/usr/share/doc/musl-dev/copyright
    musl_version=$(dpkg-query -W -f='${Version}' musl-dev | sed 's/-.*//')
fi
awk 'BEGIN { RS = ""; FS = "\n" }
    /^Files:/ && !/Files: (debian|src\/(math|regex|crypt))\// {
        taken = 0
        for (i = 1; i <= NF; i++) {
            if ($i ~ /^[A-Za-z]+:/) taken = $i ~ /^Copyright:/
            line = $i; sub(/^Copyright:/, "", line); sub(/^ +/, "", line)
            if (taken && !(line in seen)) { print "Copyright (c) " line; seen[line] = 1 }
        }
    }
    /^License: (MIT|BSD-2-clause)\n/ { for (i = 1; i <= NF; i++) { sub(/^ \.$/, "", $i); sub(/^ /, "", $i); print i == 1 ? "\n" $i "\n" : $i } }' \
    "$musl" >"$dir/musl"
grep -q 'Rich Felker' "$dir/musl" && grep -q 'Permission is hereby granted' "$dir/musl" || {
    echo "licenses: $musl is not as expected" >&2
    exit 1
}
# wslay's version is set by fetch.sh
wslay_version=$(sed -n 's/.*WSLAY_VERSION "\(.*\)".*/\1/p' "$third/wslay/lib/includes/wslay/wslayver.h")

printf '/* made by toolchain/licenses.sh */\n#include "base/license.h"\n\n'
count=0
table=
add() { # name, version, terms, file
    [ -s "$4" ] || { echo "licenses: there is no text for $1 ($4)" >&2; exit 1; }
    printf 'static const uint8_t text%s[] = {\n' $count
    od -An -v -tu1 -w24 "$4" | sed 's/  */,/g; s/^,//; s/$/,/'
    printf '};\n'
    table="$table    { \"$1\", \"$2\", \"$3\", { (const char *)text$count, sizeof text$count } },
"
    count=$((count + 1))
}
tr -d '\r' <"$third/lwip/COPYING" | sed -e 's/[ 	]*$//' -e '/^\/\*$/d' -e '/^ \*\/$/d' -e 's/^ \* \{0,1\}//' >"$dir/lwip"
add wick "$version" MIT "$here/../LICENSE"
add lwIP "$(pinned lwip)" BSD-3-Clause "$dir/lwip"
add wslay "$wslay_version" MIT "$third/wslay/COPYING"
add musl "$musl_version" MIT "$dir/musl"
printf 'const struct wick_license wick_license[] = {\n%s};\nconst size_t wick_license_len = %s;\n' "$table" $count
