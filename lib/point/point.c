#include "point/point.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/mem.h"
#include "decode/decode.h"
#include "line/writer.h"
#include "point/describe.h"
#include "point/raw.h"
#include "point/routes.h"
#include "point/series.h"
#include "point/thin.h"

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
	struct thin_band **bands;	/* likewise; only with --changes */
	bool *meta_done;		/* likewise, where the measurement does not depend on the frame */
	bool meta_per_route;
	struct group *group;		/* the first is for buses that are not named */
	size_t groups;
	struct routes routes;
	struct decode_value *value;
	struct writer_time time;
	size_t wanted;
	int64_t next_snapshot;		/* the time of the next one, 0: no frame has come yet */
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
compile_bands(struct point *p, uint32_t messages)
{
	size_t i, k;
	uint32_t j;

	p->bands = arena_array(&p->arena, messages, sizeof *p->bands);
	for (i = 0; i < p->o->dbs; i++) {
		for (k = 0; k < p->o->db[i].db->messages; k++) {
			const struct plan_message *m = &p->plan[i].message[k];
			struct thin_band *b = arena_array(&p->arena, m->signals, sizeof *b);

			for (j = 0; j < m->signals; j++)
				b[j] = thin_band_of(p->o, m->db, m->signal[j].db);
			p->bands[m->index] = b;
		}
	}
}

static void
compile_plans(struct point *p, field_note *note, void *arg)
{
	const struct point_options *o = p->o;
	struct plan_count count = { 0 };
	uint32_t most = 0, j;
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
			for (j = 0; j < m->signals; j++)
				m->signal[j].view = &p->fields[m->index][j];
			p->wanted += m->wanted;
			if (m->wanted > most)
				most = m->wanted;
		}
	}
	p->value = arena_array(&p->arena, most + 1, sizeof *p->value);
	if (o->changes)
		compile_bands(p, count.messages);
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
write_wide(struct point *p, const struct route *r, size_t n, int64_t ns, char *out,
    struct point_counts *c)
{
	const struct decode_value *v = p->value, *end = v + n;
	char *start = out, *body, *was;

