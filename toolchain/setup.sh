#!/bin/sh
# setup.sh - install the Debian packages that one purpose needs; does nothing when all are there.
# usage: toolchain/setup.sh build | armv7 | check | fuzz | test
set -eu

case ${1:-} in
build) want="gcc libc6-dev linux-libc-dev musl-dev binutils xz-utils gzip zopfli esbuild" ;;
armv7) want="gcc-arm-linux-gnueabihf linux-libc-dev-armhf-cross qemu-user-static" ;;
check) want="clang clang-tidy clang-format-16" ;;
fuzz)  want="clang libclang-rt-14-dev" ;;
test)  want="chromium firefox-esr curl iproute2 valgrind" ;;
*)     echo "usage: $0 build|armv7|check|fuzz|test" >&2; exit 64 ;;
esac

missing=
for pkg in $want; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$pkg" 2>/dev/null || true)" = installed ] || missing="$missing $pkg"
done
if [ "$1" = test ]; then # node may come from elsewhere, in any packaging: ask for the programs
    command -v node >/dev/null || missing="$missing nodejs"
    command -v npm >/dev/null || missing="$missing npm"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=
elif command -v sudo >/dev/null; then as_root=sudo
else
    echo "setup: these Debian packages are needed:$missing" >&2
    echo "setup: install them as root:  apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "setup: installing$missing"
install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends"
# shellcheck disable=SC2086 # word splitting is meant
$as_root $install $missing >/dev/null 2>&1 || {
    $as_root apt-get update -q
    $as_root $install $missing
}
