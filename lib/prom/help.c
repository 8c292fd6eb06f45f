#include "prom/registry_state.h"

#include <assert.h>

#include "base/hash.h"
#include "line/scanner.h"
#include "prom/name.h"
#include "prom/states.h"
#include "prom/text.h"

/*
 * What #meta lines told. They may come long before their points, or never be followed by one: so
 * they are kept apart from the families and have a bound of their own.
 */
struct hint_key {
	struct span measurement, field;
};

static bool
same_hint(const void *ctx, uint32_t item, const void *key)
{
	const struct registry_hint *h = hint_at(ctx, item);
	const struct hint_key *k = key;

	return span_equal(h->measurement, k->measurement) && span_equal(h->field, k->field);
}

static uint64_t
hint_hash(const struct registry *r, const struct hint_key *k)
{
	return hash_bytes(k->field, hash_bytes(k->measurement, r->seed));
}

const struct registry_hint *
help_find(const struct registry *r, struct span measurement, struct span field)
{
	struct hint_key k = { measurement, field };
	uint32_t i = table_find(&r->by_hint, hint_hash(r, &k), same_hint, r, &k);

	return i == TABLE_NONE ? NULL : hint_at(r, i);
}

static void
remove_hint(struct registry *r, uint32_t i)
{
	struct registry_hint *h = hint_at(r, i);
	struct hint_key k = { h->measurement, h->field };

	table_remove(&r->by_hint, hint_hash(r, &k), i);
	registry_drop(&r->hint_bytes, &h->measurement);
	registry_drop(&r->hint_bytes, &h->field);
	registry_drop(&r->hint_bytes, &h->tags);
	registry_drop(&r->hint_bytes, &h->text.help);
	registry_drop(&r->hint_bytes, &h->text.unit);
	registry_drop(&r->hint_bytes, &h->text.signal);
	registry_drop(&r->hint_bytes, &h->text.values);
	pool_give(&r->hint, i);
}

static bool
is_full(const struct registry *r)
{
	uint32_t max = r->config.max_series + r->hints_given;

	return pool_count(&r->hint) >= max || r->hint_bytes / REGISTRY_TEXT_MEAN >= max;
}

static bool
is_used(const struct registry *r, const struct registry_hint *h)
{
	return family_find(r, h->measurement, h->field, REGISTRY_NUMBER) != TABLE_NONE
	    || family_find(r, h->measurement, h->field, REGISTRY_STRING) != TABLE_NONE;
}

/*
 * Makes room by forgetting hints that belong to no family, looking at a few at a time so that a
 * flood of #meta lines costs no more than its points. False when there was none among them.
 */
static bool
make_room(struct registry *r)
{
	const struct registry_hint *h;
	int steps;

	for (steps = 0; is_full(r) && steps < 64; steps++) {
		r->hint_hand = r->hint_hand + 1 < r->hint.used ? r->hint_hand + 1 : 0;
		h = hint_at(r, r->hint_hand);
		if (h->field.p && !h->given && !is_used(r, h))
			remove_hint(r, r->hint_hand);
	}
	return !is_full(r);
}

/* The hint of a key; made where it is not there yet. TABLE_NONE without room. */
static uint32_t
get_hint(struct registry *r, const struct hint_key *k, struct span tags, bool given)
{
	uint32_t i = table_find(&r->by_hint, hint_hash(r, k), same_hint, r, k);
	struct registry_hint *h;

	if (i != TABLE_NONE || (!given && !make_room(r)))
		return i;
	i = pool_take(&r->hint);
	h = hint_at(r, i);
	h->measurement = registry_keep(&r->hint_bytes, k->measurement);
	h->field = registry_keep(&r->hint_bytes, k->field);
	h->tags = registry_keep(&r->hint_bytes, tags);
	h->given = given;
	r->hints_given += given;
	table_add(&r->by_hint, hint_hash(r, k), i);
	return i;
}

/* True when it was another one. */
static bool
set_text(struct registry *r, struct span *text, struct span value)
{
	r->help.len = 0;
	text_put(&r->help, text_cut(value, REGISTRY_HELP_MAX), TEXT_CLEAN);
	if (span_equal(*text, buf_span(&r->help)))
		return false;
	registry_drop(&r->hint_bytes, text);
	*text = registry_keep(&r->hint_bytes, buf_span(&r->help));
	return true;
}

/* An escaped name into *out, cleaned. */
static struct span
clean(struct registry *r, struct buf *out, struct span raw)
{
	r->text.len = out->len = 0;
	scanner_unescape(&r->text, raw);
	text_put(out, buf_span(&r->text), TEXT_CLEAN);
	return buf_span(out);
}

/* The measurement in front of "measurement,tag=value". */
static struct span
measurement_of(struct span series)
{
	size_t i;

	for (i = 0; i < series.n; i++)
		if (series.p[i] == ',' && (i == 0 || series.p[i - 1] != '\\'))
			break;
	return span_of(series.p, i);
}

static bool
set_texts(struct registry *r, struct registry_hint *h, const struct registry_meta *m)
{
	bool changed = set_text(r, &h->text.help, m->help);

	changed |= set_text(r, &h->text.unit, m->unit);
	changed |= set_text(r, &h->text.signal, m->signal);
	return set_text(r, &h->text.values, m->values) || changed;
}

