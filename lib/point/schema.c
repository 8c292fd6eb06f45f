#include "point/schema.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/mem.h"
#include "point/layout.h"
#include "point/nearest.h"
#include "point/series.h"

/* The databases of one bus, or of all buses that have none of their own. */
struct schema_group {
	struct span bus;
	struct lookup lookup;
};

static bool
any_matches(const char *const *glob, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fnmatch(glob[i], name, 0) == 0)
			return true;
	return false;
}

static bool
wants(const void *arg, const struct db_message *m, const struct db_signal *s)
{
	const struct point_options *o = arg;
	struct buf name = { 0 };
	bool yes = true;

	if (o->selects || o->excludes) {
		buf_put_span(&name, m->name);
		buf_putc(&name, '.');
		buf_put_span(&name, s->name);
		yes = (!o->selects || any_matches(o->select, o->selects, buf_str(&name)))
		    && !any_matches(o->exclude, o->excludes, buf_str(&name));
		buf_free(&name);
	}
	return yes;
}

static struct thin_band *
compile_bands(const struct plan_message *m, const struct point_options *o, struct arena *a)
{
	struct thin_band *b = arena_array(a, m->signals, sizeof *b);
	uint32_t i;

	for (i = 0; i < m->signals; i++)
		b[i] = thin_band_of(o, m->db, m->signal[i].db);
	return b;
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void
compile_list(void *arg, struct plan_list *list)
{
	layout_compile(list, arg);
}

/* For all messages, in the order of their index. */
static void
each_message(struct schema *s, struct field_scope *c,
    void (*f)(struct schema *, struct field_scope *, struct plan_message *))
{
	size_t i, k;

	for (i = 0; i < s->o->dbs; i++)
		for (k = 0; k < s->plan[i].db->messages; k++)
			f(s, c, &s->plan[i].message[k]);
}

static void
enter_measurement(struct schema *s, struct field_scope *c, const struct plan_message *m)
{
	struct buf b = { 0 };

	series_put_scope(&b, s->o, m->db, m->j1939);
	c->measurement = types_measurement(c->types, arena_copy(&s->arena, buf_span(&b)));
	c->with_raw = s->o->unknown && span_is(buf_span(&b), SERIES_RAW);
	buf_free(&b);
}

static void
name_fields(struct schema *s, struct field_scope *c, struct plan_message *m)
{
	enter_measurement(s, c, m);
	s->fields[m->index] = field_name(c, m);
}

static void
name_labels(struct schema *s, struct field_scope *c, struct plan_message *m)
{
	enter_measurement(s, c, m);
	field_name_labels(c, m, s->fields[m->index]);
}

static void
compile_message(struct schema *s, struct field_scope *c, struct plan_message *m)
{
	enter_measurement(s, c, m);
	field_compile(c, m, s->fields[m->index]);
	plan_each_list(m, compile_list, &s->arena);
	if (s->bands)
		s->bands[m->index] = compile_bands(m, s->o, &s->arena);
	s->wanted += m->wanted;
	s->most_wanted = larger(s->most_wanted, m->wanted);
	s->most_selectors = larger(s->most_selectors, m->selectors);
}

static void
compile_messages(struct schema *s, field_note *note, void *arg)
{
	struct types types;
	struct field_scope c = { .o = s->o, .types = &types, .arena = &s->arena, .note = note,
		.arg = arg };

	types_init(&types);
	each_message(s, &c, name_fields);
	if (s->o->labels == POINT_BOTH)
		each_message(s, &c, name_labels);
	each_message(s, &c, compile_message);
	types_free(&types);
}

static void
compile_plans(struct schema *s)
{
	const struct point_options *o = s->o;
	struct plan_count count = { 0 };
	size_t i;

	s->plan = arena_array(&s->arena, o->dbs, sizeof *s->plan);
	for (i = 0; i < o->dbs; i++)
		s->plan[i] = plan_compile(o->db[i].db, o->j1939, wants, o, &count, &s->arena);
	s->messages = count.messages;
	s->fields = arena_array(&s->arena, count.messages, sizeof(struct point_field *));
	if (o->changes)
		s->bands = arena_array(&s->arena, count.messages, sizeof(struct thin_band *));
}

/* The databases for a bus: its own first, then those for all. */
static struct lookup
build_lookup(struct schema *s, struct span bus)
{
	const struct plan **plan = mem_resize(NULL, 2 * s->o->dbs + 1, sizeof *plan);
	struct lookup l;
	size_t i, n = 0;

	for (i = 0; bus.n && i < s->o->dbs; i++)
		if (span_equal(s->o->db[i].bus, bus))
			plan[n++] = &s->plan[i];
	for (i = 0; i < s->o->dbs; i++)
		if (!s->o->db[i].bus.n)
			plan[n++] = &s->plan[i];
	l = lookup_build(plan, n, &s->arena);
	free(plan);
	return l;
}

const struct lookup *
schema_lookup(const struct schema *s, struct span bus)
{
	size_t i;

	for (i = 1; i < s->groups; i++)
		if (span_equal(s->group[i].bus, bus))
			return &s->group[i].lookup;
	return &s->group[0].lookup;
}

static void
build_groups(struct schema *s)
{
	size_t i;

	s->group = arena_array(&s->arena, s->o->dbs + 1, sizeof *s->group);
	s->groups = 1;
	s->group[0].lookup = build_lookup(s, span_of(NULL, 0));
	for (i = 0; i < s->o->dbs; i++) {
		struct span bus = s->o->db[i].bus;

		if (!bus.n || schema_lookup(s, bus) != &s->group[0].lookup)
			continue;
		s->group[s->groups].lookup = build_lookup(s, bus);
		s->group[s->groups++].bus = bus;
	}
}


static bool
in_plan(const struct plan *p, const struct plan_message *m)
{
	return m >= p->message && m < p->message + p->db->messages;
}

/* Messages that only an exact id can tell apart; the first of them gets the frames without one. */
static void
tell_shared_pgns(const struct schema *s, const struct plan *plan, field_note *note, void *arg)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; note && i < plan->db->messages; i++) {
		const struct plan_message *m = &plan->message[i], *first;

		if (!m->j1939 || !m->db->extended)
			continue;
		first = lookup_find_pgn(&s->group[0].lookup, m->db->id);
		if (!first || first == m || !in_plan(plan, first))
			continue;
		b.len = 0;
		buf_printf(&b, "messages %.*s and %.*s have one PGN (%u): frames with neither's id are "
		    "taken as %.*s", (int)first->db->name.n, first->db->name.p, (int)m->db->name.n,
		    m->db->name.p, lookup_pgn(m->db->id), (int)first->db->name.n, first->db->name.p);
		note(arg, buf_str(&b));
	}
	buf_free(&b);
}

void
schema_build(struct schema *s, const struct point_options *o, field_note *note, void *arg)
{
	size_t i;

	*s = (struct schema){ .o = o, .meta_per_bus = series_depends_on_bus(o),
		.meta_per_id = series_depends_on_id(o) };
	compile_plans(s);
	compile_messages(s, note, arg);
	build_groups(s);
	for (i = 0; i < o->dbs; i++)
		tell_shared_pgns(s, &s->plan[i], note, arg);
	nearest_tell(o, note, arg);
}

void
schema_free(struct schema *s)
{
	arena_free(&s->arena);
}
