#ifndef POINT_TABLE_H
#define POINT_TABLE_H

#include <stdint.h>

#include "base/arena.h"
#include "can/frame.h"
#include "decode/lookup.h"

/*
 * Which series a frame belongs to: per bus a table over the standard ids and a hash over the
 * extended ones. Emptied as a whole when it is full, so its size is bounded.
 */
enum { TABLE_BUSES = 256, TABLE_ENTRIES = 1 << 16 };

struct table_entry {
	const struct plan_message *message;	/* NULL: no database has it */
	struct span head;	/* the series as it is written; layouts of a line a signal: see heads */
	struct span *heads;	/* for each of message->signal */
	uint32_t room;		/* the most bytes that a frame's points take */
	uint32_t id;
	bool extended;
	bool meta_done;
	void *state;		/* of --changes and --snapshot */
};

struct table_bus {
	struct span name;
	const struct lookup *lookup;
	struct table_entry *standard[2048];
	struct table_entry **slot;	/* open addressing on the extended id */
	uint32_t slots, used;
};

struct table {
	struct table_bus *bus[TABLE_BUSES];
	uint32_t buses, last;	/* last: the one of the frame before */
	uint32_t entries;
	struct arena arena;	/* of all entries and what they point to */
};

void table_free(struct table *t);
/* The bus of this name, NULL when it is not there yet. */
struct table_bus *table_find_bus(struct table *t, struct span name);
/* Adds it. The caller looks at table_is_full() before and forgets. */
struct table_bus *table_add_bus(struct table *t, struct span name, const struct lookup *l);
/* An entry for an id that is not there yet. */
struct table_entry *table_add(struct table *t, struct table_bus *b, uint32_t id, bool extended);
/* No further bus or entry should be added; table_forget() empties it, buses included. */
bool table_is_full(const struct table *t);
void table_forget(struct table *t);

struct table_entry *table_find_extended(const struct table_bus *b, uint32_t id);

/* NULL: not there yet. */
static inline struct table_entry *
table_find(const struct table_bus *b, uint32_t id, bool extended)
{
	return extended ? table_find_extended(b, id) : b->standard[id & 0x7ff];
}

#endif
