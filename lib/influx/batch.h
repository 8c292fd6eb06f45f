#ifndef INFLUX_BATCH_H
#define INFLUX_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Lines on their way to the server, one behind the other as they will stand in a request. */
struct batch_line {
	size_t at, n;		/* in text, without the newline */
	uint64_t number;	/* of the input, from 1 */
};

/* All zeroes is an empty one. */
struct batch {
	struct buf text;
	struct batch_line *line;
	size_t lines, room;
};

/* Appends a line, given without its newline. */
void batch_add(struct batch *b, struct span text, uint64_t number);
static inline struct span
batch_text(const struct batch *b, size_t i)
{
	return span_of(b->text.p + b->line[i].at, b->line[i].n);
}
/* The lines from `from` up to, not including, `to`, each with its newline. */
struct span batch_range(const struct batch *b, size_t from, size_t to);
/* Takes out count lines; index rises. What spans pointed to is gone. */
void batch_remove(struct batch *b, const size_t *index, size_t count);
/* Empties it; the memory is kept for the next lines. */
void batch_clear(struct batch *b);
void batch_free(struct batch *b);

#endif
