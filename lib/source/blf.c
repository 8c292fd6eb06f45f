#include "source/blf.h"

#include <stdlib.h>

#include "base/gzip.h"
#include "base/inflate.h"
#include "source/readers.h"

enum {
	DEPTH = 4,			/* containers in containers */
	HEADER_MAX = 4096,		/* of the file; 144 is what there is */
	BEHIND = BLF_PADDING_MAX + 4,	/* bytes behind an object that show the next one's mark */
	OBJECT_MAX = 4 << 20,		/* of those that are no containers */
};

static const char want_object[] = "an object that begins with LOBJ";
static const char want_rest[] = "the rest of an object: the file ends in it";
static const char want_small[] = "an object of at most 16 MiB";
static const char want_container[] = "a container that can be unpacked, to at most 16 MiB";
static const char want_depth[] = "at most four containers inside of each other";
static const char want_size[] = "as many bytes as its header says";
static const char want_time[] = "a time within 292 years";

/* What the containers of one depth hold, one behind the other. */
struct level {
	struct buf b;
	size_t at;		/* what lies before is taken */
	size_t last;		/* where the last object began, if that is before at */
	bool lost;		/* a part is missing: the next object is to be found */
};

struct state {
	struct level level[DEPTH];
	unsigned depth;		/* levels in use, the last one being read */
	size_t held;		/* bytes of the file that are used; consumed late, for s->offset */
	int64_t start;
	uint64_t size;		/* of the file, as its header says */
	bool lost;		/* between objects of the file, the next one is to be found */
	bool ended, torn, finished;
	struct gzip_zlib *z;
};

/* The bytes of a level that are not taken. */
static struct span
unread(const struct level *l)
{
	return l->b.p ? span_of(l->b.p + l->at, l->b.len - l->at) : span_of("", 0);
}

static enum source_sniff
sniff(const struct source_reader *self, const struct source_head *head)
{
	(void)self;
	return source_sniff_text(head->bytes, "LOGG");
}

static enum source_result
begin(struct source *s, bool wait)
{
	struct state *st = s->state;
	struct blf_header h;
	struct span p;
	enum source_result r = source_bytes(s, BLF_HEADER_MIN, &p, wait);

	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	if (!blf_header(p, &h)) {
		if (s->counts.damaged)
			return SOURCE_END;
		return source_damage(s, "a header that begins with LOGG");
	}
	if (h.size < BLF_HEADER_MIN || h.size > HEADER_MAX)
		h.size = 144;
	if (!h.dated || !calendar_local(&h.start, &st->start))
		s->relative = true;
	st->size = h.file_size;
	st->z = gzip_zlib_new();
	source_eat(s, h.size);
	return SOURCE_DATA;
}

/* One object that is no container. END: it was only counted. */
static enum source_result
take(struct source *s, const struct blf_object *o)
{
	struct state *st = s->state;
	unsigned channel = 0;
	const char *why = blf_frame(o, &s->frame, &channel);

	source_record(s);
	if (why == blf_no_frame) {
		source_other(s, blf_kind(o->type));
		return SOURCE_END;
	}
	if (!why && __builtin_add_overflow(s->frame.ns, st->start, &s->frame.ns))
		why = want_time;
	if (why)
		return source_skip(s, why);
	source_bus(s, channel);
	return SOURCE_FRAME;
}

/* What may still be unpacked: a container in a container in another must not add up. */
static size_t
room(const struct state *st)
{
	size_t used = 0;
	unsigned i;

	for (i = 0; i < DEPTH; i++)
		used += st->level[i].b.len;
	return used < BLF_CONTAINER_MAX ? BLF_CONTAINER_MAX - used : 0;
}

/*
 * Appends a container's content. What it says of its length is only where to begin: deflate makes
 * at most 1032 bytes of one. torn: what there is of it.
 */
static bool
unpack(struct state *st, const struct blf_container *c, bool torn, struct buf *b)
{
	size_t most = room(st), n, made = 0;
	enum gzip_verdict v;

	if (c->packed.n < most / 1032)
		most = c->packed.n * 1032;
	n = c->unpacked < most ? c->unpacked : most;
	if (torn) {
		inflate_torn(c->packed, buf_reserve(b, most), most, &made);
		b->len += made;
		return true;
	}
	while ((v = gzip_zlib_unpack(st->z, c->packed, buf_reserve(b, n), n, &made)) == GZIP_NO_ROOM
	    && n < most)
		n = n < most / 2 ? 2 * n + 1 : most;
	b->len += v == GZIP_DONE ? made : 0;
	return v == GZIP_DONE;
}

