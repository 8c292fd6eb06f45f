#include "base/table.h"

#include <stdlib.h>

#include "base/mem.h"

/* Linear probing, at most three quarters full; no marks of removed items are left behind. */
struct table_slot {
	uint32_t hash, item;	/* item: number + 1, 0 where the slot is free */
};

enum { FIRST = 16 };

static uint32_t
fold(uint64_t hash)
{
	return (uint32_t)(hash >> 32 ^ hash);
}

static void
place(struct table_slot *slot, uint32_t cap, struct table_slot s)
{
	uint32_t i = s.hash & (cap - 1);

	while (slot[i].item)
		i = (i + 1) & (cap - 1);
	slot[i] = s;
}

static void
grow(struct table *t)
{
	uint32_t cap = t->cap ? t->cap * 2 : FIRST, i;
	struct table_slot *slot = mem_zero(cap, sizeof *slot);

	for (i = 0; i < t->cap; i++)
		if (t->slot[i].item)
			place(slot, cap, t->slot[i]);
	free(t->slot);
	t->slot = slot;
	t->cap = cap;
}

uint32_t
table_find(const struct table *t, uint64_t hash, table_same *same, const void *ctx, const void *key)
{
	uint32_t h = fold(hash), i = h & (t->cap - 1);

	if (!t->cap)
		return TABLE_NONE;
	for (; t->slot[i].item; i = (i + 1) & (t->cap - 1))
		if (t->slot[i].hash == h && same(ctx, t->slot[i].item - 1, key))
			return t->slot[i].item - 1;
	return TABLE_NONE;
}

void
table_add(struct table *t, uint64_t hash, uint32_t item)
{
	if (t->used >= t->cap / 4 * 3)
		grow(t);
	place(t->slot, t->cap, (struct table_slot){ fold(hash), item + 1 });
	t->used++;
}

/* Closes the gap at i: what stood behind it only because i was taken moves up. */
static void
close_gap(struct table *t, uint32_t i)
{
	uint32_t mask = t->cap - 1, j = i;

	for (;;) {
		j = (j + 1) & mask;
		if (!t->slot[j].item)
			break;
		if (((j - t->slot[j].hash) & mask) >= ((j - i) & mask)) {
			t->slot[i] = t->slot[j];
			i = j;
		}
	}
	t->slot[i].item = 0;
}

void
table_remove(struct table *t, uint64_t hash, uint32_t item)
{
	uint32_t i;

	if (!t->cap)
		return;
	for (i = fold(hash) & (t->cap - 1); t->slot[i].item; i = (i + 1) & (t->cap - 1)) {
		if (t->slot[i].item != item + 1)
			continue;
		t->used--;
		close_gap(t, i);
		return;
	}
}

void
table_free(struct table *t)
{
	free(t->slot);
	*t = (struct table){ 0 };
}
