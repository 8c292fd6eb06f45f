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
	r->binding.size = sizeof (struct registry_binding);
	r->hint.size = sizeof (struct registry_hint);
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

/* --- sources and their bindings --- */

static bool
same_raw(const void *ctx, uint32_t item, const void *key)
{
	return span_equal(source_at(ctx, item)->raw, *(const struct span *)key);
}

struct field_key {
	uint32_t source;
	uint32_t kind;		/* REGISTRY_NONE: any */
	struct span key;
};

static bool
same_key(const void *ctx, uint32_t item, const void *key)
{
	const struct field_key *k = key;
	const struct registry_binding *b = binding_at(ctx, item);

	return b->source == k->source && span_equal(span_of(b->key, b->key_n), k->key)
	    && (k->kind == REGISTRY_NONE || registry_of_kind(ctx, b->series, k->kind));
}

static uint64_t
key_hash(const struct registry *r, uint32_t source, struct span key)
{
	return hash_bytes(key, r->seed ^ (UINT64_C(0x9e3779b97f4a7c15) * (source + 1)));
}

/* The source of a point; made where it is not there yet. TABLE_NONE with too many tags. */
static uint32_t
source_get(struct registry *r, const struct scanner_point *p)
{
	uint64_t h = hash_bytes(p->series, r->seed);
	uint32_t i = table_find(&r->by_raw, h, same_raw, r, &p->series);
	struct registry_source *s;
	size_t clashes;

	if (i != TABLE_NONE)
		return i;
	if (!labels_build(&r->labels, p->tags, &clashes))
		return TABLE_NONE;
	if (clashes)
		registry_tell_once(r, REGISTRY_LABEL_TAKEN, r->labels.clash_key, r->labels.clash_name);
	r->text.len = r->measurement.len = 0;
	scanner_unescape(&r->text, p->measurement);
	text_put(&r->measurement, buf_span(&r->text), TEXT_CLEAN);
	i = pool_take(&r->source);
	s = source_at(r, i);
	s->raw = registry_keep(&r->text_bytes, p->series);
	s->labels = registry_keep(&r->text_bytes, buf_span(&r->labels.text));
	s->message = registry_get_message(r, buf_span(&r->measurement));
	registry_use_message(r, s->message);
	table_add(&r->by_raw, h, i);
	return i;
}

static void
source_remove(struct registry *r, uint32_t i)
{
	struct registry_source *s = source_at(r, i);

	table_remove(&r->by_raw, hash_bytes(s->raw, r->seed), i);
	registry_leave_message(r, s->message);
	registry_drop(&r->text_bytes, &s->raw);
	registry_drop(&r->text_bytes, &s->labels);
	free(s->binding);
	pool_give(&r->source, i);
}

/* A key is mostly the family's field as it stands, which then serves for both. */
static struct span
keep_key(struct registry *r, uint32_t series, struct span key)
{
	struct span field = family_field(family_at(r, series_at(r, series)->family));

	return span_equal(key, field) ? field : registry_keep(&r->text_bytes, key);
}

static void
drop_key(struct registry *r, const struct registry_binding *b)
{
	struct span key = span_of(b->key, b->key_n);

	if (key.p != family_field(family_at(r, series_at(r, b->series)->family)).p)
		registry_drop(&r->text_bytes, &key);
}

static void
bind_field(struct registry *r, uint32_t source, struct span key, uint32_t series)
{
	uint32_t i = pool_take(&r->binding);
	struct registry_source *s = source_at(r, source);

	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 4;
		s->binding = mem_resize(s->binding, s->cap, sizeof *s->binding);
	}
	table_add(&r->by_key, key_hash(r, source, key), i);
	key = keep_key(r, series, key);
	*binding_at(r, i) = (struct registry_binding){ .key = key.p, .key_n = (uint32_t)key.n,
		.source = source, .place = s->count, .series = series,
		.next = series_at(r, series)->binding };
	s->binding[s->count++] = i;
	series_at(r, series)->binding = i;
}

/* Takes a binding away; the caller sees to the list of its series. */
static void
unbind(struct registry *r, uint32_t i, uint32_t held)
{
	struct registry_binding *b = binding_at(r, i);
	struct registry_source *s = source_at(r, b->source);
	uint32_t source = b->source, last = s->binding[--s->count];

	s->binding[b->place] = last;
	binding_at(r, last)->place = b->place;
	table_remove(&r->by_key, key_hash(r, source, span_of(b->key, b->key_n)), i);
	drop_key(r, b);
	pool_give(&r->binding, i);
	if (!s->count && source != held)
		source_remove(r, source);
}

/* --- series --- */

struct series_key {
	uint32_t family;
	struct span labels;
};

static bool
same_series(const void *ctx, uint32_t item, const void *key)
{
	const struct series_key *k = key;

	return series_at(ctx, item)->family == k->family
	    && span_equal(registry_labels(ctx, item), k->labels);
}

static uint64_t
series_hash(const struct registry *r, const struct series_key *k)
{
	return hash_bytes(k->labels, r->seed ^ (UINT64_C(0xd6e8feb86659fd93) * (k->family + 1)));
}

static void
free_string(struct registry *r, struct snapshot_value *v)
{
	struct snapshot_string s;

	if (v->kind != REGISTRY_STRING)
		return;
	s = snapshot_string_of(v);
	r->string_bytes -= s.n;
	free(s.p);
	*v = (struct snapshot_value){ 0 };
}

