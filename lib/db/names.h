#ifndef DB_NAMES_H
#define DB_NAMES_H

#include <stdint.h>

#include "base/span.h"

enum { NAMES_NONE = -1 };

/*
 * A table from (owner, name) to a number: the signals of every message in one. Names are borrowed.
 * Start with names_init(), give back with names_free().
 */
struct names {
	struct names_slot *slot;
	size_t used, mask;
	uint64_t seed;
};

void names_init(struct names *n);
void names_free(struct names *n);
/*
 * The number that belongs to a name, NAMES_NONE where it is new; to be set by the caller, and valid
 * until the next call.
 */
int32_t *names_put(struct names *n, uint32_t owner, struct span name);
/* The number, or NAMES_NONE. */
int32_t names_get(const struct names *n, uint32_t owner, struct span name);

#endif
