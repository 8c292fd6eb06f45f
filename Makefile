# canpipe: CAN bus frames to time-series databases.
#
#   make                  the programs, in build/bin
#   make check            unit tests (quick)
#   make test             all tests but the heavy ones; scripts/test installs what they need first
#   make bench lint fuzz demo
#   make install uninstall    DESTDIR= PREFIX=/usr/local
#   make clean
#
# Knobs: CC=clang  SAN=address,undefined  STATIC=1 (can2line alone)  V=1  WERROR=  OPT=-O2
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

# What each program links beside libc; every library is used in one file (scripts/lint checks).
PKG_canread    = libarchive libdeflate
PKG_can2line   =
PKG_influxpush = libcurl libdeflate jansson
PKG_promexport = libmicrohttpd libdeflate
PROGRAMS  = $(if $(STATIC),can2line,$(patsubst cmd/%.c,%,$(sort $(wildcard cmd/*.c))))
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
Q       = $(if $(V),,@)
say     = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo "  $1	$2";)
link    = $(call say,LD,$@)mkdir -p $(@D) && $(CC) $(LDFLAGS_ALL) -o $@ $^

.PHONY: all programs helpers fuzzers units check test bench lint fuzz demo install uninstall clean FORCE
all programs: $(BIN)
helpers: $(HELPERS) $(BUILD)/faults/bin/influxpush
fuzzers: $(FUZZERS)
units: $(UNIT)

# Rebuilds everything when a flag changes.
STAMP = $(BUILD)/flags
$(STAMP): FORCE
	@mkdir -p $(BUILD)
	@echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' >$@

$(BUILD)/version.h: Makefile $(STAMP)
	@printf '#define CANPIPE_VERSION "%s"\n#define CANPIPE_BUILT %s\n' '$(VERSION)' \
		"$${SOURCE_DATE_EPOCH:-$$(date +%s)}" >$@

# The page for people as a C array.
$(BUILD)/prom/page_data.h: scripts/make-page $(wildcard lib/prom/page/*)
	$(call say,GEN,$@)mkdir -p $(@D) && scripts/make-page >$@.new && mv $@.new $@

$(BUILD)/obj/%.o: %.c $(STAMP) | $(BUILD)/version.h $(BUILD)/prom/page_data.h
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -c $< -o $@
$(LIB): $(LIB_C:%.c=$(BUILD)/obj/%.o)
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^
$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(LIB)
	$(link) $(call pkg_libs,$(PKG_$*))
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
lint fuzz demo:
	$(Q)scripts/$@

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install $(BIN) $(DESTDIR)$(PREFIX)/bin
	for p in $(PAGES); do \
		install -D -m 644 $$p $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/} || exit 1; done
uninstall:
	for p in $(PROGRAMS); do rm -f $(DESTDIR)$(PREFIX)/bin/$$p; done
	for p in $(PAGES); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/}; done
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
