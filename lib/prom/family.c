#include "prom/registry_state.h"

#include "base/hash.h"
#include "prom/name.h"

struct family_key {
	uint32_t message, kind;
	struct span field;
};

static bool
same_family(const void *ctx, uint32_t item, const void *key)
{
	const struct registry_family *f = family_at(ctx, item);
	const struct family_key *k = key;

	return f->message == k->message && f->kind == k->kind
	    && span_equal(family_field(ctx, f), k->field);
}

static uint64_t
family_hash(const struct registry *r, const struct family_key *k)
{
	return hash_bytes(k->field, r->seed ^ ((uint64_t)k->message << 8 | (k->kind + 1)));
}

static bool
same_name(const void *ctx, uint32_t item, const void *key)
{
	return span_equal(family_name(ctx, family_at(ctx, item)), *(const struct span *)key);
}

static bool
is_taken(const struct registry *r, struct span name)
{
	return table_find(&r->by_name, hash_bytes(name, r->seed), same_name, r, &name) != TABLE_NONE;
}

/*
 * A mark of six hex digits that a measurement and field have in every run: 24 bits of FNV-1a
 * (32 bits, folded) over measurement, NUL, field and the number of the attempt.
 */
static uint32_t
make_mark(struct span measurement, struct span field, unsigned attempt)
{
	const struct span part[] = { measurement, span_of("", 1), field };
	uint32_t h = 2166136261u;
	size_t i, k;

	for (i = 0; i < sizeof part / sizeof *part; i++)
		for (k = 0; k < part[i].n; k++)
			h = (h ^ (unsigned char)part[i].p[k]) * 16777619u;
	h = (h ^ attempt) * 16777619u;
	return (h >> 24 ^ h) & 0xffffff;
}

/* Appends a mark to the name in r->text as long as it is taken; true when it got one. */
static bool
mark_name(struct registry *r, struct span measurement, struct span field)
{
	size_t own = r->text.len;
	unsigned attempt;

	for (attempt = 0; is_taken(r, buf_span(&r->text)); attempt++) {
		r->text.len = own;
		buf_printf(&r->text, "_%06x", (unsigned)make_mark(measurement, field, attempt));
	}
	return attempt > 0;
}

static bool
ends_in(struct span name, struct span suffix)
{
	return name.n > suffix.n && name.p[name.n - suffix.n - 1] == '_'
	    && !memcmp(name.p + name.n - suffix.n, suffix.p, suffix.n);
}

/* The name of a family's numbers in base units, or of its strings, ends accordingly. */
static bool
make_name(struct registry *r, const struct family_key *k, const struct units *base)
{
	struct span measurement = message_name(r, k->message);

	r->text.len = 0;
	name_metric(&r->text, r->config.space, measurement, k->field);
	if (k->kind == REGISTRY_STRING)
		buf_puts(&r->text, "_info");
	if (base && !ends_in(buf_span(&r->text), units_suffix(base))) {
		buf_putc(&r->text, '_');
		buf_put_span(&r->text, units_suffix(base));
	}
	return mark_name(r, measurement, k->field);
}

/* A name does not change while it lives: what #meta tells later is too late. */
static const struct units *
find_base(const struct registry *r, const struct family_key *k)
{
	const struct registry_hint *h;

	if (!r->config.base_units || k->kind != REGISTRY_NUMBER)
		return NULL;
	h = help_find(r, message_name(r, k->message), k->field);
	return h && !h->tags.n ? units_find(h->text.unit) : NULL;
}

/* With the name in r->text. */
static uint32_t
add_family(struct registry *r, struct span field, struct span raw, struct registry_family f)
{
	uint32_t i = pool_take(&r->family);

	f.name_n = r->text.len & TEXTS_MAX;
	f.field_n = (uint32_t)field.n;
	buf_put_span(&r->text, field);
	if (!span_equal(field, raw))
		buf_put_span(&r->text, raw);
	f.text = registry_add_text(r, buf_span(&r->text));
	f.companion = TABLE_NONE;
	f.described = r->epoch;
	*family_at(r, i) = f;
	table_add(&r->by_name, hash_bytes(family_name(r, &f), r->seed), i);
	return i;
}

static uint32_t
reserve(struct registry *r)
{
	static const struct span none = { NULL, 0 };

	return add_family(r, none, none, (struct registry_family){ .message = TABLE_NONE });
}

static void
tell_clash(struct registry *r, uint32_t i)
{
	r->counts.clashes++;
	r->text.len = 0;
	family_put_title(&r->text, r, family_at(r, i));
	registry_tell_once(r, REGISTRY_NAME_TAKEN, buf_span(&r->text),
	    family_name(r, family_at(r, i)));
}

uint32_t
family_get(struct registry *r, uint32_t message, struct span field, struct span raw,
    enum registry_kind kind)
{
	struct family_key k = { message, kind, field };
	uint64_t h = family_hash(r, &k);
	uint32_t i = table_find(&r->by_field, h, same_family, r, &k);
	const struct units *base;
	bool clash;

	if (i != TABLE_NONE)
		return i;
	base = find_base(r, &k);
	clash = make_name(r, &k, base);
	i = add_family(r, field, raw, (struct registry_family){ .message = message,
		.kind = kind & 0xff, .base = base });
	registry_use_message(r, message);
	table_add(&r->by_field, h, i);
	help_make_states(r, i);
	if (clash)
		tell_clash(r, i);
	return i;
}

uint32_t
family_find(const struct registry *r, struct span measurement, struct span field,
    enum registry_kind kind)
{
	struct family_key k = { .kind = kind, .field = field };

	k.message = registry_find_message(r, measurement);
	if (k.message == TABLE_NONE)
		return TABLE_NONE;
	return table_find(&r->by_field, family_hash(r, &k), same_family, r, &k);
}

uint32_t
family_add_companion(struct registry *r, uint32_t i)
{
	const struct registry_family *f = family_at(r, i);

	r->text.len = 0;
	buf_put_span(&r->text, family_name(r, f));
	buf_puts(&r->text, "_state");
	mark_name(r, message_name(r, f->message), family_field(r, f));
	return reserve(r);
}

void
family_remove(struct registry *r, uint32_t i)
{
	struct registry_family *f = family_at(r, i);
	struct family_key k = { f->message, f->kind, family_field(r, f) };

	if (f->companion != TABLE_NONE)
		family_remove(r, f->companion);
	table_remove(&r->by_name, hash_bytes(family_name(r, f), r->seed), i);
	if (f->message != TABLE_NONE) {
		table_remove(&r->by_field, family_hash(r, &k), i);
		registry_leave_message(r, f->message);
	}
	registry_drop_text(r, &f->text);
	pool_give(&r->family, i);
}

void
family_put_title(struct buf *out, const struct registry *r, const struct registry_family *f)
{
	buf_put_span(out, message_name(r, f->message));
	buf_putc(out, '.');
	buf_put_span(out, family_field(r, f));
}

void
registry_reserve(struct registry *r, struct span name)
{
	r->text.len = 0;
	buf_put_span(&r->text, name);
	if (!is_taken(r, name))
		reserve(r);
}
