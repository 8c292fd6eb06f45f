#ifndef PROM_TEXT_H
#define PROM_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/* Where a text stands on the page, which decides what is escaped with a backslash there. */
enum text_place {
	TEXT_CLEAN,		/* nothing: for keeping */
	TEXT_LABEL,		/* a label's value, and HELP in OpenMetrics: \ " newline */
	TEXT_HELP,		/* HELP in the text format 0.0.4: \ newline */
	TEXT_JSON,		/* the inside of a JSON string: \ newline " tab */
};

/*
 * Appends a text of whatever bytes as valid UTF-8: a byte that is part of none, and a control
 * character other than tab and newline, becomes \xNN (a backslash of that is escaped in turn
 * where the place wants it). Prometheus refuses a whole page for one invalid byte or NUL in it.
 */
void text_put(struct buf *out, struct span s, enum text_place place);

/* The first bytes of s, at most max, that end with a whole character where s is UTF-8. */
struct span text_cut(struct span s, size_t max);

#endif