/* What a line with these tags says of a hint; true when that is new. */
static bool
set_hint(struct registry *r, struct registry_hint *h, const struct registry_meta *m,
    struct span tags)
{
	static const struct registry_meta none;

	if (h->given && !m->given) {
		h->given = h->mixed = false;
		r->hints_given--;
		registry_drop(&r->hint_bytes, &h->tags);
		h->tags = registry_keep(&r->hint_bytes, tags);
	}
	h->mixed |= !span_equal(h->tags, tags);
	return set_texts(r, h, h->mixed ? &none : m);
}

/* HELP and what goes with it are no longer as they were. */
static void
describe_anew(struct registry *r, uint32_t f)
{
	help_make_states(r, f);
	family_at(r, f)->described = r->epoch;
	r->generation++;
}

void
registry_meta(struct registry *r, struct span series, struct span field,
    const struct registry_meta *m)
{
	struct span measurement = measurement_of(series);
	struct span tags = span_of(series.p + measurement.n, series.n - measurement.n);
	struct hint_key k = { clean(r, &r->measurement, measurement), clean(r, &r->field, field) };
	uint32_t i = get_hint(r, &k, tags, m->given), f;
	int kind;

	registry_tidy(r);
	if (i == TABLE_NONE)
		return;
	if (m->cycle_ms)
		registry_set_cycle(r, k.measurement, m->cycle_ms);
	if (!set_hint(r, hint_at(r, i), m, tags))
		return;
	for (kind = REGISTRY_NUMBER; kind <= REGISTRY_STRING; kind++) {
		f = family_find(r, k.measurement, k.field, (enum registry_kind)kind);
		if (f != TABLE_NONE)
			describe_anew(r, f);
	}
}

struct span
registry_name(struct registry *r, struct span measurement, struct span field,
    enum registry_kind kind, const struct units **base)
{
	struct span m = clean(r, &r->measurement, measurement);
	uint32_t f = family_find(r, m, clean(r, &r->field, field), kind);

	*base = f == TABLE_NONE ? NULL : family_at(r, f)->base;
	return f == TABLE_NONE ? span_of(NULL, 0) : family_name(r, family_at(r, f));
}

const struct registry_hint *
help_of(const struct registry *r, const struct registry_family *f)
{
	return help_find(r, message_name(r, f->message), family_field(r, f));
}

/* "help (Message.Signal, unit)", "Message.Signal (unit)" or just that. */
void
help_put(struct buf *out, const struct registry *r, const struct registry_family *f)
{
	const struct registry_hint *h = help_of(r, f);
	const struct registry_meta m = h ? h->text : (struct registry_meta){ 0 };

	buf_put_span(out, m.help);
	buf_puts(out, m.help.n ? " (" : "");
	if (m.signal.n)
		buf_put_span(out, m.signal);
	else
		family_put_title(out, r, f);
	if (m.unit.n) {
		buf_puts(out, m.help.n ? ", " : " (");
		buf_put_span(out, m.unit);
	}
	buf_puts(out, m.help.n || m.unit.n ? ")" : "");
}

void
help_put_unit(struct buf *out, const struct registry *r, const struct registry_family *f)
{
	const struct registry_hint *h = help_of(r, f);
	struct span name = family_name(r, f);
	size_t start = out->len, n;

	if (f->kind != REGISTRY_NUMBER || !h || !h->text.unit.n)
		return;
	if (f->base)
		buf_put_span(out, units_suffix(f->base));
	else
		name_snake(out, h->text.unit);
	n = out->len - start;
	if (name.n <= n + 1 || name.p[name.n - n - 1] != '_'
	    || memcmp(span_end(name) - n, out->p + start, n))
		out->len = start;
}

/*
 * A value table of a number without unit: with one it is a quantity, and the table names the
 * codes that stand for its absence. Lines for several signals in one field tell nothing of it.
 */
static bool
has_states(const struct registry *r, const struct registry_family *f)
{
	const struct registry_hint *h = help_of(r, f);
	struct buf names = { 0 };
	struct states s;
	bool good;

	if (!h || h->tags.n || h->text.unit.n || f->kind != REGISTRY_NUMBER)
		return false;
	good = states_read(&s, h->text.values, &names);
	buf_free(&names);
	return good;
}

void
help_make_states(struct registry *r, uint32_t i)
{
	uint32_t companion = family_at(r, i)->companion;
	bool wanted = r->config.states && has_states(r, family_at(r, i));

	if (wanted && companion == TABLE_NONE) {
		companion = family_add_companion(r, i);
		family_at(r, i)->companion = companion;
	} else if (!wanted && companion != TABLE_NONE) {
		family_at(r, i)->companion = TABLE_NONE;
		family_remove(r, companion);
	}
}

void
help_free(struct registry *r)
{
	uint32_t i;

	for (i = 0; i < r->hint.used; i++)
		if (hint_at(r, i)->field.p)
			remove_hint(r, i);
	assert(r->hint_bytes == 0);
	pool_free(&r->hint);
	table_free(&r->by_hint);
}
