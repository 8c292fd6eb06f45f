#include "prom/backfill.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/table.h"
#include "line/scanner.h"
#include "prom/expose.h"
#include "prom/frame.h"
#include "prom/sorter.h"
#include "prom/text.h"
#include "prom/units.h"

/* A series as Prometheus has it: of a string there is one for each text. */
struct track {
	uint32_t series;	/* number in the registry */
	uint32_t n;
	char *text;		/* of a string, as a label has it; NULL for numbers */
};

struct backfill {
	struct sorter *sorter;
	const char *folder;	/* of its files */
	struct pool track;
	struct table by_series;	/* track: series, text */
	uint64_t seed;
	uint32_t max_tracks;
	struct backfill_counts counts;
	struct buf raw, text;	/* scratch */
};

struct backfill *
backfill_new(size_t memory, uint32_t max_series)
{
	const char *tmp = getenv("TMPDIR");
	struct backfill *b = mem_zero(1, sizeof *b);

	/* Not /tmp, which is memory on many machines. */
	b->folder = tmp && *tmp ? tmp : "/var/tmp";
	b->sorter = sorter_new(memory, b->folder);
	b->track.size = sizeof (struct track);
	b->seed = hash_seed();
	b->max_tracks = max_series;
	return b;
}

void
backfill_free(struct backfill *b)
{
	uint32_t i;

	if (!b)
		return;
	for (i = 0; i < b->track.used; i++)
		free(((struct track *)pool_at(&b->track, i))->text);
	sorter_free(b->sorter);
	pool_free(&b->track);
	table_free(&b->by_series);
	buf_free(&b->raw);
	buf_free(&b->text);
	free(b);
}

const char *
backfill_failed_in(const struct backfill *b)
{
	return sorter_error(b->sorter) ? b->folder : NULL;
}

struct backfill_counts
backfill_counts(const struct backfill *b)
{
	return b->counts;
}

/* --- taking --- */

struct track_key {
	uint32_t series;
	struct span text;
};

static bool
same_track(const void *ctx, uint32_t item, const void *key)
{
	const struct track *t = pool_at(ctx, item);
	const struct track_key *k = key;

	return t->series == k->series && span_equal(span_of(t->text, t->n), k->text);
}

/* The track of a series and text; made where it is not there yet, TABLE_NONE without room. */
static uint32_t
get_track(struct backfill *b, const struct track_key *k)
{
	uint64_t h = hash_bytes(k->text, b->seed ^ (UINT64_C(0x9e3779b97f4a7c15) * (k->series + 1)));
	uint32_t i = table_find(&b->by_series, h, same_track, &b->track, k);
	struct track *t;

	if (i != TABLE_NONE || pool_count(&b->track) == b->max_tracks)
		return i;
	i = pool_take(&b->track);
	t = pool_at(&b->track, i);
	*t = (struct track){ k->series, (uint32_t)k->text.n,
		k->text.p ? mem_strndup(k->text.p, k->text.n) : NULL };
	table_add(&b->by_series, h, i);
	return i;
}

/* A string as the live page shows it. */
static struct span
label_of(struct backfill *b, struct span raw)
{
	struct span kept;

	b->raw.len = b->text.len = 0;
	scanner_unescape_string(&b->raw, raw);
	kept = text_cut(buf_span(&b->raw), REGISTRY_STRING_MAX);
	text_put(&b->text, kept, TEXT_LABEL);
	buf_puts(&b->text, kept.n < b->raw.len ? "..." : "");
	buf_reserve(&b->text, 1);	/* so that also an empty one is somewhere */
	return buf_span(&b->text);
}

void
backfill_take(void *arg, uint32_t family, uint32_t series, const struct registry_field *field,
    struct span time)
{
	struct backfill *b = arg;
	struct track_key k = { .series = series };
	struct sorter_record r = { 0 };
	uint32_t track;

	if (!num_i64(time, &r.time) || r.time < 0) {
		b->counts.untimed++;
		return;
	}
	if (field->kind == REGISTRY_STRING)
		k.text = label_of(b, field->text);
	else
		r.text = field->text;
	track = get_track(b, &k);
	if (track == TABLE_NONE) {
		b->counts.refused++;
		return;
	}
	r.key = (uint64_t)family << 32 | track;
	sorter_add(b->sorter, &r);	/* a fault sticks until backfill_write() */
}

