#include "dash/query.h"

#include "dash/quote.h"

/* Flux ("Flux language specification"; string literals have \xNN). */
static void
put_column(struct buf *out, struct span name)
{
	buf_puts(out, "r[");
	quote_hex(out, name);
	buf_putc(out, ']');
}

static void
put_equal(struct buf *out, struct span column, struct span value)
{
	buf_puts(out, " and ");
	put_column(out, column);
	buf_puts(out, " == ");
	quote_hex(out, value);
}

bool
query_flux(struct buf *out, const struct query *q, const struct catalog_signal *s, bool states)
{
	const struct catalog_origin *o = &q->catalog->origin[s->origin];
	size_t i;

	buf_puts(out, "from(bucket: ");
	quote_hex(out, q->bucket);
	buf_puts(out, ")\n  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
	    "  |> filter(fn: (r) => r[\"_measurement\"] == ");
	quote_hex(out, o->measurement);
	put_equal(out, span_str("_field"), s->field);
	for (i = 0; i < o->pairs; i++)
		put_equal(out, o->pair[i].key, o->pair[i].value);
	buf_puts(out, ")\n");
	/* A column that is not there is null, which matches nothing; elsewhere it is empty. */
	for (i = 0; i < q->variables; i++) {
		if (!query_filters(q, s, &q->variable[i]))
			continue;
		buf_puts(out, "  |> filter(fn: (r) => (if exists ");
		put_column(out, q->variable[i].tag);
		buf_puts(out, " then ");
		put_column(out, q->variable[i].tag);
		buf_printf(out, " else \"\") =~ /^${%s:regex}$/)\n", q->variable[i].name);
	}
	buf_printf(out, "  |> aggregateWindow(every: v.windowPeriod, fn: %s, createEmpty: false)",
	    states ? "last" : "mean");
	return true;
}

void
query_flux_values(struct buf *out, const struct query *q, const struct query_variable *v)
{
	buf_puts(out, "import \"influxdata/influxdb/schema\"\nschema.tagValues(bucket: ");
	quote_hex(out, q->bucket);
	buf_puts(out, ", tag: ");
	quote_hex(out, v->tag);
	buf_puts(out, ", start: v.timeRangeStart, stop: v.timeRangeStop)");
}
