# lint.mk - what reads the code without building it: the second compiler, clang-tidy, path analysis. Included by the Makefile.
# Each leaves a stamp per file. Path analysis is twenty times slower and runs with `make test` only.

CLANG      = clang $(CLANG_CPU) -nostdinc -isystem $(ROOT)/include -isystem $(ROOT)/kernel
TIDY       = -clang-analyzer-*
ANALYZE    = -*,clang-analyzer-*,-*.DeprecatedOrUnsafeBufferHandling
LINT_RULES = toolchain/lint.mk toolchain/flags.mk

.PHONY: warnings tidy analyze tidy-fix format
warnings: $(SRC_all:%.c=$(O)/clang/%.ok)
tidy: $(SRC_all:%.c=$(O)/tidy/%.ok)
analyze: $(SRC_all:%.c=$(O)/analyze/%.ok)

$(O)/clang/%.ok: %.c $(LINT_RULES) | $(ROOT)/wick.specs $(UNPACKED) $(O)/ready-check
	mkdir -p $(@D)
	$(CLANG) -fsyntax-only $(WARN) $(WARN_CLANG) $(STD) $(INCLUDE) $(NEAR) $(DEPEND) -MT $@ -MF $(@:.ok=.d) $<
	touch $@
$(O)/tidy/%.ok: $(O)/clang/%.ok .clang-tidy
	mkdir -p $(@D)
	clang-tidy --quiet --checks='$(TIDY)' $*.c -- $(CLANG) $(STD) $(INCLUDE) $(NEAR) 2>/dev/null
	touch $@
$(O)/analyze/%.ok: $(O)/clang/%.ok .clang-tidy
	mkdir -p $(@D)
	clang-tidy --quiet --checks='$(ANALYZE)' $*.c -- $(CLANG) $(STD) $(INCLUDE) $(NEAR) 2>/dev/null
	touch $@
$(DASH_C:%.c=$(O)/clang/%.ok): | $(DASH_H)
$(EX_C:%.c=$(O)/clang/%.ok): | $(EX_H)

OUR_C      = git ls-files -- 'src/*.[ch]' 'wickc/*.[ch]' 'examples/*.[ch]' 'toolchain/*.c' 'tests/*.[ch]' 'board/*.h'
format: ## lay out all C as .clang-format says
	$(OUR_C) | xargs clang-format-16 -i
tidy-fix: ## let clang-tidy repair what is mechanical (braces, one declaration per line) in F="src/x/y.c ..."
	clang-tidy --quiet --fix-errors --format-style=file --checks='-*,readability-braces-*,readability-isolate-*' $F -- $(CLANG) $(STD) $(INCLUDE)
