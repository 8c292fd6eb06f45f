#ifndef DASH_METRICS_H
#define DASH_METRICS_H

#include "dash/catalog.h"
#include "prom/ingest.h"
#include "prom/labels.h"
#include "prom/units.h"

/*
 * What promexport calls signals and tags: its own registry is asked, which is given a point for
 * each signal, in the order in which they are told of.
 */
struct metrics {
	const struct catalog *catalog;	/* borrowed */
	struct ingest ingest;
	struct labels labels;
	uint32_t labels_of;		/* origin; TABLE_NONE: none */
	uint64_t assumed;
	struct buf line;
};

/* space, base_units: as promexport's --namespace and --units; assumed: as in catalog_tags_of(). */
void metrics_init(struct metrics *m, const struct catalog *c, struct span space, bool base_units,
    uint64_t assumed);
void metrics_free(struct metrics *m);

/* Its metric, empty where it has none; base: NULL or the unit it is shown in. Borrowed. */
struct span metrics_name(struct metrics *m, const struct catalog_signal *s,
    const struct units **base);
/* The label of a tag in its series, empty where it has none. Borrowed until the next call. */
struct span metrics_label(struct metrics *m, const struct catalog_signal *s, struct span tag);

#endif
