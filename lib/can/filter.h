#ifndef CAN_FILTER_H
#define CAN_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "can/frame.h"

/*
 * candump's filter syntax: comma separated "id:mask" (matches when (received & mask) ==
 * (id & mask)), "id~mask" (does not match), "~id:mask" likewise, "#errormask", and 'j' or 'J'
 * (join: all filters must match). Hex; an id of more than 3 digits is extended. No id filter at
 * all matches every data frame; error frames pass only when the error mask says so (candump.c).
 */
struct filter_item {
	uint32_t id, mask;	/* SocketCAN bits; inverted: CAN_INV_FILTER (0x20000000) in id */
};

struct filter {
	struct filter_item *item;	/* in the arena */
	size_t items;
	uint32_t error_mask;
	bool join;
};

/* Returns false with *where (an offset into s) and *expected (constant) set on a syntax error. */
bool filter_parse(struct span s, struct filter *f, struct arena *a, size_t *where,
    const char **expected);
/* As the kernel's raw socket would decide. */
bool filter_match(const struct filter *f, const struct frame *fr);

#endif
