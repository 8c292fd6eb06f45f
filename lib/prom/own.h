#ifndef PROM_OWN_H
#define PROM_OWN_H

#include "prom/expose.h"
#include "prom/snapshot.h"

/* What promexport tells of itself; each is a metric that begins with canpipe_. */
struct own {
	struct registry_counts registry;
	uint64_t series_limit;
	uint64_t lines, bad_lines, bytes;
	uint64_t scrapes;
	int64_t scrape_time;		/* ns spent on pages */
	int64_t last_input;		/* ns since 1970 of the last line, 0 before it */
	uint64_t input_ended;		/* 0 or 1 */
	bool last_seen;			/* show when each message came last */
};

/* Keeps the names of these metrics from becoming those of families. */
void own_reserve(struct registry *r);
/* Appends all of them; s: for the points by message. */
void own_put(struct buf *out, enum expose_format format, const struct own *o,
    const struct snapshot *s);

#endif
