#!/bin/sh
# sysroot.sh - what the compiler needs to make static musl programs for one target: a specs file and the kernel's headers.
# usage: toolchain/sysroot.sh OUTDIR MUSL_TRIPLE KERNEL_INCLUDE [DEBIAN_ARCH]
#   With DEBIAN_ARCH, musl comes from that architecture's package (sources.txt), unpacked into OUTDIR; without it, from the
#   musl-dev installed on this machine. KERNEL_INCLUDE: folders with linux/, asm/, asm-generic/, separated by colons.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1 triple=$2 kernel=$3 arch=${4:-}

rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
root=
if [ -n "$arch" ]; then
    "$here/fetch.sh" "musl-$arch" "$out"
    root=$out
fi
mkdir -p "$out/kernel"

# musl's specs name absolute folders: move them below $root. A static program at a fixed address (-no-pie) needs the
# start files without the position-independent parts.
sed -e "s|/usr/include/$triple|$root&|g" -e "s|/usr/lib/$triple|$root&|g" \
    -e 's|Scrt1\.o|crt1.o|g; s|crtbeginS\.o|crtbeginT.o|g; s|crtendS\.o|crtend.o|g' \
    "$root/usr/lib/$triple/musl-gcc.specs" >"$out/specs.new"

# musl-dev has no kernel headers; expose these three folders and nothing else of the host's C library
for dir in linux asm asm-generic; do
    for base in $(echo "$kernel" | tr : ' '); do
        if [ -d "$base/$dir" ] && [ ! -e "$out/kernel/$dir" ]; then ln -s "$base/$dir" "$out/kernel/$dir"; fi
    done
    [ -e "$out/kernel/$dir" ] || { echo "sysroot: no $dir/ headers in $kernel" >&2; exit 1; }
done
ln -s "$root/usr/include/$triple" "$out/include"
mv "$out/specs.new" "$out/wick.specs"
