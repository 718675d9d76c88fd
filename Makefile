# wick: every command. `make help` lists them; the settings are variables on the command line (`make echo` shows them).
# Nothing is written outside $(O) and $(WICK_CACHE). One file, not recursive; what differs by machine is in board/$(TARGET).mk.

VERSION     = 0.1.0
TARGET      = x86_64
PROFILE     = host
PORT        = 8080
O           = build
WICK_CACHE ?= build/cache
export WICK_CACHE
.DEFAULT_GOAL = all
MAKEFLAGS += -r
.DELETE_ON_ERROR:
.SECONDARY:
$(if $(V),,$(eval .SILENT:))
include board/$(TARGET).mk

suffix = $(addprefix -,$(filter-out host,$(PROFILE)))
B      = $(O)/$(TARGET)$(suffix)
S      = $(O)/test$(suffix)
H      = $(O)/host
Z      = $(O)/fuzz
GEN    = $(O)/gen
THIRD  = $(O)/third
ROOT   = $(O)/sysroot/$(TARGET)

# --- what is built -------------------------------------------------------------------------------------------------------
# Folders are layers. UNDER_x: what layer x may use; a test in tests/x/ is linked with x, these and ABOVE_x, nothing else.
LAYERS      = base os tmpl diff wire hub store net live dash
UNDER_os    = base
UNDER_tmpl  = base
UNDER_diff  = base tmpl
UNDER_wire  = base tmpl diff
UNDER_store = base
UNDER_hub   = base os tmpl diff store
UNDER_net   = $(UNDER_hub) hub
UNDER_live  = $(UNDER_net) wire net
UNDER_dash  = $(UNDER_live) live
ABOVE_diff  = wire
ABOVE_tmpl  = wickc wire diff
$(foreach l,$(LAYERS),$(eval SRC_$l := $(sort $(wildcard src/$l/*.c))))
SRC_wickc  := $(sort $(wildcard wickc/*.c wickc/*/*.c))
SRC_hello  := $(sort $(wildcard examples/hello/*.c))
SRC_all     = $(foreach l,$(LAYERS),$(SRC_$l)) $(wildcard src/main.c) $(SRC_wickc) $(SRC_hello) $(wildcard toolchain/*.c)
# pages begin with their directive; frames and parts of pages stand beside them
PAGES      := $(sort $(shell grep -l '^{{/\* wick:page' src/dash/pages/*.html examples/hello/*.html))
WWW        := $(sort $(wildcard www/*.*))
HELLO_WWW   = $(wildcard www/wick.css www/wick.js)

# third party: lwIP's files are listed where it is configured
-include src/net/lwip_files.mk
WSLAY_FILES = $(if $(LWIP_FILES),wslay_frame.c wslay_net.c)
SRC_third   = $(LWIP_FILES:%=$(THIRD)/lwip/src/%) $(WSLAY_FILES:%=$(THIRD)/wslay/lib/%)
UNPACKED    = $(THIRD)/lwip/.unpacked $(THIRD)/wslay/.unpacked
# $1: folder of objects, $2: sources
objects     = $(patsubst %.c,$1/%.o,$(patsubst $(GEN)/%,gen/%,$(patsubst $(THIRD)/%,third/%,$2)))
pages_c     = $(patsubst %,$(GEN)/%.c,$(filter $1,$(PAGES)))

# --- flags ---------------------------------------------------------------------------------------------------------------
# which warnings: toolchain/warn.mk (WARN, WARN_GCC, WARN_CLANG, WARN_FRAME, WARN_TEST)
include toolchain/warn.mk
INCLUDE    = -D_GNU_SOURCE -Isrc -I$(GEN)/src -Iboard/profile/$(PROFILE)
# only src/net and its tests see the libraries' headers; lwIP is configured by src/net/lwipopts.h and src/net/arch/cc.h
LIB_PATHS  = $(THIRD)/lwip/src/include $(THIRD)/wslay/lib/includes $(THIRD)/wslay/lib src/net
LIB_CFLAGS = -std=gnu11 -w -Werror=implicit-function-declaration -Werror=incompatible-pointer-types $(INCLUDE) \
             $(LIB_PATHS:%=-I%) -I$(THIRD)/wslay/lib -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H
# by file: the language, and what it sees beyond $(INCLUDE); generated C sees the folder of its template
by_file    = -std=$(if $(filter src/% wickc/%,$1),c11,gnu11) \
             $(if $(filter src/net/% tests/net/% tests/sim/% tests/fuzz/% tests/bench/% tests/sizes.c,$1),$(LIB_PATHS:%=-isystem %)) \
             $(if $(filter src/dash/dash.c,$1),-DWICK_VERSION='"$(VERSION)"') \
             $(if $(filter src/%,$1),,-I. -I$(GEN)) $(if $(filter tests/%,$1),-Itests) \
             $(if $(filter examples/%,$1),-I$(dir $1) -I$(GEN)/$(dir $1)) $(if $(filter $(GEN)/%,$1),-I./$(patsubst $(GEN)/%,%,$(dir $1)))

# three kinds of build: for the target; tools for this machine; tests for this machine under sanitizers
CC         = $(CROSS)gcc -specs $(ROOT)/wick.specs -isystem $(ROOT)/kernel
NM         = $(CROSS)nm
CFLAGS_B   = $(CPU) $(OPT) -g -ffunction-sections -fdata-sections -fno-common -fno-pie -fno-asynchronous-unwind-tables \
             -fstack-protector-strong -fstack-usage
LDFLAGS_B  = -static -no-pie -Wl,--gc-sections,-z,noexecstack,-z,max-page-size=4096,--build-id=none
HOST_CC    = gcc
TEST_CC    = gcc
CFLAGS_H   = -O1 -g
SANITIZE   = -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_S   = -O1 -g -fno-omit-frame-pointer
CFLAGS_Z   = -O1 -g -fno-omit-frame-pointer $(SANITIZE) -fsanitize=fuzzer-no-link

# --- what everything needs: Debian packages, unpacked sources, the sysroot -------------------------------------------------
$(O)/ready-%: toolchain/setup.sh
	mkdir -p $(@D)
	toolchain/setup.sh $*
	touch $@
$(THIRD)/%/.unpacked: toolchain/sources.txt toolchain/fetch.sh | $(O)/ready-build
	toolchain/fetch.sh $* $(@D)
	touch $@
$(THIRD)/lwip/%.c: $(THIRD)/lwip/.unpacked ;
$(THIRD)/wslay/%.c: $(THIRD)/wslay/.unpacked ;
$(ROOT)/wick.specs: toolchain/sysroot.sh board/$(TARGET).mk | $(O)/ready-build $(if $(CROSS),$(O)/ready-$(TARGET))
	toolchain/sysroot.sh $(@D) $(TRIPLE) $(KERNEL) $(DEB_ARCH)

# --- C -> objects: the tree, generated, third party --------------------------------------------------------------------------
# $1: folder of objects, $2: needed first, $3: compiler with warnings for our C, $4: compiler for third-party C
define compile_rules
$1/%.o: %.c | $2
	mkdir -p $$(@D)
	$3 $(INCLUDE) $$(call by_file,$$<) -MMD -MP $(CFLAGS) -c -o $$@ $$<
$1/gen/%.o: $(GEN)/%.c | $2
	mkdir -p $$(@D)
	$3 $(INCLUDE) $$(call by_file,$$<) -MMD -MP $(CFLAGS) -c -o $$@ $$<
$1/third/%.o: $(THIRD)/%.c | $2
	mkdir -p $$(@D)
	$4 $(LIB_CFLAGS) -MMD -MP $(CFLAGS) -c -o $$@ $$<
endef
$(eval $(call compile_rules,$B,$(ROOT)/wick.specs,$(CC) $(CFLAGS_B) $(WARN) $(WARN_GCC) $(WARN_FRAME),$(CC) $(CFLAGS_B)))
$(eval $(call compile_rules,$S/o,$O/ready-build,$(TEST_CC) $(CFLAGS_S) $(SANITIZE) $(WARN_TEST),$(TEST_CC) $(CFLAGS_S) -fsanitize=address))
$(eval $(call compile_rules,$Z,$O/ready-fuzz,clang $(CFLAGS_Z) $(WARN_TEST),clang $(CFLAGS_Z) -w))
$(eval $(call compile_rules,$H/o,$O/ready-build,$(HOST_CC) $(CFLAGS_H) $(WARN) $(WARN_GCC),false))
include toolchain/lint.mk
%.d: ;
-include $(shell find $(O) -name '*.d' -not -path '$(O)/node/*' 2>/dev/null)
# generated and unpacked headers must be there before they are looked for
ready_for = $(call objects,$B,$1) $(call objects,$S/o,$1) $(patsubst %.c,$(O)/clang/%.ok,$1)
$(call ready_for,$(SRC_net)) $(B)/tests/sizes.o: | $(UNPACKED)
$(call ready_for,$(SRC_dash) src/main.c): | $(patsubst %,$(GEN)/%.h,$(filter src/%,$(PAGES))) $(GEN)/src/dash/pages/pages.h
$(call ready_for,$(SRC_hello)): | $(patsubst %,$(GEN)/%.h,$(filter examples/%,$(PAGES))) $(GEN)/examples/hello/pages.h

# --- generated C: templates, files of www/ (compressed once, here, as well as can be) ------------------------------------------
$(GEN)/%.html.c $(GEN)/%.html.h: %.html $(H)/wickc
	mkdir -p $(@D)
	$(H)/wickc -Isrc -I. -o $(@D) $(if $(filter $<,$(PAGES)),--pages $(@D)/pages.list) $<
# the pages of a folder, for navigation (pages.list) and for the application (pages.h): written only when they change
define pages_rules
$(GEN)/$1pages.list: $(filter $1%,$(PAGES)) $(H)/wickc
	mkdir -p $$(@D)
	$(H)/wickc pages -o $$(@D) $$(filter %.html,$$^)
$(GEN)/$1pages.h: $(GEN)/$1pages.list ;
$(patsubst %,$(GEN)/%.c,$(filter $1%,$(PAGES))) $(patsubst %,$(GEN)/%.h,$(filter $1%,$(PAGES))): $(GEN)/$1pages.list
endef
$(foreach d,$(sort $(dir $(PAGES))),$(eval $(call pages_rules,$d)))
$(GEN)/www/%: www/% toolchain/strip.awk | $(O)/ready-build
	mkdir -p $(@D)
	$(if $(filter %.js,$<),esbuild --minify --target=es2020,$(if $(filter %.css,$<),awk -f toolchain/strip.awk,cat)) <$< >$@
$(GEN)/%.gz: $(GEN)/%
	zopfli --i100 -c $< >$@
$(GEN)/assets.c: $(WWW)
$(GEN)/hello_assets.c: $(HELLO_WWW)
$(GEN)/assets.c $(GEN)/hello_assets.c: $(H)/pack $(foreach w,$(WWW),$(GEN)/$w.gz $(GEN)/$w)
	$(H)/pack -o $@ -z $(GEN)/www -k g -b wick.js=6144 -b '*.css=10240' $(filter www/%,$^)

# --- programs -------------------------------------------------------------------------------------------------------------------
ENGINE    = $(call objects,$B,$(foreach l,$(filter-out dash,$(LAYERS)),$(SRC_$l)) $(SRC_third))
OBJ_wick  = $(ENGINE) $(call objects,$B,src/main.c $(SRC_dash) $(call pages_c,src/%) $(GEN)/assets.c)
OBJ_hello = $(ENGINE) $(call objects,$B,$(SRC_hello) $(call pages_c,examples/hello/%) $(GEN)/hello_assets.c)
$(B)/wick.elf: $(OBJ_wick)
$(B)/hello.elf: $(OBJ_hello)
$(B)/%.elf: board/$(TARGET).mk
	$(CC) $(CFLAGS_B) $(LDFLAGS_B) -Wl,-Map=$(@:.elf=.map) -o $@ $(OBJ_$*)
$(B)/wick $(B)/hello: $(B)/%: $(B)/%.elf
	$(CROSS)strip -o $@ $<
$(H)/wickc: $(call objects,$H/o,$(SRC_base) $(SRC_tmpl) $(SRC_wire) $(SRC_wickc)) | $(H)/preview/libwick_tmpl.a
	$(HOST_CC) -o $@ $(filter %.o,$^)
# what `wickc preview` links with the C that it writes: the engine up to diff, and its headers
PREVIEW_H = $(filter-out %_priv.h,$(wildcard src/base/*.h src/tmpl/*.h src/diff/*.h src/wire/*.h)) wickc/preview/preview_table.h
$(H)/preview/libwick_tmpl.a: $(call objects,$H/o,$(SRC_base) $(SRC_tmpl) $(SRC_diff) $(SRC_wire) toolchain/preview.c) $(PREVIEW_H) board/profile/host/wick_profile.h
	rm -rf $(@D)
	mkdir -p $(@D)/include/base $(@D)/include/diff $(@D)/include/tmpl $(@D)/include/wire $(@D)/include/wickc/preview
	for file in $(PREVIEW_H); do cp $$file $(@D)/include/$${file#src/} || exit; done
	cp board/profile/host/wick_profile.h $(@D)/include
	ar rcs $@ $(filter %.o,$^)
$(H)/pack: $(call objects,$H/o,$(SRC_base) toolchain/pack.c)
	$(HOST_CC) -o $@ $^

# --- tests: one program per tests/<folder>/<name>_test.c, with the folder's other .c, its pages, its layer and those under it -----
define archive_rule
$(S)/lib$1.a: $(call objects,$S/o,$2)
	mkdir -p $$(@D)
	rm -f $$@
	ar rcs $$@ $$^
endef
WITH_net  = $(SRC_third)
WITH_dash = $(call pages_c,src/%) $(GEN)/assets.c
$(foreach l,$(LAYERS),$(eval $(call archive_rule,$l,$(SRC_$l) $(WITH_$l))))
$(eval $(call archive_rule,wickc,$(filter-out %/main.c,$(SRC_wickc))))
$(S)/wickc: $(call objects,$S/o,$(SRC_wickc)) $(S)/libwire.a $(S)/libtmpl.a $(S)/libbase.a | $(H)/preview/libwick_tmpl.a
	$(TEST_CC) $(SANITIZE) -o $@ $(filter %.o %.a,$^)

define test_rules
PAGES_$1 := $(wildcard tests/$1/pages/*.html)
$$(call objects,$S/o,$(wildcard tests/$1/*.c)): | $$(PAGES_$1:%=$(GEN)/%.h) $(if $(filter dash,$1),$(patsubst %,$(GEN)/%.h,$(filter src/%,$(PAGES)))) \
        $(if $(filter net sim,$1),$(UNPACKED))
$(S)/bin/$1/%_test: $(S)/o/tests/$1/%_test.o $$(call objects,$S/o,$(filter-out %_test.c,$(wildcard tests/$1/*.c)) $$(PAGES_$1:%=$(GEN)/%.c)) \
        $(patsubst %,$(S)/lib%.a,$(if $(filter $1,$(LAYERS)),$1 $(UNDER_$1) $(ABOVE_$1),$(LAYERS)))
	mkdir -p $$(@D)
	$(TEST_CC) $(SANITIZE) -o $$@ -Wl,--start-group $$^ -Wl,--end-group
endef
# a fuzzer whose kept inputs are run once as a test
$(S)/bin/fuzz/%_test: $(S)/o/tests/fuzz/%_test.o $(S)/o/tests/fuzz/%_fuzz.o $(S)/libwickc.a $(S)/libtmpl.a $(S)/libwire.a $(S)/libbase.a
	mkdir -p $(@D)
	$(TEST_CC) $(SANITIZE) -o $@ -Wl,--start-group $^ -Wl,--end-group
$(foreach d,$(filter-out bench fuzz,$(sort $(patsubst tests/%/,%,$(dir $(wildcard tests/*/*_test.c))))),$(eval $(call test_rules,$d)))

