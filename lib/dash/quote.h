#ifndef DASH_QUOTE_H
#define DASH_QUOTE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Names in query languages. Grafana looks for its variables in a query's text before anything
 * else, whatever quotes they stand in: $name, ${name} and [[name]]. So where a language has
 * escapes in hexadecimal, what could be one is written with them.
 */

/* True when Grafana might take a part of s for a variable. */
bool quote_is_live(struct span s);

/* Between two q, with a backslash before q and backslash: InfluxQL. */
void quote_backslash(struct buf *out, struct span s, char q);
/* Between two q, q itself twice: SQL. */
void quote_twice(struct buf *out, struct span s, char q);
/*
 * Between double quotes, with everything but letters, digits, blank and some harmless ASCII as
 * \xNN: PromQL, and Flux, where Grafana looks for words like v.bucket too.
 */
void quote_hex(struct buf *out, struct span s);
/* ^name$ of RE2 that Grafana leaves alone: InfluxQL. */
void quote_regex(struct buf *out, struct span s);

/* For people: with a word joiner (which is not seen) where Grafana would take it for a variable. */
void quote_display(struct buf *out, struct span s);

#endif
