#ifndef LINE_META_H
#define LINE_META_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The comment lines that tell what line protocol has no room for (man/canpipe-points.5):
 * #meta TAB measurement[,tag=value...] TAB field { TAB key TAB text } LF
 * Measurement, tags and field are escaped as in the points; in a text, backslash, double quote,
 * tab, CR and LF are written \\ \q \t \r \n, so that no comment ever holds a double quote.
 */

/* Starts a line; series and field as they stand in the points (raw, escaped). */
void meta_begin(struct buf *out, struct span series, struct span field);
/* One pair; key is a word, text any UTF-8. */
void meta_pair(struct buf *out, const char *key, struct span text);
void meta_end(struct buf *out);

struct meta_line {
	struct span series, field;	/* raw */
	struct span pairs;		/* for meta_next_pair() */
};

/* Takes a line apart (newline optional); false when it is no #meta line. */
bool meta_split(const char *p, size_t n, struct meta_line *m);
/* The next pair; the text goes unescaped into *text (cleared first). False at the end. */
bool meta_next_pair(struct span *pairs, struct span *key, struct buf *text);

#endif
