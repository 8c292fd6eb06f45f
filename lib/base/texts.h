#ifndef BASE_TEXTS_H
#define BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Many short texts, one behind the other: each takes its bytes and the 8 of the place that refers
 * to it. What is dropped leaves a hole, until the owner of the places moves all of them over into
 * another one. All zeroes is an empty one.
 */
struct texts {
	char *p;
	size_t len, cap;
	size_t used;		/* bytes of texts that have not been dropped */
};

/* Where a text is; all zeroes is an empty one. */
struct texts_place {
	uint32_t low;
	uint32_t n : 24, high : 8;
};
enum { TEXTS_MAX = (1 << 24) - 1 };	/* bytes of a text */

static inline struct span
texts_at(const struct texts *t, struct texts_place at)
{
	return span_of(t->p + ((size_t)at.high << 32 | at.low), at.n);
}

/* Keeps a text, which is none of these itself. Spans of texts are void afterwards. */
struct texts_place texts_add(struct texts *t, struct span s);
void texts_drop(struct texts *t, struct texts_place *at);

/* More than half of it is holes, and that is worth the work. */
static inline bool
texts_is_wasteful(const struct texts *t)
{
	enum { SLACK = 1 << 16 };

	return t->len > 2 * t->used + SLACK;
}

/* Takes a text over into another one, where there is room for all of them. */
void texts_move(struct texts *to, const struct texts *from, struct texts_place *at);
void texts_reserve(struct texts *t, size_t n);
void texts_free(struct texts *t);

#endif