	memcpy(out, r->head.p, r->head.n);
	body = out += r->head.n;
	for (; v < end; v++) {
		was = out;
		out = field_put(out, v->signal->view, v->signal, v->raw);
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
write_narrow(struct point *p, const struct route *r, size_t n, int64_t ns, char *out,
    struct point_counts *c)
{
	const struct plan_signal *first = r->message->signal;
	const struct decode_value *v = p->value, *end = v + n;
	char *start, *body;

	for (; v < end; v++) {
		struct span head = r->heads[v->signal - first];

		start = out;
		memcpy(out, head.p, head.n);
		body = out + head.n;
		out = field_put(body, v->signal->view, v->signal, v->raw);
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
	p->meta_per_route = series_depends_on_frame(o);
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

static struct series
series_of(const struct route *r)
{
	return (struct series){ r->bus, r->id, r->extended, r->message && r->message->j1939,
		r->message ? r->message->db : NULL, NULL };
}

/* Works out what the points of a route look like. */
static void
describe_route(struct point *p, struct route *r)
{
	enum { TIME_ROOM = 40 };
	const struct plan_message *m = r->message;
	const struct point_field *f = p->fields[m->index];
	struct series s = series_of(r);
	uint32_t i;

	if (p->o->layout == POINT_WIDE) {
		r->head = render(p, &s);
		r->room = (uint32_t)r->head.n + TIME_ROOM;
	} else {
		r->heads = arena_array(&p->routes.arena, m->signals, sizeof *r->heads);
	}
	if (p->o->changes || p->o->snapshot)
		r->state = arena_array(&p->routes.arena, m->signals, sizeof *r->state);
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		r->room += f[i].room;
		if (r->heads) {
			s.signal = m->signal[i].db;
			r->heads[i] = render(p, &s);
			r->room += (uint32_t)r->heads[i].n + TIME_ROOM;
		}
	}
}

/* The id that tells routes apart: error frames are a range of their own. */
static uint32_t
route_id(const struct frame *f)
{
	return f->id | (f->flags & FRAME_ERROR ? 0x20000000u : 0);
}

/* The route of a frame, made at the first one. */
static struct route *
enter(struct point *p, const struct frame *f)
{
	struct routes *t = &p->routes;
	struct routes_bus *bus = routes_find_bus(t, f->bus);
	bool extended = f->flags & (FRAME_EXTENDED | FRAME_ERROR);
	struct route *r = bus ? routes_find(bus, route_id(f), extended) : NULL;

	if (r)
		return r;
	if (routes_is_full(t)) {
		routes_forget(t);
		bus = NULL;
	}
	if (!bus)
		bus = routes_add_bus(t, f->bus, lookup_of(p, f->bus));
	r = routes_add(t, bus, route_id(f), extended);
	if (p->o->raw)
		return r;
	r->message = lookup_find(bus->lookup, route_id(f), extended);
	if (r->message)
		describe_route(p, r);
	return r;
}

static inline struct route *
find_route(struct point *p, const struct frame *f)
{
	const struct routes_bus *bus;
	struct route *r;

	if (p->routes.buses) {
		bus = p->routes.bus[p->routes.last];
		if (span_equal(bus->name, f->bus)) {
			r = routes_find(bus, route_id(f), f->flags & (FRAME_EXTENDED | FRAME_ERROR));
			if (r)
				return r;
		}
	}
	return enter(p, f);
}

static void
write_meta(struct point *p, struct route *r, struct buf *out)
{
	struct series s = series_of(r);
	bool *done = p->meta_per_route ? &r->meta_done : &p->meta_done[r->message->index];

	if (!*done && p->o->meta)
		describe_meta(out, p->o, r->message, p->fields[r->message->index], &s);
	*done = r->meta_done = true;
}

/* Writes the first n of p->value, less what has not changed. */
static enum point_result
emit(struct point *p, struct route *r, size_t n, int64_t ns, struct buf *out,
    struct point_counts *c)
{
	char *at, *end;

	if (p->o->changes) {
		n = thin_changes(p->value, n, r->message->signal, r->state,
		    p->bands[r->message->index], p->o, ns);
		if (!n)
			return POINT_THINNED;
	}
	if (!r->meta_done)
		write_meta(p, r, out);
	at = buf_reserve(out, r->room);
	end = p->write(p, r, n, ns, at, c);
	out->len += (size_t)(end - at);
	return end > at ? POINT_WRITTEN : POINT_EMPTY;
}

/* One snapshot of every series, of the time ns. False: no series had anything left. */
static bool
snapshot(struct point *p, int64_t ns, struct buf *out, struct point_counts *c)
{
	struct route *r;
	bool any = false;
	size_t n;

	for (r = p->routes.first; r; r = r->next) {
		if (!r->message)
			continue;
		n = thin_load(p->value, r->message, r->state, ns - p->o->stale);
		if (n)
			emit(p, r, n, ns, out, c);
		any |= n != 0;
	}
	return any;
}

/* The end of the interval that ns is in. */
static int64_t
interval_end(const struct point *p, int64_t ns)
{
	return (ns / p->o->snapshot + 1) * p->o->snapshot;
}

/* Writes the snapshots that are due before a frame of the time ns. */
static void
advance(struct point *p, int64_t ns, struct buf *out, struct point_counts *c)
{
	bool any = true;

	if (p->next_snapshot && ns < p->next_snapshot - p->o->snapshot) {
		point_finish(p, out, c);	/* time has jumped back: another recording */
		routes_forget(&p->routes);
	}
	if (!p->next_snapshot)
		p->next_snapshot = interval_end(p, ns);
	for (; any && p->next_snapshot <= ns; p->next_snapshot += p->o->snapshot)
		any = snapshot(p, p->next_snapshot, out, c);
	if (p->next_snapshot <= ns)
		p->next_snapshot = interval_end(p, ns);
}

void
point_finish(struct point *p, struct buf *out, struct point_counts *c)
{
	if (p->o->snapshot && p->next_snapshot)
		snapshot(p, p->next_snapshot, out, c);
	p->next_snapshot = 0;
}

static enum point_result
put_raw(struct point *p, struct route *r, const struct frame *f, struct buf *out,
    struct point_counts *c)
{
	struct series s = { r->bus, r->id, r->extended, false, NULL, NULL };

	if (!r->raw_head.n)
		r->raw_head = render(p, &s);
	raw_put(out, r->raw_head, f, p->o->raw == POINT_RAW_BYTES, &p->time);
	c->points++;
	return POINT_WRITTEN;
}

enum point_result
point_frame(struct point *p, const struct frame *f, struct buf *out, struct point_counts *c)
{
	struct route *r;
	size_t n;

	if (p->o->snapshot)
		advance(p, f->ns, out, c);
	r = find_route(p, f);
	if (p->o->raw)
		return put_raw(p, r, f, out, c);
	if (!r->message) {
		if (p->o->unknown)
			put_raw(p, r, f, out, c);
		return f->flags & FRAME_ERROR ? POINT_NO_DATA : POINT_UNKNOWN;
	}
	if (f->flags & FRAME_REMOTE)
		return POINT_NO_DATA;
	n = decode_frame(r->message, f, p->value);
	if (p->o->drop_na && r->message->j1939)
		n = thin_drop_na(p->value, n);
	if (!n)
		return POINT_EMPTY;
	if (!p->o->snapshot)
		return emit(p, r, n, f->ns, out, c);
	thin_store(p->value, n, r->message->signal, r->state, f->ns);
	return POINT_THINNED;
}

/* Calls put for each message that has wanted signals. */
static void
each_message(const struct point *p, struct buf *out,
    void (*put)(const struct point *, const struct plan_message *, struct span, struct buf *))
{
	size_t i, k;

	for (i = 0; i < p->o->dbs; i++)
		for (k = 0; k < p->o->db[i].db->messages; k++)
			if (p->plan[i].message[k].wanted)
				put(p, &p->plan[i].message[k], p->o->db[i].bus, out);
}

static void
list_text(const struct point *p, const struct plan_message *m, struct span bus, struct buf *out)
{
	(void)p;
	describe_message(out, m, bus);
}

static void
list_json(const struct point *p, const struct plan_message *m, struct span bus, struct buf *out)
{
	(void)p;
	describe_json(out, m, bus, out->len == 1);
}

static void
list_meta(const struct point *p, const struct plan_message *m, struct span bus, struct buf *out)
{
	struct series s = { bus, m->db->id, m->db->extended, m->j1939, m->db, NULL };

	describe_meta(out, p->o, m, p->fields[m->index], &s);
}

void
point_list(const struct point *p, enum point_list_format format, struct buf *out)
{
	switch (format) {
	case POINT_LIST_TEXT:
		each_message(p, out, list_text);
		break;
	case POINT_LIST_JSON:
		buf_putc(out, '[');
		each_message(p, out, list_json);
		buf_puts(out, "]\n");
		break;
	case POINT_LIST_META:
		each_message(p, out, list_meta);
		break;
	}
}
