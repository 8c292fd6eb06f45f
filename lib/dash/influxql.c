#include "dash/query.h"

#include "dash/quote.h"

/*
 * InfluxQL ("Influx Query Language specification"). A name that Grafana might take for a variable
 * stands as a regular expression, where the grammar has one.
 */
static void
put_name(struct buf *out, struct span name)
{
	if (!quote_is_live(name)) {
		quote_backslash(out, name, '"');
		return;
	}
	buf_putc(out, '/');
	quote_regex(out, name);
	buf_putc(out, '/');
}

/* A measurement or field: InfluxDB 1 takes \" in it for a double quote (seen with 1.6.7). */
static void
put_stored(struct buf *out, struct span name)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < name.n; i++)
		if (name.p[i] != '\\' || i + 1 == name.n || name.p[i + 1] != '"')
			buf_putc(&b, name.p[i]);
	put_name(out, buf_span(&b));
	buf_free(&b);
}

static bool
put_pairs(struct buf *out, const struct catalog_origin *o)
{
	size_t i;

	for (i = 0; i < o->pairs; i++) {
		if (quote_is_live(o->pair[i].key))
			return false;
		buf_puts(out, " AND ");
		quote_backslash(out, o->pair[i].key, '"');
		if (quote_is_live(o->pair[i].value)) {
			buf_puts(out, " =~ ");
			put_name(out, o->pair[i].value);
		} else {
			buf_puts(out, " = ");
			quote_backslash(out, o->pair[i].value, '\'');
		}
	}
	return true;
}

/* ${bus:regex} is escaped by Grafana, a slash too, and .* for all of them. */
bool
query_influxql(struct buf *out, const struct query *q, const struct catalog_signal *s, bool states)
{
	const struct catalog_origin *o = &q->catalog->origin[s->origin];
	size_t i;

	if (quote_is_live(q->policy))
		return false;
	buf_puts(out, states ? "SELECT last(" : "SELECT mean(");
	put_stored(out, s->field);
	buf_puts(out, ") FROM ");
	if (q->policy.n) {
		quote_backslash(out, q->policy, '"');
		buf_putc(out, '.');
	}
	put_stored(out, o->measurement);
	buf_puts(out, " WHERE $timeFilter");
	if (!put_pairs(out, o))
		return false;
	for (i = 0; i < q->variables; i++) {
		if (!query_filters(q, s, &q->variable[i]))
			continue;
		buf_puts(out, " AND ");
		quote_backslash(out, q->variable[i].tag, '"');
		buf_printf(out, " =~ /^${%s:regex}$/", q->variable[i].name);
	}
	buf_puts(out, " GROUP BY time($__interval)");
	for (i = 0; i < q->variables; i++) {
		if (!query_filters(q, s, &q->variable[i]))
			continue;
		buf_puts(out, ", ");
		quote_backslash(out, q->variable[i].tag, '"');
	}
	buf_puts(out, " fill(none)");
	return true;
}

void
query_influxql_values(struct buf *out, const struct query *q, const struct query_variable *v)
{
	(void)q;
	buf_puts(out, "SHOW TAG VALUES WITH KEY = ");
	quote_backslash(out, v->tag, '"');
}
