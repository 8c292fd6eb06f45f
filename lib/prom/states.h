#ifndef PROM_STATES_H
#define PROM_STATES_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* A value table as a set of states. */
enum { STATES_MAX = 128 };	/* a longer table is a list of codes, not of states */

/* A state has a label of its own; several values may share it. */
struct states {
	struct span label[STATES_MAX + 1];	/* the last one: what is in no row of the table */
	size_t labels;				/* with that one */
	double value[STATES_MAX];
	unsigned char of[STATES_MAX];		/* the label of each value */
	size_t values;
};

/*
 * The next row of a table as #meta lines have it: lines of number, blank, label
 * (man/canpipe-points.5); lines that are none are passed over. text shrinks. Without a label the
 * number is that, too, the very same bytes. False at the end.
 */
bool states_next(struct span *text, struct span *number, struct span *label);

/*
 * Reads such a table. Labels are spans of text, or of names for "other" (with _ behind it while
 * that is taken). False with no value, or over STATES_MAX.
 */
bool states_read(struct states *s, struct span text, struct buf *names);

#endif
