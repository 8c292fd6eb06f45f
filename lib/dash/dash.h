#ifndef DASH_DASH_H
#define DASH_DASH_H

#include "dash/outline.h"

/* A dashboard of Grafana: rows and panels of a catalog as its JSON model. */

enum dash_axes { DASH_SOFT, DASH_HARD, DASH_AUTO };

struct dash_options {
	enum query_id source;
	struct span title;
	struct span uid;		/* empty: made of title and source */
	struct span datasource;		/* its uid; empty: the dashboard asks for it */
	struct span bucket;		/* with "/RP" behind it for InfluxQL */
	struct span space;		/* as promexport's --namespace and --units */
	bool base_units;
	const char *const *tag;		/* tags of series whose points were not seen */
	size_t tags;
	struct outline_options choose;
	size_t open_rows;		/* the first ones; further ones are collapsed */
	enum dash_axes axes;
	struct span from, to;		/* the time range as Grafana writes it */
	struct span refresh;		/* "10s"; empty: none */
};

struct dash_report {
	size_t messages, panels, signals;
	uint64_t left_out;		/* signals that the language cannot write, */
	struct span first_left_out;	/* and the title of one; lives as long as the catalog */
	size_t variables;
};

/*
 * Appends the dashboard and a newline. The catalog gets the bits of the tags in the options. Any
 * text is taken; what is no UTF-8 is written as \xNN.
 */
void dash_write(struct buf *out, struct catalog *c, const struct dash_options *o,
    struct dash_report *report);

/* Appends the uid of the dashboard. */
void dash_put_uid(struct buf *out, const struct dash_options *o);

#endif
