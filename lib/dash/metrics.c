#include "dash/metrics.h"

#include "line/meta.h"
#include "line/writer.h"
#include "prom/own.h"
#include "prom/process.h"

/* Raw tags as the series of an origin have them, each with a comma before it. */
static void
put_tags(struct buf *out, const struct metrics *m, const struct catalog_origin *o)
{
	size_t i;

	if (o->pointed) {
		if (o->tags.n)
			buf_putc(out, ',');
		buf_put_span(out, o->tags);
		return;
	}
	buf_put(out, o->raw.p + o->raw_measurement.n, o->raw.n - o->raw_measurement.n);
	for (i = 0; i < m->catalog->tags; i++) {
		if (!(m->assumed & UINT64_C(1) << i))
			continue;
		buf_putc(out, ',');
		writer_put_key(out, m->catalog->tag[i]);
		buf_puts(out, "=x");
	}
}

static void
take(struct metrics *m)
{
	struct ingest_fault fault;

	ingest_line(&m->ingest, m->line.p, m->line.len, (struct registry_arrival){ 0, 0 }, &fault);
	m->line.len = 0;
}

static void
take_signal(struct metrics *m, const struct catalog_signal *s)
{
	const struct catalog_origin *o = &m->catalog->origin[s->origin];

	meta_begin(&m->line, o->raw, s->raw_field);
	meta_pair(&m->line, "unit", s->unit);
	meta_end(&m->line);
	take(m);
	buf_put_span(&m->line, o->raw_measurement);
	put_tags(&m->line, m, o);
	buf_putc(&m->line, ' ');
	buf_put_span(&m->line, s->raw_field);
	buf_puts(&m->line, s->text ? "=\"\" 0" : "=0 0");
	take(m);
}

void
metrics_init(struct metrics *m, const struct catalog *c, struct span space, bool base_units,
    uint64_t assumed)
{
	const struct registry_config config = { .space = space, .base_units = base_units,
		.keep_kinds = true, .max_series = REGISTRY_SERIES_MAX };
	uint32_t i;

	*m = (struct metrics){ .catalog = c, .labels_of = TABLE_NONE, .assumed = assumed };
	m->ingest.registry = registry_new(&config);
	own_reserve(m->ingest.registry);
	process_reserve(m->ingest.registry);
	for (i = 0; i < c->signals; i++)
		take_signal(m, &c->signal[i]);
}

void
metrics_free(struct metrics *m)
{
	registry_free(m->ingest.registry);
	ingest_free(&m->ingest);
	labels_free(&m->labels);
	buf_free(&m->line);
}

struct span
metrics_name(struct metrics *m, const struct catalog_signal *s, const struct units **base)
{
	return registry_name(m->ingest.registry, m->catalog->origin[s->origin].raw_measurement,
	    s->raw_field, s->text ? REGISTRY_STRING : REGISTRY_NUMBER, base);
}

struct span
metrics_label(struct metrics *m, const struct catalog_signal *s, struct span tag)
{
	size_t clashes;

	if (m->labels_of != s->origin) {
		m->line.len = 0;
		put_tags(&m->line, m, &m->catalog->origin[s->origin]);
		if (!labels_build(&m->labels, m->line.len ? span_of(m->line.p + 1, m->line.len - 1)
		    : span_of(NULL, 0), &clashes))
			return span_of(NULL, 0);
		m->labels_of = s->origin;
	}
	return labels_name(&m->labels, tag);
}
