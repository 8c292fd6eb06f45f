#include "dash/query.h"

#include "dash/quote.h"
#include "prom/name.h"

/*
 * PromQL, of Prometheus as of VictoriaMetrics. A variable stands between backquotes, where no
 * escape is undone: what Grafana makes of its value is for the regular expression alone, and a
 * double quote in it does no harm.
 */
bool
query_promql(struct buf *out, const struct query *q, const struct catalog_signal *s, bool states)
{
	const struct catalog_origin *o = &q->catalog->origin[s->origin];
	const struct units *base;
	struct span name = metrics_name(q->metrics, s, &base), label;
	const char *lead = "{";
	size_t i;

	(void)states;
	if (!name.n)
		return false;
	buf_put_span(out, name);
	for (i = 0; i < o->pairs; i++) {
		label = metrics_label(q->metrics, s, o->pair[i].key);
		if (!label.n)
			return false;
		buf_puts(out, lead);
		buf_put_span(out, label);
		buf_putc(out, '=');
		quote_hex(out, o->pair[i].value);
		lead = ",";
	}
	for (i = 0; i < q->variables; i++) {
		label = query_filters(q, s, &q->variable[i])
		    ? metrics_label(q->metrics, s, q->variable[i].tag) : span_of(NULL, 0);
		if (!label.n)
			continue;
		buf_puts(out, lead);
		buf_put_span(out, label);
		buf_printf(out, "=~`${%s:regex}`", q->variable[i].name);
		lead = ",";
	}
	if (*lead == ',')
		buf_putc(out, '}');
	return true;
}

void
query_promql_values(struct buf *out, const struct query *q, const struct query_variable *v)
{
	buf_puts(out, "label_values(");
	if (q->space.n) {
		buf_puts(out, "{__name__=~\"");
		buf_put_span(out, q->space);
		buf_puts(out, "_.+\"}, ");
	}
	name_label(out, v->tag);
	buf_putc(out, ')');
}
