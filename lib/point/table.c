#include "point/table.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 256 };

static void
free_buses(struct table *t)
{
	uint32_t i;

	for (i = 0; i < t->buses; i++) {
		free(t->bus[i]->slot);
		free(t->bus[i]);
	}
	t->buses = t->last = t->entries = 0;
}

void
table_free(struct table *t)
{
	free_buses(t);
	arena_free(&t->arena);
}

void
table_forget(struct table *t)
{
	table_free(t);
}

bool
table_is_full(const struct table *t)
{
	return t->buses == TABLE_BUSES || t->entries >= TABLE_ENTRIES;
}

struct table_bus *
table_find_bus(struct table *t, struct span name)
{
	uint32_t i;

	for (i = 0; i < t->buses; i++) {
		if (span_equal(t->bus[i]->name, name)) {
			t->last = i;
			return t->bus[i];
		}
	}
	return NULL;
}

struct table_bus *
table_add_bus(struct table *t, struct span name, const struct lookup *l)
{
	struct table_bus *b = mem_zero(1, sizeof *b);

	b->name = arena_copy(&t->arena, name);
	b->lookup = l;
	b->slots = SLOTS_FIRST;
	b->slot = mem_zero(b->slots, sizeof(struct table_entry *));
	t->last = t->buses;
	t->bus[t->buses++] = b;
	return b;
}

/* Ids are spread by a multiplication; the upper bits are the mixed ones. */
static uint32_t
home(const struct table_bus *b, uint32_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (b->slots - 1);
}

static void
put_slot(struct table_bus *b, struct table_entry *e)
{
	uint32_t i = home(b, e->id);

	while (b->slot[i])
		i = (i + 1) & (b->slots - 1);
	b->slot[i] = e;
}

static void
grow(struct table_bus *b)
{
	struct table_entry **old = b->slot;
	uint32_t n = b->slots, i;

	b->slots *= 2;
	b->slot = mem_zero(b->slots, sizeof(struct table_entry *));
	for (i = 0; i < n; i++)
		if (old[i])
			put_slot(b, old[i]);
	free(old);
}

struct table_entry *
table_add(struct table *t, struct table_bus *b, uint32_t id, bool extended)
{
	struct table_entry *e = arena_alloc(&t->arena, sizeof *e);

	e->id = id;
	e->extended = extended;
	t->entries++;
	if (!extended) {
		b->standard[id & 0x7ff] = e;
		return e;
	}
	if (2 * ++b->used > b->slots)
		grow(b);
	put_slot(b, e);
	return e;
}

struct table_entry *
table_find_extended(const struct table_bus *b, uint32_t id)
{
	uint32_t i = home(b, id);

	while (b->slot[i] && b->slot[i]->id != id)
		i = (i + 1) & (b->slots - 1);
	return b->slot[i];
}
