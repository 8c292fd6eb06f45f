/*
 * Lines into a catalog and out as a dashboard, in a language that the first byte names: whatever
 * they are, it is JSON, and its ids and queries are there.
 */

#include <jansson.h>

#include "dash/dash.h"
#include "dash/provision.h"
#include "line/scanner.h"
#include "fuzz.h"

static size_t
count_targets(json_t *panel)
{
	json_t *targets = json_object_get(panel, "targets");

	must(json_integer_value(json_object_get(panel, "id")) > 0);
	return json_array_size(targets);
}

static void
check(const struct buf *text, const struct dash_report *r)
{
	json_t *d = json_loadb(text->p, text->len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	json_t *panels = json_object_get(d, "panels"), *inside;
	size_t i, k, found = 0;

	must(d != NULL);
	for (i = 0; i < json_array_size(panels); i++) {
		found += count_targets(json_array_get(panels, i));
		inside = json_object_get(json_array_get(panels, i), "panels");
		for (k = 0; k < json_array_size(inside); k++)
			found += count_targets(json_array_get(inside, k));
	}
	must(found == r->signals);
	json_decref(d);
}

static void
provision(enum query_id source, struct span any)
{
	struct provision p = { source, any, any, any, any, any, any };
	struct buf out = { 0 };

	provision_datasource(&out, &p);
	provision_provider(&out, &p);
	must(!out.len || out.p[out.len - 1] == '\n');
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const tag[] = { "bus", "$x" };
	struct dash_options o = { .title = span_str("CAN"), .bucket = span_str("can"),
		.space = span_str("can"), .open_rows = 2, .from = span_str("now-1h"),
		.to = span_str("now"), .tag = tag };
	const char *p = (const char *)data + 1, *expected;
	size_t left = size ? size - 1 : 0, n, where;
	uint8_t how = size ? data[0] : 0;
	struct dash_report report;
	struct catalog c;
	struct buf out = { 0 };

	o.source = (enum query_id)(how % QUERY_IDS);
	o.axes = (enum dash_axes)(how / 4 % 3);
	o.base_units = how & 16;
	o.tags = how & 32 ? 2 : 0;
	if (how & 64)
		o.title = o.bucket = o.datasource = span_of(p, left);
	catalog_init(&c);
	while ((n = scanner_line_end(p, left))) {
		catalog_line(&c, p, n, &where, &expected);
		p += n;
		left -= n;
	}
	dash_write(&out, &c, &o, &report);
	check(&out, &report);
	provision(o.source, span_of((const char *)data, size));
	buf_free(&out);
	catalog_free(&c);
	return 0;
}
