#include "dash/catalog.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "line/meta.h"
#include "line/scanner.h"
#include "prom/text.h"

enum { SERIES_MAX = 1 << 20 };	/* of points that are remembered */

/* A series that points came with. */
struct catalog_series {
	struct span raw;
	uint32_t origin;	/* TABLE_NONE: no #meta line tells of it */
};

void
catalog_init(struct catalog *c)
{
	*c = (struct catalog){ .first = INT64_MAX, .last = INT64_MIN };
}

void
catalog_free(struct catalog *c)
{
	arena_free(&c->arena);
	table_free(&c->by_raw);
	table_free(&c->by_field);
	table_free(&c->by_title);
	table_free(&c->by_series);
	buf_free(&c->text);
	buf_free(&c->other);
	free(c->origin);
	free(c->signal);
	free(c->series);
	*c = (struct catalog){ 0 };
}

/* --- names --- */

/* Only what JSON and every query language can write: UTF-8 without control characters. */
static bool
is_usable(struct catalog *c, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	c->other.len = 0;
	text_put(&c->other, s, TEXT_CLEAN);
	return span_equal(buf_span(&c->other), s);
}

/* A name without its escapes; false when it cannot be used. */
static bool
take_name(struct catalog *c, struct span raw, struct span *name)
{
	c->text.len = 0;
	scanner_unescape(&c->text, raw);
	if (!c->text.len || !is_usable(c, buf_span(&c->text)))
		return false;
	*name = arena_copy(&c->arena, buf_span(&c->text));
	return true;
}

/* The measurement in front of "measurement,tag=value"; what follows it goes to *tags. */
static struct span
split_series(struct span series, struct span *tags)
{
	size_t i;

	for (i = 0; i < series.n && series.p[i] != ','; i++)
		i += series.p[i] == '\\' && i + 1 < series.n;
	i = i < series.n ? i : series.n;
	*tags = i < series.n ? span_of(series.p + i + 1, series.n - i - 1) : span_of(NULL, 0);
	return span_of(series.p, i);
}

/* --- origins --- */

static bool
same_origin(const void *ctx, uint32_t item, const void *key)
{
	return span_equal(((const struct catalog *)ctx)->origin[item].raw, *(const struct span *)key);
}

static uint32_t
find_origin(const struct catalog *c, struct span raw)
{
	return table_find(&c->by_raw, hash_bytes(raw, 0), same_origin, c, &raw);
}

static bool
read_pairs(struct catalog *c, struct span tags, struct catalog_origin *o)
{
	struct catalog_pair pair[CATALOG_TAGS], *all;
	struct span key, value;

	for (o->pairs = 0; scanner_next_tag(&tags, &key, &value); o->pairs++)
		if (o->pairs == CATALOG_TAGS || !take_name(c, key, &pair[o->pairs].key)
		    || !take_name(c, value, &pair[o->pairs].value))
			return false;
	all = arena_array(&c->arena, o->pairs, sizeof *all);
	if (o->pairs)
		memcpy(all, pair, o->pairs * sizeof *all);
	o->pair = all;
	return tags.n == 0;
}

/* The origin of a #meta line; made where it is not there yet. TABLE_NONE when it cannot be used. */
static uint32_t
get_origin(struct catalog *c, struct span raw)
{
	uint32_t i = find_origin(c, raw);
	struct catalog_origin o = { 0 };
	struct span tags;

	if (i != TABLE_NONE)
		return i;
	o.raw = arena_copy(&c->arena, raw);
	o.raw_measurement = split_series(o.raw, &tags);
	if (!take_name(c, o.raw_measurement, &o.measurement) || !read_pairs(c, tags, &o))
		return TABLE_NONE;
	c->origin = mem_room(c->origin, c->origins, &c->origin_room, sizeof *c->origin);
	c->origin[c->origins] = o;
	table_add(&c->by_raw, hash_bytes(raw, 0), c->origins);
	return c->origins++;
}

static struct span
pair_value(const struct catalog_origin *o, const char *key)
{
	size_t i;

	for (i = 0; i < o->pairs; i++)
		if (span_is(o->pair[i].key, key))
			return o->pair[i].value;
	return span_of(NULL, 0);
}

/* --- signals --- */

struct field_key {
	uint32_t origin;
	struct span text;
};

static bool
same_field(const void *ctx, uint32_t item, const void *key)
{
	const struct catalog_signal *s = &((const struct catalog *)ctx)->signal[item];
	const struct field_key *k = key;

	return s->origin == k->origin && span_equal(s->raw_field, k->text);
}

static bool
same_title(const void *ctx, uint32_t item, const void *key)
{
	const struct catalog_signal *s = &((const struct catalog *)ctx)->signal[item];
	const struct field_key *k = key;

	return s->origin == k->origin && span_equal(s->title, k->text);
}

static uint64_t
key_hash(const struct field_key *k)
{
	return hash_bytes(k->text, k->origin + 1);
}

