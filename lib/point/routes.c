#include "point/routes.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 256, CACHE_LINE = 64 };

static void
free_buses(struct routes *t)
{
	uint32_t i;

	for (i = 0; i < t->buses; i++) {
		free(t->bus[i]->slot);
		free(t->bus[i]);
	}
	t->buses = t->entries = 0;
	t->last = NULL;
	t->first = t->newest = NULL;
}

void
routes_free(struct routes *t)
{
	free_buses(t);
	arena_free(&t->arena);
}

void
routes_forget(struct routes *t)
{
	routes_free(t);
}

bool
routes_is_full(const struct routes *t)
{
	return t->buses == ROUTES_BUSES || t->entries >= ROUTES_MAX;
}

struct routes_bus *
routes_find_bus(struct routes *t, struct span name)
{
	uint32_t i;

	for (i = 0; i < t->buses; i++) {
		if (span_equal(t->bus[i]->name, name)) {
			t->last = t->bus[i];
			return t->bus[i];
		}
	}
	return NULL;
}

struct routes_bus *
routes_add_bus(struct routes *t, struct span name, const struct lookup *l)
{
	struct routes_bus *b = mem_zero(1, sizeof *b);

	b->name = arena_copy(&t->arena, name);
	b->lookup = l;
	b->slots = SLOTS_FIRST;
	b->slot = mem_zero(b->slots, sizeof(struct route *));
	t->last = t->bus[t->buses++] = b;
	return b;
}

/* Ids are spread by a multiplication; the upper bits are the mixed ones. */
static uint32_t
home(const struct routes_bus *b, uint32_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (b->slots - 1);
}

static void
put_slot(struct routes_bus *b, struct route *e)
{
	uint32_t i = home(b, e->id);

	while (b->slot[i])
		i = (i + 1) & (b->slots - 1);
	b->slot[i] = e;
}

static void
grow(struct routes_bus *b)
{
	struct route **old = b->slot;
	uint32_t n = b->slots, i;

	b->slots *= 2;
	b->slot = mem_zero(b->slots, sizeof(struct route *));
	for (i = 0; i < n; i++)
		if (old[i])
			put_slot(b, old[i]);
	free(old);
}

struct route *
routes_add(struct routes *t, struct routes_bus *b, uint32_t id, bool extended)
{
	struct route *e = arena_aligned(&t->arena, sizeof *e, CACHE_LINE);

	e->id = id;
	e->extended = extended;
	e->bus = b->name;
	t->entries++;
	*(t->newest ? &t->newest->next : &t->first) = e;
	t->newest = e;
	if (!extended) {
		b->standard[id & 0x7ff] = e;
		return e;
	}
	if (2 * ++b->used > b->slots)
		grow(b);
	put_slot(b, e);
	return e;
}

struct route *
routes_find_extended(const struct routes_bus *b, uint32_t id)
{
	uint32_t i = home(b, id);

	while (b->slot[i] && b->slot[i]->id != id)
		i = (i + 1) & (b->slots - 1);
	return b->slot[i];
}
