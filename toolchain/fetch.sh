#!/bin/sh
# fetch.sh - unpack one pinned third-party source (sources.txt) into a folder; download it first when the cache has it not.
# usage: toolchain/fetch.sh NAME OUTDIR        the cache is $WICK_CACHE
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${WICK_CACHE:?}
name=$1 out=$2
. "$here/apt_private.sh"

is_good() { # file sha256
    [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

rows() { awk -v name="$name" '$1 == name { print $2, $3, $4 }' "$here/sources.txt"; }

find_cached() { # sets $file when a pinned version is there with the right content
    file=
    while read -r package candidate sha; do
        if is_good "$cache/$candidate" "$sha"; then file=$cache/$candidate; return; fi
    done <<END
$(rows)
END
}

download() { # every pinned version is asked for until one arrives as it should be
    mkdir -p "$cache"
    [ -f "$cache/apt-src/apt.conf" ] && [ -n "$(find "$cache/apt-src/lists" -maxdepth 1 -name '*Sources*' -mmin -720)" ] ||
        apt_private "$cache/apt-src" deb-src
    while read -r package candidate sha; do
        echo "fetch: $candidate"
        version=${candidate#"${package}"_} version=${version%.orig.tar.*}
        for found in $(APT_CONFIG="$cache/apt-src/apt.conf" apt-cache showsrc "$package" 2>/dev/null |
                       sed -n 's/^Version: //p' | grep -F "$version-" | sort -urV); do
            (cd "$cache" && APT_CONFIG="$cache/apt-src/apt.conf" \
                apt-get source -qq --download-only "$package=$found" >/dev/null 2>&1) || true
        done
        if is_good "$cache/$candidate" "$sha"; then return; fi
    done <<END
$(rows)
END
}

unpack() {
    rm -rf "$out"
    mkdir -p "$out"
    case $name in
    lwip) # Debian's archive has CRLF line ends
        tar -xf "$file" -C "$out" --strip-components=1 --wildcards '*/src/*' '*/COPYING'
        find "$out" -type f -name '*.[ch]' -exec sed -i 's/\r$//' {} + ;;
    wslay) # MIT, carried by aria2 with its own licence; newer than Debian's own package of it
        tar -xf "$file" -C "$out" --strip-components=3 --wildcards '*/deps/wslay/lib/*' '*/deps/wslay/COPYING'
        sed 's/@PACKAGE_VERSION@/1.1.1/' "$out/lib/includes/wslay/wslayver.h.in" >"$out/lib/includes/wslay/wslayver.h" ;;
    *)
        tar -xf "$file" -C "$out" --strip-components=1 ;;
    esac
}

[ -n "$(rows)" ] || { echo "fetch: sources.txt has no source named '$name'" >&2; exit 1; }
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
find_cached
[ -n "$file" ] || { download; find_cached; }
if [ -z "$file" ]; then
    {
        echo "fetch: no pinned version of $name could be had from the archives that apt knows here."
        echo "fetch: put one of these files into $cache and start again:"
        rows | awk '{ printf "    %s   sha256 %s\n", $2, $3 }'
    } >&2
    exit 1
fi
unpack
