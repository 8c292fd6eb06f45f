#include "dash/query.h"

const struct query_language query_language[QUERY_IDS] = {
	[QUERY_INFLUXQL] = { "influxql", "influxdb", "http://localhost:8086", "query",
		"{\"rawQuery\":true,\"resultFormat\":\"time_series\"}", 1, ".*", false,
		query_influxql, query_influxql_values },
	[QUERY_FLUX] = { "flux", "influxdb", "http://localhost:8086", "query", "{}", 1,
		".*", true, query_flux, query_flux_values },
	/* $__dateBin counts whole seconds (pkg/tsdb/influxdb/fsql/macro.go). */
	[QUERY_SQL] = { "sql", "influxdb", "http://localhost:8181", "rawSql",
		"{\"rawQuery\":true,\"format\":\"time_series\"}", 1000, NULL, false, query_sql,
		query_sql_values },
	[QUERY_PROMETHEUS] = { "prometheus", "prometheus", "http://localhost:9090",
		"expr", "{\"range\":true,\"instant\":false}", UINT32_MAX, ".*", true,
		query_promql, query_promql_values },
};

bool
query_filters(const struct query *q, const struct catalog_signal *s,
    const struct query_variable *v)
{
	return (catalog_tags_of(q->catalog, s, q->assumed) & v->bit) != 0;
}

struct span
query_label(const struct query *q, const struct catalog_signal *s, const struct query_variable *v)
{
	const struct catalog_origin *o = &q->catalog->origin[s->origin];

	if (!((o->pointed ? o->all : q->assumed) & v->bit))
		return span_of(NULL, 0);
	return q->metrics ? metrics_label(q->metrics, s, v->tag) : v->tag;
}
