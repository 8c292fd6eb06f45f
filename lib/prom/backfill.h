#ifndef PROM_BACKFILL_H
#define PROM_BACKFILL_H

#include "base/out.h"
#include "prom/registry.h"
#include "prom/snapshot.h"

/*
 * All values of a stream as OpenMetrics with timestamps, as "promtool tsdb create-blocks-from
 * openmetrics" wants them: families together, each series in order of time, one sample a
 * millisecond. Memory is bounded; what is over it goes through temporary files.
 */
struct backfill;

/* memory: bytes for sorting. max_series: also of strings, of which each text is a series. */
struct backfill *backfill_new(size_t memory, uint32_t max_series);
void backfill_free(struct backfill *b);

/* A value, as registry_taken() (for which this is made: arg is the struct backfill). */
void backfill_take(void *b, uint32_t family, uint32_t series, const struct registry_field *field,
    struct span time);

struct backfill_counts {
	uint64_t samples;	/* written */
	uint64_t folded;	/* left out: a later one had the same millisecond */
	uint64_t untimed;	/* left out: without a time, or with one before 1970 */
	uint64_t refused;	/* left out: no room for a further series */
};

/*
 * Writes everything; s has the structure of the registry that the values came from. 0, or an
 * errno, also when taking a value had failed; out's own error comes last.
 */
int backfill_write(struct backfill *b, const struct snapshot *s, struct out *out);
struct backfill_counts backfill_counts(const struct backfill *b);
/* The folder of the temporary files when it is these that failed, else NULL. */
const char *backfill_failed_in(const struct backfill *b);

#endif
