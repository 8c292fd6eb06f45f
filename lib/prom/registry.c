#include "prom/registry.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "prom/name.h"
#include "prom/registry_state.h"
#include "prom/text.h"

struct registry *
registry_new(const struct registry_config *c)
{
	struct registry *r = mem_zero(1, sizeof *r);

	r->config = *c;
	r->config.space = registry_keep(&r->text_bytes, c->space);
	r->seed = hash_seed();
	r->generation = 1;
	r->epoch = 1;
	r->idle_first = r->idle_last = TABLE_NONE;
	r->ttl_min = r->due = INT64_MAX;
	r->message.size = sizeof (struct registry_message);
	r->family.size = sizeof (struct registry_family);
	r->series.size = sizeof (struct registry_series);
	r->source.size = sizeof (struct registry_source);
	r->tags.size = sizeof (struct registry_tags);
	r->hint.size = sizeof (struct registry_hint);
	r->longs.size = SNAPSHOT_LONG;
	return r;
}

struct span
registry_keep(size_t *bytes, struct span s)
{
	*bytes += s.n;
	return s.n ? span_of(mem_strndup(s.p, s.n), s.n) : span_of("", 0);
}

void
registry_drop(size_t *bytes, struct span *s)
{
	/* Owned texts are made by mem_strndup(); only their readers see them as constant. */
	union { const char *borrowed; char *owned; } p = { .borrowed = s->p };

	*bytes -= s->n;
	if (s->n)
		free(p.owned);
	*s = span_of(NULL, 0);
}

void
registry_tell_once(struct registry *r, enum registry_event event, struct span what,
    struct span instead)
{
	uint64_t h = hash_bytes(what, r->seed + (uint64_t)event);
	uint32_t i;

	for (i = 0; i < r->tolds; i++)
		if (r->told[i] == h)
			return;
	if (r->tolds == REGISTRY_TOLD)
		return;
	r->told[r->tolds++] = h;
	if (r->config.tell)
		r->config.tell(r->config.tell_arg, event, what, instead);
}

/* --- series --- */

struct field_key {
	uint32_t source;
	uint32_t kind;		/* REGISTRY_NONE: any */
	uint32_t family;	/* TABLE_NONE: any with this */
	struct span key;
};

static bool
is_field(const struct registry *r, uint32_t series, const struct field_key *k)
{
	uint32_t family = series_at(r, series)->family;

	if (k->family != TABLE_NONE)
		return family == k->family;
	return span_equal(family_key(r, family_at(r, family)), k->key)
	    && (k->kind == REGISTRY_NONE || registry_of_kind(r, series, k->kind));
}

static bool
same_field(const void *ctx, uint32_t item, const void *key)
{
	const struct field_key *k = key;

	return series_at(ctx, item)->source == k->source && is_field(ctx, item, k);
}

static uint64_t
key_hash(const struct registry *r, uint32_t source, struct span key)
{
	return hash_bytes(key, r->seed ^ (UINT64_C(0x9e3779b97f4a7c15) * (source + 1)));
}

static uint64_t
series_hash(const struct registry *r, uint32_t i)
{
	const struct registry_series *s = series_at(r, i);

	return key_hash(r, s->source, family_key(r, family_at(r, s->family)));
}

/* The series of a field; at: of the source, where to begin to look. TABLE_NONE without one. */
static uint32_t
find_field(const struct registry *r, const struct field_key *k, uint32_t at)
{
	uint32_t i = at;

	if (at == TABLE_NONE)
		return TABLE_NONE;
	if (source_at(r, k->source)->indexed)
		return table_find(&r->by_key, key_hash(r, k->source, k->key), same_field, r, k);
	do {
		if (is_field(r, i, k))
			return i;
		i = series_at(r, i)->next;
	} while (i != at);
	return TABLE_NONE;
}

static void
index_series(struct registry *r, uint32_t source)
{
	struct registry_source *s = source_at(r, source);
	uint32_t i = s->first;

	s->indexed = true;
	do {
		table_add(&r->by_key, series_hash(r, i), i);
		i = series_at(r, i)->next;
	} while (i != s->first);
}

static bool
has_many(const struct registry *r, uint32_t first)
{
	uint32_t n = 1, i;

	for (i = series_at(r, first)->next; i != first && n <= REGISTRY_FEW; n++)
		i = series_at(r, i)->next;
	return n > REGISTRY_FEW;
}

