#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

/* Memory that is given back all at once. All zeroes is an empty arena. */
struct arena {
	struct arena_chunk *chunk;
	size_t used;		/* bytes taken of the chunk */
};

/* n bytes, cleared, aligned for any type; they live until arena_free(). */
void *arena_alloc(struct arena *a, size_t n) __attribute__((returns_nonnull));
/* The same at a multiple of align, a power of two. */
void *arena_aligned(struct arena *a, size_t n, size_t align) __attribute__((returns_nonnull));
/* count * size bytes, cleared, the product checked. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
/* A copy of the bytes, with a NUL behind them that is not counted. */
struct span arena_copy(struct arena *a, struct span s);
void arena_free(struct arena *a);

#endif
