#include "decode/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "can/frame.h"

/* Selector values below this are looked up directly. */
enum { DIRECT_MAX = 4096 };

static void
place(struct plan_signal *p, const struct db_signal *s)
{
	uint32_t bit = s->start % 8, used = s->big_endian ? 7 - bit : bit;

	p->need = (uint16_t)((s->start / 8 * 8 + used + s->size + 7) / 8);
	p->ninth = used + s->size > 64;
	if (p->need <= 8)
		used += s->start / 8 * 8;
	else
		p->byte = (uint16_t)(s->start / 8);
	p->right = (uint8_t)(64 - s->size);
	p->left = (uint8_t)(p->ninth ? 0 : s->big_endian ? used : 64 - used - s->size);
}

/* The widest payload decides what can ever be present. */
static bool
decodable(const struct db_signal *s)
{
	return s->size >= 1 && s->size <= 64 && s->start / 8 < FRAME_DATA_MAX;
}

static void
compile_signal(struct plan_signal *p, const struct db_signal *s, bool wanted,
    struct plan_count *count, struct arena *a)
{
	*p = (struct plan_signal){ .db = s, .index = count->signals++, .wanted = wanted,
		.big_endian = s->big_endian, .is_signed = s->type == DB_SIGNED };
	place(p, s);
	p->scale = scale_compile(s, &count->tables, a);
}

static struct plan_list
make_list(struct plan_signal *const *s, size_t n, struct arena *a)
{
	struct plan_list l = { 0 };
	const struct plan_signal **signal = arena_array(a, n, sizeof *signal);
	const struct plan_signal **selector = arena_array(a, n, sizeof *selector);
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i]->wanted)
			signal[l.signals++] = s[i];
		if (s[i]->selector)
			selector[l.selectors++] = s[i];
	}
	l.signal = signal;
	l.selector = selector;
	return l;
}

/* Where the set of present signals changes: a range begins, or is past its last value. */
struct edge {
	uint64_t value;
	uint32_t child;
	bool begins;
};

