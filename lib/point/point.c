#include "point/point.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/mem.h"
#include "decode/decode.h"
#include "line/writer.h"
#include "point/describe.h"
#include "point/series.h"
#include "point/routes.h"

/* The databases of one bus, or of all buses that have none of their own. */
struct group {
	struct span bus;
	struct lookup lookup;
};

struct point {
	const struct point_options *o;
	struct arena arena;
	struct plan *plan;		/* one for each of o->db */
	struct point_field **fields;	/* by plan_message.index */
	bool *meta_done;		/* likewise, where the measurement does not depend on the frame */
	bool meta_per_entry;
	struct group *group;		/* the first is for buses that are not named */
	size_t groups;
	struct routes routes;
	struct decode_value *value;
	struct writer_time time;
	size_t wanted;
	char *(*write)(struct point *, const struct route *, size_t, int64_t, char *,
	    struct point_counts *);
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
wants(void *arg, const struct db_message *m, const struct db_signal *s)
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

static void
compile_plans(struct point *p, field_note *note, void *arg)
{
	const struct point_options *o = p->o;
	struct plan_count count = { 0 };
	uint32_t most = 0;
	size_t i, k;

	p->plan = arena_array(&p->arena, o->dbs, sizeof *p->plan);
	for (i = 0; i < o->dbs; i++)
		p->plan[i] = plan_compile(o->db[i].db, o->j1939, wants, (void *)(uintptr_t)o, &count,
		    &p->arena);
	p->fields = arena_array(&p->arena, count.messages, sizeof(struct point_field *));
	p->meta_done = arena_array(&p->arena, count.messages, sizeof *p->meta_done);
	for (i = 0; i < o->dbs; i++) {
		for (k = 0; k < o->db[i].db->messages; k++) {
			const struct plan_message *m = &p->plan[i].message[k];

			p->fields[m->index] = field_compile(m, o, &p->arena, note, arg);
			p->wanted += m->wanted;
			if (m->wanted > most)
				most = m->wanted;
		}
	}
	p->value = arena_array(&p->arena, most + 1, sizeof *p->value);
}

/* The databases for a bus: its own first, then those for all. */
static struct lookup
build_lookup(struct point *p, struct span bus)
{
	const struct plan **plan = mem_resize(NULL, 2 * p->o->dbs + 1, sizeof *plan);
	struct lookup l;
	size_t i, n = 0;

	for (i = 0; bus.n && i < p->o->dbs; i++)
		if (span_equal(p->o->db[i].bus, bus))
			plan[n++] = &p->plan[i];
	for (i = 0; i < p->o->dbs; i++)
		if (!p->o->db[i].bus.n)
			plan[n++] = &p->plan[i];
	l = lookup_build(plan, n, &p->arena);
	free(plan);
	return l;
}

static const struct lookup *
lookup_of(const struct point *p, struct span bus)
{
	size_t i;

	for (i = 1; i < p->groups; i++)
		if (span_equal(p->group[i].bus, bus))
			return &p->group[i].lookup;
	return &p->group[0].lookup;
}

static void
build_groups(struct point *p)
{
	size_t i;

	p->group = arena_array(&p->arena, p->o->dbs + 1, sizeof *p->group);
	p->groups = 1;
	p->group[0].lookup = build_lookup(p, span_of(NULL, 0));
	for (i = 0; i < p->o->dbs; i++) {
		struct span bus = p->o->db[i].bus;

		if (!bus.n || lookup_of(p, bus) != &p->group[0].lookup)
			continue;
		p->group[p->groups].lookup = build_lookup(p, bus);
		p->group[p->groups++].bus = bus;
	}
}

/* A line a frame. */
static char *
write_wide(struct point *p, const struct route *e, size_t n, int64_t ns, char *out,
    struct point_counts *c)
{
	const struct point_field *fields = p->fields[e->message->index];
	const struct plan_signal *first = e->message->signal;
	const struct decode_value *v = p->value, *end = v + n;
	char *start = out, *body, *was;

	memcpy(out, e->head.p, e->head.n);
	body = out += e->head.n;
	for (; v < end; v++) {
		was = out;
		out = field_put(out, &fields[v->signal - first], v->signal, v->raw);
		c->left_out += out == was;
	}
	if (out == body)
		return start;
	c->points++;
	*body = ' ';		/* in place of the first field's comma */
	*out = ' ';
	out = writer_put_time(out + 1, &p->time, ns);
	*out = '\n';
	return out + 1;
}

/* A line a signal. */
static char *
write_narrow(struct point *p, const struct route *e, size_t n, int64_t ns, char *out,
    struct point_counts *c)
{
	const struct point_field *fields = p->fields[e->message->index];
	const struct plan_signal *first = e->message->signal;
	const struct decode_value *v = p->value, *end = v + n;
	char *start, *body;

