#ifndef DASH_QUERY_H
#define DASH_QUERY_H

#include "dash/metrics.h"

/* What the queries of a dashboard need. */
enum query_id { QUERY_INFLUXQL, QUERY_FLUX, QUERY_SQL, QUERY_PROMETHEUS, QUERY_IDS };

/* A template variable: the values of a tag. */
struct query_variable {
	struct span tag;
	const char *name;		/* of the variable: letters, digits and _ */
	uint64_t bit;			/* of the tag in the catalog */
};

struct query {
	const struct catalog *catalog;	/* all borrowed */
	const struct query_variable *variable;
	size_t variables;
	uint64_t assumed;		/* as in catalog_tags_of() */
	struct metrics *metrics;	/* of QUERY_PROMETHEUS */
	struct span bucket;		/* of QUERY_FLUX */
	struct span policy;		/* retention policy of QUERY_INFLUXQL; empty: the default one */
	struct span space;		/* --namespace of QUERY_PROMETHEUS */
};

/* A query language: what differs between them is a row. */
struct query_language {
	const char *name;		/* of --source */
	const char *plugin;		/* the type of Grafana's data source */
	const char *url;		/* where the server usually is */
	const char *text;		/* the key of a target under which the query stands */
	const char *target;		/* what else a target has, as JSON */
	uint32_t least_ms;		/* least width of an interval; UINT32_MAX: the data source's own */
	const char *all;		/* the value of a variable's "All"; NULL: a list of them */
	bool any_key;			/* tags of any key can be variables */
	/* The query for a signal's values; false when its names cannot be written. */
	bool (*signal)(struct buf *out, const struct query *q, const struct catalog_signal *s,
	    bool states);
	/* The query for the values of a variable. */
	void (*variable)(struct buf *out, const struct query *q, const struct query_variable *v);
};

extern const struct query_language query_language[QUERY_IDS];

/* One row each. */
bool query_influxql(struct buf *out, const struct query *q, const struct catalog_signal *s,
    bool states);
void query_influxql_values(struct buf *out, const struct query *q,
    const struct query_variable *v);
bool query_flux(struct buf *out, const struct query *q, const struct catalog_signal *s,
    bool states);
void query_flux_values(struct buf *out, const struct query *q, const struct query_variable *v);
bool query_sql(struct buf *out, const struct query *q, const struct catalog_signal *s,
    bool states);
void query_sql_values(struct buf *out, const struct query *q, const struct query_variable *v);
bool query_promql(struct buf *out, const struct query *q, const struct catalog_signal *s,
    bool states);
void query_promql_values(struct buf *out, const struct query *q, const struct query_variable *v);

/* True when the series of a signal have the tag of a variable. */
bool query_filters(const struct query *q, const struct catalog_signal *s,
    const struct query_variable *v);

/*
 * What Grafana's legend calls a tag of a signal's series: its key, in Prometheus the label. Empty
 * where not all of the series have it.
 */
struct span query_label(const struct query *q, const struct catalog_signal *s,
    const struct query_variable *v);

#endif
