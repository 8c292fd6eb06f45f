#ifndef PROM_HISTORY_H
#define PROM_HISTORY_H

#include "base/buf.h"
#include "prom/registry.h"

/*
 * The last minutes of each number, sampled, so that a page that is opened late has curves: of the
 * first series only, so many as fit into its memory.
 */
struct history {
	float *sample;			/* HISTORY_SAMPLES of each series, a ring; NAN: none */
	uint32_t *described;		/* by number of series: whose samples they are */
	uint32_t series;		/* how many have room */
	uint64_t ticks;
	int64_t at;			/* clock_mono() of the last tick */
};

enum {
	HISTORY_SAMPLES = 150,
	HISTORY_STEP = 2,		/* seconds from one to the next */
	HISTORY_SILENT = 10,		/* what has not come for so many seconds has no sample */
	HISTORY_BYTES = 4 << 20,
	HISTORY_SERIES = HISTORY_BYTES / (HISTORY_SAMPLES * (int)sizeof (float)),
};

/* All zeroes is an empty one. Takes samples when it is time to; returns when it next is. */
int64_t history_tick(struct history *h, struct registry *r, int64_t now);
/*
 * The samples of a series, the oldest first; false when none are kept. It is the same series as
 * long as nothing has been removed since the last tick.
 */
bool history_of(const struct history *h, const struct registry *r, uint32_t series,
    float out[static HISTORY_SAMPLES]);
/*
 * Appends samples as a JSON array of [milliseconds ago, value or null], the oldest first and of
 * equal ones in a row the first only. age: of the newest, milliseconds.
 */
void history_put(struct buf *out, const float sample[static HISTORY_SAMPLES], int64_t age);
void history_free(struct history *h);

#endif
