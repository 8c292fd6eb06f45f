#ifndef POINT_ROUTES_H
#define POINT_ROUTES_H

#include <stdint.h>

#include "base/arena.h"
#include "can/frame.h"
#include "decode/lookup.h"
#include "point/layout.h"

/*
 * Which series a frame belongs to: per bus a table over the standard ids and a hash over the
 * extended ones. Emptied as a whole when it is full, so its size is bounded.
 */
enum { ROUTES_BUSES = 256, ROUTES_MAX = 1 << 16 };

struct route {
	/* What each frame needs comes first, in one cache line. */
	struct span head;	/* the series as it is written; layouts of a line a signal: see heads */
	struct layout_ops ops;	/* of message->always; layout wide */
	const struct plan_message *message;	/* NULL: no database has it */
	uint32_t room;		/* the most bytes that a frame's points take */
	bool direct;		/* frames go straight to the line: nothing is left to do before */
	bool selectors;		/* the message has some */
	bool meta_done;
	bool extended;
	uint32_t id;
	struct span *heads;	/* for each of message->signal */
	struct thin_state *state;	/* for each of message->signal; NULL where none is needed */
	struct span raw_head;	/* of the frame as it is; empty until it is needed */
	struct span bus;
	struct route *next;	/* in the order in which they were added */
};

struct routes_bus {
	struct span name;
	const struct lookup *lookup;
	struct route *standard[2048];
	struct route **slot;	/* open addressing on the extended id */
	uint32_t slots, used;
};

struct routes {
	struct routes_bus *bus[ROUTES_BUSES];
	uint32_t buses;
	const struct routes_bus *last;	/* the one of the frame before; NULL: none */
	uint32_t entries;
	struct route *first, *newest;
	struct arena arena;	/* of all entries and what they point to */
};

void routes_free(struct routes *t);
/* The bus of this name, NULL when it is not there yet. */
struct routes_bus *routes_find_bus(struct routes *t, struct span name);
/* Adds it. The caller looks at routes_is_full() before and forgets. */
struct routes_bus *routes_add_bus(struct routes *t, struct span name, const struct lookup *l);
/* An entry for an id that is not there yet. */
struct route *routes_add(struct routes *t, struct routes_bus *b, uint32_t id, bool extended);
/* No further bus or entry should be added; routes_forget() empties it, buses included. */
bool routes_is_full(const struct routes *t);
void routes_forget(struct routes *t);

struct route *routes_find_extended(const struct routes_bus *b, uint32_t id);

/* NULL: not there yet. */
static inline struct route *
routes_find(const struct routes_bus *b, uint32_t id, bool extended)
{
	return extended ? routes_find_extended(b, id) : b->standard[id & 0x7ff];
}

#endif
