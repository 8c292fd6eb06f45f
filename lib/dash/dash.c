#include "dash/dash.h"

#include <stdlib.h>

#include "base/hash.h"
#include "dash/model.h"
#include "dash/quote.h"
#include "prom/name.h"

/* --- variables --- */

static bool
is_taken(const struct query_variable *v, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			return true;
	return !strcmp(name, MODEL_DATASOURCE);
}

/* A name of word characters that no other variable has. */
static const char *
make_name(struct arena *a, struct span tag, const struct query_variable *v, size_t n)
{
	struct buf b = { 0 };
	const char *name;
	size_t own;
	unsigned k;

	name_label(&b, tag);
	own = b.len;
	for (k = 2; is_taken(v, n, buf_str(&b)); k++) {
		b.len = own;
		buf_printf(&b, "_%u", k);
	}
	name = arena_copy(a, buf_span(&b)).p;
	buf_free(&b);
	return name;
}

static bool
has_bit(const struct catalog *c, uint64_t bit, uint64_t assumed)
{
	uint32_t i;

	for (i = 0; i < c->signals; i++)
		if (catalog_tags_of(c, &c->signal[i], assumed) & bit)
			return true;
	return false;
}

static int
by_tag(const void *a, const void *b)
{
	const struct query_variable *x = a, *y = b;
	size_t n = x->tag.n < y->tag.n ? x->tag.n : y->tag.n;
	int d = memcmp(x->tag.p, y->tag.p, n);

	return d ? d : (x->tag.n > y->tag.n) - (x->tag.n < y->tag.n);
}

/* One for each tag that series have; where Grafana would spoil its key, there can be none. */
static void
make_variables(struct query *q, struct catalog *c, struct arena *a,
    const struct query_language *l)
{
	struct query_variable *v = arena_array(a, CATALOG_TAGS, sizeof *v);
	size_t i;

	q->variable = v;
	for (i = 0; i < c->tags; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if ((!l->any_key && quote_is_live(c->tag[i])) || !has_bit(c, bit, q->assumed))
			continue;
		v[q->variables].tag = c->tag[i];
		v[q->variables++].bit = bit;
	}
	qsort(v, q->variables, sizeof *v, by_tag);
	for (i = 0; i < q->variables; i++)
		v[i].name = make_name(a, v[i].tag, v, i);
}

/* --- what is taken for granted --- */

static bool
has_key(const struct catalog_origin *o, const char *key)
{
	size_t i;

	for (i = 0; i < o->pairs && !span_is(o->pair[i].key, key); i++)
		;
	return i < o->pairs;
}

/*
 * The tags of series whose points were not seen: those named, and those that all points have. With
 * no points at all it is the bus, which can2line writes but in the layout of Profinity.
 */
static uint64_t
assume_tags(struct catalog *c, const struct dash_options *o)
{
	uint64_t named = 0, common = UINT64_MAX;
	bool pointed = false, bus = false;
	uint32_t i;
	size_t k;

	for (k = 0; k < o->tags; k++)
		named |= catalog_tag(c, span_str(o->tag[k]));
	for (i = 0; i < c->origins; i++) {
		pointed |= c->origin[i].pointed;
		common &= c->origin[i].pointed ? c->origin[i].all : UINT64_MAX;
		bus |= !has_key(&c->origin[i], "componentId");
	}
	if (!pointed)
		common = bus ? catalog_tag(c, span_str("bus")) : 0;
	return named | common;
}

/* "DB/RP" of InfluxDB 1. */
static void
split_bucket(struct query *q, struct span bucket)
{
	const char *slash = bucket.n ? memchr(bucket.p, '/', bucket.n) : NULL;

	q->bucket = bucket;
	if (slash)
		q->policy = span_of(slash + 1, bucket.n - (size_t)(slash + 1 - bucket.p));
}

void
dash_put_uid(struct buf *out, const struct dash_options *o)
{
	uint64_t h = hash_chain(0, span_str(query_language[o->source].name));

	if (o->uid.n)
		buf_put_span(out, o->uid);
	else
		buf_printf(out, "canpipe-%016llx", (unsigned long long)hash_chain(h, o->title));
}

void
dash_write(struct buf *out, struct catalog *c, const struct dash_options *o,
    struct dash_report *report)
{
	const struct query_language *l = &query_language[o->source];
	struct query q = { .catalog = c, .space = o->space };
	struct metrics metrics;
	struct outline outline;
	struct arena arena = { 0 };
	struct buf uid = { 0 };

	q.assumed = assume_tags(c, o);
	split_bucket(&q, o->bucket);
	make_variables(&q, c, &arena, l);
	if (o->source == QUERY_PROMETHEUS) {
		metrics_init(&metrics, c, o->space, o->base_units, q.assumed);
		q.metrics = &metrics;
	}
	outline_make(&outline, c, &q, l, &o->choose);
	dash_put_uid(&uid, o);
	model_write(out, &(struct model){ o, l, &q, &outline, buf_span(&uid) });
	*report = (struct dash_report){ outline.rows, outline.panels, outline.signals,
		outline.left_out, outline.first_left_out ? outline.first_left_out->title
		: span_of(NULL, 0), q.variables };
	outline_free(&outline);
	if (q.metrics)
		metrics_free(&metrics);
	buf_free(&uid);
	arena_free(&arena);
}
