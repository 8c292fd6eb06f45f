#ifndef DASH_OUTLINE_H
#define DASH_OUTLINE_H

#include "dash/query.h"
#include "prom/states.h"

/* Which rows and panels a dashboard has, and what stands in them. Pure. */

struct outline_options {
	const char *const *select;	/* globs on Message.Signal; none: all */
	size_t selects;
	const char *const *exclude;
	size_t excludes;
};

enum outline_kind { OUTLINE_SERIES, OUTLINE_STATES };

struct outline_signal {
	const struct catalog_signal *of;
	struct span query;
	struct span name;		/* as the legend shows it, without tags */
	bool ranged;
	double min, max;		/* in the unit of the panel */
};

struct outline_panel {
	uint32_t id;			/* of its message and unit: the same in every run */
	enum outline_kind kind;
	struct span unit;		/* Grafana's id; empty: none */
	struct outline_signal *signal;
	size_t signals;
};

struct outline_row {
	uint32_t id;
	struct span message;
	struct outline_panel *panel;
	size_t panels;
};

struct outline {
	struct arena arena;
	struct outline_row *row;	/* by message */
	size_t rows;
	size_t panels, signals;		/* of all rows */
	uint64_t left_out;		/* signals whose names the language cannot write */
	const struct catalog_signal *first_left_out;
};

/*
 * Signals whose value table has up to STATES_MAX rows, and no unit, are states, and so are strings;
 * all others are plotted, those with one unit in one panel. Catalog and language must outlive it.
 */
void outline_make(struct outline *o, const struct catalog *c, const struct query *q,
    const struct query_language *l, const struct outline_options *options);
void outline_free(struct outline *o);

#endif
