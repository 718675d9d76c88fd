#!/bin/sh
# fetch.sh - unpack one pinned third-party source (sources.txt) into a folder; download it first when the cache lacks it.
# usage: toolchain/fetch.sh NAME OUTDIR        the cache is $WICK_CACHE
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=$1 out=$2
mkdir -p "${WICK_CACHE:?}"
cache=$(cd "$WICK_CACHE" && pwd)
. "$here/apt_private.sh"

rows() { awk -v name="$name" '$1 == name { print $2, $3, $4 }' "$here/sources.txt"; }

is_good() { # file sha256
    [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

find_cached() { # sets $file when a pinned version is there with the right content
    file=
    while read -r package candidate sha; do
        if is_good "$cache/$candidate" "$sha"; then file=$cache/$candidate; return; fi
    done <<END
$(rows)
END
}

download_deb() { # package:arch file
    arch=${1#*:} version=${2#*_} version=${version%_*}
    apt_private "$cache/apt-$arch" deb "$arch"
    apt-get download -qq "$1=$version" || true
}

download_source() { # package file; the archive's newest Debian revision may carry the same original file
    version=${2#*_} version=${version%.orig.tar.*}
    apt_private "$cache/apt-src" deb-src
    for found in $(apt-cache showsrc "$1" | sed -n 's/^Version: //p' | grep -F "$version-" | sort -urV); do
        apt-get source -qq --download-only "$1=$found" || true
    done
}

download() { # every pinned version is asked for until one arrives as it should be
    while read -r package candidate sha; do
        echo "fetch: $candidate"
        case $candidate in
        *.deb) (cd "$cache" && download_deb "$package" "$candidate") ;;
        *)     (cd "$cache" && download_source "$package" "$candidate") ;;
        esac >"$cache/$name.log" 2>&1 || true
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
    musl-*)
        dpkg-deb -x "$file" "$out" ;;
    *)
        tar -xf "$file" -C "$out" --strip-components=1 ;;
    esac
}

[ -n "$(rows)" ] || { echo "fetch: sources.txt has no source named '$name'" >&2; exit 1; }
find_cached
if [ -z "$file" ]; then
    exec 9>"$cache/lock" # one at a time: the private apt is shared
    flock 9
    download
    find_cached
fi
if [ -z "$file" ]; then
    {
        echo "fetch: no pinned version of $name could be had from the archives that apt knows here:"
        grep '^E:' "$cache/$name.log" | head -n 5 | sed 's/^/    /' || true
        echo "fetch: put one of these files into $cache and start again:"
        rows | awk '{ printf "    %s   sha256 %s\n", $2, $3 }'
    } >&2
    exit 1
fi
unpack
