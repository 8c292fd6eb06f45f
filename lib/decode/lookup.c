#include "decode/lookup.h"

#include <stdlib.h>

static int
by_key(const void *a, const void *b)
{
	const struct lookup_entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static uint64_t
exact_key(uint32_t id, bool extended)
{
	return (uint64_t)extended << 32 | id;
}

/* Sorts and keeps the first of each key; returns how many are left. */
static size_t
settle(struct lookup_entry *e, size_t n)
{
	size_t i, k = 0;

	qsort(e, n, sizeof *e, by_key);
	for (i = 0; i < n; i++)
		if (!k || e[i].key != e[k - 1].key)
			e[k++] = e[i];
	return k;
}

struct lookup
lookup_build(const struct plan *const *plan, size_t plans, struct arena *a)
{
	struct lookup_entry *exact, *pgn;
	struct lookup l = { 0 };
	size_t total = 0, i, k;
	uint32_t order = 0;

	for (i = 0; i < plans; i++)
		total += plan[i]->db->messages;
	exact = arena_array(a, total, sizeof *exact);
	pgn = arena_array(a, total, sizeof *pgn);
	for (i = 0; i < plans; i++) {
		for (k = 0; k < plan[i]->db->messages; k++, order++) {
			const struct plan_message *m = &plan[i]->message[k];

			exact[l.exacts++] = (struct lookup_entry){
				exact_key(m->db->id, m->db->extended), order, m };
			if (m->j1939 && m->db->extended)
				pgn[l.pgns++] = (struct lookup_entry){ lookup_pgn(m->db->id), order, m };
		}
	}
	l.exacts = settle(exact, l.exacts);
	l.pgns = settle(pgn, l.pgns);
	l.exact = exact;
	l.pgn = pgn;
	return l;
}

static const struct plan_message *
find(const struct lookup_entry *e, size_t n, uint64_t key)
{
	size_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (e[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && e[lo].key == key ? e[lo].message : NULL;
}

const struct plan_message *
lookup_find_pgn(const struct lookup *l, uint32_t id)
{
	return l->pgns ? find(l->pgn, l->pgns, lookup_pgn(id)) : NULL;
}

const struct plan_message *
lookup_find(const struct lookup *l, uint32_t id, bool extended)
{
	const struct plan_message *m = find(l->exact, l->exacts, exact_key(id, extended));

	return m || !extended ? m : lookup_find_pgn(l, id);
}
