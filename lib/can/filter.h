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
 * (id & mask)), "id~mask" or "~id:mask" (does not match), "#errormask", and 'j' or 'J' (join: all
 * filters must match). Numbers are hex, of 1 to 8 digits; an id of exactly 8 digits is extended.
 * Received ids have SocketCAN's flag bits, so "123:7FF" also matches extended and remote frames,
 * "123:C00007FF" does not. No id filter at all matches every data frame; error frames pass only
 * when the error mask says so (can-utils candump.c; Linux net/can/af_can.c).
 */
enum {
	FILTER_INVERT = 0x20000000,	/* CAN_INV_FILTER, in an item's id */
	FILTER_MAX = 512,		/* CAN_RAW_FILTER_MAX */
};

struct filter_item {
	uint32_t id, mask;	/* as struct can_filter */
};

struct filter {
	struct filter_item *item;	/* in the arena */
	size_t items;
	uint32_t error_mask;
	bool join;
};

/* False on a syntax error: *where is then an offset into s and *expected a constant text. */
bool filter_parse(struct span s, struct filter *f, struct arena *a, size_t *where,
    const char **expected);
/* As the kernel's raw socket would decide. */
bool filter_match(const struct filter *f, const struct frame *fr);

#endif
