#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;		/* of data */
	size_t mapped;		/* bytes of the mapping, 0: from the heap */
	alignas(max_align_t) char data[];
};

/* A small first chunk; from then on pages that the kernel hands out two megabytes at a time. */
enum { FIRST = 64 * 1024, HUGE = 2 << 20 };

/* n bytes, a multiple of HUGE, aligned to it; NULL when there are none. */
static void *
map_aligned(size_t n)
{
	char *p = mmap(NULL, n + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t lead;

	if (p == MAP_FAILED)
		return NULL;
	lead = (HUGE - (uintptr_t)p % HUGE) % HUGE;
	if (lead)
		munmap(p, lead);
	if (lead < HUGE)
		munmap(p + lead + n, HUGE - lead);
	madvise(p + lead, n, MADV_HUGEPAGE);	/* advice: without it, more page faults */
	return p + lead;
}

static struct arena_chunk *
new_chunk(size_t n, bool first)
{
	struct arena_chunk *c = NULL;
	size_t mapped = 0;

	if (first && n <= FIRST) {
		c = mem_zero(1, sizeof *c + FIRST);
		c->size = FIRST;
		return c;
	}
	if (n < SIZE_MAX / 2) {
		mapped = (n + sizeof *c + HUGE - 1) / HUGE * HUGE;
		c = map_aligned(mapped);
	}
	if (!c)
		return mem_zero(1, SIZE_MAX);	/* ends the program */
	c->mapped = mapped;
	c->size = mapped - sizeof *c;
	return c;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	size_t align = alignof(max_align_t);
	size_t at = (a->used + align - 1) / align * align;
	struct arena_chunk *c;

	if (!a->chunk || at > a->chunk->size || a->chunk->size - at < n) {
		c = new_chunk(n, !a->chunk);
		c->next = a->chunk;
		a->chunk = c;
		at = 0;
	}
	a->used = at + n;
	return a->chunk->data + at;
}

void *
arena_aligned(struct arena *a, size_t n, size_t align)
{
	char *p = arena_alloc(a, n + align);
	size_t over = (uintptr_t)p % align;

	return over ? p + align - over : p;
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
		if (c->mapped)
			munmap(c, c->mapped);
		else
			free(c);
	}
	*a = (struct arena){ 0 };
}
