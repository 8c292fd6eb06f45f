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
		if (h->field.p && !h->given && family_find(r, h->measurement, h->field, REGISTRY_NUMBER) == TABLE_NONE
		    && family_find(r, h->measurement, h->field, REGISTRY_STRING) == TABLE_NONE)
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

static void
set_text(struct registry *r, struct span *text, struct span value)
{
	r->help.len = 0;
	text_put(&r->help, text_cut(value, REGISTRY_HELP_MAX), TEXT_CLEAN);
	if (span_equal(*text, buf_span(&r->help)))
		return;
	registry_drop(&r->hint_bytes, text);
	*text = registry_keep(&r->hint_bytes, buf_span(&r->help));
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

static void
set_texts(struct registry *r, struct registry_hint *h, const struct registry_meta *m)
{
	set_text(r, &h->text.help, m->help);
	set_text(r, &h->text.unit, m->unit);
	set_text(r, &h->text.signal, m->signal);
	set_text(r, &h->text.values, m->values);
}

/* What a line says of a hint that is there already, in a line with these tags. */
static void
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
	set_texts(r, h, h->mixed ? &none : m);
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

	if (i == TABLE_NONE)
		return;
	set_hint(r, hint_at(r, i), m, tags);
	if (m->cycle_ms)
		registry_set_cycle(r, k.measurement, m->cycle_ms);
	for (kind = REGISTRY_NUMBER; kind <= REGISTRY_STRING; kind++) {
		f = family_find(r, k.measurement, k.field, (enum registry_kind)kind);
		if (f != TABLE_NONE && help_make(r, f))
			r->generation++;
	}
}

/* "help (Message.Signal, unit)", "Message.Signal (unit)" or just that. */
static void
put_help(struct buf *out, const struct registry_meta *m, struct span title)
{
	buf_put_span(out, m->help);
	buf_puts(out, m->help.n ? " (" : "");
	buf_put_span(out, title);
	if (m->unit.n) {
		buf_puts(out, m->help.n ? ", " : " (");
		buf_put_span(out, m->unit);
	}
	buf_puts(out, m->help.n || m->unit.n ? ")" : "");
}

/* The unit where the name ends in it: only then it may stand in # UNIT. */
static void
put_unit(struct buf *out, const struct registry_family *f, struct span unit)
{
	size_t start = out->len, n;

	if (f->kind != REGISTRY_NUMBER || !unit.n)
		return;
	if (f->base)
		buf_put_span(out, units_suffix(f->base));
	else
		name_snake(out, unit);
	n = out->len - start;
	if (f->name.n <= n + 1 || f->name.p[f->name.n - n - 1] != '_'
	    || memcmp(f->name.p + f->name.n - n, out->p + start, n))
		out->len = start;
}

/* Makes *text a copy of another one; true when it was not. */
static bool
replace(struct registry *r, struct span *text, struct span with)
{
	if (span_equal(*text, with))
		return false;
	registry_drop(&r->text_bytes, text);
	*text = registry_keep(&r->text_bytes, with);
	return true;
}

/*
 * A value table of a number without unit: with one it is a quantity, and the table names the
 * codes that stand for its absence. Lines for several signals in one field tell nothing of it.
 */
static bool
has_states(const struct registry *r, const struct registry_family *f,
    const struct registry_hint *h)
{
	struct buf names = { 0 };
	struct states s;
	bool good;

	if (!r->config.states || !h || h->tags.n || h->text.unit.n || f->kind != REGISTRY_NUMBER)
		return false;
	good = states_read(&s, h->text.values, &names);
	buf_free(&names);
	return good;
}

static bool
make_states(struct registry *r, uint32_t i, const struct registry_hint *h)
{
	uint32_t companion = family_at(r, i)->companion;
	bool wanted = has_states(r, family_at(r, i), h);

	if (wanted && companion == TABLE_NONE) {
		companion = family_add_companion(r, i);
		family_at(r, i)->companion = companion;
	}
	if (!wanted && companion != TABLE_NONE) {
		family_at(r, i)->companion = TABLE_NONE;
		family_remove(r, companion);
	}
	return replace(r, &family_at(r, i)->states, wanted ? h->text.values : span_of("", 0));
}

bool
help_make(struct registry *r, uint32_t i)
{
	struct registry_family *f = family_at(r, i);
	const struct registry_hint *h = help_find(r, message_at(r, f->message)->name, f->field);
	struct registry_meta m = h ? h->text : (struct registry_meta){ 0 };
	bool changed;

	r->help.len = r->unit.len = 0;
	put_help(&r->help, &m, m.signal.n ? m.signal : family_title(r, i));
	put_unit(&r->unit, f, m.unit);
	changed = replace(r, &f->help, buf_span(&r->help));
	changed |= replace(r, &f->unit, buf_span(&r->unit));
	return make_states(r, i, h) || changed;
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
