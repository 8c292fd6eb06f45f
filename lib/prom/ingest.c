#include "prom/ingest.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "line/meta.h"
#include "line/scanner.h"
#include "prom/labels.h"

/*
 * The text of a float as it stands, while it fits; else the shortest that is the same double. The
 * scanner has seen that it is finite, but for texts that are too long for num_double().
 */
static bool
take_float(struct ingest *in, struct span text, struct registry_field *f)
{
	char out[NUM_DOUBLE_TEXT];
	double d;

	f->text = text;
	if (text.n <= REGISTRY_NUMBER_MAX)
		return true;
	if (!num_double(text, &d) || !isfinite(d))
		return false;
	f->text = span_of(in->numbers.p + in->numbers.len, num_put_double(out, d));
	buf_put(&in->numbers, out, f->text.n);
	return true;
}

static bool
take_value(struct ingest *in, const struct scanner_value *v, struct registry_field *f)
{
	f->kind = v->type == SCANNER_STRING ? REGISTRY_STRING : REGISTRY_NUMBER;
	f->truth = v->type == SCANNER_BOOLEAN;
	switch (v->type) {
	case SCANNER_FLOAT:
		return take_float(in, v->text, f);
	case SCANNER_BOOLEAN:
		f->text = span_of(v->truth ? "1" : "0", 1);
		return true;
	case SCANNER_INTEGER:
	case SCANNER_UNSIGNED:
	case SCANNER_STRING:
		f->text = v->text;
		return v->type == SCANNER_STRING || f->text.n <= REGISTRY_NUMBER_MAX;
	case SCANNER_INVALID:
		break;
	}
	return false;
}

static struct registry_field *
field_at(struct ingest *in, size_t i)
{
	if (i == in->cap)
		in->field = mem_room(in->field, i, &in->cap, sizeof *in->field);
	return &in->field[i];
}

static enum ingest_result
bad(struct ingest_fault *fault, size_t where, const char *expected)
{
	*fault = (struct ingest_fault){ where, expected };
	return INGEST_BAD;
}

static enum ingest_result
take_point(struct ingest *in, const char *line, const struct scanner_point *p,
    struct registry_arrival at, struct ingest_fault *fault)
{
	struct span rest = p->fields;
	struct scanner_value v;
	size_t n;

	in->numbers.len = 0;
	buf_reserve(&in->numbers, rest.n);	/* no text in it moves: each is shorter than its field */
	for (n = 0; rest.n; n++) {
		struct registry_field *f = field_at(in, n);

		if (!scanner_next_field(&rest, &f->key, &v))
			return bad(fault, (size_t)(rest.p - line), "a field, key=value");
		if (!take_value(in, &v, f))
			return bad(fault, (size_t)(f->key.p + f->key.n + 1 - line), "a finite number, "
			    "an integer of 64 bits, a boolean or a string");
	}
	if (!registry_point(in->registry, p, in->field, n, at))
		return bad(fault, (size_t)(p->tags.p - line), "no more than 64 tags");
	return INGEST_POINT;
}
_Static_assert(LABELS_MAX == 64, "as the message says");

/* The keys of #meta lines (man/canpipe-points.5) that make a difference here. */
static struct span *
meta_member(struct registry_meta *m, struct span key)
{
	const struct {
		const char *key;
		struct span *text;
	} row[] = { { "help", &m->help }, { "unit", &m->unit }, { "signal", &m->signal },
		{ "values", &m->values } };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (span_is(key, row[i].key))
			return row[i].text;
	return NULL;
}

enum { DAY_MS = 86400 * 1000 };		/* no cycle is longer */

static bool
take_meta(struct ingest *in, const char *p, size_t n, bool given)
{
	struct registry_meta m = { .given = given };
	struct span key, *text;
	struct meta_line line;
	uint64_t cycle;

	if (!meta_split(p, n, &line))
		return false;
	in->meta.len = 0;
	buf_reserve(&in->meta, n);	/* no text in it moves: together they are shorter than the line */
	while (meta_next_pair(&line.pairs, &key, &in->text)) {
		if (span_is(key, "cycle_ms") && num_u64(buf_span(&in->text), &cycle) && cycle <= DAY_MS)
			m.cycle_ms = (uint32_t)cycle;
		text = meta_member(&m, key);
		if (!text)
			continue;
		*text = span_of(in->meta.p + in->meta.len, in->text.len);
		buf_put_span(&in->meta, buf_span(&in->text));
	}
	registry_meta(in->registry, line.series, line.field, &m);
	return true;
}

bool
ingest_meta(struct ingest *in, const char *p, size_t n)
{
	return take_meta(in, p, n, true);
}

enum ingest_result
ingest_line(struct ingest *in, const char *p, size_t n, struct registry_arrival at,
    struct ingest_fault *fault)
{
	struct scanner_point point;

	switch (scanner_split(p, n, &point, &fault->where, &fault->expected)) {
	case SCANNER_POINT:
		return take_point(in, p, &point, at, fault);
	case SCANNER_COMMENT:
		take_meta(in, p, n, false);
		return INGEST_SILENT;
	case SCANNER_BLANK:
		return INGEST_SILENT;
	case SCANNER_BAD:
		break;
	}
	return INGEST_BAD;
}

void
ingest_free(struct ingest *in)
{
	free(in->field);
	buf_free(&in->numbers);
	buf_free(&in->meta);
	buf_free(&in->text);
	*in = (struct ingest){ 0 };
}