/* held: a source that stays although it has no field left; TABLE_NONE for none. */
static void
series_remove(struct registry *r, uint32_t i, uint32_t held)
{
	struct registry_series *s = series_at(r, i);
	struct registry_family *f = family_at(r, s->family);
	struct series_key k = { s->family, registry_labels(r, i) };
	uint32_t b, next;

	table_remove(&r->by_labels, series_hash(r, &k), i);
	for (b = s->binding; b != TABLE_NONE; b = next) {
		next = binding_at(r, b)->next;
		unbind(r, b, held);
	}
	*(s->before == TABLE_NONE ? &f->first : &series_at(r, s->before)->next) = s->next;
	if (s->next != TABLE_NONE)
		series_at(r, s->next)->before = s->before;
	if (--f->series == 0)
		family_remove(r, s->family);
	free_string(r, &r->value[i]);
	r->value[i].kind = REGISTRY_NONE;
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

/* Without a binding, which the caller adds at once. */
static uint32_t
series_make(struct registry *r, const struct series_key *k)
{
	uint32_t i = pool_take(&r->series);
	struct registry_family *f = family_at(r, k->family);

	grow_values(r);
	r->value[i] = (struct snapshot_value){ .kind = (uint8_t)f->kind };
	r->life[i] = (struct registry_life){ 0 };
	*series_at(r, i) = (struct registry_series){ .family = k->family, .next = f->first,
		.before = TABLE_NONE, .binding = TABLE_NONE, .described = r->epoch };
	if (f->first != TABLE_NONE)
		series_at(r, f->first)->before = i;
	f->first = i;
	f->series++;
	set_due(r, end_of(r->arrived, series_ttl(r, i)));
	table_add(&r->by_labels, series_hash(r, k), i);
	r->generation++;
	return i;
}

static bool
has_room(const struct registry *r)
{
	enum { SLACK = 64 };	/* for what is reserved, and for few series with long names */
	uint32_t max = r->config.max_series;

	return pool_count(&r->series) < max && pool_count(&r->binding) / 2 < max
	    && r->text_bytes / REGISTRY_TEXT_MEAN < max + SLACK;
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

/* The series of a source's field that has no binding yet; TABLE_NONE without room. */
static uint32_t
series_get(struct registry *r, uint32_t source, const struct registry_field *field)
{
	struct series_key k = { .labels = source_at(r, source)->labels };
	uint32_t i;

	r->text.len = r->field.len = 0;
	scanner_unescape(&r->text, field->key);
	text_put(&r->field, buf_span(&r->text), TEXT_CLEAN);
	k.family = family_get(r, source_at(r, source)->message, buf_span(&r->field), field->kind);
	if (family_at(r, k.family)->name_n + k.labels.n > REGISTRY_TEXT_MAX)
		return refuse(r, k.family, REGISTRY_TOO_LONG);
	i = table_find(&r->by_labels, series_hash(r, &k), same_series, r, &k);
	if (!has_room(r))
		return refuse(r, k.family, REGISTRY_FULL);
	if (i == TABLE_NONE)
		i = series_make(r, &k);
	bind_field(r, source, field->key, i);
	return i;
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
	s = (struct snapshot_string){ mem_strndup(r->field.p, r->field.len), r->field.len };
	snapshot_set_string(v, s);
}

static void
put_value(struct registry *r, uint32_t series, const struct registry_field *f)
{
	struct snapshot_value *v = &r->value[series];

	if (f->kind == REGISTRY_NUMBER) {
		memcpy(v->text, f->text.p, f->text.n);
		v->n = f->text.n & 31;
		v->truth = f->truth;
	} else {
		put_string(r, v, f->text);
	}
}

static bool
has_key(const struct registry_binding *b, struct span key)
{
	return b->key_n == key.n && memcmp(b->key, key.p, key.n) == 0;
}

/*
 * The series of a field; *at is where its binding is expected in the source, as a message's
 * fields come in the same order in each line, and afterwards where the next is.
 */
static uint32_t
find_series(struct registry *r, uint32_t source, const struct registry_field *f, uint32_t *at)
{
	const struct registry_source *s = source_at(r, source);
	struct field_key key = { source, r->config.keep_kinds ? f->kind : REGISTRY_NONE, f->key };
	const struct registry_binding *b;
	uint32_t i = *at < s->count ? s->binding[*at] : TABLE_NONE;

	if (i == TABLE_NONE || !has_key(binding_at(r, i), f->key)
	    || (key.kind && !registry_of_kind(r, binding_at(r, i)->series, key.kind)))
		i = table_find(&r->by_key, key_hash(r, source, f->key), same_key, r, &key);
	if (i != TABLE_NONE) {
		b = binding_at(r, i);
		*at = b->place + 1;
		if (r->value[b->series].kind == f->kind)
			return b->series;
		series_remove(r, b->series, source);	/* a string now, or no string any more */
	}
	i = series_get(r, source, f);
	*at = source_at(r, source)->count;
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
	uint32_t source = source_get(r, p), place = 0, series;
	int64_t time = INT64_MIN;
	size_t i;

	if (source == TABLE_NONE)
		return false;
	if (r->time || r->config.timestamps)
		num_i64(p->time, &time);
	r->arrived = at.mono;
	count_point(r, source_at(r, source)->message, fields, at.real);
	for (i = 0; i < fields; i++) {
		series = find_series(r, source, &field[i], &place);
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
	if (!source_at(r, source)->count)
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
		if (family_at(r, i)->text)
			family_remove(r, i);
	help_free(r);
	registry_drop(&r->text_bytes, &r->config.space);
	registry_free_messages(r);
	assert(r->text_bytes == 0);
	pool_free(&r->family);
	pool_free(&r->series);
	pool_free(&r->source);
	pool_free(&r->binding);
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
	free(r->value);
	free(r->life);
	free(r->time);
	free(r);
}