static uint32_t
find_field(const struct catalog *c, uint32_t origin, struct span raw)
{
	struct field_key k = { origin, raw };

	return table_find(&c->by_field, key_hash(&k), same_field, c, &k);
}

/* "Message.Signal" at the dot that message and measurement tell of, else at the last one. */
static void
split_title(const struct catalog_origin *o, struct catalog_signal *s)
{
	const struct span told[] = { o->measurement, pair_value(o, "message") };
	struct span t = s->title;
	const char *dot = NULL;
	size_t i;

	for (i = 0; i < sizeof told / sizeof *told && !dot; i++)
		if (told[i].n && told[i].n < t.n && t.p[told[i].n] == '.'
		    && !memcmp(t.p, told[i].p, told[i].n))
			dot = t.p + told[i].n;
	if (!dot)
		dot = memrchr(t.p, '.', t.n);
	if (!dot)
		return;
	s->message = span_of(t.p, (size_t)(dot - t.p));
	s->name = span_of(dot + 1, t.n - s->message.n - 1);
}

/*
 * Message and name of a signal whose #meta line has no title, and the title itself. Its name is the
 * field's, with the one of a tag before it where there is one.
 */
static void
make_title(struct catalog *c, const struct catalog_origin *o, struct catalog_signal *s)
{
	struct span message = pair_value(o, "message"), name = pair_value(o, "signal");

	s->message = message.n ? message : o->measurement;
	c->text.len = 0;
	buf_put_span(&c->text, name);
	if (!name.n || !span_is(s->field, "value")) {
		buf_puts(&c->text, name.n ? " " : "");
		buf_put_span(&c->text, s->field);
	}
	s->name = arena_copy(&c->arena, buf_span(&c->text));
	c->text.len = 0;
	buf_put_span(&c->text, s->message);
	buf_putc(&c->text, '.');
	buf_put_span(&c->text, s->name);
	s->title = arena_copy(&c->arena, buf_span(&c->text));
}

static void
set_text(struct catalog *c, struct span *text, struct span value)
{
	c->other.len = 0;
	text_put(&c->other, value, TEXT_CLEAN);
	if (!span_equal(*text, buf_span(&c->other)))
		*text = arena_copy(&c->arena, buf_span(&c->other));
}

static void
take_pairs(struct catalog *c, struct span pairs, struct catalog_signal *s)
{
	bool min = false, max = false;
	struct span key;
	uint64_t cycle;

	while (meta_next_pair(&pairs, &key, &c->text)) {
		struct span text = buf_span(&c->text);

		if (span_is(key, "unit"))
			set_text(c, &s->unit, text);
		else if (span_is(key, "help"))
			set_text(c, &s->help, text);
		else if (span_is(key, "values"))
			set_text(c, &s->values, text);
		else if (span_is(key, "min"))
			min = num_double(text, &s->min);
		else if (span_is(key, "max"))
			max = num_double(text, &s->max);
		else if (span_is(key, "cycle_ms") && num_u64(text, &cycle) && cycle <= UINT32_MAX)
			s->cycle_ms = (uint32_t)cycle;
		else if (span_is(key, "signal") && text.n && is_usable(c, text))
			set_text(c, &s->title, text);
	}
	s->ranged = min && max && s->min < s->max && isfinite(s->min) && isfinite(s->max);
}

static bool
add_signal(struct catalog *c, const struct catalog_signal *s)
{
	struct field_key field = { s->origin, s->raw_field }, title = { s->origin, s->title };

	if (c->signals == CATALOG_SIGNALS)
		return false;
	c->signal = mem_room(c->signal, c->signals, &c->signal_room, sizeof *c->signal);
	c->signal[c->signals] = *s;
	if (table_find(&c->by_title, key_hash(&title), same_title, c, &title) != TABLE_NONE)
		c->signal[c->signals].twin = true;
	else
		table_add(&c->by_title, key_hash(&title), c->signals);
	table_add(&c->by_field, key_hash(&field), c->signals);
	c->signals++;
	return true;
}

/* The first line of a field is the one that counts: what follows it can only say the same. */
static bool
take_meta(struct catalog *c, const struct meta_line *m)
{
	struct catalog_signal s = { .origin = get_origin(c, m->series) };

	if (s.origin == TABLE_NONE)
		return false;
	if (find_field(c, s.origin, m->field) != TABLE_NONE)
		return true;
	s.raw_field = arena_copy(&c->arena, m->field);
	if (!take_name(c, s.raw_field, &s.field))
		return false;
	take_pairs(c, m->pairs, &s);
	if (s.title.n)
		split_title(&c->origin[s.origin], &s);
	if (!s.name.n || !s.message.n)
		make_title(c, &c->origin[s.origin], &s);
	return add_signal(c, &s);
}

/* --- points --- */

/* The tags by which can2line tells the signals of a measurement apart. */
static bool
is_identity(struct span key)
{
	return span_is(key, "message") || span_is(key, "signal") || span_is(key, "componentId");
}

