#include "prom/expose.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

const struct expose_syntax expose_syntax[EXPOSE_FORMATS] = {
	[EXPOSE_TEXT] = {
		.type_name = "text/plain",
		.version = "0.0.4",
		.content_type = "text/plain; version=0.0.4; charset=utf-8",
		.type = { [EXPOSE_GAUGE] = "gauge", [EXPOSE_COUNTER] = "counter",
			[EXPOSE_INFO] = "gauge" },
		.suffix = { [EXPOSE_GAUGE] = "", [EXPOSE_COUNTER] = "", [EXPOSE_INFO] = "" },
		.help = TEXT_HELP,
		.end = "",
	},
	[EXPOSE_OPENMETRICS] = {
		.type_name = "application/openmetrics-text",
		.version = "1.0.0",
		.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
		.type = { [EXPOSE_GAUGE] = "gauge", [EXPOSE_COUNTER] = "counter",
			[EXPOSE_INFO] = "info" },
		.suffix = { [EXPOSE_GAUGE] = "", [EXPOSE_COUNTER] = "_total",
			[EXPOSE_INFO] = "_info" },
		.help = TEXT_LABEL,
		.unit = true,
		.end = "# EOF\n",
	},
};

static void
put_comment(struct buf *out, const char *word, struct span name)
{
	buf_puts(out, word);
	buf_put_span(out, name);
	buf_putc(out, ' ');
}

void
expose_head(struct buf *out, enum expose_format format, enum expose_type type, struct span name,
    struct span unit, struct span help)
{
	const struct expose_syntax *x = &expose_syntax[format];

	name.n -= strlen(x->suffix[type]);
	put_comment(out, "# HELP ", name);
	text_put(out, help, x->help);
	put_comment(out, "\n# TYPE ", name);
	buf_puts(out, x->type[type]);
	if (x->unit && unit.n) {
		put_comment(out, "\n# UNIT ", name);
		buf_put_span(out, unit);
	}
	buf_putc(out, '\n');
}

/*
 * Beside its own name a counter or info has one without its suffix, and a counter one that ends
 * in _created (OpenMetrics 1.0, "Suffixes").
 */
void
expose_reserve(struct registry *r, enum expose_type type, struct span name)
{
	struct buf created = { 0 };

	registry_reserve(r, name);
	name.n -= strlen(expose_syntax[EXPOSE_OPENMETRICS].suffix[type]);
	registry_reserve(r, name);
	buf_put_span(&created, name);
	buf_puts(&created, "_created");
	registry_reserve(r, buf_span(&created));
	buf_free(&created);
}

void
expose_end(struct buf *out, enum expose_format format)
{
	buf_puts(out, expose_syntax[format].end);
}

struct expose_lead {
	uint32_t n;		/* bytes of text up to the value */
	uint32_t number;	/* of the value */
};

static int
compare(struct span a, struct span b)
{
	int d = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

static int
by_name(const void *a, const void *b)
{
	const struct snapshot_family *x = a, *y = b;

	return compare(x->name, y->name);
}

static int
by_prefix(const void *a, const void *b)
{
	const struct snapshot_series *x = a, *y = b;

	return compare(x->prefix, y->prefix);
}

static void
put_family(struct expose_frame *f, enum expose_format format, const struct snapshot_family *family,
    struct snapshot_series *series)
{
	size_t start = f->text.len;
	uint32_t i;

	qsort(series, family->count, sizeof *series, by_prefix);
	expose_head(&f->text, format, EXPOSE_GAUGE, family->name, family->unit, family->help);
	for (i = 0; i < family->count; i++) {
		buf_put_span(&f->text, series[i].prefix);
		f->lead[f->leads++] = (struct expose_lead){ (uint32_t)(f->text.len - start),
			series[i].number };
		start = f->text.len;
	}
}

void
expose_frame(struct expose_frame *f, enum expose_format format, struct snapshot *s)
{
	size_t i;

	if (s->all_series > f->cap) {
		f->cap = s->all_series + s->all_series / 4;
		f->lead = mem_resize(f->lead, f->cap, sizeof *f->lead);
	}
	f->text.len = f->leads = 0;
	f->generation = s->generation;
	if (s->families)
		qsort(s->family, s->families, sizeof *s->family, by_name);
	for (i = 0; i < s->families; i++)
		put_family(f, format, &s->family[i], s->series + s->family[i].first);
}

/* Appends a value and what ends its line; there is room. */
static char *
put_value(char *to, const struct snapshot_value *v)
{
	static const char string_end[] = "\"} 1\n";
	struct snapshot_string s;

	if (v->kind == REGISTRY_NUMBER) {
		memcpy(to, v->text, sizeof v->text);
		to += v->n;
		*to++ = '\n';
		return to;
	}
	s = snapshot_string_of(v);
	memcpy(to, s.p, s.n);
	memcpy(to + s.n, string_end, sizeof string_end - 1);
	return to + s.n + sizeof string_end - 1;
}

void
expose_series(struct buf *out, const struct expose_frame *f, const struct snapshot *s)
{
	const char *from = f->text.p;
	size_t i;
	char *to;

	assert(f->generation == s->generation);
	if (!f->leads)
		return;
	to = buf_reserve(out, f->text.len + s->strings.len + f->leads * sizeof (struct snapshot_value));
	for (i = 0; i < f->leads; i++) {
		const struct expose_lead *l = &f->lead[i];

		memcpy(to, from, l->n);
		from += l->n;
		to = put_value(to + l->n, &s->value[l->number]);
	}
	out->len = (size_t)(to - out->p);
}

void
expose_frame_free(struct expose_frame *f)
{
	buf_free(&f->text);
	free(f->lead);
	*f = (struct expose_frame){ 0 };
}
