#ifndef INFLUX_RESUME_H
#define INFLUX_RESUME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "influx/checkpoint.h"
#include "influx/intake.h"
#include "influx/trail.h"

/*
 * Going on where an earlier run was acknowledged. Pure: the input's bytes go in; whether a line is
 * sent or skipped, and the next checkpoint, come out.
 *
 * The first 1 MiB of points is looked at before anything is sent. It differs: the input is a new
 * one. It is the same: as many points as are recorded are skipped, and at the last of them the
 * hash of all must agree.
 */
enum { RESUME_HEAD = 1 << 20 };

enum resume_state {
	RESUME_LOOKS,		/* compares the first 1 MiB */
	RESUME_SKIPS,
	RESUME_SENDS,
	RESUME_MISMATCH,	/* the first 1 MiB is the same, the rest is not */
};

struct resume {
	enum resume_state state;
	struct checkpoint old;
	struct checkpoint_mark head, taken;	/* of this input, as far as it has been taken */
	uint64_t bytes;				/* of the points taken */
	struct trail trail;			/* mark: points, hash */
	struct intake peek;			/* of the look ahead */
	size_t peeked;				/* bytes */
	struct checkpoint_mark seen;
	uint64_t seed;
};

/*
 * old: what was recorded, or zeroes. place: names the destination; what was delivered to another
 * one is not skipped. in: how lines are taken; copied.
 */
void resume_init(struct resume *r, const struct checkpoint *old, struct span place,
    const struct intake *in);
/*
 * Looks at all bytes from the beginning of the input that are there, none of them consumed yet;
 * end: no more will come. False: more are needed before resume_take().
 */
bool resume_look(struct resume *r, struct span data, bool end);
/*
 * The next line that is neither comment nor blank, as it stands in the input; sent: it would be
 * sent (else it is rejected already). True: it is to be skipped. MISMATCH may stand afterwards.
 */
bool resume_take(struct resume *r, struct span raw, uint64_t number, bool sent);
/* The input has ended by itself. MISMATCH may stand afterwards. */
void resume_end(struct resume *r);
/*
 * The checkpoint when all lines below the number oldest are dealt with. False: there is nothing
 * new to record.
 */
bool resume_checkpoint(struct resume *r, uint64_t oldest, struct checkpoint *c);
void resume_free(struct resume *r);

#endif
