#include "prom/expose.h"

const struct expose_syntax expose_syntax[EXPOSE_FORMATS] = {
	[EXPOSE_TEXT] = {
		.type_name = "text/plain",
		.version = "0.0.4",
		.content_type = "text/plain; version=0.0.4; charset=utf-8",
		.type = { [EXPOSE_GAUGE] = "gauge", [EXPOSE_COUNTER] = "counter",
			[EXPOSE_INFO] = "gauge", [EXPOSE_STATESET] = "gauge" },
		.suffix = { [EXPOSE_GAUGE] = "", [EXPOSE_COUNTER] = "", [EXPOSE_INFO] = "",
			[EXPOSE_STATESET] = "" },
		.help = TEXT_HELP,
		.end = "",
	},
	[EXPOSE_OPENMETRICS] = {
		.type_name = "application/openmetrics-text",
		.version = "1.0.0",
		.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
		.type = { [EXPOSE_GAUGE] = "gauge", [EXPOSE_COUNTER] = "counter",
			[EXPOSE_INFO] = "info", [EXPOSE_STATESET] = "stateset" },
		.suffix = { [EXPOSE_GAUGE] = "", [EXPOSE_COUNTER] = "_total",
			[EXPOSE_INFO] = "_info", [EXPOSE_STATESET] = "" },
		.help = TEXT_LABEL,
		.unit = true,
		.seconds = true,
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