static int
by_value(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

static size_t
find_edges(struct plan_signal *const *child, size_t n, struct edge **edges)
{
	const struct db_range *r;
	size_t i, k, count = 0, room = 0;
	struct edge *e;

	for (i = 0; i < n; i++)
		room += 2 * child[i]->db->ranges;
	e = *edges = mem_resize(NULL, room + 1, sizeof *e);
	for (i = 0; i < n; i++)
		for (k = 0; k < child[i]->db->ranges; k++) {
			r = &child[i]->db->range[k];
			e[count++] = (struct edge){ r->first, (uint32_t)i, true };
			if (r->last != UINT64_MAX)
				e[count++] = (struct edge){ r->last + 1, (uint32_t)i, false };
		}
	qsort(e, count, sizeof *e, by_value);
	return count;
}

/* The signals that are present, in the order of the message. */
struct present {
	struct plan_signal **signal;
	size_t n;
	uint32_t *depth;		/* for each child, the ranges that it is in */
};

static void
cross(struct present *p, struct plan_signal *const *child, const struct edge *e)
{
	struct plan_signal *s = child[e->child];
	size_t at = p->n, low = 0, middle;

	if (e->begins ? p->depth[e->child]++ : --p->depth[e->child])
		return;
	while (low < at) {
		middle = (low + at) / 2;
		if (p->signal[middle] < s)
			low = middle + 1;
		else
			at = middle;
	}
	if (e->begins)
		memmove(p->signal + at + 1, p->signal + at, (p->n++ - at) * sizeof s);
	else
		memmove(p->signal + at, p->signal + at + 1, (--p->n - at) * sizeof s);
	if (e->begins)
		p->signal[at] = s;
}

static void
add_direct(struct plan_selector *sel, struct arena *a)
{
	uint64_t size = sel->count ? sel->cases[sel->count - 1].first + 1 : 0, v;
	uint32_t *direct, i;

	if (size > DIRECT_MAX)
		size = DIRECT_MAX;
	direct = arena_array(a, size, sizeof *direct);
	for (i = 0; i < sel->count; i++)
		for (v = sel->cases[i].first; v <= sel->cases[i].last && v < size; v++)
			direct[v] = i + 1;
	sel->direct = direct;
	sel->direct_size = (uint32_t)size;
}

/* The cases of one selector; children are the signals whose selector it is. */
static struct plan_selector *
make_selector(const struct db_signal *s, struct plan_signal *const *child, size_t n,
    struct arena *a)
{
	struct plan_selector *sel = arena_alloc(a, sizeof *sel);
	struct present here = { mem_resize(NULL, n, sizeof *here.signal), 0,
		mem_resize(NULL, n, sizeof *here.depth) };
	struct plan_case *cases;
	struct edge *edge;
	size_t edges = find_edges(child, n, &edge), i, k;

	memset(here.depth, 0, n * sizeof *here.depth);
	sel->mask = UINT64_MAX >> (64 - s->size);
	sel->cases = cases = arena_array(a, edges, sizeof *cases);
	for (i = 0; i < edges; i = k) {
		for (k = i; k < edges && edge[k].value == edge[i].value; k++)
			cross(&here, child, &edge[k]);
		if (here.n)
			cases[sel->count++] = (struct plan_case){ edge[i].value,
				k < edges ? edge[k].value - 1 : UINT64_MAX, make_list(here.signal, here.n, a) };
	}
	add_direct(sel, a);
	free(edge);
	free(here.signal);
	free(here.depth);
	return sel;
}

/*
 * The signals by what selects them: those of the selector with index k of the database from
 * first[k + 1] up to first[k + 2]; k = -1 are those that are always present.
 */
static struct plan_signal **
group(struct plan_message *m, uint32_t **first)
{
	struct plan_signal **child = mem_resize(NULL, m->signals + 1, sizeof *child);
	uint32_t *f = *first = mem_resize(NULL, m->db->signals + 3, sizeof *f), i;
	size_t k;

	memset(f, 0, (m->db->signals + 3) * sizeof *f);
	for (i = 0; i < m->signals; i++)
		f[m->signal[i].db->selector + 3]++;
	for (k = 1; k < m->db->signals + 3; k++)
		f[k] += f[k - 1];
	for (i = 0; i < m->signals; i++)
		child[f[m->signal[i].db->selector + 2]++] = &m->signal[i];
	return child;
}

/* A list knows its selectors, so all of them are marked as such before any list is made. */
static void
compile_selectors(struct plan_message *m, struct arena *a)
{
	uint32_t *first, i;
	struct plan_signal **child = group(m, &first), *s;
	static struct plan_selector later;
	size_t k;

	for (i = 0; i < m->signals; i++) {
		s = &m->signal[i];
		k = (size_t)(s->db - m->db->signal) + 1;
		if (s->db->multiplexor && first[k] < first[k + 1]) {
			s->selector = &later;
			m->selectors++;
		}
	}
	for (i = 0; i < m->signals; i++) {
		s = &m->signal[i];
		k = (size_t)(s->db - m->db->signal) + 1;
		if (s->selector)
			s->selector = make_selector(s->db, child + first[k], first[k + 1] - first[k], a);
	}
	m->always = make_list(child, first[1], a);
	free(first);
	free(child);
}

void
plan_each_list(struct plan_message *m, void (*f)(void *arg, struct plan_list *l), void *arg)
{
	uint32_t i, k;

	f(arg, &m->always);
	for (i = 0; i < m->signals; i++)
		for (k = 0; m->signal[i].selector && k < m->signal[i].selector->count; k++)
			f(arg, &m->signal[i].selector->cases[k].list);
}

static void
compile_message(struct plan_message *m, plan_wants *wants, const void *arg,
    struct plan_count *count, struct arena *a)
{
	const struct db_message *db = m->db;
	size_t i;
	bool wanted;

	m->signal = arena_array(a, db->signals, sizeof *m->signal);
	for (i = 0; i < db->signals; i++) {
		if (!decodable(&db->signal[i]))
			continue;
		wanted = !wants || wants(arg, db, &db->signal[i]);
		m->wanted += wanted;
		compile_signal(&m->signal[m->signals++], &db->signal[i], wanted, count, a);
	}
	compile_selectors(m, a);
}

struct plan
plan_compile(const struct db *db, bool j1939, plan_wants *wants, const void *arg,
    struct plan_count *count, struct arena *a)
{
	struct plan p = { db, arena_array(a, db->messages, sizeof *p.message) };
	size_t i;

	for (i = 0; i < db->messages; i++) {
		p.message[i] = (struct plan_message){ .db = &db->message[i], .index = count->messages++,
			.j1939 = db->message[i].j1939 || (j1939 && db->message[i].extended) };
		compile_message(&p.message[i], wants, arg, count, a);
	}
	return p;
}
