#include "point/series.h"

#include <stdlib.h>

#include "decode/lookup.h"
#include "line/writer.h"

enum { KEYS = 9 };

/* In the order of enum point_tags. */
#define KEY(name) { name, sizeof name - 1 }
static const struct span keys[KEYS] = { KEY("bus"), KEY("id"), KEY("node"), KEY("message"),
	KEY("pgn"), KEY("sa"), KEY("da"), KEY("componentId"), KEY("signal") };
#undef KEY

/* What each layout writes when the user says nothing. */
static const struct {
	const char *measurement;
	unsigned tags, always;
} layouts[] = {
	[POINT_WIDE] = { "{message}",
		POINT_TAG_BUS | POINT_TAG_PGN | POINT_TAG_SA | POINT_TAG_DA, 0 },
	[POINT_NARROW] = { "can",
		POINT_TAG_BUS | POINT_TAG_MESSAGE | POINT_TAG_PGN | POINT_TAG_SA | POINT_TAG_DA,
		POINT_TAG_SIGNAL },
	[POINT_PROFINITY] = { "{node}", 0, POINT_TAG_COMPONENT | POINT_TAG_SIGNAL },
};

static struct span
template_of(const struct point_options *o)
{
	return o->measurement.n ? o->measurement : span_str(layouts[o->layout].measurement);
}

/* The template's parts, in the order of the enum below. */
static const char *const part_names[] = { "{message}", "{node}", "{bus}", "{id}" };

enum { PART_MESSAGE, PART_NODE, PART_BUS, PART_ID, PARTS };

/* Which part begins at the front of s; PARTS: none. */
static int
part_at(struct span s)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (s.n >= strlen(part_names[i]) && !memcmp(s.p, part_names[i], strlen(part_names[i])))
			break;
	return i;
}

static bool
template_names(struct span t, int part)
{
	for (; t.n; t = span_of(t.p + 1, t.n - 1))
		if (part_at(t) == part)
			return true;
	return false;
}

bool
series_check_template(struct span t)
{
	int part;

	if (!t.n)
		return false;
	for (; t.n; t = span_of(t.p + 1, t.n - 1)) {
		if (*t.p != '{')
			continue;
		part = part_at(t);
		if (part == PARTS)
			return false;
	}
	return true;
}

unsigned
series_tags(const struct point_options *o)
{
	unsigned tags = o->default_tags ? layouts[o->layout].tags : o->tags;

	tags |= layouts[o->layout].always;
	if (!template_names(template_of(o), PART_MESSAGE) && !(tags & POINT_TAG_COMPONENT))
		tags |= POINT_TAG_MESSAGE;
	return tags;
}

bool
series_depends_on_bus(const struct point_options *o)
{
	return template_names(template_of(o), PART_BUS);
}

bool
series_depends_on_id(const struct point_options *o)
{
	return template_names(template_of(o), PART_ID) || series_tags(o) & POINT_TAG_COMPONENT;
}

unsigned
series_tag_bit(struct span name)
{
	unsigned i;

	for (i = 0; i < KEYS; i++)
		if (span_equal(name, keys[i]))
			return 1u << i;
	return 0;
}

static bool
is_extra(const struct point_options *o, struct span key)
{
	size_t i;

	for (i = 0; i < o->extra_tags; i++)
		if (span_equal(o->tag[i].key, key))
			return true;
	return false;
}

bool
series_has_tag(const struct point_options *o, struct span key)
{
	unsigned bit = series_tag_bit(key);

	return is_extra(o, key) || (bit && series_tags(o) & bit);
}

static void
put_id(struct buf *out, const struct series *s)
{
	buf_printf(out, s->extended ? "%08X" : "%03X", s->id);
}

static struct span
node_of(const struct series *s)
{
	return s->message->sender.n ? s->message->sender : s->message->name;
}

static void
put_part(struct buf *out, int part, const struct series *s)
{
	switch (part) {
	case PART_MESSAGE:
		buf_put_span(out, s->message->name);
		break;
	case PART_NODE:
		buf_put_span(out, node_of(s));
		break;
	case PART_BUS:
		buf_put_span(out, s->bus);
		break;
	case PART_ID:
		put_id(out, s);
		break;
	}
}

