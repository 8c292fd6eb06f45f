#include "dash/outline.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "dash/quote.h"

/* A signal and the panel that it belongs to; the list is sorted by these. */
struct item {
	struct span message;
	enum outline_kind kind;
	struct span unit;
	uint32_t order;			/* in the catalog */
	struct outline_signal signal;
};

/* --- single signals --- */

static bool
any_matches(const char *const *glob, size_t n, struct span title)
{
	size_t i;

	for (i = 0; i < n && fnmatch(glob[i], title.p, 0) != 0; i++)
		;
	return i < n;
}

static bool
is_wanted(const struct catalog_signal *s, const struct outline_options *o)
{
	return !s->twin && (!o->selects || any_matches(o->select, o->selects, s->title))
	    && !any_matches(o->exclude, o->excludes, s->title);
}

static enum outline_kind
kind_of(const struct catalog_signal *s)
{
	struct buf names = { 0 };
	struct states states;
	bool table = s->values.n && !s->unit.n && states_read(&states, s->values, &names);

	buf_free(&names);
	return s->text || table ? OUTLINE_STATES : OUTLINE_SERIES;
}

/* "suffix:rpm/s" for a unit that Grafana does not know; nothing for what only looks like a unit. */
static struct span
unit_of(struct outline *o, struct span unit)
{
	const char *known = units_grafana(unit);
	struct buf b = { 0 };
	struct span s;

	if (known)
		return span_str(known);
	if (!unit.n || span_is(unit, "-"))
		return span_of(NULL, 0);
	buf_puts(&b, "suffix:");
	buf_put_span(&b, unit);
	s = arena_copy(&o->arena, buf_span(&b));
	buf_free(&b);
	return s;
}

static double
convert(const struct units *base, double v)
{
	char in[NUM_DOUBLE_TEXT], out[NUM_DOUBLE_TEXT];

	num_double(span_of(out, units_convert(base, span_of(in, num_put_double(in, v)), out)), &v);
	return v;
}

/* Unit and range, as the values are stored. */
static void
set_unit(struct outline *o, struct item *it, const struct query *q)
{
	const struct catalog_signal *s = it->signal.of;
	const struct units *base = NULL;

	it->signal.ranged = s->ranged;
	it->signal.min = s->min;
	it->signal.max = s->max;
	if (it->kind == OUTLINE_STATES)
		return;
	if (q->metrics)
		metrics_name(q->metrics, s, &base);
	it->unit = base ? span_str(units_grafana_base(base)) : unit_of(o, s->unit);
	if (base && s->ranged) {
		it->signal.min = convert(base, s->min);
		it->signal.max = convert(base, s->max);
	}
}

static bool
is_word(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != '_' && !(s.p[i] >= '0' && s.p[i] <= '9')
		    && !((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'))
			return false;
	return true;
}

/* Its name, and the tags that its series differ in: ${__field.labels.bus}. */
static struct span
name_of(struct outline *o, const struct catalog_signal *s, const struct query *q)
{
	struct buf b = { 0 };
	struct span label, name;
	size_t i;

	quote_display(&b, s->name);
	if (s->text && q->metrics)
		buf_puts(&b, " ${__field.labels.value}");
	for (i = 0; i < q->variables; i++) {
		label = query_label(q, s, &q->variable[i]);
		if (label.n && is_word(label))
			buf_printf(&b, " ${__field.labels.%.*s}", (int)label.n, label.p);
	}
	name = arena_copy(&o->arena, buf_span(&b));
	buf_free(&b);
	return name;
}

static bool
make_item(struct outline *o, struct item *it, const struct catalog_signal *s,
    const struct query *q, const struct query_language *l)
{
	struct buf b = { 0 };
	bool good;

	*it = (struct item){ .message = s->message, .kind = kind_of(s) };
	it->signal.of = s;
	it->order = (uint32_t)(s - q->catalog->signal);
	good = l->signal(&b, q, s, it->kind == OUTLINE_STATES);
	if (good) {
		it->signal.query = arena_copy(&o->arena, buf_span(&b));
		it->signal.name = name_of(o, s, q);
		set_unit(o, it, q);
	} else {
		if (!o->left_out++)
			o->first_left_out = s;
	}
	buf_free(&b);
	return good;
}

/* --- all of them --- */

static int
by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = span_compare(x->message, y->message);

	if (d)
		return d;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	d = span_compare(x->unit, y->unit);
	return d ? d : (x->order > y->order) - (x->order < y->order);
}

static bool
same_panel(const struct item *a, const struct item *b)
{
	return a->kind == b->kind && span_equal(a->unit, b->unit);
}

static bool
same_id(const void *ctx, uint32_t item, const void *key)
{
	(void)ctx;
	return item == *(const uint32_t *)key;
}

/* One that no other has; but for the rare clash, names alone decide which it is. */
static uint32_t
make_id(struct table *taken, struct span message, const char *kind, struct span unit)
{
	uint64_t h = hash_chain(hash_chain(hash_chain(0, message), span_str(kind)), unit);
	uint32_t id;

	do {
		id = (uint32_t)(h % (TABLE_MAX - 1)) + 1;
		h = hash_chain(h, unit);
	} while (table_find(taken, id, same_id, NULL, &id) != TABLE_NONE);
	table_add(taken, id, id);
	return id;
}

static void
fill_panel(struct outline *o, struct outline_panel *p, const struct item *it, size_t n,
    struct table *ids)
{
	static const char *const kind[] = { [OUTLINE_SERIES] = "series", [OUTLINE_STATES] = "states" };
	size_t i;

	*p = (struct outline_panel){ .kind = it->kind, .unit = it->unit, .signals = n };
	p->id = make_id(ids, it->message, kind[it->kind], it->unit);
	p->signal = arena_array(&o->arena, n, sizeof *p->signal);
	for (i = 0; i < n; i++)
		p->signal[i] = it[i].signal;
	o->signals += n;
	o->panels++;
}

/* The items of one message. */
static void
fill_row(struct outline *o, struct outline_row *r, const struct item *it, size_t n,
    struct table *ids)
{
	size_t i, k;

	*r = (struct outline_row){ .message = it->message };
	r->id = make_id(ids, it->message, "row", span_of(NULL, 0));
	r->panel = arena_array(&o->arena, n, sizeof *r->panel);
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && same_panel(&it[i], &it[k]); k++)
			;
		fill_panel(o, &r->panel[r->panels++], &it[i], k - i, ids);
	}
}

static void
fill_rows(struct outline *o, const struct item *it, size_t n)
{
	struct table ids = { 0 };
	size_t i, k;

	o->row = arena_array(&o->arena, n, sizeof *o->row);
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && span_equal(it[i].message, it[k].message); k++)
			;
		fill_row(o, &o->row[o->rows++], &it[i], k - i, &ids);
	}
	table_free(&ids);
}

void
outline_make(struct outline *o, const struct catalog *c, const struct query *q,
    const struct query_language *l, const struct outline_options *options)
{
	struct item *it = mem_resize(NULL, c->signals + 1, sizeof *it);
	size_t n = 0;
	uint32_t i;

	*o = (struct outline){ 0 };
	for (i = 0; i < c->signals; i++)
		if (is_wanted(&c->signal[i], options) && make_item(o, &it[n], &c->signal[i], q, l))
			n++;
	qsort(it, n, sizeof *it, by_place);
	fill_rows(o, it, n);
	free(it);
}

void
outline_free(struct outline *o)
{
	arena_free(&o->arena);
	*o = (struct outline){ 0 };
}
