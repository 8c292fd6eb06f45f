# canpipe: CAN bus frames to time-series databases.
#
#   make                  the programs, in build/bin
#   make check            unit tests (quick)
#   make test             all tests but the heavy ones; scripts/test installs what they need first
#   make bench lint fuzz demo
#   make install uninstall    DESTDIR= PREFIX=/usr/local
#   make html completions     the manual for browsers; files for bash, zsh and fish
#   make dashboards           of the recording in the demo, for Grafana: build/dashboards
#   make dist deb             a tar ball of HEAD; Debian packages of it
#   make clean
#
# Knobs: CC=clang  SAN=address,undefined  STATIC=1 (canread, can2line)  V=1  WERROR=  OPT=-O2
#        FAULTS=1 (programs whose system calls fail by name, in build/faults/bin: tests/faults/points.c)
#        NDEBUG=1  BUILD=folder  WRAP='valgrind -q' (around each unit test)  CFLAGS= LDFLAGS=
VERSION   = 0.1.0
PREFIX    = /usr/local
CC        = gcc
OPT       = -O2 -g
SAN       =
STATIC    =
FAULTS    =
NDEBUG    =
WERROR    = -Werror
BUILD     = build$(if $(SAN),/san)$(if $(STATIC),/static)
comma     = ,