uint64_t
catalog_tag(struct catalog *c, struct span key)
{
	size_t i;

	for (i = 0; i < c->tags; i++)
		if (span_equal(c->tag[i], key))
			return UINT64_C(1) << i;
	if (c->tags == CATALOG_TAGS || !key.n || !is_usable(c, key))
		return 0;
	c->tag[c->tags] = arena_copy(&c->arena, key);
	return UINT64_C(1) << c->tags++;
}

uint64_t
catalog_tags_of(const struct catalog *c, const struct catalog_signal *s, uint64_t assumed)
{
	const struct catalog_origin *o = &c->origin[s->origin];

	return o->pointed ? o->some : assumed;
}

/*
 * The origin of a point: its #meta lines have the measurement and those of its tags that tell
 * signals apart, in the same order.
 */
static uint32_t
origin_of(struct catalog *c, const struct scanner_point *p)
{
	struct span rest = p->tags, key, value;
	uint32_t i;

	c->text.len = 0;
	buf_put_span(&c->text, p->measurement);
	while (scanner_next_tag(&rest, &key, &value)) {
		if (!is_identity(key))
			continue;
		buf_putc(&c->text, ',');
		buf_put(&c->text, key.p, (size_t)(value.p + value.n - key.p));
	}
	i = find_origin(c, buf_span(&c->text));
	return i == TABLE_NONE ? find_origin(c, p->measurement) : i;
}

static bool
has_pair(const struct catalog_origin *o, struct span key)
{
	size_t i;

	for (i = 0; i < o->pairs; i++)
		if (span_equal(o->pair[i].key, key))
			return true;
	return false;
}

static void
learn_tags(struct catalog *c, struct catalog_origin *o, struct span tags)
{
	struct span rest = tags, key, value;
	uint64_t bits = 0;

	while (scanner_next_tag(&rest, &key, &value)) {
		c->text.len = 0;
		scanner_unescape(&c->text, key);
		if (!has_pair(o, buf_span(&c->text)))
			bits |= catalog_tag(c, buf_span(&c->text));
	}
	o->all = o->pointed ? o->all & bits : bits;
	o->some |= bits;
	if (!o->pointed)
		o->tags = arena_copy(&c->arena, tags);
	o->pointed = true;
}

static bool
same_series(const void *ctx, uint32_t item, const void *key)
{
	return span_equal(((const struct catalog *)ctx)->series[item].raw, *(const struct span *)key);
}

/* The origin of a point's series, looked into when it comes first. */
static uint32_t
series_origin(struct catalog *c, const struct scanner_point *p)
{
	uint64_t h = hash_bytes(p->series, 0);
	uint32_t i = table_find(&c->by_series, h, same_series, c, &p->series);

	if (i != TABLE_NONE && c->series[i].origin != TABLE_NONE)
		return c->series[i].origin;
	if (i == TABLE_NONE && c->all_series == SERIES_MAX)
		return TABLE_NONE;
	if (i == TABLE_NONE) {
		c->series = mem_room(c->series, c->all_series, &c->series_room, sizeof *c->series);
		i = c->all_series++;
		c->series[i].raw = arena_copy(&c->arena, p->series);
		table_add(&c->by_series, h, i);
	}
	c->series[i].origin = origin_of(c, p);
	if (c->series[i].origin != TABLE_NONE)
		learn_tags(c, &c->origin[c->series[i].origin], p->tags);
	return c->series[i].origin;
}

static void
learn_strings(struct catalog *c, uint32_t origin, struct span fields)
{
	struct scanner_value v;
	struct span key;
	uint32_t s;

	if (!fields.n || !memchr(fields.p, '"', fields.n))
		return;
	while (scanner_next_field(&fields, &key, &v)) {
		s = v.type == SCANNER_STRING ? find_field(c, origin, key) : TABLE_NONE;
		if (s != TABLE_NONE)
			c->signal[s].text = true;
	}
}

static void
take_point(struct catalog *c, const struct scanner_point *p)
{
	uint32_t origin = series_origin(c, p);
	int64_t time;

	c->counts.points++;
	if (num_i64(p->time, &time)) {
		c->first = time < c->first ? time : c->first;
		c->last = time > c->last ? time : c->last;
	}
	if (origin == TABLE_NONE)
		c->counts.strange++;
	else
		learn_strings(c, origin, p->fields);
}

bool
catalog_line(struct catalog *c, const char *p, size_t n, size_t *where, const char **expected)
{
	struct scanner_point point;
	struct meta_line m;

	c->counts.lines++;
	switch (scanner_split(p, n, &point, where, expected)) {
	case SCANNER_POINT:
		take_point(c, &point);
		return true;
	case SCANNER_COMMENT:
		if (!meta_split(p, n, &m))
			return true;
		c->counts.meta++;
		if (take_meta(c, &m))
			return true;
		c->counts.refused++;
		*where = 0;
		*expected = "names of UTF-8 without control characters";
		return false;
	case SCANNER_BLANK:
		return true;
	case SCANNER_BAD:
		break;
	}
	c->counts.bad++;
	return false;
}
