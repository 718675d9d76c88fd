# app.mk - applications: folders of C, pages, scripts and styles. Included by the Makefile. Sets PROGRAM, what `make` builds.
#
# A folder has: *.c; *.html (a page begins with its directive; frame.html is the frame of those that have
# neither frame= nor a <body>);
# *.css *.js *.svg *.png *.ico *.woff2, served under their names. Of www/ the program has those files that its pages name.

# --- below examples/: as the tree is judged -----------------------------------------------------------------------------------
# Each program needs all examples, and links its own folder only.
EX_WWW    := $(sort $(wildcard $(foreach ending,css js svg png ico woff2,examples/*/*.$(ending))))
$(EXAMPLES:%=$(B)/%.elf): $(B)/%.elf: $(GEN)/examples/%/checked $(B)/gen/examples/%/assets.o $(ENGINE) $(EX_C:%.c=$(B)/%.o) $(EX_HTML:%=$(B)/gen/%.o) $(O)/.sources
	$(LINK) $(ENGINE) $(filter $(B)/examples/$*/%.o $(B)/gen/examples/$*/%.o,$^)
$(EXAMPLES:%=$(GEN)/examples/%/assets.c): $(GEN)/examples/%/assets.c: $(H)/pack $(WWW_MADE) $(EX_WWW:%=$(GEN)/%) $(EX_WWW:%=$(GEN)/%.gz) $(wildcard examples/*/*.html)
	mkdir -p $(@D)
	$(H)/pack -o $@ -k g -z $(GEN)/www $$(toolchain/named.sh "$(WWW)" examples/$*/*.html) \
	    -z $(GEN)/examples/$* $(filter examples/$*/%,$(EX_WWW))

# What the files of an application name of each other: fields, links, classes. Said before its C is compiled.
CHECK_APP  = $(H)/wickc app -Isrc -I. --stamp $@
$(EXAMPLES:%=$(GEN)/examples/%/checked): $(GEN)/examples/%/checked: $(EX_HTML:%=$(GEN)/%.c) $(wildcard examples/*/*) $(WWW) $(H)/wickc
	$(CHECK_APP) -Iexamples/$* --pages $(@D)/pages.list $(wildcard examples/$*/*.html examples/$*/*.[ch]) $(filter examples/$*/%,$(EX_WWW)) $(WWW)
$(patsubst %.c,$(B)/%.o,$(EX_C)): | $(EXAMPLES:%=$(GEN)/examples/%/checked)

# --- anywhere else ------------------------------------------------------------------------------------------------------------
PAGE_SIZES = $(B)/pages.txt
ifeq ($(APP),)
PROGRAM    = $(B)/wick
else ifneq ($(filter $(EXAMPLES:%=examples/%),$(APP:%/=%)),)
APP_NAME   = $(notdir $(APP:%/=%))
PROGRAM    = $(B)/$(APP_NAME)
else
APP_DIR   := $(abspath $(APP))
APP_NAME  := $(notdir $(APP_DIR))
APP_B      = $(B)/app/$(APP_NAME)
APP_GEN    = $(GEN)/app/$(APP_NAME)
PROGRAM    = $(APP_B)/$(APP_NAME)
PAGE_SIZES = $(APP_B)/pages.txt
ifeq ($(wildcard $(APP_DIR)/*.c),)
$(error APP=$(APP): there is no folder with C files)
endif
APP_C     := $(sort $(filter-out %_test.c,$(wildcard $(APP_DIR)/*.c)))
APP_HTML  := $(sort $(wildcard $(APP_DIR)/*.html))
APP_PAGES := $(if $(APP_HTML),$(shell grep -l '^{{/\* wick:page' $(APP_HTML)))
APP_WWW   := $(sort $(wildcard $(foreach ending,css js svg png ico woff2,$(APP_DIR)/*.$(ending))))
APP_O      = $(APP_C:$(APP_DIR)/%.c=$(APP_B)/%.o) $(APP_PAGES:$(APP_DIR)/%=$(APP_B)/gen/%.o) $(APP_B)/gen/assets.o $(B)/gen/licenses.o
APP_MADE   = $(APP_WWW:$(APP_DIR)/%=$(APP_GEN)/%)
APP_CFLAGS = $(CFLAGS_B) $(WARN_APP) -std=gnu11 -I$(APP_DIR) -I$(APP_GEN) $(INCLUDE) $(DEPEND) $(CFLAGS)
# another list of files, or another folder of the same name: all of it is built anew
$(shell toolchain/stamp.sh -f '$(APP_B) $(APP_GEN)' $(APP_GEN)/.folder '$(APP_C) $(APP_HTML) $(APP_WWW)')

$(APP_B)/$(APP_NAME).elf: WARN_LINK =
$(APP_B)/$(APP_NAME).elf: $(ENGINE) $(APP_GEN)/checked $(APP_O) $(APP_GEN)/.folder $(O)/.sources
	$(LINK) $(filter %.o,$^)
$(APP_GEN)/checked: $(APP_PAGES:$(APP_DIR)/%=$(APP_GEN)/%.c) $(APP_HTML) $(APP_C) $(wildcard $(APP_DIR)/*.h) $(APP_WWW) $(WWW) $(APP_GEN)/.folder $(H)/wickc
	$(CHECK_APP) -I$(APP_DIR) --pages $(APP_GEN)/pages.list $(APP_HTML) $(APP_C) $(wildcard $(APP_DIR)/*.h) $(APP_WWW) $(WWW)
$(APP_B)/%.o: $(APP_DIR)/%.c $(RULES) toolchain/app.mk $(B)/.flags $(APP_GEN)/.folder | $(APP_PAGES:$(APP_DIR)/%=$(APP_GEN)/%.h) $(APP_GEN)/pages.h $(APP_GEN)/checked $(ROOT)/wick.specs $(UNPACKED)
	mkdir -p $(@D)
	$(CC) $(APP_CFLAGS) -c -o $@ $<
$(APP_B)/gen/%.o: $(APP_GEN)/%.c $(RULES) toolchain/app.mk $(B)/.flags $(APP_GEN)/.folder | $(ROOT)/wick.specs $(UNPACKED)
	mkdir -p $(@D)
	$(CC) $(APP_CFLAGS) -c -o $@ $<
$(APP_GEN)/pages.list: $(APP_PAGES) $(APP_GEN)/.folder $(H)/wickc
	$(H)/wickc pages -o $(@D) $(APP_PAGES)
$(APP_GEN)/%.html.c $(APP_GEN)/%.html.h: $(APP_DIR)/%.html $(APP_GEN)/pages.list $(H)/wickc
	frame=$(wildcard $(APP_DIR)/frame.html); if grep -qe '<body' -e '^{{/\* wick:page.* frame=' $<; then frame=; fi; \
	$(H)/wickc -I$(APP_DIR) -Isrc -I. -o $(@D) --pages $(APP_GEN)/pages.list $$frame $<
$(APP_B)/pages.txt: toolchain/page_sizes.sh board/profile/$(PROFILE)/wick_profile.h $(APP_PAGES:$(APP_DIR)/%=$(APP_GEN)/%.c)
	mkdir -p $(@D)
	toolchain/page_sizes.sh $(H)/wickc board/profile/$(PROFILE) $(APP_GEN)/pages.list $(APP_PAGES) >$@
$(APP_GEN)/%.js: $(APP_DIR)/%.js $(RULES) $(APP_GEN)/.folder
	esbuild --minify --target=es2020 <$< >$@
$(APP_GEN)/%.css: $(APP_DIR)/%.css $(APP_GEN)/.folder toolchain/strip.awk
	awk -f toolchain/strip.awk $< >$@
$(APP_GEN)/%: $(APP_DIR)/% $(APP_GEN)/.folder
	cp $< $@
$(APP_GEN)/assets.c: $(H)/pack $(WWW_MADE) $(APP_MADE) $(APP_MADE:%=%.gz) $(APP_HTML) $(APP_GEN)/.folder
	$(H)/pack -o $@ -k g -z $(GEN)/www $$(toolchain/named.sh "$(WWW)" $(APP_HTML)) -z $(APP_GEN) $(APP_WWW)
endif
