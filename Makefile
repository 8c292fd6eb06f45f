# canpipe: CAN bus frames to time-series databases.
#
#   make                  the programs, in build/bin
#   make check            unit tests (quick)
#   make test             all tests but the heavy ones; scripts/test installs what they need first
#   make bench lint demo fuzz
#   make install uninstall    DESTDIR= PREFIX=/usr/local
#   make clean
#
# Knobs: CC=clang  SAN=address,undefined  STATIC=1 (can2line)  V=1  WERROR=  OPT=-O2  NDEBUG=1
VERSION   = 0.1.0
PREFIX    = /usr/local
CC        = gcc
OPT       = -O2 -g
SAN       =
STATIC    =
NDEBUG    =
WERROR    = -Werror
BUILD     = build$(if $(SAN),/san)$(if $(STATIC),/static)
comma     = ,

PROGRAMS  = $(patsubst cmd/%.c,%,$(sort $(wildcard cmd/*.c)))
PKG_canread    = libarchive
PKG_can2line   =
PKG_influxpush = libcurl libdeflate jansson
PKG_promexport = libmicrohttpd
PKGS      = $(sort $(foreach p,$(PROGRAMS),$(PKG_$p)))

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wswitch-enum \
	-Wdouble-promotion $(WERROR)
HARDEN = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer,-D_FORTIFY_SOURCE=2) \
	-fstack-protector-strong
CFLAGS_ALL  = -std=c11 -D_GNU_SOURCE -Ilib -MMD -MP $(OPT) $(WARN) $(HARDEN) \
	$(if $(NDEBUG),-DNDEBUG) $(CFLAGS)
LDFLAGS_ALL = $(if $(SAN),-fsanitize=$(SAN)) $(if $(STATIC),-static) -Wl,--as-needed $(LDFLAGS)
pkg_cflags  = $(if $1,$(shell pkg-config --cflags $1))
pkg_libs    = $(if $1,$(shell pkg-config $(if $(STATIC),--static) --libs $1))

LIB_C   = $(sort $(wildcard lib/*/*.c))
LIB_O   = $(LIB_C:%.c=$(BUILD)/obj/%.o)
LIB     = $(BUILD)/libcanpipe.a
BIN     = $(PROGRAMS:%=$(BUILD)/bin/%)
UNIT_C  = $(sort $(wildcard tests/unit/*.c))
UNIT    = $(UNIT_C:tests/unit/%.c=$(BUILD)/unit/%)
HELPER_C = $(sort $(wildcard tests/helpers/*.c))
HELPER  = $(HELPER_C:tests/helpers/%.c=$(BUILD)/helpers/%)
PAGES   = $(sort $(wildcard man/*.[157]))
Q       = $(if $(V),,@)
say     = $(if $(V),,@echo "  $1	$2";)

.PHONY: all check test bench lint fuzz demo install uninstall clean programs helpers FORCE
all: programs
programs: $(BIN)
helpers: $(HELPER)

# Rebuilds everything when a flag changes.
STAMP = $(BUILD)/flags
$(STAMP): FORCE
	@mkdir -p $(BUILD)
	@echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' >$@

$(BUILD)/version.h: Makefile $(STAMP)
	@printf '#define CANPIPE_VERSION "%s"\n#define CANPIPE_BUILT %s\n' '$(VERSION)' \
		"$${SOURCE_DATE_EPOCH:-$$(date +%s)}" >$@

$(BUILD)/obj/%.o: %.c $(STAMP) | $(BUILD)/version.h
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -I$(BUILD) \
		$(call pkg_cflags,$(PKG_$(basename $(notdir $<)))) -c $< -o $@
$(LIB): $(LIB_O)
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^
$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(LIB)
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg_libs,$(PKG_$*))
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(LIB)
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg_libs,$(PKGS)) -lm
$(BUILD)/helpers/%: $(BUILD)/obj/tests/helpers/%.o $(LIB)
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg_libs,$(PKGS)) -lm
.SECONDARY:

check: $(UNIT)
	$(Q)scripts/unit $(UNIT)
test:
	$(Q)scripts/test --no-install
bench: all
	$(Q)scripts/bench $(BUILD)/bin
lint:
	$(Q)scripts/lint
fuzz:
	$(Q)scripts/fuzz
demo:
	$(Q)scripts/demo

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install $(BIN) $(DESTDIR)$(PREFIX)/bin
	for p in $(PAGES); do \
		install -D -m 644 $$p $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/} || exit 1; done
uninstall:
	for p in $(PROGRAMS); do rm -f $(DESTDIR)$(PREFIX)/bin/$$p; done
	for p in $(PAGES); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/}; done
clean:
	rm -rf build

-include $(LIB_C:%.c=$(BUILD)/obj/%.d) $(PROGRAMS:%=$(BUILD)/obj/cmd/%.d) \
	$(UNIT_C:%.c=$(BUILD)/obj/%.d) $(HELPER_C:%.c=$(BUILD)/obj/%.d)
