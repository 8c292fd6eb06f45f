#ifndef SOURCE_COLUMNS_H
#define SOURCE_COLUMNS_H

#include "source/text.h"

/* The columns of a CSV file by the names in its first line. */
enum { COLUMNS_MAX = 16 };

struct columns {
	bool known;
	int8_t at[COLUMNS_MAX];		/* where the column of that name is; -1: nowhere */
};

/*
 * Finds names (NULL-terminated, at most COLUMNS_MAX, each perhaps several with | between them)
 * among the fields. False, and nothing changed, when the first `needed` of them are not all there.
 */
bool columns_find(struct columns *c, const char *const *names, size_t needed,
    const struct span *field, size_t n);

/* The field of a column; empty where there is none in the file or the line. */
static inline struct span
columns_get(const struct columns *c, size_t name, const struct span *field, size_t n)
{
	int at = c->at[name];

	return at >= 0 && (size_t)at < n ? field[at] : span_of("", 0);
}

/* true, 1, yes; false, 0, no or nothing: *v. False for anything else. */
bool columns_bool(struct span s, bool *v);

#endif
