#ifndef SOURCE_CLOCKWATCH_H
#define SOURCE_CLOCKWATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the machine's clock can be believed while frames are stamped with it: small computers
 * start in 1970 or at their last shutdown and jump when the network comes. Pure: the clocks are
 * passed in.
 */
enum clockwatch_verdict {
	CLOCKWATCH_GOOD,
	CLOCKWATCH_EARLY,	/* before the program was built; said once */
	CLOCKWATCH_STEPPED,	/* by more than a second since the last call; step says how far */
};

struct clockwatch {
	int64_t built;		/* ns since 1970 */
	int64_t offset;		/* real - mono when last looked at */
	int64_t step;		/* ns, positive: forward */
	bool begun, early_told;
};

void clockwatch_init(struct clockwatch *w, int64_t built);
/* real and mono: the two clocks, read together, in ns. */
enum clockwatch_verdict clockwatch_look(struct clockwatch *w, int64_t real, int64_t mono);

#endif
