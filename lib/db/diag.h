#ifndef DB_DIAG_H
#define DB_DIAG_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "db/model.h"

/*
 * Diagnostics while a text is read: collected by their place in it, in any order; lines and
 * columns are counted once, at the end.
 */
struct diag {
	struct span text;	/* what is read; set by the user */
	struct arena *arena;	/* where the messages go; set by the user */
	struct buf items;
	size_t unlisted;	/* more than are kept */
	size_t unlisted_at;	/* the first of them */
};

enum { DIAG_MAX = 10000 };	/* as many are kept: a text of nothing but damage stays bounded */

/* One diagnostic about the byte `at` of the text. */
void diag_add(struct diag *d, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void diag_vadd(struct diag *d, size_t at, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

enum { DIAG_QUOTE = 80 };
/* A copy of some of the text for a message: cut at 32 bytes, control characters as dots. */
const char *diag_quote(struct span s, char out[static DIAG_QUOTE]);

/*
 * Counts lines for diag_line(). Ascending places cost one walk through the text, others begin
 * again.
 */
struct diag_cursor {
	struct span text;
	size_t start;		/* where the line begins that it is in */
	uint32_t line;		/* from 0 */
};
/* The line of a place, from 1. */
uint32_t diag_line(struct diag_cursor *c, size_t at);

/* All of them into db->diagnostic, sorted by place; gives back what diag_add() took. */
void diag_finish(struct diag *d, struct db *db);

#endif
