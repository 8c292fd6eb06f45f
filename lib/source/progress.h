#ifndef SOURCE_PROGRESS_H
#define SOURCE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* The line that says how far the reading has come. Pure: the clock is passed in. */
struct progress {
	int64_t begun, shown;	/* on the clock that mono is read from */
	uint64_t frames;	/* when it was shown last */
};

void progress_init(struct progress *p, int64_t mono);
/* A line is due: the first after a second, then five a second. */
bool progress_due(const struct progress *p, int64_t mono);
/*
 * "37 %  5.2 M frames/s  1:05 left  2023-11-14 22:13:20": done of total bytes, the speed since the
 * last line, and the time of the last frame in local time. total > 0.
 */
void progress_line(struct progress *p, int64_t mono, uint64_t done, uint64_t total,
    uint64_t frames, int64_t ns, struct buf *b);

#endif
