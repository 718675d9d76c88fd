# wick: every command. `make help` lists them, `make echo` prints the settings. Nothing is written outside $(O) and $(WICK_CACHE).
#
#   Makefile            settings, lists of files, how each kind of file is made, programs, commands
#   target/<cpu>.mk     what differs by processor         toolchain/flags.mk  compilers, warnings, flags
#   tests/tests.mk      tests, fuzzers, benchmarks        toolchain/lint.mk   the second compiler, clang-tidy

# --- settings, for the command line ------------------------------------------------------------------------------------------
VERSION     = 0.1.0
TARGET      = x86_64
PROFILE     = host
PORT        = 8080
# an application: a folder below examples/, or anywhere else. Without it: the dashboard.
APP         =
# where everything that is built goes, and where downloads are kept
O           = build
WICK_CACHE ?= build/cache

export WICK_CACHE
MAKEFLAGS  += -r
.DELETE_ON_ERROR:
.SECONDARY:
ifndef V
.SILENT:
endif
.PHONY: all run hello clean distclean echo help
all:

# --- folders of what is built --------------------------------------------------------------------------------------------------
# B: programs for the target; S: tests under sanitizers; H: tools for this machine; Z: fuzzers; GEN: generated C; THIRD: libraries
suffix = $(patsubst %,-%,$(filter-out host,$(PROFILE)))
B      = $(O)/$(TARGET)$(suffix)
S      = $(O)/test$(suffix)
H      = $(O)/host
Z      = $(O)/fuzz
GEN    = $(O)/gen
THIRD  = $(O)/third
ROOT   = $(O)/sysroot/$(TARGET)

include target/$(TARGET).mk
include toolchain/flags.mk

# --- lists of files ------------------------------------------------------------------------------------------------------------
# Folders of src/ are layers. USES_x: layer x and what it may use, from the bottom up. `make check` holds includes to it.
LAYERS     = base os tmpl diff wire hub store net live dash
USES_base  = base
USES_os    = base os
USES_tmpl  = base tmpl
USES_diff  = base tmpl diff
USES_wire  = base tmpl diff wire
USES_store = base store
USES_hub   = base os tmpl diff store hub
USES_net   = $(USES_hub) net
USES_live  = $(USES_net) wire live
USES_dash  = $(LAYERS)

ENGINE_C  := $(wildcard $(patsubst %,src/%/*.c,$(filter-out dash,$(LAYERS))))
DASH_C    := src/main.c $(sort $(wildcard src/dash/*.c))
# pages begin with their directive; frames and parts of pages stand beside them
DASH_HTML := $(sort $(shell grep -l '^{{/\* wick:page' src/dash/pages/*.html))
WICKC_C   := $(sort $(wildcard wickc/*.c wickc/*/*.c))
TOOL_C    := $(sort $(wildcard toolchain/*.c))
WWW       := $(sort $(wildcard www/*.*))
EXAMPLES  := $(patsubst examples/%/,%,$(sort $(wildcard examples/*/)))
EX_C      := $(sort $(wildcard examples/*/*.c))
EX_HTML   := $(sort $(shell grep -l '^{{/\* wick:page' examples/*/*.html))
SRC_all    = $(ENGINE_C) $(DASH_C) $(WICKC_C) $(EX_C) $(TOOL_C)

# libraries: lwIP's files are listed where it is configured
include src/net/lwip_files.mk
THIRD_C    = $(LWIP_FILES:%=$(THIRD)/lwip/src/%) $(THIRD)/wslay/lib/wslay_frame.c $(THIRD)/wslay/lib/wslay_net.c
UNPACKED   = $(THIRD)/lwip/.unpacked $(THIRD)/wslay/.unpacked

