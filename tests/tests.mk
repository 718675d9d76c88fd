# tests.mk - how tests, fuzzers and benchmarks are built and run. Included by the Makefile.
#
# A test is one program per tests/<folder>/<name>_test.c, linked with the other .c files and the pages of its folder and with the
# layers that <folder> may use (all, when <folder> is no layer). $$ in prerequisites: they are found when the target is known (and
# have no %, which stands for the target's stem there).

TEST_C     = $(sort $(wildcard tests/*/*.c))
TEST_HTML  = $(sort $(wildcard tests/*/pages/*.html))
UNIT       = $(sort $(wildcard tests/*/*_test.c))
# a library, for those of its folder that have the kit
RIG_C      = $(sort $(wildcard tests/live/rig*.c))
SLOW       = $(sort $(wildcard tests/*/*_test.sh tests/*/*_test.mjs))
BENCH_HTML = $(filter tests/bench/%,$(TEST_HTML))
CHECKS     = make:warnings make:tidy $(addprefix tests/check/,layers style doc_paths banned sizes)

# what tests/run and its scripts know of the build
empty      =
export UNDER = $(foreach l,$(LAYERS),$l=$(subst $(empty) ,+,$(USES_$l)))
export O B S TARGET PROFILE NM OBJDUMP MAKE

.PHONY: check test test-one unit-clang node sizes sizes-accept bench bench-run fuzz fuzz-keep
check: ## quick: layers, style, symbols, warnings of gcc and clang, clang-tidy, unit tests, golden sizes
	+tests/run $(CHECKS) $(UNIT)
test: ## everything, the browser tests too
	+tests/run $(CHECKS) $(UNIT) make:analyze make:unit-clang make:node $(SLOW)
test-one: ## some tests: T="tests/base/buf_test.c ..."
	+tests/run $(T)
unit-clang: | $(O)/ready-check
	+$(MAKE) S=$(S)-clang TEST_CC=clang T="$(UNIT)" test-one

# --- objects -----------------------------------------------------------------------------------------------------------------------
$(S)/o/%.o: %.c $(RULES) $(S)/.flags | $(O)/ready-build $(UNPACKED)
	mkdir -p $(@D)
	$(TEST_CC) $(CFLAGS_S) $(WARN_TEST) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(S)/o/gen/%.o: $(GEN)/%.c $(RULES) $(S)/.flags | $(UNPACKED)
	mkdir -p $(@D)
	$(TEST_CC) $(CFLAGS_S) $(WARN_TEST) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(S)/o/gen/limits.o: $(B)/gen/limits.c $(S)/.flags
	mkdir -p $(@D)
	$(TEST_CC) $(CFLAGS_S) $(WARN_TEST) $(STD) $(INCLUDE) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(S)/o/third/%.o: $(THIRD)/%.c $(RULES) $(S)/.flags
	mkdir -p $(@D)
	$(TEST_CC) $(CFLAGS_S) -fno-sanitize=undefined $(FLAGS_LIB) $(INCLUDE) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(Z)/%.o: %.c $(RULES) $(Z)/.flags | $(O)/ready-fuzz $(UNPACKED)
	mkdir -p $(@D)
	clang $(CFLAGS_Z) $(WARN_TEST) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) $(CFLAGS) -c -o $@ $<
$(Z)/third/%.o: $(THIRD)/%.c $(RULES) $(Z)/.flags | $(O)/ready-fuzz
	mkdir -p $(@D)
	clang $(CFLAGS_Z) $(FLAGS_LIB) -w $(INCLUDE) $(DEPEND) $(CFLAGS) -c -o $@ $<

# generated headers must be there before they are looked for
$(patsubst %.c,$(S)/o/%.o,$(TEST_C) $(DASH_C)): | $(DASH_H) $(TEST_HTML:%=$(GEN)/%.h)
$(patsubst %.c,$(B)/%.o,$(wildcard tests/bench/*.c)): | $(BENCH_HTML:%=$(GEN)/%.h)
$(B)/tests/sizes.o: NEAR += -I$(B)
$(B)/tests/sizes.o: | $(DASH_H) $(B)/limits_rows.h

# --- tests -----------------------------------------------------------------------------------------------------------------------------
.SECONDEXPANSION:
$(S)/libwickc.a: $(patsubst %.c,$(S)/o/%.o,$(filter-out %/main.c,$(WICKC_C))) $(O)/.sources
$(S)/libthird.a: $(THIRD_C:$(THIRD)/%.c=$(S)/o/third/%.o)
$(S)/libdash.a: $(patsubst %.c,$(S)/o/%.o,$(filter src/dash/%,$(DASH_C))) $(DASH_HTML:%=$(S)/o/gen/%.o) $(S)/o/gen/assets.o $(S)/o/gen/limits.o $(O)/.sources
$(S)/libkit.a: $(patsubst %.c,$(S)/o/%.o,$(wildcard tests/kit/*.c)) $(O)/.sources
$(S)/librig.a: $(RIG_C:%.c=$(S)/o/%.o) $(O)/.sources
$(S)/lib%.a: $$(addprefix $(S)/o/,$$(addsuffix .o,$$(basename $$(wildcard src/$$*/*.c)))) tests/tests.mk $(O)/.sources
	mkdir -p $(@D)
	rm -f $@
	ar rcs $@ $(filter %.o,$^)

