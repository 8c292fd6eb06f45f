#include "dash/provision.h"

#include "prom/text.h"

/* KEY: "VALUE" in YAML; Grafana reads $$ as $. Nothing where the value is empty. */
static void
put_value(struct buf *out, const char *key, struct span value)
{
	struct buf clean = { 0 };
	size_t i;

	if (!value.n)
		return;
	text_put(&clean, value, TEXT_CLEAN);
	buf_puts(out, key);
	buf_puts(out, ": \"");
	for (i = 0; i < clean.len; i++) {
		if (clean.p[i] == '\n' || clean.p[i] == '\t') {
			buf_puts(out, clean.p[i] == '\n' ? "\\n" : "\\t");
			continue;
		}
		if (clean.p[i] == '"' || clean.p[i] == '\\')
			buf_putc(out, '\\');
		if (clean.p[i] == '$')
			buf_putc(out, '$');
		buf_putc(out, clean.p[i]);
	}
	buf_puts(out, "\"\n");
	buf_free(&clean);
}

static struct span
database(struct span bucket)
{
	const char *slash = bucket.n ? memchr(bucket.p, '/', bucket.n) : NULL;

	return slash ? span_of(bucket.p, (size_t)(slash - bucket.p)) : bucket;
}

static void
put_influxql(struct buf *out, const struct provision *p)
{
	put_value(out, "    user", p->user);
	buf_puts(out, "    jsonData:\n");
	put_value(out, "      dbName", database(p->bucket));
	buf_puts(out, "      httpMode: POST\n");
	if (p->user.n)
		buf_puts(out, "    secureJsonData:\n      password: $INFLUX_PASSWORD\n");
}

static void
put_flux(struct buf *out, const struct provision *p)
{
	buf_puts(out, "    jsonData:\n      version: Flux\n");
	put_value(out, "      organization", p->org);
	put_value(out, "      defaultBucket", p->bucket);
	buf_puts(out, "    secureJsonData:\n      token: $INFLUX_TOKEN\n");
}

static void
put_sql(struct buf *out, const struct provision *p)
{
	static const char plain[] = "http:";

	buf_puts(out, "    jsonData:\n      version: SQL\n");
	put_value(out, "      dbName", p->bucket);
	if (p->url.n >= sizeof plain - 1 && !memcmp(p->url.p, plain, sizeof plain - 1))
		buf_puts(out, "      insecureGrpc: true\n");
	buf_puts(out, "    secureJsonData:\n      token: $INFLUX_TOKEN\n");
}

static void
put_prometheus(struct buf *out, const struct provision *p)
{
	(void)p;
	buf_puts(out, "    jsonData:\n      httpMethod: POST\n");
}

void
provision_datasource(struct buf *out, const struct provision *p)
{
	static void (*const rest[])(struct buf *, const struct provision *) = {
		[QUERY_INFLUXQL] = put_influxql, [QUERY_FLUX] = put_flux, [QUERY_SQL] = put_sql,
		[QUERY_PROMETHEUS] = put_prometheus,
	};

	buf_puts(out, "# Written by line2dash.\napiVersion: 1\ndatasources:\n");
	put_value(out, "  - name", p->uid);
	put_value(out, "    uid", p->uid);
	buf_printf(out, "    type: %s\n    access: proxy\n", query_language[p->source].plugin);
	put_value(out, "    url", p->url);
	rest[p->source](out, p);
}

void
provision_provider(struct buf *out, const struct provision *p)
{
	buf_puts(out, "# Written by line2dash.\napiVersion: 1\nproviders:\n  - name: canpipe\n"
	    "    folder: CAN\n    type: file\n    allowUiUpdates: true\n    options:\n");
	put_value(out, "      path", p->folder);
}
