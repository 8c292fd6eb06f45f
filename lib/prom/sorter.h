#ifndef PROM_SORTER_H
#define PROM_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Sorts more records than memory holds: by key, then time, then in the order in which they were
 * added. What does not fit goes into unnamed temporary files.
 */
struct sorter;

struct sorter_record {
	uint64_t key;
	int64_t time;
	struct span text;	/* of what sorter_next() gives: borrowed until the next call */
};

/*
 * memory: bytes for records, of which each takes 40 more than its text. folder: for the files, or
 * NULL for $TMPDIR, else /var/tmp; borrowed.
 */
struct sorter *sorter_new(size_t memory, const char *folder);
void sorter_free(struct sorter *s);

/* After false sorter_error() tells why, and nothing can be done any more. */
bool sorter_add(struct sorter *s, const struct sorter_record *r);
/* The records in order, after the last sorter_add(). False at their end or at an error. */
bool sorter_next(struct sorter *s, struct sorter_record *r);
/* 0, or an errno. */
int sorter_error(const struct sorter *s);

#endif
