#ifndef INFLUX_TRAIL_H
#define INFLUX_TRAIL_H

#include <stddef.h>
#include <stdint.h>

/*
 * How far everything is dealt with, where lines are dealt with in any order: a mark for each line
 * on its way, oldest first. What a mark means is the caller's. All zeroes is an empty one.
 */
struct trail_mark {
	uint64_t a, b;
};

struct trail {
	struct trail_entry {
		uint64_t number;
		struct trail_mark mark;
	} *entry;
	size_t first, count, room;	/* a ring; room is a power of 2 */
	struct trail_mark passed;	/* all up to here is dealt with */
};

/* Makes room for more; for trail_add(). */
void trail_grow(struct trail *t);
/* A line is on its way; numbers rise. mark: the place behind it. */
static inline void
trail_add(struct trail *t, uint64_t number, struct trail_mark mark)
{
	if (t->count == t->room)
		trail_grow(t);
	t->entry[(t->first + t->count++) & (t->room - 1)] = (struct trail_entry){ number, mark };
}
/* One that is dealt with already stood there. */
void trail_skip(struct trail *t, struct trail_mark mark);
/* All lines below the number oldest are dealt with: moves passed. */
void trail_pass(struct trail *t, uint64_t oldest);
void trail_free(struct trail *t);

#endif
