#ifndef SOURCE_ALTER_H
#define SOURCE_ALTER_H

#include "can/filter.h"

/*
 * What happens to a frame between being read and being written: some are left out, times are
 * moved, buses renamed. Pure: the clock is passed in.
 */
struct alter_name {
	struct span from, to;	/* borrowed */
};

struct alter {
	bool filtered;
	struct filter filter;	/* of recordings; live buses have their own */
	bool now;		/* the first recorded frame becomes now, the others move with it */
	int64_t shift;		/* ns added to every time */
	struct alter_name *name;
	size_t names;
	uint64_t left_out;	/* frames that the filter does not want */
};

/*
 * Takes "OLD=NEW", a new name for a bus. False when it is anything else, or NEW cannot be the name
 * of a bus.
 */
bool alter_add_name(struct alter *a, struct span text);
void alter_free(struct alter *a);
/* Frames stay as they are, and all of them. */
static inline bool
alter_is_nothing(const struct alter *a)
{
	return !a->filtered && !a->now && !a->shift && !a->names;
}
/* False when a recorded frame is left out; else *ns, its time, is moved. real: the clock. */
bool alter_time(struct alter *a, const struct frame *f, bool recorded, int64_t real, int64_t *ns);
/* The name that a bus gets: that of the first rule for it, or its own. */
struct span alter_bus(const struct alter *a, struct span bus);

#endif
