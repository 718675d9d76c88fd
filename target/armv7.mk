# armv7: 32-bit ARM with hard float; musl from Debian's armhf package, kernel headers from the cross packages.
CROSS     = arm-linux-gnueabihf-
CPU       = -march=armv7-a+fp -mthumb
# link-time optimization is 5 % of the file; the objects are complete without it too
OPT       = -Os -flto=auto -ffat-lto-objects
FRAME_MAX = 1024
TRIPLE    = arm-linux-musleabihf
KERNEL    = /usr/arm-linux-gnueabihf/include
DEB_ARCH  = armhf
CLANG_CPU = --target=arm-linux-gnueabihf
RUNNER    = qemu-arm-static
