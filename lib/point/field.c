#include "point/field.h"

#include <stdlib.h>

#include "line/writer.h"
#include "point/raw.h"
#include "point/series.h"

/* How an option set makes fields of a signal. */
enum shape {
	SHAPE_NUMBER,
	SHAPE_TEXT,		/* the label in place of the number */
	SHAPE_BOTH,
};

/* The name as a field key; the name itself where nothing in it needs an escape. */
static struct span
escaped(struct span name, struct arena *a)
{
	struct buf b = { 0 };
	struct span s;

	if (writer_is_plain(name))
		return name;
	writer_put_key(&b, name);
	s = arena_copy(a, buf_span(&b));
	buf_free(&b);
	return s;
}

/* ",name=" with room to be copied in chunks. */
static const char *
make_lead(struct span name, uint32_t *len, struct arena *a)
{
	char *p = arena_alloc(a, name.n + 2 + FIELD_CHUNK);

	*len = (uint32_t)name.n + 2;
	p[0] = ',';
	memcpy(p + 1, name.p, name.n);
	p[name.n + 1] = '=';
	return p;
}

static const struct span *
quote_labels(const struct db_signal *s, struct arena *a, uint32_t *longest)
{
	struct span *out = arena_array(a, s->labels, sizeof *out);
	struct buf b = { 0 };
	size_t i;

	*longest = 0;
	for (i = 0; i < s->labels; i++) {
		b.len = 0;
		writer_put_string(&b, s->label[i].text);
		out[i] = arena_copy(a, buf_span(&b));
		if (out[i].n > *longest)
			*longest = (uint32_t)out[i].n;
	}
	buf_free(&b);
	return out;
}

static bool
integer_field(const struct scale *s, const struct point_options *o)
{
	return o->layout == POINT_WIDE && s->integer && (o->integers || s->beyond_double);
}

/* The room for a lead copied in chunks, a value and an i. */
static uint32_t
room_for(uint32_t lead, uint32_t value)
{
	return lead + FIELD_CHUNK + value + 8;
}

/* Name and label_name are known. */
static void
compile_field(struct point_field *f, struct plan_signal *s, enum shape shape, bool integer,
    const struct point_options *o, struct arena *a)
{
	uint32_t longest;

	f->integer = integer;
	f->number = shape != SHAPE_TEXT;
	s->view = f;
	s->special = shape != SHAPE_NUMBER || integer;
	s->lead = make_lead(f->name, &s->lead_len, a);
	f->room = room_for(s->lead_len, scale_room(&s->scale));
	if (shape == SHAPE_NUMBER)
		return;
	if (shape == SHAPE_TEXT)
		f->label_name = f->name;
	f->label_lead = make_lead(f->label_name, &f->label_len, a);
	f->label = quote_labels(s->db, a, &longest);
	f->room += room_for(f->label_len, longest + scale_room(&s->scale));
	f->digits = o->layout == POINT_WIDE;
}

static enum shape
shape_of(const struct db_signal *s, const struct point_options *o)
{
	if (!s->labels)
		return SHAPE_NUMBER;
	if (o->layout == POINT_NARROW)
		return SHAPE_BOTH;
	return o->layout == POINT_WIDE ? (enum shape)o->labels : SHAPE_NUMBER;
}

/* Keys that servers take for something else. */
static bool
reserved(const struct field_scope *c, struct span name)
{
	return options_reserved(name) || series_has_tag(c->o, name)
	    || (c->with_raw && raw_has_key(name));
}

/* Fields of one message. */
struct taken {
	const struct span *key;
	size_t n;
};

static bool
is_taken(const struct taken *t, struct span key)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (span_equal(t->key[i], key))
			return true;
	return false;
}

static bool
is_number(enum types_kind kind)
{
	return kind == TYPES_INTEGER || kind == TYPES_FLOAT;
}

/*
 * The key of a field with this name, followed by as many _ as make it neither reserved nor taken;
 * nor, for a label, a number in another message of the measurement.
 */
static struct span
free_key(const struct field_scope *c, const struct taken *t, struct span name, bool label)
{
	struct buf b = { 0 };
	struct span key;

	buf_put_span(&b, name);
	for (;; buf_putc(&b, '_')) {
		key = escaped(buf_span(&b), c->arena);
		if (!reserved(c, buf_span(&b)) && !is_taken(t, key)
		    && !(label && is_number(types_of(c->types, c->measurement, key))))
			break;
	}
	key = arena_copy(c->arena, key);
	buf_free(&b);
	return key;
}

static void
tell_renamed(const struct field_scope *c, const struct plan_message *m, struct span was,
    struct span is)
{
	struct buf b = { 0 };

