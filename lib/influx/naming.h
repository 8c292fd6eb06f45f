#ifndef INFLUX_NAMING_H
#define INFLUX_NAMING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "influx/batch.h"

/* Which lines of a batch a server has refused, each with its reason. All zeroes is none. */
struct naming {
	struct naming_line {
		size_t line;		/* in the batch; rising */
		size_t at, n;		/* the reason, in reasons */
	} *line;
	size_t count, room;
	struct buf reasons;
};

void naming_clear(struct naming *m);
void naming_free(struct naming *m);
/* Lines must be added in rising order. */
void naming_add(struct naming *m, size_t line, struct span reason);
static inline struct span
naming_reason(const struct naming *m, size_t i)
{
	return m->line[i].n ? span_of(m->reasons.p + m->line[i].at, m->line[i].n) : span_of("", 0);
}

/*
 * Finds the lines of [from, to) that a message quotes as influxdb does, one after the other:
 * unable to parse 'LINE': REASON
 * A line may hold quotes, colons and newlines, so the batch is looked for in the message and not
 * the other way round; bytes that are no UTF-8 stand in JSON as U+FFFD. Returns how many
 * quotations there are, those included whose line was not found.
 */
size_t naming_by_quote(struct naming *m, struct span message, const struct batch *b, size_t from,
    size_t to);

/* Adds the lines of [from, to) that check_line() refuses; m must be empty. */
void naming_by_check(struct naming *m, const struct batch *b, size_t from, size_t to,
    bool unsigned_fields);

/* Makes every line of [from, to) a named one: those not yet named get the reason. */
void naming_all(struct naming *m, size_t from, size_t to, struct span reason);

#endif