	for (; v < end; v++) {
		struct span head = e->heads[v->signal - first];

		start = out;
		memcpy(out, head.p, head.n);
		body = out + head.n;
		out = field_put(body, &fields[v->signal - first], v->signal, v->raw);
		if (out == body) {
			c->left_out++;
			out = start;
			continue;
		}
		c->points++;
		*body = ' ';
		*out = ' ';
		out = writer_put_time(out + 1, &p->time, ns);
		*out++ = '\n';
	}
	return out;
}

struct point *
point_new(const struct point_options *o, field_note *note, void *arg)
{
	struct point *p = mem_zero(1, sizeof *p);

	p->o = o;
	compile_plans(p, note, arg);
	build_groups(p);
	p->write = o->layout == POINT_WIDE ? write_wide : write_narrow;
	p->meta_per_entry = series_depends_on_frame(o);
	return p;
}

void
point_free(struct point *p)
{
	routes_free(&p->routes);
	arena_free(&p->arena);
	free(p);
}

size_t
point_wanted(const struct point *p)
{
	return p->wanted;
}

static struct span
render(struct point *p, const struct series *s)
{
	struct buf b = { 0 };
	struct span r;

	series_put(&b, p->o, s, ~0u, true);
	r = arena_copy(&p->routes.arena, buf_span(&b));
	buf_free(&b);
	return r;
}

/* Works out what the points of an id on a bus look like. */
static void
describe_entry(struct point *p, const struct routes_bus *bus, struct route *e)
{
	enum { TIME_ROOM = 40 };
	const struct plan_message *m = e->message;
	struct series s = { bus->name, e->id, e->extended, m->j1939, m->db, NULL };
	const struct point_field *f = p->fields[m->index];
	uint32_t i;

	if (p->o->layout == POINT_WIDE) {
		e->head = render(p, &s);
		e->room = (uint32_t)e->head.n + TIME_ROOM;
	} else {
		e->heads = arena_array(&p->routes.arena, m->signals, sizeof *e->heads);
	}
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		e->room += f[i].room;
		if (e->heads) {
			s.signal = m->signal[i].db;
			e->heads[i] = render(p, &s);
			e->room += (uint32_t)e->heads[i].n + TIME_ROOM;
		}
	}
}

/* The entry of a frame, made at the first one. */
static struct route *
enter(struct point *p, const struct frame *f)
{
	struct routes *t = &p->routes;
	struct routes_bus *bus = routes_find_bus(t, f->bus);
	bool extended = f->flags & FRAME_EXTENDED;
	struct route *e = bus ? routes_find(bus, f->id, extended) : NULL;

	if (e)
		return e;
	if (routes_is_full(t)) {
		routes_forget(t);
		bus = NULL;
	}
	if (!bus)
		bus = routes_add_bus(t, f->bus, lookup_of(p, f->bus));
	e = routes_add(t, bus, f->id, extended);
	e->message = lookup_find(bus->lookup, f->id, extended);
	if (e->message)
		describe_entry(p, bus, e);
	return e;
}

static inline struct route *
find_entry(struct point *p, const struct frame *f)
{
	const struct routes_bus *bus;
	struct route *e;

	if (p->routes.buses) {
		bus = p->routes.bus[p->routes.last];
		if (span_equal(bus->name, f->bus)) {
			e = routes_find(bus, f->id, f->flags & FRAME_EXTENDED);
			if (e)
				return e;
		}
	}
	return enter(p, f);
}

static void
write_meta(struct point *p, const struct frame *f, struct route *e, struct buf *out)
{
	struct series s = { f->bus, e->id, e->extended, e->message->j1939, e->message->db, NULL };
	bool *done = p->meta_per_entry ? &e->meta_done : &p->meta_done[e->message->index];

	if (!*done && p->o->meta)
		describe_meta(out, p->o, e->message, p->fields[e->message->index], &s);
	*done = e->meta_done = true;
}

enum point_result
point_frame(struct point *p, const struct frame *f, struct buf *out, struct point_counts *c)
{
	struct route *e;
	char *at, *end;
	size_t n;

	if (f->flags & (FRAME_REMOTE | FRAME_ERROR))
		return POINT_NO_DATA;
	e = find_entry(p, f);
	if (!e->message)
		return POINT_UNKNOWN;
	n = decode_frame(e->message, f, p->value);
	if (!n)
		return POINT_EMPTY;
	if (!e->meta_done)
		write_meta(p, f, e, out);
	at = buf_reserve(out, e->room);
	end = p->write(p, e, n, f->ns, at, c);
	out->len += (size_t)(end - at);
	return end > at ? POINT_WRITTEN : POINT_EMPTY;
}

void
point_list(const struct point *p, struct buf *out)
{
	size_t i, k;

	for (i = 0; i < p->o->dbs; i++)
		for (k = 0; k < p->o->db[i].db->messages; k++)
			if (p->plan[i].message[k].wanted)
				describe_message(out, &p->plan[i].message[k]);
}

void
point_list_meta(const struct point *p, struct buf *out)
{
	size_t i, k;

	for (i = 0; i < p->o->dbs; i++) {
		for (k = 0; k < p->o->db[i].db->messages; k++) {
			const struct plan_message *m = &p->plan[i].message[k];
			struct series s = { p->o->db[i].bus, m->db->id, m->db->extended, m->j1939, m->db,
				NULL };

			describe_meta(out, p->o, m, p->fields[m->index], &s);
		}
	}
}
