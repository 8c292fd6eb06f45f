#ifndef PROM_LABELS_H
#define PROM_LABELS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * A point's tags as labels. All zeroes is an empty one; its memory is used again by the next call
 * and given back by labels_free().
 */
struct labels {
	struct buf text;	/* bus="can0",vehicle="7", sorted by name; empty without tags */
	struct buf bytes;	/* keys, names and values, for the rows */
	struct label *row;
	size_t rows;
	struct span clash_key, clash_name;	/* the last tag that could not have its own name */
};

enum { LABELS_MAX = 64 };

/*
 * Makes labels of raw tags ("k=v,k=v"). Two tags never share a name: one whose key is a label's
 * name as it stands has it, of the others the first in order of their bytes, and what is left
 * gets _2, _3 and so on behind it; *clashes counts these. False beyond LABELS_MAX tags.
 */
bool labels_build(struct labels *l, struct span raw, size_t *clashes);
/* After labels_build(): the label of a tag (its key without escapes), empty where it has none. */
struct span labels_name(const struct labels *l, struct span key);
void labels_free(struct labels *l);

#endif