	if (c->note && !span_equal(was, is)) {
		buf_printf(&b, "signal %.*s.%.*s is written as %.*s: the name is taken",
		    (int)m->db->name.n, m->db->name.p, (int)was.n, was.p, (int)is.n, is.p);
		c->note(c->arg, buf_str(&b));
	}
	buf_free(&b);
}

static void
add_type(const struct field_scope *c, const struct plan_signal *s, struct span key)
{
	enum types_kind kind = shape_of(s->db, c->o) == SHAPE_TEXT ? TYPES_TEXT
	    : integer_field(&s->scale, c->o) ? TYPES_INTEGER : TYPES_FLOAT;

	types_add(c->types, c->measurement, key, kind);
}

/* Reserved names get their _ last, so that a plain name is never pushed aside by one we made. */
static void
name_wide(const struct field_scope *c, const struct plan_message *m, struct point_field *f)
{
	struct span *key = arena_array(c->arena, m->signals, sizeof *key), name;
	struct taken t = { key, 0 };
	uint32_t i;

	for (i = 0; i < m->signals; i++) {
		name = m->signal[i].db->name;
		if (m->signal[i].wanted && !reserved(c, name))
			key[t.n++] = f[i].name = escaped(name, c->arena);
	}
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		name = m->signal[i].db->name;
		if (!f[i].name.p) {
			key[t.n++] = f[i].name = free_key(c, &t, name, false);
			tell_renamed(c, m, name, f[i].name);
		}
		add_type(c, &m->signal[i], f[i].name);
	}
}

struct point_field *
field_name(const struct field_scope *c, const struct plan_message *m)
{
	struct point_field *f = arena_array(c->arena, m->signals, sizeof *f);
	uint32_t i;

	if (c->o->layout == POINT_WIDE)
		name_wide(c, m, f);
	for (i = 0; c->o->layout != POINT_WIDE && i < m->signals; i++) {
		f[i].name = span_str("value");
		f[i].label_name = span_str("label");
	}
	return f;
}

static bool
has_label(const struct field_scope *c, const struct plan_signal *s)
{
	return s->wanted && shape_of(s->db, c->o) == SHAPE_BOTH;
}

void
field_name_labels(const struct field_scope *c, const struct plan_message *m,
    struct point_field *f)
{
	struct span *key;
	struct buf b = { 0 };
	struct taken t;
	uint32_t i;

	if (c->o->layout != POINT_WIDE || c->o->labels != POINT_BOTH)
		return;
	key = arena_array(c->arena, 2 * (size_t)m->signals, sizeof *key);
	t = (struct taken){ key, 0 };
	for (i = 0; i < m->signals; i++)
		if (m->signal[i].wanted)
			key[t.n++] = f[i].name;
	for (i = 0; i < m->signals; i++) {
		if (!has_label(c, &m->signal[i]))
			continue;
		b.len = 0;
		buf_put_span(&b, m->signal[i].db->name);
		buf_puts(&b, "_label");
		key[t.n++] = f[i].label_name = free_key(c, &t, buf_span(&b), true);
	}
	buf_free(&b);
}

void
field_compile(const struct field_scope *c, const struct plan_message *m, struct point_field *f)
{
	enum types_kind kind;
	enum shape shape;
	uint32_t i;

	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		shape = shape_of(m->signal[i].db, c->o);
		kind = TYPES_FLOAT;
		if (c->o->layout == POINT_WIDE)
			kind = types_of(c->types, c->measurement, f[i].name);
		if (kind == TYPES_TEXT)
			shape = SHAPE_TEXT;
		compile_field(&f[i], &m->signal[i], shape, kind == TYPES_INTEGER, c->o, c->arena);
	}
}

/* The number with what stands before and behind it. */
static char *
put_number(char *out, const struct plan_signal *s, const struct point_field *f, uint64_t raw)
{
	char *end = scale_put(field_put_lead(out, s->lead, s->lead_len), &s->scale, raw);

	if (!end)
		return out;
	*end = 'i';
	return end + f->integer;
}

/* The label, or the digits of a value that has none. */
static char *
put_label(char *out, const struct plan_signal *s, const struct point_field *f, uint64_t raw)
{
	const struct db_label *l = db_find_label(s->db, (int64_t)raw);
	char *end = field_put_lead(out, f->label_lead, f->label_len);
	struct span text;

	if (l) {
		text = f->label[l - s->db->label];
		memcpy(end, text.p, text.n);
		return end + text.n;
	}
	if (!f->digits)
		return out;
	*end++ = '"';
	end = scale_put(end, &s->scale, raw);
	if (!end)
		return out;
	*end = '"';
	return end + 1;
}

char *
field_put_special(char *out, const struct plan_signal *s, uint64_t raw)
{
	const struct point_field *f = s->view;
	char *end = out;

	if (f->number) {
		end = put_number(out, s, f, raw);
		if (end == out)
			return out;
	}
	return f->label_lead ? put_label(end, s, f, raw) : end;
}