/* Into the ring of its source, before another one of it. */
static void
link_series(struct registry *r, uint32_t i, uint32_t at)
{
	struct registry_series *s = series_at(r, i);
	struct registry_source *source = source_at(r, s->source);

	if (at == TABLE_NONE) {
		source->first = s->next = s->before = i;
		return;
	}
	s->next = at;
	s->before = series_at(r, at)->before;
	series_at(r, s->before)->next = i;
	series_at(r, at)->before = i;
	if (source->indexed)
		table_add(&r->by_key, series_hash(r, i), i);
	else if (has_many(r, source->first))
		index_series(r, s->source);
}

static void
unlink_series(struct registry *r, uint32_t i)
{
	const struct registry_series *s = series_at(r, i);
	struct registry_source *source = source_at(r, s->source);

	if (source->indexed)
		table_remove(&r->by_key, series_hash(r, i), i);
	if (source->first == i)
		source->first = s->next == i ? TABLE_NONE : s->next;
	series_at(r, s->before)->next = s->next;
	series_at(r, s->next)->before = s->before;
}

/* What is left is no value. */
static void
free_value(struct registry *r, struct snapshot_value *v)
{
	struct snapshot_string s;

	if (v->kind == REGISTRY_STRING) {
		s = snapshot_string_of(v);
		r->string_bytes -= s.n;
		free(s.p);
	} else if (snapshot_is_long(v)) {
		pool_give(&r->longs, snapshot_place(v));
	}
	*v = (struct snapshot_value){ .kind = REGISTRY_NONE };
}

/* held: a source that stays although it has no field left; TABLE_NONE for none. */
static void
series_remove(struct registry *r, uint32_t i, uint32_t held)
{
	const struct registry_series s = *series_at(r, i);

	unlink_series(r, i);
	if (--family_at(r, s.family)->series == 0)
		family_remove(r, s.family);
	if (source_at(r, s.source)->first == TABLE_NONE && s.source != held)
		source_remove(r, s.source);
	free_value(r, &r->value[i]);
	pool_give(&r->series, i);
	r->gone[r->gones++ % REGISTRY_GONE] = (struct registry_gone){ i, r->epoch };
	r->generation++;
}

static void
grow_values(struct registry *r)
{
	uint32_t cap = r->series.cap;

	if (r->values >= cap)
		return;
	r->value = mem_resize(r->value, cap, sizeof *r->value);
	r->life = mem_resize(r->life, cap, sizeof *r->life);
	if (r->config.timestamps)
		r->time = mem_resize(r->time, cap, sizeof *r->time);
	r->values = cap;
}

/* When a series that came last at seen expires. */
static int64_t
end_of(int64_t seen, int64_t ttl)
{
	return ttl < INT64_MAX - seen ? seen + ttl : INT64_MAX;
}

static int64_t
series_ttl(const struct registry *r, uint32_t i)
{
	return message_at(r, family_at(r, series_at(r, i)->family)->message)->ttl;
}

static void
set_due(struct registry *r, int64_t end)
{
	if (end < r->due)
		r->due = end;
}

static uint32_t
series_make(struct registry *r, uint32_t family, uint32_t source, uint32_t at)
{
	uint32_t i = pool_take(&r->series);
	struct registry_family *f = family_at(r, family);

	grow_values(r);
	r->value[i] = (struct snapshot_value){ .kind = f->kind };
	r->life[i] = (struct registry_life){ 0 };
	*series_at(r, i) = (struct registry_series){ .family = family, .source = source,
		.described = r->epoch };
	f->series++;
	link_series(r, i, at);
	set_due(r, end_of(r->arrived, series_ttl(r, i)));
	r->generation++;
	return i;
}

static bool
has_room(const struct registry *r)
{
	enum { SLACK = 64 };	/* for what is reserved, and for few series with long names */
	uint32_t max = r->config.max_series;

	return pool_count(&r->series) < max && r->text_bytes / REGISTRY_TEXT_MEAN < max + SLACK;
}

static uint32_t
refuse(struct registry *r, uint32_t family, enum registry_event event)
{
	r->text.len = 0;
	if (event != REGISTRY_FULL)	/* that is told once, whichever field met it */
		family_put_title(&r->text, r, family_at(r, family));
	r->counts.refused++;
	registry_tell_once(r, event, buf_span(&r->text), span_of(NULL, 0));
	if (!family_at(r, family)->series)
		family_remove(r, family);
	return TABLE_NONE;
}

