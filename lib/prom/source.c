#include "prom/registry_state.h"

#include "base/hash.h"
#include "line/scanner.h"
#include "prom/text.h"

/* --- tags --- */

static bool
same_labels(const void *ctx, uint32_t item, const void *key)
{
	return span_equal(tags_labels(ctx, tags_at(ctx, item)), *(const struct span *)key);
}

/* The tags with the labels in r->labels; made of raw where they are not there yet. */
static uint32_t
get_tags(struct registry *r, struct span raw)
{
	struct span labels = buf_span(&r->labels.text);
	uint64_t h = hash_bytes(labels, r->seed);
	uint32_t i = table_find(&r->by_labels, h, same_labels, r, &labels);

	if (i != TABLE_NONE)
		return i;
	i = pool_take(&r->tags);
	r->raw.len = 0;
	buf_put_span(&r->raw, raw);
	buf_put_span(&r->raw, labels);
	*tags_at(r, i) = (struct registry_tags){ .raw_n = (uint32_t)raw.n,
		.text = registry_add_text(r, buf_span(&r->raw)) };
	table_add(&r->by_labels, h, i);
	return i;
}

static void
leave_tags(struct registry *r, uint32_t i)
{
	struct registry_tags *t = tags_at(r, i);

	if (--t->users)
		return;
	table_remove(&r->by_labels, hash_bytes(tags_labels(r, t), r->seed), i);
	registry_drop_text(r, &t->text);
	pool_give(&r->tags, i);
}

/* --- sources --- */

static bool
is_spelled(const struct registry *r, const struct registry_source *s, struct span series)
{
	struct span name = message_name(r, s->message), tags = tags_raw(r, tags_at(r, s->tags));

	if (!s->spelled || series.n != name.n + (tags.n ? tags.n + 1 : 0)
	    || memcmp(series.p, name.p, name.n) != 0)
		return false;
	return !tags.n
	    || (series.p[name.n] == ',' && !memcmp(series.p + name.n + 1, tags.p, tags.n));
}

static bool
same_raw(const void *ctx, uint32_t item, const void *key)
{
	const struct registry_source *s = source_at(ctx, item);
	const struct registry *r = ctx;

	if (s->message == TABLE_NONE)
		return span_equal(texts_at(&r->texts, s->alias.raw), *(const struct span *)key);
	return is_spelled(r, s, *(const struct span *)key);
}

struct source_key {
	uint32_t message, tags;
};

static bool
same_source(const void *ctx, uint32_t item, const void *key)
{
	const struct registry_source *s = source_at(ctx, item);
	const struct source_key *k = key;

	return s->message == k->message && s->tags == k->tags;
}

/* Of how lines have it, when the message's name is how they have that. */
static uint64_t
source_hash(struct registry *r, const struct source_key *k)
{
	struct span tags = tags_raw(r, tags_at(r, k->tags));

	r->raw.len = 0;
	buf_put_span(&r->raw, message_name(r, k->message));
	buf_puts(&r->raw, tags.n ? "," : "");
	buf_put_span(&r->raw, tags);
	return hash_bytes(buf_span(&r->raw), r->seed);
}

static uint32_t
add_source(struct registry *r, const struct source_key *k, uint64_t h)
{
	uint32_t i = pool_take(&r->source);

	*source_at(r, i) = (struct registry_source){ .message = k->message, .tags = k->tags,
		.first = TABLE_NONE, .aliases = TABLE_NONE };
	registry_use_message(r, k->message);
	tags_at(r, k->tags)->users++;
	table_add(&r->by_raw, h, i);
	return i;
}

/* Without room for it the source is only found the long way. */
static void
add_alias(struct registry *r, uint32_t source, struct span raw)
{
	uint32_t i;

	if (pool_count(&r->source) / 2 >= r->config.max_series
	    || r->text_bytes / REGISTRY_TEXT_MEAN >= r->config.max_series)
		return;
	i = pool_take(&r->source);
	*source_at(r, i) = (struct registry_source){ .message = TABLE_NONE, .alias = {
		.source = source, .next = source_at(r, source)->aliases,
		.raw = registry_add_text(r, raw) } };
	source_at(r, source)->aliases = i;
	table_add(&r->by_raw, hash_bytes(raw, r->seed), i);
}

/* The long way: by message and labels. */
static uint32_t
find_source(struct registry *r, const struct scanner_point *p)
{
	struct source_key k;
	uint64_t h;
	uint32_t i;

	r->text.len = r->measurement.len = 0;
	scanner_unescape(&r->text, p->measurement);
	text_put(&r->measurement, buf_span(&r->text), TEXT_CLEAN);
	k.message = registry_get_message(r, buf_span(&r->measurement));
	k.tags = get_tags(r, p->tags);
	h = source_hash(r, &k);
	i = table_find(&r->by_raw, h, same_source, r, &k);
	if (i == TABLE_NONE)
		i = add_source(r, &k, h);
	source_at(r, i)->spelled |= span_equal(p->measurement, message_name(r, k.message));
	if (!is_spelled(r, source_at(r, i), p->series))
		add_alias(r, i, p->series);
	return i;
}

uint32_t
source_get(struct registry *r, const struct scanner_point *p)
{
	uint32_t i = table_find(&r->by_raw, hash_bytes(p->series, r->seed), same_raw, r, &p->series);
	const struct registry_source *s;
	size_t clashes;

	if (i != TABLE_NONE) {
		s = source_at(r, i);
		return s->message == TABLE_NONE ? s->alias.source : i;
	}
	if (!labels_build(&r->labels, p->tags, &clashes))
		return TABLE_NONE;
	if (clashes)
		registry_tell_once(r, REGISTRY_LABEL_TAKEN, r->labels.clash_key, r->labels.clash_name);
	return find_source(r, p);
}

static void
remove_aliases(struct registry *r, uint32_t i)
{
	struct registry_source *s;
	uint32_t next;

	for (; i != TABLE_NONE; i = next) {
		s = source_at(r, i);
		next = s->alias.next;
		table_remove(&r->by_raw, hash_bytes(texts_at(&r->texts, s->alias.raw), r->seed), i);
		registry_drop_text(r, &s->alias.raw);
		pool_give(&r->source, i);
	}
}

void
source_remove(struct registry *r, uint32_t i)
{
	const struct registry_source *s = source_at(r, i);
	struct source_key k = { s->message, s->tags };

	remove_aliases(r, s->aliases);
	table_remove(&r->by_raw, source_hash(r, &k), i);
	registry_leave_message(r, k.message);
	leave_tags(r, k.tags);
	pool_give(&r->source, i);
}
