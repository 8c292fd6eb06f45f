#include "prom/frame.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "prom/states.h"
#include "prom/units.h"

/* From the value before (or the start) to this one, or a text without a value. */
struct frame_lead {
	uint32_t n;		/* bytes of text */
	uint32_t number;	/* of the value */
	uint32_t op;		/* what to do with it */
};

enum op_kind { OP_TEXT, OP_PLAIN, OP_SCALE, OP_STATE, OP_OTHER };

struct frame_op {
	enum op_kind kind;
	enum expose_format format;	/* OP_TEXT: the one that has it; EXPOSE_FORMATS: all */
	const struct units *unit;	/* OP_SCALE */
	uint32_t first, count;		/* of frame.state: 1 for these, OP_OTHER for all but these */
};

static uint32_t
add_op(struct frame *f, struct frame_op op)
{
	f->op = mem_room(f->op, f->ops, &f->op_cap, sizeof *f->op);
	f->op[f->ops] = op;
	return (uint32_t)f->ops++;
}

/* The ops that all frames begin with: texts, by the number of their format, and PLAIN. */
enum { PLAIN = EXPOSE_FORMATS + 1 };

static void
add_first_ops(struct frame *f)
{
	enum expose_format format;

	for (format = 0; format <= EXPOSE_FORMATS; format++)
		add_op(f, (struct frame_op){ .kind = OP_TEXT, .format = format });
	add_op(f, (struct frame_op){ .kind = OP_PLAIN });
}

/* The text from *start to end, which the next one starts at. */
static void
add_lead(struct frame *f, size_t *start, size_t end, uint32_t number, uint32_t op)
{
	f->lead = mem_room(f->lead, f->leads, &f->lead_cap, sizeof *f->lead);
	f->lead[f->leads++] = (struct frame_lead){ (uint32_t)(end - *start), number, op };
	*start = end;
}

static void
add_text(struct frame *f, size_t *start, size_t end, enum expose_format format)
{
	if (end > *start)
		add_lead(f, start, end, 0, format);
}

static int
by_name(const void *a, const void *b, void *text)
{
	const struct snapshot_family *x = a, *y = b;

	return span_compare(snapshot_span(text, x->name), snapshot_span(text, y->name));
}

static int
by_labels(const void *a, const void *b, void *text)
{
	const struct snapshot_series *x = a, *y = b;

	return span_compare(snapshot_span(text, x->labels), snapshot_span(text, y->labels));
}

void
frame_put_prefix(struct buf *out, struct span name, struct span labels, struct span extra)
{
	buf_put_span(out, name);
	if (labels.n || extra.n)
		buf_putc(out, '{');
	buf_put_span(out, labels);
	if (!extra.n) {
		buf_puts(out, labels.n ? "} " : " ");
		return;
	}
	if (labels.n)
		buf_putc(out, ',');
	buf_put_span(out, extra);
	buf_puts(out, "=\"");
}

/* How many bytes are the same in front. */
static size_t
same_bytes(struct span a, struct span b)
{
	size_t i;

	if (span_equal(a, b))
		return a.n;		/* nearly always */
	for (i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++)
		;
	return i;
}

/*
 * The lines above a family's samples: where the formats agree, part of what stands before the
 * first value, else texts of their own from where they differ.
 */
static void
put_head(struct frame *f, size_t *start, enum expose_type type, struct span name, struct span unit,
    struct span help)
{
	const size_t begin = f->text.len;
	struct span a, b;
	size_t same, end;

	expose_head(&f->text, EXPOSE_TEXT, type, name, unit, help);
	end = f->text.len;
	expose_head(&f->text, EXPOSE_OPENMETRICS, type, name, unit, help);
	a = span_of(f->text.p + begin, end - begin);
	b = span_of(f->text.p + end, f->text.len - end);
	same = same_bytes(a, b);
	f->text.len -= same;
	if (same == a.n && same == b.n)
		return;
	memmove(f->text.p + end, b.p + same, b.n - same);
	add_text(f, start, end - (a.n - same), EXPOSE_FORMATS);
	add_text(f, start, end, EXPOSE_TEXT);
	add_text(f, start, f->text.len, EXPOSE_OPENMETRICS);
}
_Static_assert(EXPOSE_FORMATS == 2, "those of put_head()");

/* --- states --- */

/* One op for each label, with its values together in frame.state, and one for all others. */
static uint32_t
add_states(struct frame *f, const struct states *s)
{
	uint32_t first = (uint32_t)f->ops, start = (uint32_t)f->states;
	size_t label, i;

	for (label = 0; label + 1 < s->labels; label++) {
		struct frame_op op = { .kind = OP_STATE, .first = (uint32_t)f->states };

		for (i = 0; i < s->values; i++) {
			if (s->of[i] != label)
				continue;
			f->state = mem_room(f->state, f->states, &f->state_cap, sizeof *f->state);
			f->state[f->states++] = s->value[i];
			op.count++;
		}
		add_op(f, op);
	}
	add_op(f, (struct frame_op){ .kind = OP_OTHER, .first = start,
		.count = (uint32_t)f->states - start });
	return first;
}