/*
 * The series of a field that is new, or that lines have in a way of their own; at: before which one
 * it belongs. TABLE_NONE without room.
 */
static uint32_t
series_get(struct registry *r, uint32_t source, const struct registry_field *field, uint32_t at)
{
	struct field_key k = { .source = source };
	const struct registry_family *f;
	struct span labels;
	uint32_t i;

	r->text.len = r->field.len = 0;
	scanner_unescape(&r->text, field->key);
	text_put(&r->field, buf_span(&r->text), TEXT_CLEAN);
	k.family = family_get(r, source_at(r, source)->message, buf_span(&r->field), field->key,
	    field->kind);
	f = family_at(r, k.family);
	labels = tags_labels(r, tags_at(r, source_at(r, source)->tags));
	if (f->name_n + labels.n > REGISTRY_TEXT_MAX)
		return refuse(r, k.family, REGISTRY_TOO_LONG);
	k.key = family_key(r, f);
	i = find_field(r, &k, at);
	if (i != TABLE_NONE)
		return i;
	if (!has_room(r))
		return refuse(r, k.family, REGISTRY_FULL);
	return series_make(r, k.family, source, at);
}

/* --- points --- */

static void
put_string(struct registry *r, struct snapshot_value *v, struct span raw)
{
	struct snapshot_string s;
	struct span kept;

	r->text.len = r->field.len = 0;
	scanner_unescape_string(&r->text, raw);
	kept = text_cut(buf_span(&r->text), REGISTRY_STRING_MAX);
	text_put(&r->field, kept, TEXT_LABEL);
	if (kept.n < r->text.len) {
		buf_puts(&r->field, "...");
		r->counts.cut++;
	}
	s = snapshot_string_of(v);
	if (s.p && span_equal(span_of(s.p, s.n), buf_span(&r->field)))
		return;
	r->string_bytes += r->field.len - s.n;
	free(s.p);
	s = (struct snapshot_string){ mem_strndup(r->field.p, r->field.len), (uint32_t)r->field.len };
	snapshot_set_string(v, s);
}

/* Up to 16 bytes, in pieces that overlap: a call of memcpy() takes longer. */
static inline void
copy_short(char *to, struct span s)
{
	if (s.n >= 8) {
		memcpy(to, s.p, 8);
		memcpy(to + s.n - 8, s.p + s.n - 8, 8);
	} else if (s.n >= 4) {
		memcpy(to, s.p, 4);
		memcpy(to + s.n - 4, s.p + s.n - 4, 4);
	} else if (s.n) {
		to[0] = s.p[0];
		to[s.n / 2] = s.p[s.n / 2];
		to[s.n - 1] = s.p[s.n - 1];
	}
}

/* One that is long, or was; seldom enough to be out of the way. */
__attribute__((noinline)) static void
put_long(struct registry *r, struct snapshot_value *v, struct span text)
{
	const bool was_long = snapshot_is_long(v), is_long = text.n > SNAPSHOT_SHORT;

	if (!is_long)
		pool_give(&r->longs, snapshot_place(v));
	else if (!was_long)
		snapshot_set_place(v, pool_take(&r->longs));
	memcpy(is_long ? pool_at(&r->longs, snapshot_place(v)) : v->text, text.p, text.n);
}

static void
put_value(struct registry *r, uint32_t series, const struct registry_field *f)
{
	struct snapshot_value *v = &r->value[series];

	if (f->kind == REGISTRY_STRING) {
		put_string(r, v, f->text);
		return;
	}
	if (f->text.n <= SNAPSHOT_SHORT && !snapshot_is_long(v))
		copy_short(v->text, f->text);
	else
		put_long(r, v, f->text);
	v->n = f->text.n & 31;
	v->truth = f->truth;
}

/*
 * The series of a field; *at is the one that is expected, as a message's fields come in the same
 * order in each line, and afterwards the one that is expected next.
 */
