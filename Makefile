# wick: every command. `make help` lists them; the settings are variables on the command line (`make echo` shows them).
# Nothing is written outside $(O) and $(WICK_CACHE). One file, not recursive; what differs by machine is in board/$(TARGET).mk.

TARGET      = x86_64
PROFILE     = host
PORT        = 8080
O           = build
WICK_CACHE ?= build/cache
export WICK_CACHE
.DEFAULT_GOAL = all
.DELETE_ON_ERROR:
.SECONDARY:
include board/$(TARGET).mk

B     = $(O)/$(TARGET)$(addprefix -,$(filter-out host,$(PROFILE)))
H     = $(O)/host
S     = $(O)/test
GEN   = $(O)/gen
THIRD = $(O)/third
ROOT  = $(O)/sysroot/$(TARGET)

# --- what is built -------------------------------------------------------------------------------------------------------
# Folders are layers. UNDER_x: what layer x may use; a test in tests/x/ is linked with x and these, nothing else.
LAYERS      = base tmpl diff hub store net live dash
UNDER_tmpl  = base
UNDER_diff  = base tmpl
UNDER_store = base
UNDER_hub   = base tmpl diff store
UNDER_net   = $(UNDER_hub) hub
UNDER_live  = $(UNDER_net) net
UNDER_dash  = $(UNDER_live) live
$(foreach l,$(LAYERS),$(eval SRC_$l := $(sort $(wildcard src/$l/*.c))))
SRC_wickc   = $(sort $(wildcard src/tmpl/wickc/*.c))
SRC_hello   = $(sort $(wildcard examples/hello/*.c))
PAGES       = $(sort $(wildcard src/dash/pages/*.html))
HELLO_PAGES = $(sort $(wildcard examples/hello/*.html))
WWW         = $(sort $(wildcard www/*.*))
HELLO_WWW   = $(wildcard www/wick.css www/wick.js)

# third party: lwIP's files are listed where it is configured
-include src/net/lwip_files.mk
WSLAY_FILES = $(if $(LWIP_FILES),wslay_frame.c wslay_net.c)
LIB_SRC     = $(LWIP_FILES:%=$(THIRD)/lwip/src/%) $(WSLAY_FILES:%=$(THIRD)/wslay/lib/%)
# $1: kind of build, $2: sources outside the tree (generated, third party)
objects     = $(patsubst $(GEN)/%.c,$1/gen/%.o,$(patsubst $(THIRD)/%.c,$1/third/%.o,$2))

# --- flags -------------------------------------------------------------------------------------------------------------
WARN       = -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef -Wvla -Walloca -Wstrict-prototypes \
             -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wpointer-arith -Wwrite-strings -Wformat=2 -Wswitch-enum \
             -Wnull-dereference -Wdouble-promotion -Wfloat-equal -Wredundant-decls -Wunused-macros -Wdate-time
WARN_GCC   = -Warith-conversion -Wcast-align=strict -Wimplicit-fallthrough=5 -Wformat-signedness -Wformat-truncation=2 \
             -Wformat-overflow=2 -Wstringop-overflow=4 -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init
WARN_CLANG = -Wmissing-variable-declarations -Wconditional-uninitialized -Wcomma -Wassign-enum -Wshorten-64-to-32 -Wcast-align \
             -Wno-gnu-zero-variadic-macro-arguments
# under sanitizers gcc's flow analysis invents paths: there only what holds everywhere
WARN_TEST  = -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wswitch-enum
WARN_FRAME = -Wframe-larger-than=$(FRAME_MAX) -Wstack-usage=$(FRAME_MAX)

INCLUDE    = -D_GNU_SOURCE -Isrc -I$(GEN)/src -Iboard/profile/$(PROFILE)
# only src/net and its tests see the libraries' headers; lwIP is configured by src/net/lwipopts.h and src/net/arch/cc.h
LIB_PATHS  = $(THIRD)/lwip/src/include $(THIRD)/wslay/lib/includes src/net
LIB_CFLAGS = -std=gnu11 -w -Werror=implicit-function-declaration -Werror=incompatible-pointer-types $(INCLUDE) \
             $(LIB_PATHS:%=-I%) -I$(THIRD)/wslay/lib -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H
# by file: what it sees beyond $(INCLUDE); generated C sees the folder of its template
see        = $(if $(filter src/net/% tests/net/% tests/sim/%,$1),$(LIB_PATHS:%=-isystem %)) \
             $(if $(filter src/%,$1),,-I. -I$(GEN) -Itests) $(if $(filter $(GEN)/%,$1),-I$(patsubst $(GEN)/%,%,$(dir $1)))
std        = -std=$(if $(filter src/%,$1),c11,gnu11)

# three kinds of build: for the target; tools for this machine; tests for this machine under sanitizers
CC         = $(CROSS)gcc -specs $(ROOT)/wick.specs -isystem $(ROOT)/kernel
NM         = $(CROSS)nm
CFLAGS_B   = $(CPU) $(OPT) -g -ffunction-sections -fdata-sections -fno-common -fno-pie -fno-asynchronous-unwind-tables \
             -fstack-protector-strong -fstack-usage
LDFLAGS_B  = -static -no-pie -Wl,--gc-sections,-z,noexecstack,-z,max-page-size=4096,--build-id=none
HOST_CC    = gcc
CFLAGS_H   = -O1 -g
SANITIZE   = -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_T   = -O1 -g -fno-omit-frame-pointer $(SANITIZE)
CLANG      = clang $(CLANG_CPU) -nostdinc -isystem $(ROOT)/include -isystem $(ROOT)/kernel -fsyntax-only

# --- rules: what everything needs ----------------------------------------------------------------------------------------
$(O)/ready-%: toolchain/setup.sh
	@mkdir -p $(@D)
	@toolchain/setup.sh $*
	@touch $@
$(THIRD)/%/.unpacked: toolchain/sources.txt toolchain/fetch.sh | $(O)/ready-build
	@toolchain/fetch.sh $* $(@D)
	@touch $@
$(THIRD)/lwip/%: $(THIRD)/lwip/.unpacked ;
$(THIRD)/wslay/%: $(THIRD)/wslay/.unpacked ;
$(ROOT)/wick.specs: toolchain/sysroot.sh board/$(TARGET).mk | $(O)/ready-build $(if $(CROSS),$(O)/ready-$(TARGET))
	@toolchain/sysroot.sh $(@D) $(TRIPLE) $(KERNEL) $(DEB_ARCH)
UNPACKED = $(THIRD)/lwip/.unpacked $(THIRD)/wslay/.unpacked

# --- rules: C ------------------------------------------------------------------------------------------------------------
$(B)/%.o: %.c | $(ROOT)/wick.specs
	@mkdir -p $(@D)
	$(CC) $(call std,$<) $(CFLAGS_B) $(WARN) $(WARN_GCC) $(WARN_FRAME) $(INCLUDE) $(call see,$<) -MMD -MP $(CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(GEN)/%.c | $(ROOT)/wick.specs
	@mkdir -p $(@D)
	$(CC) $(call std,$<) $(CFLAGS_B) $(WARN) $(WARN_GCC) $(WARN_FRAME) $(INCLUDE) $(call see,$<) -MMD -MP $(CFLAGS) -c -o $@ $<
$(B)/third/%.o: $(THIRD)/%.c | $(ROOT)/wick.specs
	@mkdir -p $(@D)
	$(CC) $(LIB_CFLAGS) $(CFLAGS_B) -MMD -MP $(CFLAGS) -c -o $@ $<
$(H)/%.o: %.c | $(O)/ready-build
	@mkdir -p $(@D)
	$(HOST_CC) $(call std,$<) $(CFLAGS_H) $(WARN) $(WARN_GCC) $(INCLUDE) -MMD -MP $(CFLAGS) -c -o $@ $<
$(S)/%.o: %.c | $(O)/ready-build
	@mkdir -p $(@D)
	$(HOST_CC) $(call std,$<) $(CFLAGS_T) $(WARN_TEST) $(INCLUDE) $(call see,$<) -MMD -MP $(CFLAGS) -c -o $@ $<
$(S)/gen/%.o: $(GEN)/%.c | $(O)/ready-build
	@mkdir -p $(@D)
	$(HOST_CC) $(call std,$<) $(CFLAGS_T) $(WARN_TEST) $(INCLUDE) $(call see,$<) -MMD -MP $(CFLAGS) -c -o $@ $<
$(S)/third/%.o: $(THIRD)/%.c | $(O)/ready-build
	@mkdir -p $(@D)
	$(HOST_CC) $(LIB_CFLAGS) -O1 -g -fsanitize=address -MMD -MP $(CFLAGS) -c -o $@ $<
# the second compiler and clang-tidy leave a stamp per file
$(O)/clang/%.ok: %.c | $(ROOT)/wick.specs $(O)/ready-check
	@mkdir -p $(@D)
	$(CLANG) $(call std,$<) $(WARN) $(WARN_CLANG) $(INCLUDE) $(call see,$<) -MMD -MP -MT $@ -MF $(@:.ok=.d) $< && touch $@
$(O)/tidy/%.ok: $(O)/clang/%.ok .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $*.c -- $(CLANG) $(call std,$*.c) $(INCLUDE) $(call see,$*.c) && touch $@
-include $(shell find $(O) -name '*.d' -not -path '$(O)/node/*' 2>/dev/null)

# --- generated C ---------------------------------------------------------------------------------------------------------
$(GEN)/%.html.c $(GEN)/%.html.h: %.html $(H)/wickc
	@mkdir -p $(@D)
	$(H)/wickc -o $(@D) $<
$(GEN)/assets.c: $(WWW) $(H)/pack
	@mkdir -p $(@D)
	$(H)/pack -o $@ $(WWW)
$(GEN)/hello_assets.c: $(HELLO_WWW) $(H)/pack
	@mkdir -p $(@D)
	$(H)/pack -o $@ $(HELLO_WWW)

# --- programs ------------------------------------------------------------------------------------------------------------
ENGINE   = $(foreach l,$(filter-out dash,$(LAYERS)),$(SRC_$l:%.c=$(B)/%.o)) $(call objects,$(B),$(LIB_SRC))
OBJ_wick = $(ENGINE) $(SRC_dash:%.c=$(B)/%.o) $(B)/src/main.o $(call objects,$(B),$(PAGES:%=$(GEN)/%.c) $(GEN)/assets.c)
OBJ_hello = $(ENGINE) $(patsubst %.c,$(B)/%.o,$(SRC_hello)) \
           $(call objects,$(B),$(HELLO_PAGES:%=$(GEN)/%.c) $(GEN)/hello_assets.c)
$(SRC_net:%.c=$(B)/%.o) $(SRC_net:%.c=$(S)/%.o) $(SRC_net:%.c=$(O)/clang/%.ok): | $(UNPACKED)
$(patsubst %.c,$(B)/%.o,$(SRC_dash) src/main.c) $(SRC_dash:%.c=$(S)/%.o) $(SRC_dash:%.c=$(O)/clang/%.ok): | $(PAGES:%=$(GEN)/%.h)
$(patsubst %.c,$(B)/%.o,$(SRC_hello)): | $(HELLO_PAGES:%=$(GEN)/%.h)

$(B)/wick.elf: $(OBJ_wick)
$(B)/hello.elf: $(OBJ_hello)
$(B)/%.elf: board/$(TARGET).mk Makefile
	$(CC) $(CFLAGS_B) $(LDFLAGS_B) -Wl,-Map=$(@:.elf=.map) -o $@ $(OBJ_$*)
$(B)/wick $(B)/hello: $(B)/%: $(B)/%.elf
	$(CROSS)strip -o $@ $<

OBJ_wickc = $(patsubst %.c,$(H)/%.o,$(SRC_base) $(SRC_wickc))
$(H)/wickc: $(OBJ_wickc)
	$(HOST_CC) -o $@ $(OBJ_wickc)
$(H)/pack: $(H)/toolchain/pack.o
	$(HOST_CC) -o $@ $<

# --- tests: one program per tests/<folder>/<name>_test.c, linked with that layer and those under it, and with the folder's other .c
define layer_rules
$(S)/lib$1.a: $(SRC_$1:%.c=$(S)/%.o) $(if $(filter net,$1),$(call objects,$(S),$(LIB_SRC)))
	@mkdir -p $$(@D) && rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$l)))
$(S)/libwickc.a: $(patsubst %.c,$(S)/%.o,$(filter-out %/main.c,$(SRC_wickc)))
	@mkdir -p $(@D) && rm -f $@ && ar rcs $@ $^
$(S)/wickc: $(patsubst %.c,$(S)/%.o,$(SRC_wickc)) $(S)/libbase.a
	$(HOST_CC) $(SANITIZE) -o $@ $^

# $1: folder; the order of archives does not matter
define test_rules
TEST_BIN += $(patsubst tests/%.c,$(S)/bin/%,$(wildcard tests/$1/*_test.c))
TEST_O_$1 = $(patsubst %.c,$(S)/%.o,$(wildcard tests/$1/*.c))
$$(TEST_O_$1): | $(patsubst %,$(GEN)/%.h,$(wildcard tests/$1/pages/*.html)) $(if $(filter net sim,$1),$(UNPACKED))
$(S)/bin/$1/%_test: $(S)/tests/$1/%_test.o $$(filter-out %_test.o,$$(TEST_O_$1)) \
        $(call objects,$(S),$(patsubst %,$(GEN)/%.c,$(wildcard tests/$1/pages/*.html))) \
        $(patsubst %,$(S)/lib%.a,$(if $(filter $1,$(LAYERS)),$1 $(UNDER_$1),$(LAYERS)) $(if $(filter tmpl,$1),wickc))
	@mkdir -p $$(@D)
	$$(HOST_CC) $$(SANITIZE) -o $$@ -Wl,--start-group $$^ -Wl,--end-group
endef
TESTS = $(filter-out bench fuzz,$(sort $(patsubst tests/%/,%,$(dir $(wildcard tests/*/*_test.c)))))
$(foreach d,$(TESTS),$(eval $(call test_rules,$d)))