$(S)/wickc: $(patsubst %.c,$(S)/o/%.o,$(WICKC_C)) $(S)/libwire.a $(S)/libtmpl.a $(S)/libbase.a | $(H)/preview/libwick_tmpl.a
	$(TEST_CC) $(SANITIZE) -o $@ $(filter %.o %.a,$^)

# what a folder's tests, or one of them, are linked with, when it is more or something else than the layer's
LIBS_tmpl  = $(USES_wire) wickc
LIBS_diff  = $(USES_wire)
LIBS_fuzz  = $(USES_wire) wickc
LIBS_net   = $(USES_net) third kit
LIBS_live  = $(USES_live) third rig kit
LIBS_live/serve = $(USES_live) third # a server of its own, with the machine's clock
LIBS_dash  = $(LIBS_all)
LIBS_sim   = $(USES_net) third kit
LIBS_all   = $(LAYERS) third
$(S)/bin/%_test: $(S)/o/tests/%_test.o \
        $$(addprefix $(S)/o/,$$(addsuffix .o,$$(basename $$(filter-out $(UNIT) $(RIG_C),$$(wildcard tests/$$(*D)/*.c))))) \
        $$(addprefix $(S)/o/gen/,$$(addsuffix .o,$$(wildcard tests/$$(*D)/pages/*.html))) \
        $$(addprefix $(S)/lib,$$(addsuffix .a,$$(or $$(LIBS_$$*),$$(LIBS_$$(*D)),$$(USES_$$(*D)),$(LIBS_all))))
	mkdir -p $(@D)
	$(TEST_CC) $(SANITIZE) -o $@ -Wl,--start-group $^ -Wl,--end-group
# a fuzzer whose kept inputs are run once as a test
$(S)/bin/fuzz/%_test: $(S)/o/tests/fuzz/%_test.o $(S)/o/tests/fuzz/%_fuzz.o $(LIBS_fuzz:%=$(S)/lib%.a)
	mkdir -p $(@D)
	$(TEST_CC) $(SANITIZE) -o $@ -Wl,--start-group $^ -Wl,--end-group

node: $(O)/node/.installed
$(O)/node/.installed: tests/package.json tests/package-lock.json | $(O)/ready-test
	mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error --no-audit --no-fund >&2
	touch $@

# --- sizes -----------------------------------------------------------------------------------------------------------------------------
sizes: $(B)/sizes.txt $(PAGE_SIZES) ## sizes of structs, static RAM by layer, files; how long each page may become
	cat $^
sizes-accept: $(B)/sizes.txt ## accept the present sizes: tests/sizes/<target>-<profile>.expected
	mkdir -p tests/sizes
	cp $< tests/sizes/$(TARGET)-$(PROFILE).expected
$(B)/sizes.txt: $(B)/wick $(B)/hello $(B)/tests/sizes.o tests/check/measure
	tests/check/measure >$@

# --- fuzzers: tests/fuzz/<name>_fuzz.c with all that could be of use to it, by clang ----------------------------------------------------
FUZZ      ?= $(patsubst tests/fuzz/%_fuzz.c,%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
FUZZ_S    ?= 60
JOBS      ?= 2
FUZZED     = $(wildcard tests/kit/*.c) $(filter-out src/live/%,$(ENGINE_C)) $(filter-out %/main.c,$(WICKC_C))
fuzz: $(FUZZ:%=$(Z)/%) ## fuzz: FUZZ="wickc http ws" FUZZ_S=60 (seconds for each) JOBS=2
	FUZZ_S=$(FUZZ_S) JOBS=$(JOBS) tests/fuzz/run $(FUZZ)
fuzz-keep: $(FUZZ:%=$(Z)/%) ## after fuzzing: the least set of inputs that reaches the same, into tests/fuzz/corpus
	tests/fuzz/run --keep $(FUZZ)
$(Z)/lib.a: $(FUZZED:%.c=$(Z)/%.o) $(THIRD_C:$(THIRD)/%.c=$(Z)/third/%.o) $(O)/.sources
	rm -f $@
	ar rcs $@ $(filter %.o,$^)
$(FUZZ:%=$(Z)/%): $(Z)/%: $(Z)/tests/fuzz/%_fuzz.o $(Z)/lib.a
	clang $(SANITIZE) -fsanitize=fuzzer -o $@ $^

# --- benchmarks, profile bench: one line of JSON each --------------------------------------------------------------------------------------
BENCH      = $(patsubst tests/%.c,$(B)/%,$(sort $(wildcard tests/bench/*_bench.c)))
bench: ## benchmarks, profile bench: one line of JSON each
	$(MAKE) PROFILE=bench bench-run
bench-run: $(BENCH) $(B)/wick $(H)/wickc
	for program in $(BENCH); do $$program || exit; done
	tests/bench/compile $(H)/wickc
	! command -v valgrind >/dev/null || node tests/bench/construct.mjs $(O) $(B)
	ulimit -n 4096 && node tests/bench/views.mjs $(B)/wick
$(BENCH): $(B)/bench/%: $(B)/tests/bench/%.o $(ENGINE) $(BENCH_HTML:%=$(B)/gen/%.o)
	mkdir -p $(@D)
	$(CC) $(CFLAGS_B) $(LDFLAGS_B) -o $@ $^
