# flags.mk - compilers and flags of the three kinds of build. Included by the Makefile; what differs by processor is in target/.

# Every warning is an error. WARN is for both compilers; each also has some that the other lacks.
WARN       = -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef -Wvla -Walloca -Wstrict-prototypes \
             -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wpointer-arith -Wwrite-strings -Wformat=2 -Wswitch-enum \
             -Wnull-dereference -Wdouble-promotion -Wfloat-equal -Wredundant-decls -Wunused-macros -Wdate-time
WARN_GCC   = -Warith-conversion -Wcast-align=strict -Wimplicit-fallthrough=5 -Wformat-signedness -Wformat-truncation=2 \
             -Wformat-overflow=2 -Wstringop-overflow=4 -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init
WARN_CLANG = -Wmissing-variable-declarations -Wconditional-uninitialized -Wcomma -Wassign-enum -Wshorten-64-to-32 -Wcast-align \
             -Wno-gnu-zero-variadic-macro-arguments
WARN_FRAME = -Wframe-larger-than=$(FRAME_MAX) -Wstack-usage=$(FRAME_MAX)
# where the linker compiles (-flto in target/), functions grow by those that it puts into them
WARN_LINK  = $(WARN_FRAME) -Werror
# under sanitizers gcc's flow analysis invents paths: there only what holds everywhere
WARN_TEST  = -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wswitch-enum
# an application outside of the tree: the usual warnings; errors are only what is no valid C and would crash, such as a number given
# for a text. STRICT=1 has it judged as the tree is
WARN_APP   = -Wall -Wextra -Werror=int-conversion -Werror=incompatible-pointer-types -Werror=implicit-function-declaration \
             -Werror=implicit-int -Werror=return-type
ifdef STRICT
WARN_APP   = $(WARN) $(WARN_GCC) $(WARN_FRAME)
endif

# What all C sees. That only src/net uses the libraries is proved by tests/check/layers; lwIP is configured by src/net/lwipopts.h
# and src/net/arch/cc.h.
STD        = -std=c11
LIB_PATHS  = $(THIRD)/lwip/src/include $(THIRD)/wslay/lib/includes $(THIRD)/wslay/lib src/net
INCLUDE    = -D_GNU_SOURCE -DWICK_VERSION=\"$(VERSION)\" -Isrc -I. -I$(GEN)/src -I$(GEN) -Iboard/profile/$(PROFILE) $(LIB_PATHS:%=-isystem %)
# in a rule: the folder of the file, and what is generated from that folder
NEAR       = -I$(*D) -I$(GEN)/$(*D)
# libraries: only what is never a matter of style
FLAGS_LIB  = -std=gnu11 -w -Werror=implicit-function-declaration -Werror=incompatible-pointer-types -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H
# files that an object was made of, the libraries' headers too
DEPEND     = -MD -MP

# B: programs for the target
CC         = $(CROSS)gcc -specs $(ROOT)/wick.specs -isystem $(ROOT)/kernel
NM         = $(CROSS)nm
OBJDUMP    = $(CROSS)objdump
CFLAGS_B   = $(CPU) $(OPT) -g -ffunction-sections -fdata-sections -fno-common -fno-pie -fno-asynchronous-unwind-tables \
             -fstack-protector-strong -fstack-usage $(LAYERS:%=-fmacro-prefix-map=src/%/=)
LDFLAGS_B  = -static -no-pie -Wl,--gc-sections,-z,noexecstack,-z,norelro,-z,max-page-size=4096,--build-id=none
# H: tools for this machine
HOST_CC    = gcc
CFLAGS_H   = -O1 -g
# S: tests for this machine, under sanitizers
TEST_CC    = gcc
SANITIZE   = -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_S   = -O1 -g -fno-omit-frame-pointer $(SANITIZE) -DWICK_CHECKED -Itests
# Z: fuzzers, by clang
CFLAGS_Z   = -O1 -g -fno-omit-frame-pointer $(SANITIZE) -fsanitize=fuzzer-no-link -DWICK_CHECKED -Itests
