#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	alignas(max_align_t) char data[];
};

enum { CHUNK = 64 * 1024 };

void *
arena_alloc(struct arena *a, size_t n)
{
	size_t align = alignof(max_align_t);
	size_t at = (a->used + align - 1) / align * align;
	struct arena_chunk *c;
	size_t size;

	if (!a->chunk || at > a->chunk->size || a->chunk->size - at < n) {
		size = n > CHUNK ? n : CHUNK;
		c = mem_zero(1, sizeof *c + size);
		c->size = size;
		c->next = a->chunk;
		a->chunk = c;
		at = 0;
	}
	a->used = at + n;
	return a->chunk->data + at;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		return mem_zero(SIZE_MAX, size);	/* ends the program */
	return arena_alloc(a, count * size);
}

struct span
arena_copy(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return span_of(p, s.n);
}

void
arena_free(struct arena *a)
{
	struct arena_chunk *c = a->chunk, *next;

	for (; c; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena){ 0 };
}
