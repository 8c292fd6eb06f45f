#include "base/table.h"

#include <stdlib.h>

#include "base/mem.h"

/* Linear probing, at most three quarters full; no marks of removed items are left behind. */
struct table_slot {
	uint32_t hash, item;	/* item: number + 1, 0 where the slot is free */
};

enum {
	FIRST = 16,
	LARGE = 4096,	/* from here on growth costs less than room that is never used */
};

static uint32_t
fold(uint64_t hash)
{
	return (uint32_t)(hash >> 32 ^ hash);
}

/* Where a hash belongs. */
static uint32_t
home(uint32_t hash, uint32_t cap)
{
	return (uint32_t)((uint64_t)hash * cap >> 32);
}

static uint32_t
behind(uint32_t i, uint32_t cap)
{
	return i + 1 < cap ? i + 1 : 0;
}

static void
place(struct table_slot *slot, uint32_t cap, struct table_slot s)
{
	uint32_t i = home(s.hash, cap);

	while (slot[i].item)
		i = behind(i, cap);
	slot[i] = s;
}

static void
grow(struct table *t)
{
	uint32_t cap = !t->cap ? FIRST : t->cap < LARGE ? t->cap * 2 : t->cap + t->cap / 4, i;
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
	uint32_t h = fold(hash), i = home(h, t->cap);

	if (!t->cap)
		return TABLE_NONE;
	for (; t->slot[i].item; i = behind(i, t->cap))
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

/* Steps from one slot to another. */
static uint32_t
way(uint32_t from, uint32_t to, uint32_t cap)
{
	return to >= from ? to - from : to + cap - from;
}

/* Closes the gap at i: what stood behind it only because i was taken moves up. */
static void
close_gap(struct table *t, uint32_t i)
{
	uint32_t j;

	for (j = behind(i, t->cap); t->slot[j].item; j = behind(j, t->cap)) {
		if (way(home(t->slot[j].hash, t->cap), j, t->cap) < way(i, j, t->cap))
			continue;
		t->slot[i] = t->slot[j];
		i = j;
	}
	t->slot[i].item = 0;
}

void
table_remove(struct table *t, uint64_t hash, uint32_t item)
{
	uint32_t i;

	if (!t->cap)
		return;
	for (i = home(fold(hash), t->cap); t->slot[i].item; i = behind(i, t->cap)) {
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
