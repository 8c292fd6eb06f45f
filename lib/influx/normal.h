#ifndef INFLUX_NORMAL_H
#define INFLUX_NORMAL_H

#include <stdbool.h>
#include <stddef.h>

#include "influx/batch.h"

/*
 * For servers that know no unsigned integers (InfluxDB 1): each field 12u of the lines from `from`
 * up to, not including, `to` becomes 12i where that is the same number, in place; where it is not
 * the server refuses it. What was changed is appended to *changes. False: nothing was.
 */
bool normal_unsigned(struct batch *b, size_t from, size_t to, struct buf *changes);
/*
 * For the others: takes that back in those of the lines that are still there, and empties
 * *changes. Numbers of lines must rise. False: there was nothing.
 */
bool normal_undo(struct batch *b, struct buf *changes);
/* Whether there may be one in n bytes of lines. Quick. */
bool normal_may_change(const char *p, size_t n);

#endif
