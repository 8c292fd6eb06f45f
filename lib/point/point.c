#include "point/point.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/names.h"
#include "point/describe.h"
#include "point/pretty.h"
#include "point/raw.h"
#include "point/routes.h"
#include "point/schema.h"
#include "point/series.h"

struct point {
	const struct point_options *o;
	const struct schema *schema;
	struct schema *own;		/* the same, unless this is a clone */
	struct buf marks;		/* of a clone */
	struct routes routes;
	/* Which series have their #meta lines. */
	bool *meta_done;		/* by plan_message.index, where they differ with no bus and no id */
	struct names told;		/* else by (that, bus or id), which the routes own */
	struct decode_value *value;	/* of one frame */
	const struct plan_list **list;	/* likewise */
	struct writer_time time;
	struct pretty pretty;		/* with o->pretty */
	int64_t next_snapshot;		/* the time of the next one, 0: no frame has come yet */
	char *(*write)(const struct route *, const struct decode_value *, size_t, int64_t, char *,
	    struct writer_time *, struct point_counts *);
	bool direct;			/* from the frame to the line, without a look at the values */
};

static struct point *
new_over(const struct schema *schema)
{
	const struct point_options *o = schema->o;
	struct point *p = mem_zero(1, sizeof *p);

	p->o = o;
	p->schema = schema;
	p->meta_done = mem_zero(schema->messages, sizeof *p->meta_done);
	p->value = mem_zero(schema->most_wanted, sizeof *p->value);
	p->list = mem_zero(schema->most_selectors + 2, sizeof *p->list);
	p->write = o->layout == POINT_WIDE ? layout_wide : layout_narrow;
	p->direct = o->layout == POINT_WIDE && !o->changes && !o->snapshot && !o->drop_na && !o->raw
	    && !o->pretty;
	p->pretty.color = o->pretty_color;
	names_init(&p->told);
	return p;
}

struct point *
point_new(const struct point_options *o, field_note *note, void *arg)
{
	struct schema *schema = mem_alloc(sizeof *schema);
	struct point *p;

	schema_build(schema, o, note, arg);
	p = new_over(schema);
	p->own = schema;
	return p;
}

struct point *
point_clone(const struct point *p)
{
	return new_over(p->schema);
}

static void
forget_routes(struct point *p)
{
	routes_forget(&p->routes);
	names_free(&p->told);
	names_init(&p->told);
}

void
point_free(struct point *p)
{
	routes_free(&p->routes);
	names_free(&p->told);
	if (p->own)
		schema_free(p->own);
	free(p->own);
	buf_free(&p->marks);
	free(p->meta_done);
	free(p->value);
	free(p->list);
	free(p);
}

size_t
point_wanted(const struct point *p)
{
	return p->schema->wanted;
}

bool
point_knows(const struct point *p, const struct frame *f)
{
	return lookup_find(schema_lookup(p->schema, f->bus), f->id, f->flags & FRAME_EXTENDED) != NULL;
}