/* Begins to read a container. False: it cannot be read. torn: the file ends in it. */
static bool
enter(struct state *st, const struct blf_object *o, bool torn)
{
	struct level *l = &st->level[st->depth];
	struct blf_container c;
	bool good = blf_container(o, &c);

	buf_consume(&l->b, l->at);
	l->at = l->last = 0;
	if (good && c.zlib)
		good = unpack(st, &c, torn, &l->b);
	else if (good && c.packed.n <= room(st))
		buf_put_span(&l->b, c.packed);
	else
		good = false;
	if (!good) {
		l->b.len = 0;
		l->lost = true;
		return false;
	}
	st->depth++;
	return true;
}

/*
 * No object begins where the last one ends. Its length may be what is wrong, so the search for the
 * next one begins inside of it, unless the one here has its mark.
 */
static enum source_result
resume(struct source *s, struct level *l)
{
	struct span all = buf_span(&l->b);
	bool told = l->lost, marked = blf_marked(unread(l));

	l->at = blf_find(all, marked || l->last == l->at ? l->at + 1 : l->last + BLF_OBJECT_MIN);
	l->last = l->at;
	l->lost = true;
	return told ? SOURCE_END : source_damage(s, want_object);
}

/* A container inside of another. */
static enum source_result
nest(struct source *s, struct level *l, const struct blf_object *o)
{
	struct state *st = s->state;

	l->last = l->at;
	l->at += o->size;
	if (st->depth == DEPTH)
		return source_damage(s, want_depth);
	return enter(st, o, false) ? SOURCE_END : source_damage(s, want_container);
}

static bool
is_padding(struct span p)
{
	size_t i;

	for (i = 0; i < p.n; i++)
		if (p.p[i])
			return false;
	return p.n <= BLF_PADDING_MAX;
}

/* The length cannot be right, or is none that is read here. */
static bool
too_long(const struct blf_object *o)
{
	return o->size > (o->type == BLF_CONTAINER ? (uint32_t)BLF_CONTAINER_MAX : OBJECT_MAX);
}

/* A step inside of the containers. END: go on. */
static enum source_result
inside(struct source *s)
{
	struct state *st = s->state;
	struct level *l = &st->level[st->depth - 1];
	struct span p = unread(l);
	struct blf_object o;
	size_t pad;

	switch (blf_object(p, &o)) {
	case BLF_OBJECT:
		l->lost = false;
		if (o.type == BLF_CONTAINER)
			return nest(s, l, &o);
		l->last = l->at;
		l->at += o.size;
		return take(s, &o);
	case BLF_PARTIAL:
		if (too_long(&o))
			return resume(s, l);
		st->depth--;
		return SOURCE_END;
	case BLF_NO_OBJECT:
		break;
	}
	pad = blf_padding(p);
	if (!pad && p.n < BEHIND) {
		st->depth--;
		return SOURCE_END;
	}
	l->at += pad;
	return pad ? SOURCE_END : resume(s, l);
}

/* Whether what follows an object in the file can be another one, as far as it is there. */
static bool
goes_on(struct span p)
{
	return p.n < BEHIND || blf_marked(p) || blf_padding(p);
}

/* An object of the file, all of it. END: go on. */
static enum source_result
outermost(struct source *s, struct span p, const struct blf_object *o)
{
	struct state *st = s->state;
	/* Else its length is wrong, and the search for the next one begins inside of it. */
	bool fits = goes_on(span_of(p.p + o->size, p.n - o->size));

	st->lost = false;
	st->held = fits ? o->size : BLF_OBJECT_MIN;
	if (o->type != BLF_CONTAINER)
		return take(s, o);
	return enter(st, o, false) ? SOURCE_END : source_damage(s, want_container);
}