# What was built with other flags, by other rules or of other files is built anew: these files change when a text does.
$(shell toolchain/stamp.sh \
    $(B)/.flags '$(CC) $(CFLAGS_B) $(CFLAGS) $(WARN) $(WARN_GCC) $(WARN_FRAME) $(WARN_APP) $(STD) $(INCLUDE) $(FLAGS_LIB)' \
    $(H)/.flags '$(HOST_CC) $(CFLAGS_H) $(CFLAGS) $(WARN) $(WARN_GCC) $(STD) $(INCLUDE)' \
    $(S)/.flags '$(TEST_CC) $(CFLAGS_S) $(CFLAGS) $(WARN_TEST) $(STD) $(INCLUDE) $(FLAGS_LIB)' \
    $(Z)/.flags '$(CFLAGS_Z) $(CFLAGS) $(WARN_TEST) $(STD) $(INCLUDE) $(FLAGS_LIB)' \
    $(O)/.sources '$(SRC_all) $(DASH_HTML) $(EX_HTML) $(WWW) $(wildcard www/*/*.js) $(LWIP_FILES)')
RULES      = Makefile toolchain/flags.mk

# --- what everything needs: Debian packages, unpacked sources, the sysroot ------------------------------------------------------
$(O)/ready-%: toolchain/setup.sh
	mkdir -p $(@D)
	toolchain/setup.sh $*
	touch $@
$(THIRD)/%/.unpacked: toolchain/sources.txt toolchain/fetch.sh | $(O)/ready-build
	toolchain/fetch.sh $* $(@D)
	touch $@
	find $(@D) -name '*.[ch]' -exec touch {} +
$(THIRD)/lwip/%.c: $(THIRD)/lwip/.unpacked ;
$(THIRD)/wslay/%.c: $(THIRD)/wslay/.unpacked ;
$(ROOT)/wick.specs: toolchain/sysroot.sh target/$(TARGET).mk | $(O)/ready-build $(if $(CROSS),$(O)/ready-$(TARGET))
	toolchain/sysroot.sh $(@D) $(TRIPLE) $(KERNEL) $(DEB_ARCH)

# --- C to objects: of the tree, generated, of libraries --------------------------------------------------------------------------
$(B)/%.o: %.c $(RULES) $(B)/.flags | $(ROOT)/wick.specs $(UNPACKED)
	mkdir -p $(@D)
	$(CC) $(CFLAGS_B) $(WARN) $(WARN_GCC) $(WARN_FRAME) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(GEN)/%.c $(RULES) $(B)/.flags | $(ROOT)/wick.specs
	mkdir -p $(@D)
	$(CC) $(CFLAGS_B) $(WARN) $(WARN_GCC) $(WARN_FRAME) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(B)/third/%.o: $(THIRD)/%.c $(RULES) $(B)/.flags | $(ROOT)/wick.specs
	mkdir -p $(@D)
	$(CC) $(CFLAGS_B) $(FLAGS_LIB) $(INCLUDE) $(DEPEND) $(CFLAGS) -c -o $@ $<

$(H)/o/%.o: %.c $(RULES) $(H)/.flags | $(O)/ready-build
	mkdir -p $(@D)
	$(HOST_CC) $(CFLAGS_H) $(WARN) $(WARN_GCC) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) $(CFLAGS) -c -o $@ $<

# generated headers must be there before they are looked for
DASH_H     = $(DASH_HTML:%=$(GEN)/%.h) $(GEN)/src/dash/pages/pages.h
EX_H       = $(EX_HTML:%=$(GEN)/%.h) $(EXAMPLES:%=$(GEN)/examples/%/pages.h)
$(patsubst %.c,$(B)/%.o,$(DASH_C)): | $(DASH_H) $(GEN)/src/dash/checked
$(patsubst %.c,$(B)/%.o,$(EX_C)): | $(EX_H)

# --- pages to C, files of www/ to a table: compressed once, here, as well as can be ------------------------------------------------
# The pages of a folder, for navigation (pages.list) and for the application (pages.h): written only when they change.
$(GEN)/src/dash/pages/pages.list: $(DASH_HTML) $(H)/wickc
	mkdir -p $(@D)
	$(H)/wickc pages -o $(@D) $(DASH_HTML)
$(EXAMPLES:%=$(GEN)/examples/%/pages.list): $(GEN)/examples/%/pages.list: $(EX_HTML) $(H)/wickc
	mkdir -p $(@D)
	$(H)/wickc pages -o $(@D) $(filter examples/$*/%,$(EX_HTML))
