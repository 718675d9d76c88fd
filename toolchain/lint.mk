# lint.mk - what reads the code without building it: the second compiler, clang-tidy, path analysis. Included by the Makefile.

CLANG      = clang $(CLANG_CPU) -nostdinc -isystem $(ROOT)/include -isystem $(ROOT)/kernel
# the second compiler, clang-tidy and its path analysis (twenty times slower) leave a stamp per file
$(O)/clang/%.ok: %.c | $(ROOT)/wick.specs $(O)/ready-check
	mkdir -p $(@D)
	$(CLANG) -fsyntax-only $(WARN) $(WARN_CLANG) $(INCLUDE) $(call by_file,$<) -MMD -MP -MT $@ -MF $(@:.ok=.d) $<
	touch $@
define tidy_rule
$(O)/$1/%.ok: $(O)/clang/%.ok .clang-tidy
	mkdir -p $$(@D)
	clang-tidy --quiet --checks='$2' $$*.c -- $(CLANG) $(INCLUDE) $$(call by_file,$$*.c) 2>/dev/null
	touch $$@
endef
comma = ,
$(eval $(call tidy_rule,tidy,-clang-analyzer-*))
$(eval $(call tidy_rule,analyze,-*$(comma)clang-analyzer-*$(comma)-*.DeprecatedOrUnsafeBufferHandling))

.PHONY: warnings tidy analyze tidy-fix format
format: ## lay out all C as .clang-format says
	git ls-files -- 'src/*.[ch]' 'wickc/*.[ch]' 'examples/*.[ch]' 'toolchain/*.c' 'tests/*.[ch]' 'board/*.h' | xargs clang-format-16 -i
warnings: $(SRC_all:%.c=$(O)/clang/%.ok)
tidy: $(SRC_all:%.c=$(O)/tidy/%.ok)
analyze: $(SRC_all:%.c=$(O)/analyze/%.ok)
tidy-fix: ## let clang-tidy repair what is mechanical (braces, one declaration per line) in F="src/x/y.c ..."
	$(foreach f,$F,clang-tidy --quiet --fix-errors --format-style='{BasedOnStyle: LLVM, IndentWidth: 4, ColumnLimit: 130}' --checks='-*,readability-braces-*,readability-isolate-*' $f \
	    -- $(CLANG) $(INCLUDE) $(call by_file,$f);)