# --- commands: `make help` prints the texts behind ## ----------------------------------------------------------------------
.PHONY: all run hello test check test-one test-programs warnings tidy sizes sizes-accept bench clean distclean echo help
all: $(B)/wick ## build $(B)/wick (stripped) and wick.elf (symbols)
run: $(B)/wick ## build and serve the dashboard on http://localhost:$(PORT)
	@toolchain/serve.sh $< $(PORT) $(O)/state
hello: $(B)/hello ## build and serve examples/hello
	@toolchain/serve.sh $< $(PORT) $(O)/state-hello

export O B TARGET PROFILE NM MAKE
CHECKS = make:warnings make:tidy tests/check/layers tests/check/banned tests/check/sizes
UNIT   = $(sort $(wildcard tests/*/*_test.c))
SLOW   = $(sort $(wildcard tests/*/*_test.sh tests/*/*_test.mjs))
check: ## quick: layers, symbols, warnings of gcc and clang, clang-tidy, unit tests, golden sizes
	+@tests/run $(CHECKS) $(UNIT)
test: ## everything, the browser tests too
	+@tests/run $(CHECKS) $(UNIT) make:node $(SLOW)
test-one: ## one test: T=tests/base/buf_test.c
	+@tests/run $(T)
test-programs: $(TEST_BIN)

CHECKED  = $(foreach l,$(LAYERS),$(SRC_$l)) $(wildcard src/main.c) $(SRC_wickc) $(SRC_hello) $(wildcard toolchain/*.c)
warnings: $(CHECKED:%.c=$(O)/clang/%.ok)
tidy: $(CHECKED:%.c=$(O)/tidy/%.ok)
node: $(O)/node/.installed
$(O)/node/.installed: tests/package.json tests/package-lock.json | $(O)/ready-test
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@cd $(@D) && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent --no-audit --no-fund
	@touch $@

sizes: $(B)/sizes.txt ## sizes of structs, static RAM per layer and the program
	@cat $<
sizes-accept: $(B)/sizes.txt ## accept the present sizes: they become tests/sizes/<target>-<profile>.expected
	@mkdir -p tests/sizes
	@cp $< tests/sizes/$(TARGET)-$(PROFILE).expected
$(B)/sizes.txt: $(B)/wick $(B)/hello $(B)/tests/sizes.o tests/check/measure
	@tests/check/measure >$@

BENCH = $(patsubst tests/bench/%.c,$(B)/bench/%,$(sort $(wildcard tests/bench/*_bench.c)))
bench: ## benchmarks: one line of JSON each
	@$(MAKE) -s PROFILE=bench bench-run
bench-run: $(BENCH)
	@for b in $(BENCH); do $$b || exit; done
$(B)/bench/%: $(B)/tests/bench/%.o $(ENGINE)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_B) $(LDFLAGS_B) -o $@ $^

clean: ## remove what was built; downloads and installed npm packages stay
	@find $(O) -mindepth 1 -maxdepth 1 ! -name cache ! -name node -exec rm -rf {} + 2>/dev/null || true
distclean: ## remove the downloads too
	@rm -rf $(O) $(WICK_CACHE)
echo: ## print the settings
	@$(foreach v,TARGET PROFILE PORT O WICK_CACHE B CC CFLAGS_B LDFLAGS_B HOST_CC CFLAGS_T WARN WARN_GCC WARN_CLANG INCLUDE,echo '$v = $($v)';)
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | sed 's/|/\t/' | expand -t 22
	@echo 'Settings: TARGET=x86_64|armv7 PROFILE=host|device|bench PORT=8080 O=build V=1'
