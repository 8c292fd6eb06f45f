#include "point/field.h"

#include <stdlib.h>

#include "line/writer.h"
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

static void
compile_field(struct point_field *f, struct plan_signal *s, struct span name,
    struct span label_name, enum shape shape, const struct point_options *o, struct arena *a)
{
	uint32_t longest;

	*f = (struct point_field){ .integer = integer_field(&s->scale, o), .name = name,
		.number = shape != SHAPE_TEXT };
	s->view = f;
	s->special = shape != SHAPE_NUMBER || f->integer;
	s->lead = make_lead(name, &s->lead_len, a);
	f->room = room_for(s->lead_len, scale_room(&s->scale));
	if (shape == SHAPE_NUMBER)
		return;
	f->label_name = shape == SHAPE_TEXT ? name : label_name;
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
reserved(const struct point_options *o, struct span name)
{
	return options_reserved(name) || series_has_tag(o, name);
}

struct names {
	struct span *name;
	size_t n;
};

static bool
taken(const struct names *t, struct span name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (span_equal(t->name[i], name))
			return true;
	return false;
}

/* name followed by as many _ as make it neither reserved nor taken. */
static struct span
free_name(struct names *t, const struct point_options *o, struct span name, struct arena *a)
{
	struct buf b = { 0 };
	struct span s;

	buf_put_span(&b, name);
	while (reserved(o, buf_span(&b)) || taken(t, buf_span(&b)))
		buf_putc(&b, '_');
	s = arena_copy(a, buf_span(&b));
	buf_free(&b);
	t->name[t->n++] = s;
	return s;
}

static void
tell_renamed(const struct plan_message *m, struct span was, struct span is, field_note *note,
    void *arg)
{
	struct buf b = { 0 };

	if (note && !span_equal(was, is)) {
		buf_printf(&b, "signal %.*s.%.*s is written as %.*s: the name is taken",
		    (int)m->db->name.n, m->db->name.p, (int)was.n, was.p, (int)is.n, is.p);
		note(arg, buf_str(&b));
	}
	buf_free(&b);
}

/*
 * Names of a wide point: reserved ones get their _ first, then labels, so that a plain name is
 * never pushed aside by one that we made.
 */
static void
compile_wide(struct point_field *f, const struct plan_message *m, const struct point_options *o,
    struct arena *a, field_note *note, void *arg)
{
	struct names t = { arena_array(a, 2 * (size_t)m->signals + 1, sizeof(struct span)), 0 };
	struct span *name = arena_array(a, m->signals, sizeof *name), label;
	struct buf b = { 0 };
	uint32_t i;

	for (i = 0; i < m->signals; i++)
		if (m->signal[i].wanted && !reserved(o, m->signal[i].db->name))
			t.name[t.n++] = name[i] = m->signal[i].db->name;
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted || name[i].p)
			continue;
		name[i] = free_name(&t, o, m->signal[i].db->name, a);
		tell_renamed(m, m->signal[i].db->name, name[i], note, arg);
	}
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		label = span_of(NULL, 0);
		if (shape_of(m->signal[i].db, o) == SHAPE_BOTH) {
			b.len = 0;
			buf_put_span(&b, m->signal[i].db->name);
			buf_puts(&b, "_label");
			label = escaped(free_name(&t, o, buf_span(&b), a), a);
		}
		compile_field(&f[i], &m->signal[i], escaped(name[i], a), label,
		    shape_of(m->signal[i].db, o), o, a);
	}
	buf_free(&b);
}

struct point_field *
field_compile(const struct plan_message *m, const struct point_options *o, struct arena *a,
    field_note *note, void *arg)
{
	struct point_field *f = arena_array(a, m->signals, sizeof *f);
	uint32_t i;

	if (o->layout == POINT_WIDE) {
		compile_wide(f, m, o, a, note, arg);
		return f;
	}
	for (i = 0; i < m->signals; i++)
		if (m->signal[i].wanted)
			compile_field(&f[i], &m->signal[i], span_str("value"), span_str("label"),
			    shape_of(m->signal[i].db, o), o, a);
	return f;
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
