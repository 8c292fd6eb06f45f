#ifndef SOURCE_PACE_H
#define SOURCE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Replaying at the recorded speed. Deadlines are absolute, counted from the first frame, so that
 * what each wait takes too long does not add up. Pure: the clock is passed in.
 */
struct pace {
	double speed;		/* times the recorded one; > 0 */
	bool begun;
	int64_t ns, mono;	/* of the first frame */
};

void pace_init(struct pace *p, double speed);
/*
 * When, on the clock that mono is read from, a frame of time ns is due. The first one is due now;
 * one that is older than the first, or whose time has passed, at once.
 */
int64_t pace_due(struct pace *p, int64_t ns, int64_t mono);

#endif
