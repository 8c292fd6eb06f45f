#ifndef DASH_CATALOG_H
#define DASH_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/table.h"

/*
 * What a point stream tells of its signals: #meta lines say which there are, points which tags
 * they come with and which fields are strings. Pure: lines in, tables out.
 */

enum {
	CATALOG_TAGS = 64,		/* keys; further ones are passed over */
	CATALOG_SIGNALS = 100 * 1000,	/* further ones are refused */
	CATALOG_STATES = 128,		/* rows of a value table; a longer one is a list of codes */
};

/* A pair that tells the series of one signal from those of others; without escapes. */
struct catalog_pair {
	struct span key, value;
};

/* Where fields stand: a measurement and the tags that #meta lines name. */
struct catalog_origin {
	struct span raw;		/* as in the #meta line */
	struct span raw_measurement;
	struct span measurement;	/* without escapes */
	const struct catalog_pair *pair;
	size_t pairs;
	struct span tags;		/* raw tags of its first point; empty before it */
	uint64_t some, all;		/* bits of the further tags that any, that every point has */
	bool pointed;			/* a point came */
};

struct catalog_signal {
	uint32_t origin;
	struct span raw_field, field;
	struct span message, name;	/* as the database calls them */
	struct span title;		/* Message.Signal for globs */
	struct span unit, help, values;	/* UTF-8; empty where there is none */
	bool ranged;
	double min, max;		/* where ranged */
	uint32_t cycle_ms;		/* 0: not known */
	bool text;			/* its points hold strings */
	bool twin;			/* shows the same as an earlier field of its origin, as a label */
};

struct catalog_counts {
	uint64_t lines, meta, points;
	uint64_t bad;			/* lines that are neither point nor comment nor blank */
	uint64_t strange;		/* points whose series no #meta line tells of */
	uint64_t refused;		/* #meta lines whose names cannot be used, or beyond the bound */
};

struct catalog {
	struct arena arena;
	struct catalog_origin *origin;
	struct catalog_signal *signal;
	uint32_t origins, signals;
	size_t origin_room, signal_room;
	struct span tag[CATALOG_TAGS];	/* keys of further tags, in order of appearance */
	size_t tags;
	struct table by_raw;		/* origin */
	struct table by_field;		/* signal: origin, raw field */
	struct table by_title;		/* signal: origin, title */
	struct table by_series;		/* series of points that have been seen */
	struct catalog_series *series;
	uint32_t all_series;
	size_t series_room;
	int64_t first, last;		/* times of points, ns; first > last without any */
	struct catalog_counts counts;
	struct buf text, other;		/* scratch */
};

/* All is empty; catalog_free() gives everything back. */
void catalog_init(struct catalog *c);
void catalog_free(struct catalog *c);

/*
 * Takes a line as scanner_line_end() finds it. False when it cannot be used: *expected is then a
 * constant text and *where the offset.
 */
bool catalog_line(struct catalog *c, const char *p, size_t n, size_t *where,
    const char **expected);

/* The bit of a further tag, which is made where it is not there yet; 0 when there are too many. */
uint64_t catalog_tag(struct catalog *c, struct span key);

/*
 * The further tags that a signal's series have, as far as is known: those of its points, or assumed
 * where none came.
 */
uint64_t catalog_tags_of(const struct catalog *c, const struct catalog_signal *s,
    uint64_t assumed);

#endif