/*
 * The file ends in an object, or in what is none. Its length may be what is wrong: what follows a
 * packed container, in which no mark can be expected, is looked at again. (What is in one that is
 * not packed is read as its content.)
 */
static enum source_result
torn(struct source *s, struct span p)
{
	struct state *st = s->state;
	struct blf_object o;
	struct blf_container c;
	bool container = blf_object(p, &o) == BLF_PARTIAL && o.size && o.header <= p.n
	    && o.type == BLF_CONTAINER;

	st->held = p.n;
	if (container) {
		o.size = (uint32_t)p.n;
		if (enter(st, &o, true) && blf_container(&o, &c) && c.zlib)
			st->held = blf_find(p, o.header);
	} else if (p.n) {
		st->held = blf_find(p, 1);
	}
	if (st->torn)
		return SOURCE_END;
	st->torn = true;
	return source_damage(s, want_rest);
}

/* Passes over what is no object. END: go on. */
static enum source_result
search(struct source *s, struct span p, const char *expected)
{
	struct state *st = s->state;
	bool told = st->lost;

	st->held = blf_find(p, 1);
	st->lost = true;
	return told ? SOURCE_END : source_damage(s, expected);
}

/* All of the object that begins here. DATA; END: the file ends before; or what next() returns. */
static enum source_result
whole(struct source *s, struct span *p, struct blf_object *o, enum blf_verdict *v, bool wait)
{
	enum source_result r = source_bytes(s, BLF_OBJECT_MIN, p, wait);

	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	*v = blf_object(*p, o);
	if (r == SOURCE_END || *v != BLF_PARTIAL || too_long(o))
		return r;
	r = source_bytes(s, o->size, p, wait);
	if (r == SOURCE_DATA || r == SOURCE_END)
		*v = blf_object(*p, o);
	return r;
}

/* A step through the file itself. END: go on, or st->ended. */
static enum source_result
outside(struct source *s, bool wait)
{
	struct state *st = s->state;
	struct blf_object o;
	struct span p;
	enum blf_verdict v = BLF_PARTIAL;
	enum source_result r;

	source_eat(s, st->held);
	st->held = 0;
	r = whole(s, &p, &o, &v, wait);
	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	if (v == BLF_OBJECT)
		return outermost(s, p, &o);
	st->held = r == SOURCE_END && is_padding(p) ? p.n : 0;
	st->ended = r == SOURCE_END && st->held == p.n;
	if (st->ended)
		return SOURCE_END;
	if (v == BLF_PARTIAL && too_long(&o))
		return search(s, p, want_small);
	if (r == SOURCE_END && (v == BLF_PARTIAL || p.n < BEHIND))
		return torn(s, p);
	st->held = blf_padding(p);
	return st->held ? SOURCE_END : search(s, p, want_object);
}

/*
 * At the end of the file: is half an object left, or is there too little of all? The half may be
 * one whose length is wrong, and hold others.
 */
static enum source_result
finish(struct source *s)
{
	struct state *st = s->state;
	struct level *l = &st->level[0];
	struct span rest = unread(l);
	bool told = st->torn || source_stopped(s);

	st->finished = told;
	st->torn = true;
	if (told)
		return SOURCE_END;
	if (!l->lost && !is_padding(rest)) {
		l->last = l->at;
		l->at += blf_find(rest, 1);
		l->lost = true;
		st->depth = 1;
		return source_damage(s, want_rest);
	}
	source_eat(s, st->held);
	return s->offset < st->size ? source_damage(s, want_size) : SOURCE_END;
}

static enum source_result
next(struct source *s, bool wait)
{
	struct state *st = s->state;
	enum source_result r = SOURCE_END;

	while (r == SOURCE_END && !st->finished)
		r = st->depth ? inside(s) : st->ended ? finish(s) : outside(s, wait);
	return r;
}

static void
end(struct source *s)
{
	struct state *st = s->state;
	unsigned i;

	for (i = 0; i < DEPTH; i++)
		buf_free(&st->level[i].b);
	gzip_zlib_free(st->z);
}

const struct source_reader source_blf = {
	.name = "blf",
	.about = "Vector Binary Logging Format of CANoe, CANalyzer and others",
	.sniff = sniff,
	.open = begin,
	.next = next,
	.close = end,
	.state = sizeof (struct state),
};
