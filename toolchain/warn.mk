# warn.mk - every warning is an error. WARN is for both compilers; each also has some that the other lacks.

WARN       = -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef -Wvla -Walloca -Wstrict-prototypes \
             -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wpointer-arith -Wwrite-strings -Wformat=2 -Wswitch-enum \
             -Wnull-dereference -Wdouble-promotion -Wfloat-equal -Wredundant-decls -Wunused-macros -Wdate-time
WARN_GCC   = -Warith-conversion -Wcast-align=strict -Wimplicit-fallthrough=5 -Wformat-signedness -Wformat-truncation=2 \
             -Wformat-overflow=2 -Wstringop-overflow=4 -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init
WARN_CLANG = -Wmissing-variable-declarations -Wconditional-uninitialized -Wcomma -Wassign-enum -Wshorten-64-to-32 -Wcast-align \
             -Wno-gnu-zero-variadic-macro-arguments
WARN_FRAME = -Wframe-larger-than=$(FRAME_MAX) -Wstack-usage=$(FRAME_MAX)
# under sanitizers gcc's flow analysis invents paths: there only what holds everywhere
WARN_TEST  = -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wswitch-enum
