#include "db/dbc_raw.h"

#include <stdlib.h>

/*
 * What selects which signals. SG_MUL_VAL_ ("extended multiplexing") says it outright, and goes
 * before the marks of the SG_ lines: mN belongs to the message's M.
 */

static struct dbc_signal *
signals_of(const struct dbc *d, const struct dbc_message *m)
{
	return m->count ? DBC_VEC(struct dbc_signal, &d->signal) + m->first : NULL;
}

/* Ties one SG_MUL_VAL_ to its signal; one of another selector replaces those before. */
static void
link_mul(struct dbc *d, int32_t index)
{
	struct dbc_mul *mul = &DBC_VEC(struct dbc_mul, &d->mul)[index], *other;
	struct dbc_signal *g = dbc_find_signal(d, &mul->ref, "SG_MUL_VAL_ left out"), *selector;
	struct dbc_ref ref = { mul->ref.at, mul->ref.key, mul->selector };

	selector = g ? dbc_find_any_signal(d, &ref, "SG_MUL_VAL_ left out") : NULL;
	if (!selector)
		return;
	mul->selected_by = (int32_t)(selector - DBC_VEC(struct dbc_signal, &d->signal));
	other = g->mul >= 0 ? &DBC_VEC(struct dbc_mul, &d->mul)[g->mul] : NULL;
	if (other && other->selected_by == mul->selected_by)
		mul->next = g->mul;
	else if (other)
		diag_add(&d->diag, mul->ref.at, "expected one multiplexor for a signal, found a second: "
		    "the last one counts");
	g->mul = index;
}

void
dbc_link_muls(struct dbc *d)
{
	size_t i;

	for (i = 0; i < DBC_VEC_N(struct dbc_mul, &d->mul); i++)
		link_mul(d, (int32_t)i);
}