static struct span
render(struct point *p, const struct series *s)
{
	struct buf b = { 0 };
	struct span r;

	series_put(&b, p->o, s, ~0u, true);
	r.n = b.len;
	memset(buf_reserve(&b, FIELD_CHUNK), 0, FIELD_CHUNK);	/* heads are copied in chunks */
	b.len += FIELD_CHUNK;
	r.p = arena_copy(&p->routes.arena, buf_span(&b)).p;
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
	enum { TIME_ROOM = 40 + FIELD_CHUNK };
	const struct plan_message *m = r->message;
	const struct point_field *f = p->schema->fields[m->index];
	struct series s = series_of(r);
	uint32_t i;

	r->selectors = m->selectors != 0;
	if (p->o->layout == POINT_WIDE) {
		r->ops = *(const struct layout_ops *)m->always.view;
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

static bool
route_extended(const struct frame *f)
{
	return f->flags & (FRAME_EXTENDED | FRAME_ERROR);
}

/* The route of an id, made at the first frame. */
static struct route *
enter(struct point *p, struct span bus_name, uint32_t id, bool extended)
{
	struct routes *t = &p->routes;
	struct routes_bus *bus = routes_find_bus(t, bus_name);
	struct route *r = bus ? routes_find(bus, id, extended) : NULL;

	if (r)
		return r;
	if (routes_is_full(t)) {
		forget_routes(p);
		bus = NULL;
	}
	if (!bus)
		bus = routes_add_bus(t, bus_name, schema_lookup(p->schema, bus_name));
	r = routes_add(t, bus, id, extended);
	if (p->o->raw)
		return r;
	r->message = lookup_find(bus->lookup, id, extended);
	if (r->message)
		describe_route(p, r);
	return r;
}

/* The route of a frame on the bus of the frame before; NULL when there is none yet. */
static inline struct route *
near_route(const struct point *p, const struct frame *f)
{
	const struct routes_bus *bus = p->routes.last;

	return bus && span_equal_short(bus->name, f->bus)
	    ? routes_find(bus, route_id(f), route_extended(f)) : NULL;
}

static void
mark_meta(struct point *p, struct route *r, const struct buf *out)
{
	struct point_mark m = { .at = out->len, .id = r->id, .extended = r->extended,
		.bus_len = (uint8_t)r->bus.n };

	memcpy(m.bus, r->bus.p, r->bus.n);
	buf_put(&p->marks, &m, sizeof m);
	r->meta_done = true;
}

/* True the first time that it is asked for the series of a route, whatever routes write to it. */
static bool
wants_meta(struct point *p, const struct route *r)
{
	const struct schema *s = p->schema;
	struct span other = { 0 };
	int32_t *told;
	bool was;

	if (s->meta_per_bus && s->meta_per_id)
		return true;
	if (s->meta_per_bus)
		other = r->bus;
	else if (s->meta_per_id)
		other = span_of((const char *)&r->id, sizeof r->id);
	if (!other.n) {
		was = p->meta_done[r->message->index];
		p->meta_done[r->message->index] = true;
		return !was;
	}
	told = names_put(&p->told, r->message->index, other);
	was = *told != NAMES_NONE;
	*told = true;
	return !was;
}

static void
write_meta(struct point *p, struct route *r, struct buf *out)
{
	struct series s = series_of(r);

	if (!p->own) {
		mark_meta(p, r, out);
		return;
	}
	if (!p->o->no_meta && wants_meta(p, r))
		describe_meta(out, p->o, r->message, p->schema->fields[r->message->index], &s);
	r->meta_done = true;
}

void
point_take_marks(struct point *p, struct buf *out)
{
	buf_put_span(out, buf_span(&p->marks));
	p->marks.len = 0;
}

void
point_put_meta(struct point *p, const struct point_mark *m, struct buf *out)
{
	struct route *r = enter(p, span_of(m->bus, m->bus_len), m->id, m->extended);

	if (r->message && !r->meta_done)
		write_meta(p, r, out);
}

/* For people: the first n of p->value; without a frame it is a snapshot. */
static enum point_result
put_pretty(struct point *p, const struct route *r, const struct frame *f, size_t n, int64_t ns,
    struct buf *out, struct point_counts *c)
{
	pretty_put(&p->pretty, &(struct pretty_frame){ .ns = ns, .bus = r->bus,
	    .id = r->id & FRAME_ID_MASK, .extended = r->extended, .frame = f, .m = r->message,
	    .v = p->value, .n = n }, out);
	c->points++;
	return POINT_WRITTEN;
}

/*
 * Writes the first n of p->value, less what has not changed. They are of the frame f or, where that
 * is NULL, of a snapshot.
 */
static enum point_result
emit(struct point *p, struct route *r, const struct frame *f, size_t n, int64_t ns,
    struct buf *out, struct point_counts *c)
{
	char *at, *end;

	if (p->o->changes) {
		n = thin_changes(p->value, n, r->message->signal, r->state,
		    p->schema->bands[r->message->index], p->o, ns);
		if (!n)
			return POINT_THINNED;
	}
	if (p->o->pretty)
		return put_pretty(p, r, f, n, ns, out, c);
	if (!r->meta_done)
		write_meta(p, r, out);
	at = buf_reserve(out, r->room);
	end = p->write(r, p->value, n, ns, at, &p->time, c);
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
			emit(p, r, NULL, n, ns, out, c);
		any |= n != 0;
	}
	return any;
}

/* The end of the interval that ns is in; the last moment that there is where it has none. */
static int64_t
interval_end(const struct point *p, int64_t ns)
{
	int64_t end;

	return __builtin_mul_overflow(ns / p->o->snapshot + 1, p->o->snapshot, &end) ? INT64_MAX : end;
}

/*
 * Whether a frame of the time ns is of another recording. Logs of several buses are not quite in
 * order: what is little older than the last snapshot goes into the next one.
 */
static bool
jumps_back(const struct point *p, int64_t ns)
{
	int64_t little = p->o->snapshot > CLOCK_SECOND ? p->o->snapshot : CLOCK_SECOND;

	return p->next_snapshot && p->next_snapshot - p->o->snapshot - ns > little;
}

bool
point_advance(struct point *p, int64_t ns, struct buf *out, size_t enough, struct point_counts *c)
{
	bool any = true;

	if (jumps_back(p, ns)) {
		point_finish(p, out, c);
		forget_routes(p);
	}
	if (!p->next_snapshot)
		p->next_snapshot = interval_end(p, ns);
	while (any && p->next_snapshot <= ns && p->next_snapshot < INT64_MAX) {
		if (out->len >= enough)
			return false;
		any = snapshot(p, p->next_snapshot, out, c);
		p->next_snapshot = interval_end(p, p->next_snapshot);
	}
	if (p->next_snapshot <= ns)
		p->next_snapshot = interval_end(p, ns);
	return true;
}

bool
point_has_snapshots(const struct point *p)
{
	return p->o->snapshot > 0;
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

	if (p->o->pretty)
		return put_pretty(p, r, f, 0, f->ns, out, c);
	if (!r->raw_head.n)
		r->raw_head = render(p, &s);
	raw_put(out, r->raw_head, f, p->o->raw == POINT_RAW_BYTES, &p->time);
	c->points++;
	return POINT_WRITTEN;
}

/* A line of whatever is in the frame. */
static inline enum point_result
put_line(struct point *p, const struct route *r, const struct frame *f, struct buf *out,
    struct point_counts *c)
{
	size_t further = r->selectors ? decode_lists(r->message, f, p->list) - 1 : 0;
	char *at = buf_reserve(out, r->room);
	char *end = layout_wide_frame(r, f, p->list + 1, further, at, &p->time, c);

	out->len += (size_t)(end - at);
	return end > at ? POINT_WRITTEN : POINT_EMPTY;
}

/* The same, and before the first one its #meta lines. */
static enum point_result
put_direct(struct point *p, struct route *r, const struct frame *f, struct buf *out,
    struct point_counts *c)
{
	if (!r->meta_done) {
		if (!decode_frame(r->message, f, p->list, p->value))
			return POINT_EMPTY;
		write_meta(p, r, out);
	}
	r->direct = true;	/* from now on */
	return put_line(p, r, f, out, c);
}

static enum point_result
put_values(struct point *p, struct route *r, const struct frame *f, struct buf *out,
    struct point_counts *c)
{
	size_t n = decode_frame(r->message, f, p->list, p->value);

	if (p->o->drop_na && r->message->j1939)
		n = thin_drop_na(p->value, n);
	if (!n)
		return POINT_EMPTY;
	if (!p->o->snapshot)
		return emit(p, r, f, n, f->ns, out, c);
	thin_store(p->value, n, r->message->signal, r->state, f->ns);
	return POINT_THINNED;
}

/* A frame that no database has a message for. */
static enum point_result
put_unknown(struct point *p, struct route *r, const struct frame *f, struct buf *out,
    struct point_counts *c)
{
	if (p->o->unknown)
		put_raw(p, r, f, out, c);
	return f->flags & FRAME_ERROR ? POINT_NO_DATA : POINT_UNKNOWN;
}

static __attribute__((noinline)) enum point_result
put_any(struct point *p, struct route *r, const struct frame *f, struct buf *out,
    struct point_counts *c)
{
	if (!r)
		r = enter(p, f->bus, route_id(f), route_extended(f));
	if (p->o->raw)
		return put_raw(p, r, f, out, c);
	if (!r->message)
		return put_unknown(p, r, f, out, c);
	if (f->flags & FRAME_REMOTE)
		return POINT_NO_DATA;
	return p->direct ? put_direct(p, r, f, out, c) : put_values(p, r, f, out, c);
}

enum point_result
point_frame(struct point *p, const struct frame *f, struct buf *out, struct point_counts *c)
{
	struct route *r = near_route(p, f);

	return r && r->direct && !(f->flags & FRAME_REMOTE) ? put_line(p, r, f, out, c)
	    : put_any(p, r, f, out, c);
}

/* Calls put for each message that has wanted signals. */
static void
each_message(const struct point *p, struct buf *out,
    void (*put)(const struct point *, const struct plan_message *, struct span, struct buf *))
{
	size_t i, k;

	for (i = 0; i < p->o->dbs; i++)
		for (k = 0; k < p->o->db[i].db->messages; k++)
			if (p->schema->plan[i].message[k].wanted)
				put(p, &p->schema->plan[i].message[k], p->o->db[i].bus, out);
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

	describe_meta(out, p->o, m, p->schema->fields[m->index], &s);
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
