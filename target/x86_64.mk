# x86_64: this machine; Debian's musl-dev as installed.
CROSS     =
CPU       = -march=x86-64 -mtune=generic -fcf-protection=none
OPT       = -O2
FRAME_MAX = 1024
TRIPLE    = x86_64-linux-musl
KERNEL    = /usr/include/x86_64-linux-gnu:/usr/include
DEB_ARCH  =
CLANG_CPU = --target=x86_64-linux-gnu
RUNNER    =
