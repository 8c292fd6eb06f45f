#include "dash/query.h"

#include "dash/quote.h"

/*
 * SQL of InfluxDB 3 (its SQL reference: a measurement is a table, tags and fields are columns) with
 * the macros of Grafana's data source. It has no escapes that Grafana would leave alone.
 */
static bool
can_write(const struct catalog_origin *o)
{
	size_t i;

	for (i = 0; i < o->pairs; i++)
		if (quote_is_live(o->pair[i].key) || quote_is_live(o->pair[i].value))
			return false;
	return !quote_is_live(o->measurement);
}

static void
put_variables(struct buf *out, const struct query *q, const struct catalog_signal *s)
{
	size_t i;

	for (i = 0; i < q->variables; i++) {
		if (!query_filters(q, s, &q->variable[i]))
			continue;
		buf_puts(out, ", ");
		quote_twice(out, q->variable[i].tag, '"');
	}
}

bool
query_sql(struct buf *out, const struct query *q, const struct catalog_signal *s, bool states)
{
	const struct catalog_origin *o = &q->catalog->origin[s->origin];
	size_t i;

	if (!can_write(o) || quote_is_live(s->field))
		return false;
	buf_puts(out, "SELECT $__dateBin(time) AS time");
	put_variables(out, q, s);
	buf_puts(out, states ? ", selector_last(" : ", avg(");
	quote_twice(out, s->field, '"');
	buf_puts(out, states ? ", time)['value'] AS " : ") AS ");
	quote_twice(out, s->field, '"');
	buf_puts(out, " FROM ");
	quote_twice(out, o->measurement, '"');
	buf_puts(out, " WHERE $__timeFilter(time)");
	for (i = 0; i < o->pairs; i++) {
		buf_puts(out, " AND ");
		quote_twice(out, o->pair[i].key, '"');
		buf_puts(out, " = ");
		quote_twice(out, o->pair[i].value, '\'');
	}
	for (i = 0; i < q->variables; i++) {
		if (!query_filters(q, s, &q->variable[i]))
			continue;
		buf_puts(out, " AND (");
		quote_twice(out, q->variable[i].tag, '"');
		buf_printf(out, " IN (${%s:sqlstring}) OR ", q->variable[i].name);
		quote_twice(out, q->variable[i].tag, '"');
		buf_puts(out, " IS NULL)");
	}
	buf_puts(out, " GROUP BY 1");
	put_variables(out, q, s);
	buf_puts(out, " ORDER BY 1");
	return true;
}

/* The tables whose points have the tag, each once: origins of one measurement differ in tags. */
void
query_sql_values(struct buf *out, const struct query *q, const struct query_variable *v)
{
	const struct catalog *c = q->catalog;
	struct span last = { 0 };
	const char *lead = "";
	uint32_t i;

	for (i = 0; i < c->signals; i++) {
		const struct catalog_origin *o = &c->origin[c->signal[i].origin];

		if (span_equal(o->measurement, last) || !query_filters(q, &c->signal[i], v)
		    || quote_is_live(o->measurement))
			continue;
		last = o->measurement;
		buf_puts(out, lead);
		buf_puts(out, "SELECT DISTINCT ");
		quote_twice(out, v->tag, '"');
		buf_puts(out, " FROM ");
		quote_twice(out, o->measurement, '"');
		buf_puts(out, " WHERE $__timeFilter(time)");
		lead = " UNION ";
	}
}