/* --- writing --- */

/* Where the structure has a family or series, by number. */
struct places {
	uint32_t *family, *series;
};

static struct places
find_places(const struct snapshot *s)
{
	struct places p = { NULL, NULL };
	uint32_t families = 0, series = 0;
	size_t i;

	for (i = 0; i < s->families; i++)
		families = s->family[i].number < families ? families : s->family[i].number + 1;
	for (i = 0; i < s->all_series; i++)
		series = s->series[i].number < series ? series : s->series[i].number + 1;
	p.family = mem_zero(families, sizeof *p.family);
	p.series = mem_zero(series, sizeof *p.series);
	for (i = 0; i < s->families; i++)
		p.family[s->family[i].number] = (uint32_t)i;
	for (i = 0; i < s->all_series; i++)
		p.series[s->series[i].number] = (uint32_t)i;
	return p;
}

struct writer {
	const struct backfill *b;
	const struct snapshot *s;
	struct places at;
	struct out *out;
	const struct snapshot_family *family;	/* of the last sample */
	uint64_t key;				/* and its key */
	struct buf prefix;			/* all of its line before the value */
};

static void
begin_family(struct writer *w, uint32_t number)
{
	const struct snapshot_family *f = &w->s->family[w->at.family[number]];
	const struct buf *text = &w->s->text;

	expose_head(&w->out->b, EXPOSE_OPENMETRICS, EXPOSE_GAUGE, snapshot_span(text, f->name),
	    snapshot_span(text, f->unit), snapshot_span(text, f->help));
	w->family = f;
}

static void
begin_series(struct writer *w, const struct track *t)
{
	struct span labels = snapshot_span(&w->s->text,
	    w->s->series[w->at.series[t->series]].labels);
	static const struct span value = { "value", 5 }, none = { NULL, 0 };

	w->prefix.len = 0;
	frame_put_prefix(&w->prefix, snapshot_span(&w->s->text, w->family->name), labels,
	    t->text ? value : none);
	if (t->text) {
		buf_put(&w->prefix, t->text, t->n);
		buf_puts(&w->prefix, "\"} 1");
	}
}

static void
put_sample(struct writer *w, const struct sorter_record *r)
{
	char text[NUM_DOUBLE_TEXT];
	int64_t ms = r->time / 1000000;

	if (!w->family || r->key >> 32 != w->key >> 32)
		begin_family(w, (uint32_t)(r->key >> 32));
	if (!w->prefix.len || r->key != w->key)
		begin_series(w, pool_at(&w->b->track, (uint32_t)r->key));
	w->key = r->key;
	buf_put_span(&w->out->b, buf_span(&w->prefix));
	if (w->family->base)
		buf_put(&w->out->b, text, units_convert(w->family->base, r->text, text));
	else
		buf_put_span(&w->out->b, r->text);
	buf_printf(&w->out->b, " %" PRId64 ".%03d\n", ms / 1000, (int)(ms % 1000));
}

/* Of those with the same millisecond the last: held back until the next one is known. */
static void
put_samples(struct backfill *b, struct writer *w)
{
	struct sorter_record next, held = { 0 };
	struct buf text = { 0 };
	bool holds = false;

	while (sorter_next(b->sorter, &next) && out_poll(w->out)) {
		if (holds && next.key == held.key && next.time / 1000000 == held.time / 1000000) {
			b->counts.folded++;
		} else if (holds) {
			put_sample(w, &held);
			b->counts.samples++;
		}
		text.len = 0;
		buf_put_span(&text, next.text);
		held = (struct sorter_record){ next.key, next.time, buf_span(&text) };
		holds = true;
	}
	if (holds) {
		put_sample(w, &held);
		b->counts.samples++;
	}
	buf_free(&text);
}

int
backfill_write(struct backfill *b, const struct snapshot *s, struct out *out)
{
	struct writer w = { .b = b, .s = s, .at = find_places(s), .out = out };

	put_samples(b, &w);
	expose_end(&out->b, EXPOSE_OPENMETRICS);
	out_flush(out);
	free(w.at.family);
	free(w.at.series);
	buf_free(&w.prefix);
	return sorter_error(b->sorter) ? sorter_error(b->sorter) : out->err;
}