# What each program links beside libc; every library is used in one file of a
# folder (scripts/lint checks).
PKG_canread    = libarchive libdeflate
PKG_can2line   =
PKG_influxpush = libcurl libdeflate jansson
PKG_promexport = libmicrohttpd gnutls yaml-0.1 libcrypt libdeflate
PKG_line2dash  = jansson
# For gateways: those whose libraries Debian has as archives (libcurl and libmicrohttpd need others
# that it has not), and what they need then.
STATIC_canread   = -larchive -lnettle -llzma -lzstd -llz4 -lbz2 -lz -ldeflate
STATIC_can2line  =
PROGRAMS  = $(if $(STATIC),canread can2line,$(patsubst cmd/%.c,%,$(sort $(wildcard cmd/*.c))))
PKGS      = $(sort $(foreach p,$(PROGRAMS),$(PKG_$p)))

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wswitch-enum \
	-Wdouble-promotion $(WERROR)
HARDEN = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer,-D_FORTIFY_SOURCE=2) \
	-fstack-protector-strong
CFLAGS_ALL  = -std=c11 -D_GNU_SOURCE -Ilib -I$(BUILD) -MMD -MP $(OPT) $(WARN) $(HARDEN) \
	$(if $(NDEBUG),-DNDEBUG) $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = $(if $(SAN),-fsanitize=$(SAN)) $(if $(STATIC),-static) -Wl,--as-needed $(LDFLAGS)
PKG_CFLAGS := $(if $(PKGS),$(shell pkg-config --cflags $(PKGS)))
pkg_libs    = $(if $1,$(shell pkg-config --libs $1))

LIB_C   = $(sort $(wildcard lib/*/*.c))
LIB     = $(BUILD)/libcanpipe.a
BIN     = $(PROGRAMS:%=$(BUILD)/$(if $(FAULTS),faults/)bin/%)
tests   = $(patsubst tests/$1/%.c,$(BUILD)/$1/%,$(sort $(wildcard tests/$1/*.c)))
UNIT    = $(call tests,unit)
HELPERS = $(call tests,helpers)
FUZZERS = $(call tests,fuzz)
PAGES   = $(sort $(wildcard man/*.[157]))
UNITS   = $(sort $(wildcard scripts/systemd/*.service))
DIST    = canpipe-$(VERSION)
Q       = $(if $(V),,@)
say     = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo "  $1	$2";)
link    = $(call say,LD,$@)mkdir -p $(@D) && $(CC) $(LDFLAGS_ALL) -o $@ $^

.PHONY: all programs helpers fuzzers units check test bench lint fuzz demo dashboards html completions \
	install uninstall dist deb clean FORCE
all programs: $(BIN)
helpers: $(HELPERS) $(BUILD)/faults/bin/influxpush
fuzzers: $(FUZZERS)
units: $(UNIT)

# Rebuilds everything when a flag changes.
STAMP = $(BUILD)/flags
$(STAMP): FORCE
	@mkdir -p $(BUILD)
	@echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' >$@

# What is written for others to read appears as a whole: tests run make side by side.
# CANPIPE_BUILT is the commit's time: what is built of one commit is the same everywhere.
$(BUILD)/version.h: FORCE
	@mkdir -p $(BUILD) && set -- $$(scripts/commit) && printf '#define CANPIPE_%s\n' \
		'VERSION "$(VERSION)"' "COMMIT \"$$1\"" "BUILT $$2" >$@.$$$$ && \
		{ cmp -s $@.$$$$ $@ && rm $@.$$$$ || mv $@.$$$$ $@; }

# The page for people as a C array.
$(BUILD)/prom/page_data.h: scripts/make-page $(wildcard lib/prom/page/*)
	$(call say,GEN,$@)mkdir -p $(@D) && scripts/make-page >$@.$$$$ && mv $@.$$$$ $@

$(BUILD)/obj/%.o: %.c $(STAMP) | $(BUILD)/version.h $(BUILD)/prom/page_data.h
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -c $< -o $@
$(LIB): $(LIB_C:%.c=$(BUILD)/obj/%.o)
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^
$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(LIB)
	$(link) $(if $(STATIC),$(STATIC_$*),$(call pkg_libs,$(PKG_$*)))
$(BUILD)/faults/bin/%: $(BUILD)/obj/cmd/%.o $(BUILD)/obj/tests/faults/points.o $(LIB)
	$(link) $(call pkg_libs,$(PKG_$*))
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(LIB)
	$(link) $(call pkg_libs,$(PKGS)) -lm
$(BUILD)/helpers/%: $(BUILD)/obj/tests/helpers/%.o $(LIB)
	$(link) $(call pkg_libs,$(PKGS)) -lm
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(LIB)
	$(link) -fsanitize=fuzzer $(call pkg_libs,$(PKGS)) -lm
.SECONDARY:

check: $(UNIT)
	$(Q)WRAP='$(WRAP)' scripts/unit $(UNIT)
test:
	$(Q)scripts/test --no-install
bench: all
	$(Q)scripts/bench $(BUILD)/bin
dashboards: all
	$(Q)scripts/dashboards $(BUILD)/bin $(BUILD)/dashboards
lint fuzz demo:
	$(Q)scripts/$@

# The files for the shells, from the programs' own tables of options.
COMPLETIONS = $(foreach p,$(PROGRAMS),$(addprefix $(BUILD)/completions/,bash/$p zsh/_$p fish/$p.fish))
completions: $(COMPLETIONS)
$(COMPLETIONS): scripts/completions $(BIN)
	@mkdir -p $(@D) && scripts/completions $(notdir $(@D)) \
		$(BUILD)/bin/$(patsubst _%,%,$(basename $(@F))) >$@.$$$$ && mv $@.$$$$ $@

html: $(PAGES:man/%=$(BUILD)/html/%.html)
$(BUILD)/html/%.html: man/% man/manual.css
	@mkdir -p $(@D) && cp man/manual.css $(@D) && \
		cd man && mandoc -T html \
		-O 'toc,style=manual.css,man=%N.%S.html;https://manpages.debian.org/%N.%S' $* >$(abspath $@)

# What goes where, as "MODE SOURCE TARGET" with the target below PREFIX.
ZSH = $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
installed = $(foreach p,$(PROGRAMS),755:$(BUILD)/bin/$p:bin/$p \
		644:$(BUILD)/completions/bash/$p:share/bash-completion/completions/$p \
		644:$(BUILD)/completions/zsh/_$p:share/zsh/$(ZSH)/_$p \
		644:$(BUILD)/completions/fish/$p.fish:share/fish/vendor_completions.d/$p.fish) \
	$(foreach p,$(PAGES),644:$p:share/man/man$(subst .,,$(suffix $p))/$(notdir $p)) \
	$(foreach u,$(UNITS),644:$u:lib/systemd/system/$(notdir $u)) \
	$(foreach f,scripts/systemd/can0.conf man/NEWS README.md,644:$f:share/doc/canpipe/$(notdir $f))
install: all completions
	@set -e; for f in $(installed); do IFS=:; set -- $$f; unset IFS; \
		install -D -m $$1 $$2 $(DESTDIR)$(PREFIX)/$$3; done
uninstall:
	@for f in $(installed); do rm -f $(DESTDIR)$(PREFIX)/$${f##*:}; done
	@rmdir $(DESTDIR)$(PREFIX)/share/doc/canpipe 2>/dev/null || true

# Of the commit, byte for byte the same wherever it is made.
dist: $(BUILD)/$(DIST).tar.gz
$(BUILD)/$(DIST).tar.gz: FORCE
	@mkdir -p $(BUILD) && git archive --format=tar --prefix=$(DIST)/ HEAD | gzip -9n >$@
deb: dist
	$(Q)scripts/deb $(BUILD)/$(DIST).tar.gz $(BUILD)/deb
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