/* name_state{labels,name_state="label"} for each series and label. */
static void
put_states(struct frame *f, const struct snapshot *snap, const struct snapshot_family *family,
    size_t start)
{
	const struct snapshot_series *series = snap->series + family->first;
	struct span name = snapshot_span(&snap->text, family->state_name);
	struct buf names = { 0 };
	struct states s;
	uint32_t i, op;
	size_t k;

	if (states_read(&s, snapshot_span(&snap->text, family->states), &names)) {
		op = add_states(f, &s);
		put_head(f, &start, EXPOSE_STATESET, name, span_of(NULL, 0),
		    snapshot_span(&snap->text, family->help));
		for (i = 0; i < family->count; i++) {
			for (k = 0; k < s.labels; k++) {
				frame_put_prefix(&f->text, name, snapshot_span(&snap->text, series[i].labels),
				    name);
				text_put(&f->text, s.label[k], TEXT_LABEL);
				buf_puts(&f->text, "\"} ");
				add_lead(f, &start, f->text.len, series[i].number,
				    op + (uint32_t)k);
			}
		}
	}
	buf_free(&names);
}

/* --- all --- */

static void
put_family(struct frame *f, struct snapshot *s, const struct snapshot_family *family)
{
	static const struct span value = { "value", 5 }, none = { NULL, 0 };
	struct snapshot_series *series = s->series + family->first;
	struct span name = snapshot_span(&s->text, family->name);
	size_t start = f->text.len;
	uint32_t i, op = PLAIN;

	if (family->base)
		op = add_op(f, (struct frame_op){ .kind = OP_SCALE, .unit = family->base });
	qsort_r(series, family->count, sizeof *series, by_labels, &s->text);
	put_head(f, &start, EXPOSE_GAUGE, name, snapshot_span(&s->text, family->unit),
	    snapshot_span(&s->text, family->help));
	for (i = 0; i < family->count; i++) {
		frame_put_prefix(&f->text, name, snapshot_span(&s->text, series[i].labels),
		    family->kind == REGISTRY_STRING ? value : none);
		add_lead(f, &start, f->text.len, series[i].number, op);
	}
	if (family->state_name.n)
		put_states(f, s, family, start);
}

void
frame_make(struct frame *f, struct snapshot *s)
{
	size_t i;

	f->text.len = f->leads = f->ops = f->states = 0;
	f->generation = s->generation;
	add_first_ops(f);
	if (s->families)
		qsort_r(s->family, s->families, sizeof *s->family, by_name, &s->text);
	for (i = 0; i < s->families; i++)
		put_family(f, s, &s->family[i]);
}

static bool
is_state(const struct frame *f, const struct frame_op *op, struct span number)
{
	uint32_t i;
	double d;

	if (!num_double(number, &d))
		return false;
	for (i = 0; i < op->count; i++)
		if (f->state[op->first + i] <= d && f->state[op->first + i] >= d)
			return true;
	return false;
}

/* Appends a value; there is room. */
static char *
put_number(char *to, const struct frame *f, const struct frame_op *op,
    const struct snapshot_value *v, const char *longs)
{
	struct span number = snapshot_number(v, longs);

	switch (op->kind) {
	case OP_TEXT:
	case OP_PLAIN:
		break;
	case OP_SCALE:
		return to + units_convert(op->unit, number, to);
	case OP_STATE:
	case OP_OTHER:
		*to = is_state(f, op, number) == (op->kind == OP_STATE) ? '1' : '0';
		return to + 1;
	}
	if (snapshot_is_long(v))
		memcpy(to, number.p, SNAPSHOT_LONG);
	else
		memcpy(to, v->text, sizeof v->text);
	return to + v->n;
}

static char *
put_string(char *to, const struct snapshot_value *v)
{
	static const char end[] = "\"} 1";
	struct snapshot_string s = snapshot_string_of(v);

	memcpy(to, s.p, s.n);
	memcpy(to + s.n, end, sizeof end - 1);
	return to + s.n + sizeof end - 1;
}

enum { NUMBER_TEXT = NUM_DOUBLE_TEXT, TIME_TEXT = 32, LINE_END = 1 };
_Static_assert((int)NUMBER_TEXT >= (int)SNAPSHOT_LONG, "as much is copied");

/* A point's time behind its value, to the millisecond; none before 1970. */
static char *
put_time(char *to, enum expose_format format, int64_t ns)
{
	int64_t ms = ns / 1000000;

	if (ns < 0)
		return to;
	if (expose_syntax[format].seconds)
		return to + snprintf(to, TIME_TEXT, " %" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
	return to + snprintf(to, TIME_TEXT, " %" PRId64, ms);
}

void
frame_put(struct buf *out, const struct frame *f, enum expose_format format,
    const struct snapshot *s)
{
	const size_t room_each = NUMBER_TEXT + (s->time ? TIME_TEXT : 0) + LINE_END;
	const char *from = f->text.p;
	size_t i;
	char *to;

	assert(f->generation == s->generation);
	if (!f->leads)
		return;
	to = buf_reserve(out, f->text.len + s->strings.len + f->leads * room_each);
	for (i = 0; i < f->leads; i++) {
		const struct frame_lead *l = &f->lead[i];
		const struct frame_op *op = &f->op[l->op];
		const struct snapshot_value *v;

		if (op->kind != OP_TEXT || op->format == format || op->format == EXPOSE_FORMATS) {
			memcpy(to, from, l->n);
			to += l->n;
		}
		from += l->n;
		if (op->kind == OP_TEXT)
			continue;
		v = &s->value[l->number];
		to = v->kind == REGISTRY_STRING ? put_string(to, v)
		    : put_number(to, f, op, v, s->longs);
		if (s->time)
			to = put_time(to, format, s->time[l->number]);
		*to++ = '\n';
	}
	out->len = (size_t)(to - out->p);
}

void
frame_free(struct frame *f)
{
	buf_free(&f->text);
	free(f->lead);
	free(f->op);
	free(f->state);
	*f = (struct frame){ 0 };
}