static int
by_first(const void *a, const void *b)
{
	const struct db_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Sorts ranges and joins those that touch; returns how many are left. */
static size_t
join_ranges(struct db_range *r, size_t n)
{
	size_t i, k = 0;

	qsort(r, n, sizeof *r, by_first);
	for (i = 1; i < n; i++) {
		if (r[k].last == UINT64_MAX || r[i].first <= r[k].last + 1)
			r[k].last = r[i].last > r[k].last ? r[i].last : r[k].last;
		else
			r[++k] = r[i];
	}
	return n ? k + 1 : 0;
}

/* The ranges of all SG_MUL_VAL_ of a signal. */
static void
take_ranges(struct dbc *d, struct dbc_signal *g)
{
	const struct dbc_mul *mul = DBC_VEC(struct dbc_mul, &d->mul);
	size_t n = 0;
	int32_t i;

	for (i = g->mul; i >= 0; i = mul[i].next)
		n += mul[i].count;
	g->s.range = arena_array(d->arena, n, sizeof *g->s.range);
	n = 0;
	for (i = g->mul; i >= 0; i = mul[i].next) {
		memcpy(g->s.range + n, DBC_VEC(struct db_range, &d->range) + mul[i].first,
		    mul[i].count * sizeof *g->s.range);
		n += mul[i].count;
	}
	g->s.ranges = join_ranges(g->s.range, n);
}

/*
 * The multiplexor that mN belongs to where nothing else is said: an M that has no selector itself,
 * else any M, else a signal with a bare m, else an mNM; one that can be read before any that is
 * left out.
 */
static int32_t
find_root(const struct dbc_signal *g, size_t n, size_t *roots)
{
	int32_t best = -1;
	int rank, best_rank = 0;
	size_t i;

	*roots = 0;
	for (i = 0; i < n; i++) {
		if (g[i].replaced)
			continue;
		rank = g[i].mark == MARK_ROOT ? 3 + (g[i].mul < 0) : g[i].mark & MARK_BARE ? 2 :
		    g[i].mark & MARK_ROOT ? 1 : 0;
		rank = g[i].left_out || rank == 0 ? rank : rank + 4;
		*roots += rank == 8;
		if (rank > best_rank) {
			best_rank = rank;
			best = (int32_t)i;
		}
	}
	return best;
}

static void
select_by_mark(struct dbc *d, struct dbc_message *m, size_t i, int32_t root, size_t roots)
{
	struct dbc_signal *all = signals_of(d, m), *g = &all[i];
	char quote[DIAG_QUOTE];

	if (root < 0) {
		diag_add(&d->diag, g->at, "expected a multiplexor, M, for signal '%s', found none in the "
		    "message: taken as always present", diag_quote(g->s.name, quote));
		return;
	}
	if (root == (int32_t)i)
		return;
	if (roots > 1)
		diag_add(&d->diag, g->at, "expected SG_MUL_VAL_ for a signal of a message with %zu "
		    "multiplexors, found none: taken as selected by '%s'", roots,
		    diag_quote(all[root].s.name, quote));
	g->s.selector = root;
	g->s.range = arena_array(d->arena, 1, sizeof *g->s.range);
	g->s.range[0] = (struct db_range){ g->branch, g->branch };
	g->s.ranges = 1;
}

/* Follows the selectors from each signal once; one that leads back to its beginning is cut. */
static void
break_cycles(struct dbc *d, struct dbc_message *m)
{
	struct dbc_signal *g = signals_of(d, m);
	uint32_t *seen = arena_array(d->arena, m->count, sizeof *seen);
	char quote[DIAG_QUOTE];
	size_t i, at;
	int32_t next;

	for (i = 0; i < m->count; i++) {
		for (at = i; !seen[at] && g[at].s.selector >= 0; at = (size_t)next) {
			seen[at] = (uint32_t)i + 1;
			next = g[at].s.selector;
			if (seen[next] != i + 1)
				continue;
			diag_add(&d->diag, g[at].at, "expected a multiplexor that does not depend on "
			    "signal '%s', found one: taken as always present",
			    diag_quote(g[at].s.name, quote));
			g[at].s.selector = -1;
			g[at].s.ranges = 0;
			break;
		}
	}
}

/* Signals whose selector is left out are, too: when they are present cannot be known. */
static void
leave_out(struct dbc *d, struct dbc_message *m)
{
	struct dbc_signal *g = signals_of(d, m);
	bool *seen = arena_array(d->arena, m->count, sizeof *seen), lost;
	char quote[2][DIAG_QUOTE];
	size_t i, at;

	for (i = 0; i < m->count; i++) {
		for (at = i; !seen[at] && g[at].s.selector >= 0; at = (size_t)g[at].s.selector)
			;
		lost = g[at].final < 0;
		for (at = i; !seen[at] && g[at].s.selector >= 0; at = (size_t)g[at].s.selector) {
			seen[at] = true;
			if (!lost || g[at].final < 0)
				continue;
			diag_add(&d->diag, g[at].at, "expected a multiplexor that can be read for signal "
			    "'%s', found '%s': signal left out", diag_quote(g[at].s.name, quote[0]),
			    diag_quote(g[g[at].s.selector].s.name, quote[1]));
			g[at].final = -1;
		}
	}
}

/* The places of those that are left, and what selects them. */
static void
renumber(struct dbc_signal *g, size_t n)
{
	int32_t next = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (g[i].final < 0)
			continue;
		g[i].final = next++;
		if (g[i].s.selector >= 0)
			g[g[i].s.selector].s.multiplexor = true;
	}
}

void
dbc_link_mux(struct dbc *d, struct dbc_message *m)
{
	struct dbc_signal *g = signals_of(d, m);
	size_t i, roots;
	int32_t root;
	bool any = false;

	root = find_root(g, m->count, &roots);
	for (i = 0; i < m->count; i++) {
		g[i].s.selector = -1;
		if (g[i].final < 0)
			continue;
		if (g[i].mul >= 0) {
			g[i].s.selector = DBC_VEC(struct dbc_mul, &d->mul)[g[i].mul].selected_by
			    - (int32_t)m->first;
			take_ranges(d, &g[i]);
		} else if (g[i].mark & MARK_BRANCH) {
			select_by_mark(d, m, i, root, roots);
		}
		any |= g[i].s.selector >= 0;
	}
	if (!any)
		return;
	break_cycles(d, m);
	leave_out(d, m);
	renumber(g, m->count);
}
