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

/* Where the set of present signals changes: the first value of a range or one past its last. */
static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
present_at(const struct db_signal *s, uint64_t v)
{
	size_t i;

	for (i = 0; i < s->ranges; i++)
		if (v >= s->range[i].first && v <= s->range[i].last)
			return true;
	return false;
}

static bool
same_ranges(const struct db_signal *a, const struct db_signal *b)
{
	return a->ranges == b->ranges
	    && (!a->ranges || !memcmp(a->range, b->range, a->ranges * sizeof *a->range));
}

/* The sorted values at which a new case begins; 0 is the first. */
static size_t
find_edges(struct plan_signal *const *child, size_t n, uint64_t **edges)
{
	uint64_t *e;
	size_t i, k, count = 0, room = 1;

	for (i = 0; i < n; i++)
		room += 2 * child[i]->db->ranges;
	e = *edges = mem_resize(NULL, room, sizeof *e);
	e[count++] = 0;
	for (i = 0; i < n; i++) {
		if (i && same_ranges(child[i - 1]->db, child[i]->db))
			continue;
		for (k = 0; k < child[i]->db->ranges; k++) {
			e[count++] = child[i]->db->range[k].first;
			if (child[i]->db->range[k].last != UINT64_MAX)
				e[count++] = child[i]->db->range[k].last + 1;
		}
	}
	qsort(e, count, sizeof *e, by_value);
	for (i = 0, k = 1; i < count; i++)
		if (e[i] != e[k - 1])
			e[k++] = e[i];
	return k;
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
	struct plan_signal **here = mem_resize(NULL, n, sizeof *here);
	struct plan_case *cases;
	uint64_t *edge;
	size_t edges = find_edges(child, n, &edge), i, k, m;

	sel->mask = UINT64_MAX >> (64 - s->size);
	sel->cases = cases = arena_array(a, edges, sizeof *cases);
	for (i = 0; i < edges; i++) {
		for (k = m = 0; k < n; k++)
			if (present_at(child[k]->db, edge[i]))
				here[m++] = child[k];
		if (m)
			cases[sel->count++] = (struct plan_case){ edge[i],
				i + 1 < edges ? edge[i + 1] - 1 : UINT64_MAX, make_list(here, m, a) };
	}
	add_direct(sel, a);
	free(edge);
	free(here);
	return sel;
}

/* Gathers the signals whose selector is the one with this index of the database; -1: none. */
static size_t
children(struct plan_message *m, int32_t selector, struct plan_signal **out)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < m->signals; i++)
		if (m->signal[i].db->selector == selector)
			out[n++] = &m->signal[i];
	return n;
}

/* A list knows its selectors, so all of them are marked as such before any list is made. */
static void
compile_selectors(struct plan_message *m, struct arena *a)
{
	struct plan_signal **child = mem_resize(NULL, m->signals + 1, sizeof *child), *s;
	static struct plan_selector later;
	uint32_t i;
	size_t n;

	for (i = 0; i < m->signals; i++) {
		s = &m->signal[i];
		if (s->db->multiplexor && children(m, (int32_t)(s->db - m->db->signal), child)) {
			s->selector = &later;
			m->selectors++;
		}
	}
	for (i = 0; i < m->signals; i++) {
		s = &m->signal[i];
		if (!s->selector)
			continue;
		n = children(m, (int32_t)(s->db - m->db->signal), child);
		s->selector = make_selector(s->db, child, n, a);
	}
	n = children(m, -1, child);
	m->always = make_list(child, n, a);
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
