#ifndef PROM_TTL_H
#define PROM_TTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

/* How long a series stays that does not come any more. */
struct ttl {
	int64_t ns;		/* 0: for ever */
	uint32_t cycles;	/* over 0: so many cycle times of its message instead */
};

/* For which messages: those whose measurement the glob (fnmatch(3)) matches. */
struct ttl_rule {
	const char *glob;	/* NULL: all */
	struct ttl ttl;
};

/* "5m", "0", or "20x" for cycle times. False for anything else. */
bool ttl_parse(struct span text, struct ttl *t);

/*
 * Takes "GLOB=TTL" apart at its last =; without one the rule is for all. The glob goes into the
 * arena. False when what is behind is no TTL.
 */
bool ttl_parse_rule(struct span text, struct arena *a, struct ttl_rule *r);

/*
 * The time to live in ns, INT64_MAX for ever, of a message: by the last rule whose glob matches
 * its measurement (NUL-terminated), else the last one without glob. One that counts cycles is
 * passed over where cycle_ms is 0. With no rule it is for ever; counted in cycles it is a second
 * at least.
 */
int64_t ttl_of(const struct ttl_rule *rule, size_t rules, const char *measurement,
    uint32_t cycle_ms);

#endif