static void
put_measurement(struct buf *out, const struct point_options *o, const struct series *s)
{
	struct span t = s->message ? template_of(o) : span_str(SERIES_RAW);
	struct buf text = { 0 };
	size_t n;
	int part;

	while (t.n) {
		part = part_at(t);
		n = part < PARTS ? strlen(part_names[part]) : 1;
		if (part < PARTS)
			put_part(&text, part, s);
		else
			buf_putc(&text, *t.p);
		t = span_of(t.p + n, t.n - n);
	}
	writer_put_measurement(out, buf_span(&text));
	buf_free(&text);
}

/* Of J1939 messages the id is the frame's, of which only the PGN is known. */
void
series_put_scope(struct buf *out, const struct point_options *o, const struct db_message *m,
    bool j1939)
{
	struct series s = { .id = j1939 ? lookup_pgn(m->id) << 8 : m->id, .extended = m->extended,
		.message = m };

	put_measurement(out, o, &s);
}

/* The value of an automatic tag; empty: this point has none. */
static void
put_value(struct buf *out, unsigned bit, const struct series *s)
{
	bool destined = (s->id >> 16 & 0xff) < 240;

	switch (bit) {
	case POINT_TAG_BUS:
		buf_put_span(out, s->bus);
		break;
	case POINT_TAG_ID:
		put_id(out, s);
		break;
	case POINT_TAG_NODE:
		if (s->message)
			buf_put_span(out, s->message->sender);
		break;
	case POINT_TAG_MESSAGE:
		if (s->message)
			buf_put_span(out, s->message->name);
		break;
	case POINT_TAG_PGN:
		if (s->j1939)
			buf_printf(out, "%u", lookup_pgn(s->id));
		break;
	case POINT_TAG_SA:
		if (s->j1939)
			buf_printf(out, "%u", s->id & 0xff);
		break;
	case POINT_TAG_DA:
		if (s->j1939 && destined)
			buf_printf(out, "%u", s->id >> 8 & 0xff);
		break;
	case POINT_TAG_COMPONENT:
		buf_printf(out, "0x%X", s->id);
		break;
	case POINT_TAG_SIGNAL:
		if (s->signal)
			buf_put_span(out, s->signal->name);
		break;
	default:
		break;
	}
}

struct pair {
	struct span key;
	const struct point_tag *extra;	/* NULL: automatic, bit says which */
	unsigned bit;
};

static int
by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
	int c = memcmp(x->key.p, y->key.p, n);

	return c ? c : (x->key.n > y->key.n) - (x->key.n < y->key.n);
}

void
series_put(struct buf *out, const struct point_options *o, const struct series *s, unsigned mask,
    bool extra)
{
	struct pair pair[KEYS + POINT_EXTRA_MAX];
	struct buf value = { 0 };
	unsigned tags = (s->message ? series_tags(o) : POINT_TAG_BUS | POINT_TAG_ID) & mask, i;
	size_t n = 0, k;

	put_measurement(out, o, s);
	for (i = 0; i < KEYS; i++)
		if (tags & 1u << i && !is_extra(o, keys[i]))
			pair[n++] = (struct pair){ keys[i], NULL, 1u << i };
	for (k = 0; extra && k < o->extra_tags; k++)
		pair[n++] = (struct pair){ o->tag[k].key, &o->tag[k], 0 };
	qsort(pair, n, sizeof *pair, by_key);
	for (k = 0; k < n; k++) {
		value.len = 0;
		if (pair[k].extra)
			buf_put_span(&value, pair[k].extra->value);
		else
			put_value(&value, pair[k].bit, s);
		if (!value.len)
			continue;
		buf_putc(out, ',');
		writer_put_key(out, pair[k].key);
		buf_putc(out, '=');
		writer_put_key(out, buf_span(&value));
	}
	buf_free(&value);
}