static uint32_t
find_series(struct registry *r, uint32_t source, const struct registry_field *f, uint32_t *at)
{
	const struct field_key k = { source, r->config.keep_kinds ? f->kind : REGISTRY_NONE,
		TABLE_NONE, f->key };
	uint32_t i = *at;

	if (i == TABLE_NONE || !is_field(r, i, &k))
		i = find_field(r, &k, i);
	if (i != TABLE_NONE) {
		*at = series_at(r, i)->next;
		if (r->value[i].kind == f->kind)
			return i;
		if (*at == i)
			*at = TABLE_NONE;
		series_remove(r, i, source);	/* a string now, or no string any more */
	}
	i = series_get(r, source, f, *at);
	if (i != TABLE_NONE)
		*at = series_at(r, i)->next;
	return i;
}

static void
count_point(struct registry *r, uint32_t message, size_t fields, int64_t real)
{
	struct snapshot_traffic *t = &r->traffic[message];

	r->counts.points++;
	r->counts.values += fields;
	if (t->points++ == 0)
		r->generation++;
	t->seen = real;
}

bool
registry_point(struct registry *r, const struct scanner_point *p,
    const struct registry_field *field, size_t fields, struct registry_arrival at)
{
	int64_t time = INT64_MIN;
	uint32_t source, at_series, series;
	size_t i;

	registry_tidy(r);
	source = source_get(r, p);
	if (source == TABLE_NONE)
		return false;
	at_series = source_at(r, source)->first;
	if (r->config.timestamps)
		num_i64(p->time, &time);
	r->arrived = at.mono;
	count_point(r, source_at(r, source)->message, fields, at.real);
	for (i = 0; i < fields; i++) {
		series = find_series(r, source, &field[i], &at_series);
		if (series == TABLE_NONE)
			continue;
		r->life[series] = (struct registry_life){ at.mono, r->life[series].count + 1,
			r->epoch };
		if (r->time)
			r->time[series] = time;
		put_value(r, series, &field[i]);
		if (r->config.taken)
			r->config.taken(r->config.taken_arg, series_at(r, series)->family, series,
			    &field[i], p->time);
	}
	if (source_at(r, source)->first == TABLE_NONE)
		source_remove(r, source);
	return true;
}

/* When nobody asks for pages: a quarter of the shortest life late at most. */
static int64_t
next_expiry(const struct registry *r, int64_t now)
{
	const int64_t least = CLOCK_SECOND / 10, most = CLOCK_SECOND;
	int64_t quarter = r->ttl_min / 4;

	return now + (quarter < least ? least : quarter > most ? most : quarter);
}

/* Looks at all series; due is then when the next one will expire, unless it comes again. */
static void
sweep(struct registry *r, int64_t now)
{
	int64_t end;
	uint32_t i;

	r->due = INT64_MAX;
	for (i = 0; i < r->series.used; i++) {
		end = end_of(r->life[i].seen, r->ttl_min);
		if (!registry_lives(r, i) || (end > now && end >= r->due))
			continue;
		end = end_of(r->life[i].seen, series_ttl(r, i));
		if (end > now) {
			set_due(r, end);
			continue;
		}
		series_remove(r, i, TABLE_NONE);
		r->counts.expired++;
	}
}

int64_t
registry_expire(struct registry *r, int64_t now)
{
	if (now >= r->due)
		sweep(r, now);
	return next_expiry(r, now);
}

struct registry_counts
registry_counts(const struct registry *r)
{
	struct registry_counts c = r->counts;

	c.series = pool_count(&r->series);
	c.families = r->by_field.used;
	return c;
}

void
registry_free(struct registry *r)
{
	uint32_t i;

	if (!r)
		return;
	for (i = 0; i < r->series.used; i++)
		if (registry_lives(r, i))
			series_remove(r, i, TABLE_NONE);
	for (i = 0; i < r->family.used; i++)
		if (family_at(r, i)->text.n)
			family_remove(r, i);
	help_free(r);
	registry_drop(&r->text_bytes, &r->config.space);
	registry_free_messages(r);
	assert(r->text_bytes == 0);
	pool_free(&r->family);
	pool_free(&r->series);
	pool_free(&r->source);
	pool_free(&r->tags);
	pool_free(&r->longs);
	texts_free(&r->texts);
	table_free(&r->by_field);
	table_free(&r->by_name);
	table_free(&r->by_labels);
	table_free(&r->by_raw);
	table_free(&r->by_key);
	labels_free(&r->labels);
	buf_free(&r->measurement);
	buf_free(&r->field);
	buf_free(&r->text);
	buf_free(&r->help);
	buf_free(&r->raw);
	free(r->value);
	free(r->life);
	free(r->time);
	free(r);
}