# --- fuzzers: tests/fuzz/<name>_fuzz.c with all that could be of use to it, by clang ----------------------------------------------
FUZZ   ?= $(patsubst tests/fuzz/%_fuzz.c,%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
FUZZ_S ?= 60
JOBS   ?= 2
FUZZED  = $(call objects,$Z,$(foreach l,$(filter-out live dash,$(LAYERS)),$(SRC_$l)) $(filter-out %/main.c,$(SRC_wickc)) $(SRC_third))
$(FUZZED) $(call objects,$Z,$(wildcard tests/fuzz/*.c)): | $(UNPACKED)
$Z/lib.a: $(FUZZED)
	rm -f $@
	ar rcs $@ $^
$Z/%: $Z/tests/fuzz/%_fuzz.o $Z/lib.a
	clang $(SANITIZE) -fsanitize=fuzzer -o $@ $^

$(O)/node/.installed: tests/package.json tests/package-lock.json | $(O)/ready-test
	mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error --no-audit --no-fund >&2
	touch $@
$(B)/sizes.txt: $(B)/wick $(B)/hello $(B)/tests/sizes.o tests/check/measure
	tests/check/measure >$@
BENCH = $(patsubst tests/%.c,$(B)/%,$(sort $(wildcard tests/bench/*_bench.c)))
$(call objects,$B,$(wildcard tests/bench/*.c)): | $(UNPACKED) $(patsubst %,$(GEN)/%.h,$(wildcard tests/bench/pages/*.html))
$(B)/bench/%: $(B)/tests/bench/%.o $(ENGINE) $(call objects,$B,$(patsubst %,$(GEN)/%.c,$(wildcard tests/bench/pages/*.html)))
	mkdir -p $(@D)
	$(CC) $(CFLAGS_B) $(LDFLAGS_B) -o $@ $^

# --- commands: `make help` prints the texts behind ## ------------------------------------------------------------------------------
empty =
export UNDER = $(foreach l,$(LAYERS),$l=$(subst $(empty) ,+,$(UNDER_$l)))
export O B S TARGET PROFILE NM MAKE
CHECKS = make:warnings make:tidy $(addprefix tests/check/,layers style banned sizes)
UNIT   = $(sort $(wildcard tests/*/*_test.c))
SLOW   = $(sort $(wildcard tests/*/*_test.sh tests/*/*_test.mjs))
.PHONY: all run hello check test test-one fuzz fuzz-keep unit-clang node sizes sizes-accept bench bench-run clean distclean echo help
all: $(B)/wick ## build build/<target>/wick (stripped) and wick.elf (symbols)
run: $(B)/wick ## build and serve the dashboard on http://localhost:8080 (PORT=)
	exec $< --listen 127.0.0.1:$(PORT) --state $(O)/state
hello: $(B)/hello ## build and serve examples/hello
	exec $< --listen 127.0.0.1:$(PORT) --state $(O)/state-hello
check: ## quick: layers, style, symbols, warnings of gcc and clang, clang-tidy, unit tests, golden sizes
	+tests/run $(CHECKS) $(UNIT)
test: ## everything, the browser tests too
	+tests/run $(CHECKS) $(UNIT) make:analyze make:unit-clang make:node $(SLOW)
test-one: ## some tests: T="tests/base/buf_test.c ..."
	+tests/run $(T)
fuzz: $(FUZZ:%=$Z/%) ## fuzz: FUZZ="wickc http ws" FUZZ_S=60 (seconds for each) JOBS=2
	FUZZ_S=$(FUZZ_S) JOBS=$(JOBS) tests/fuzz/run $(FUZZ)
fuzz-keep: $(FUZZ:%=$Z/%) ## after fuzzing: the least set of inputs that reaches the same, into tests/fuzz/corpus
	tests/fuzz/run --keep $(FUZZ)
unit-clang: | $(O)/ready-check
	+$(MAKE) S=$(S)-clang TEST_CC=clang T="$(UNIT)" test-one
node: $(O)/node/.installed
sizes: $(B)/sizes.txt ## sizes of structs, static RAM by layer, files
	cat $<
sizes-accept: $(B)/sizes.txt ## accept the present sizes: tests/sizes/<target>-<profile>.expected
	mkdir -p tests/sizes
	cp $< tests/sizes/$(TARGET)-$(PROFILE).expected
bench: ## benchmarks, profile bench: one line of JSON each
	$(MAKE) PROFILE=bench bench-run
bench-run: $(BENCH) $(B)/wick $(H)/wickc
	for program in $(BENCH); do $$program || exit; done
	tests/bench/compile $(H)/wickc
	! command -v valgrind >/dev/null || node tests/bench/construct.mjs $(O) $(B)
	ulimit -n 4096 && node tests/bench/views.mjs $(B)/wick
clean: ## remove what was built; downloads and npm packages stay
	find $(O) -mindepth 1 -maxdepth 1 ! -name cache ! -name node -exec rm -rf {} +
distclean: ## remove the downloads too
	rm -rf $(O) $(WICK_CACHE)
echo: ## print the settings
	$(foreach v,TARGET PROFILE PORT O WICK_CACHE B CC CFLAGS_B LDFLAGS_B TEST_CC CFLAGS_S WARN WARN_GCC WARN_CLANG WARN_FRAME INCLUDE,echo '$v = $($v)';)
help: ## this list
	sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile toolchain/lint.mk | expand -t 22
	echo 'Settings: TARGET=x86_64|armv7 PROFILE=host|device|bench PORT=8080 O=build; V=1 shows commands and passed tests'