%/pages.h: %/pages.list ;
$(DASH_HTML:%=$(GEN)/%.c) $(DASH_HTML:%=$(GEN)/%.h): $(GEN)/src/dash/pages/pages.list
$(EX_HTML:%=$(GEN)/%.c) $(EX_HTML:%=$(GEN)/%.h): $(EXAMPLES:%=$(GEN)/examples/%/pages.list)

# a page that is gone is no error: what knew it is compiled again
$(GEN)/%.html.c $(GEN)/%.html.h: %.html $(H)/wickc
	mkdir -p $(@D)
	test -f $< || exit 0; \
	$(H)/wickc -I$(<D) -Isrc -I. -o $(@D) $(addprefix --pages ,$(filter $(@D)/pages.list,$^)) $<

# how long each page may become; over the profile's budget: a warning
$(B)/pages.txt: toolchain/page_sizes.sh board/profile/$(PROFILE)/wick_profile.h $(DASH_HTML:%=$(GEN)/%.c) $(EX_HTML:%=$(GEN)/%.c)
	mkdir -p $(@D)
	toolchain/page_sizes.sh $(H)/wickc board/profile/$(PROFILE) $(GEN) $(DASH_HTML) $(EX_HTML) >$@

# a script of www/ is joined with the modules that it imports: one file, one request
$(GEN)/www/%.js: www/%.js $(wildcard www/*/*.js) $(RULES) $(O)/.sources | $(O)/ready-build
	mkdir -p $(@D)
	esbuild --bundle --minify --target=es2020 --log-level=warning --outfile=$@ $<

$(GEN)/%.js: %.js $(RULES) | $(O)/ready-build
	mkdir -p $(@D)
	esbuild --minify --target=es2020 <$< >$@
$(GEN)/%.css: %.css toolchain/strip.awk
	mkdir -p $(@D)
	awk -f toolchain/strip.awk $< >$@
$(GEN)/%: %
	mkdir -p $(@D)
	cp $< $@
$(GEN)/%.gz: $(GEN)/% | $(O)/ready-build
	zopfli --i100 -c $< >$@

WWW_MADE   = $(WWW:%=$(GEN)/%) $(WWW:%=$(GEN)/%.gz)
$(GEN)/assets.c: $(H)/pack $(WWW_MADE) $(O)/.sources
	$(H)/pack -o $@ -z $(GEN)/www -k g -b wick.js=6144 -b wick-ui.js=4950 -b chart.js=1190 -b '*.css=10240' $(WWW)

# --- programs ------------------------------------------------------------------------------------------------------------------------
ENGINE     = $(ENGINE_C:%.c=$(B)/%.o) $(THIRD_C:$(THIRD)/%.c=$(B)/third/%.o)
LINK       = $(CC) $(CFLAGS_B) $(WARN_LINK) $(LDFLAGS_B) -Wl,-Map=$(@:.elf=.map) -o $@

# licences of all that is linked, for --licenses and the page About
$(B)/gen/licenses.c: toolchain/licenses.sh LICENSE $(RULES) $(UNPACKED) $(ROOT)/wick.specs
	mkdir -p $(@D)
	toolchain/licenses.sh $(VERSION) $(THIRD) $(ROOT) >$@
$(B)/gen/licenses.o: $(B)/gen/licenses.c $(B)/.flags
	$(CC) $(CFLAGS_B) $(WARN) $(STD) $(INCLUDE) $(DEPEND) $(CFLAGS) -c -o $@ $<

# every capacity and what happens when it is reached, for the page About and `make sizes`
LIMITS_H   = src/base/wick_limits.h board/profile/$(PROFILE)/wick_profile.h src/dash/dash_limits.h
$(B)/limits_rows.h: toolchain/limits.awk $(LIMITS_H)
	mkdir -p $(@D)
	awk -v form=rows -f $< $(LIMITS_H) >$@
$(B)/gen/limits.c: toolchain/limits.awk $(LIMITS_H)
	mkdir -p $(@D)
	awk -v form=table -f $< $(LIMITS_H) >$@
$(B)/gen/limits.o: $(B)/gen/limits.c $(B)/.flags | $(ROOT)/wick.specs
	$(CC) $(CFLAGS_B) $(WARN) $(STD) $(INCLUDE) $(DEPEND) $(CFLAGS) -c -o $@ $<

# what its files name of each other: see toolchain/app.mk
$(GEN)/src/dash/checked: $(DASH_HTML:%=$(GEN)/%.c) $(DASH_C) $(wildcard src/dash/*.h src/dash/pages/*) $(WWW) $(H)/wickc
	$(CHECK_APP) -Isrc/dash/pages --pages $(@D)/pages/pages.list $(wildcard src/dash/pages/*.html) $(DASH_C) $(wildcard src/dash/*.h) $(WWW)
$(B)/wick.elf: $(GEN)/src/dash/checked $(ENGINE) $(DASH_C:%.c=$(B)/%.o) $(DASH_HTML:%=$(B)/gen/%.o) $(B)/gen/assets.o $(B)/gen/licenses.o $(B)/gen/limits.o target/$(TARGET).mk $(O)/.sources
	$(LINK) $(filter %.o,$^)
$(B)/%: $(B)/%.elf
	$(CROSS)strip -o $@ $<

include toolchain/app.mk

all: $(PROGRAM) $(PAGE_SIZES) ## build the program: build/<target>/wick (stripped) and wick.elf (symbols); of an application: APP=<folder>
run: $(PROGRAM) ## build and serve it on http://localhost:8080 (PORT=)
	exec $(PROGRAM) --listen 127.0.0.1:$(PORT) --state $(O)/state$(APP_NAME:%=-%)
hello: ## build and serve examples/hello
	$(MAKE) APP=examples/hello run

# --- tools for this machine ------------------------------------------------------------------------------------------------------------
BASE_H     = $(patsubst %.c,$(H)/o/%.o,$(filter src/base/%,$(ENGINE_C)))
$(H)/wickc: $(BASE_H) $(patsubst %.c,$(H)/o/%.o,$(filter src/tmpl/% src/diff/% src/wire/%,$(ENGINE_C)) $(WICKC_C)) | $(H)/preview/libwick_tmpl.a
	$(HOST_CC) -o $@ $(filter %.o,$^)
$(H)/pack: $(BASE_H) $(H)/o/toolchain/pack.o
	$(HOST_CC) -o $@ $^
# what `wickc preview` links with the C that it writes: the engine up to wire, and its headers
PREVIEW_H  = $(filter-out %_priv.h,$(wildcard src/base/*.h src/tmpl/*.h src/diff/*.h src/wire/*.h)) wickc/preview/preview_table.h
PREVIEW_C  = $(filter src/base/% src/tmpl/% src/diff/% src/wire/%,$(ENGINE_C)) toolchain/preview.c
$(H)/preview/libwick_tmpl.a: $(PREVIEW_C:%.c=$(H)/o/%.o) $(PREVIEW_H) board/profile/host/wick_profile.h $(O)/.sources
	rm -rf $(@D)
	for file in $(PREVIEW_H); do mkdir -p $(@D)/include/$$(dirname $${file#src/}) && cp $$file $(@D)/include/$${file#src/} || exit; done
	cp board/profile/host/wick_profile.h $(@D)/include
	ar rcs $@ $(filter %.o,$^)

# --- the rest ----------------------------------------------------------------------------------------------------------------------------
clean: ## remove what was built; downloads and npm packages stay
	find $(O) -mindepth 1 -maxdepth 1 ! -name cache ! -name node -exec rm -rf {} +
distclean: ## remove the downloads too
	rm -rf $(O) $(WICK_CACHE)
ECHO = TARGET PROFILE PORT O WICK_CACHE B CC CFLAGS_B LDFLAGS_B TEST_CC CFLAGS_S WARN WARN_GCC WARN_CLANG WARN_FRAME INCLUDE
echo: ## print the settings
	$(foreach v,$(ECHO),echo '$v = $($v)';)
help: ## this list
	sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile tests/tests.mk toolchain/lint.mk | expand -t 22
	echo 'Settings: TARGET=x86_64|armv7 PROFILE=host|device|bench APP=folder STRICT=1 PORT=8080 O=build; V=1 shows commands'

include tests/tests.mk
include toolchain/lint.mk

# what each object, page and stamp was made of
%.d: ;
-include $(shell find $(O) -name '*.d' -not -path '$(O)/node/*' 2>/dev/null)
