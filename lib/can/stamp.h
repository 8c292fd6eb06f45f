#ifndef CAN_STAMP_H
#define CAN_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "can/frame.h"

/* How the times of a log are meant, and what they become: nanoseconds since 1970. Pure. */
enum stamp_mode {
	STAMP_ABSOLUTE,		/* since 1970; below 1e8 s: counted from start, said once */
	STAMP_DELTA,		/* since the line before (candump -td) */
	STAMP_ZERO,		/* since the first line (candump -tz) */
	STAMP_NONE,		/* not meant: the time it was read */
};

struct stamp {
	enum stamp_mode mode;
	int64_t start;		/* what relative times count from, ns since 1970 */
	bool counted;		/* the format counts from the start, whatever the mode but NONE says */
	int64_t sum;		/* DELTA: where we are */
	bool relative;		/* ABSOLUTE met a stamp below 1e8 s: to be said by the program, once */
	bool timeless;		/* a line had no time: likewise */
};

/* start: --start, or the present. */
void stamp_init(struct stamp *s, enum stamp_mode mode, int64_t start);
/* What is below is no time since 1970: it would be before March 1973, when there was no CAN. */
#define STAMP_FIRST_ABSOLUTE (INT64_C(100000000) * CLOCK_SECOND)

/* True when stamp_resolve() would give the frame's own time: the usual case, in line. */
static inline bool
stamp_is_plain(const struct stamp *s, const struct frame *f)
{
	return s->mode == STAMP_ABSOLUTE && !s->counted && !(f->flags & FRAME_NO_TIME)
	    && f->ns >= STAMP_FIRST_ABSOLUTE;
}

/* True when the frame's time counts from start. */
bool stamp_is_relative(const struct stamp *s, const struct frame *f);

/* The time of the frame; now is what a frame without time gets. */
int64_t stamp_resolve(struct stamp *s, const struct frame *f, int64_t now);

#endif
