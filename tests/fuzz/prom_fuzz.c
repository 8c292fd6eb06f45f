/*
 * Lines into the registry and out on a page, whatever they are. The first byte says how the input
 * is cut and what becomes of its end; each page is held against the grammar of the text format.
 */
#include "prom/exporter.h"
#include "fuzz.h"

static bool
is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
	    || (!first && c >= '0' && c <= '9');
}

static const char *
pass_name(const char *p)
{
	must(is_name(*p, true));
	while (is_name(*p, false))
		p++;
	return p;
}

static const char *
pass_labels(const char *p)
{
	for (;;) {
		must(strncmp(p, "__", 2) != 0);
		p = pass_name(p);
		must(*p++ == '=');
		must(*p++ == '"');
		for (; *p != '"'; p++) {
			must(*p && *p != '\n');
			if (*p == '\\')
				must(strchr("\\\"n", *++p) && *p);
		}
		p++;
		if (*p == '}')
			return p + 1;
		must(*p++ == ',');
	}
}

/* A page is lines of "# HELP name text", "# TYPE name word", "# UNIT name word" and "name{labels} number". */
static void
check_page(const char *p, const char *end)
{
	char *behind;
	double v;

	while (p < end) {
		if (*p == '#') {
			if (!strcmp(p, "# EOF\n"))
				return;
			must(!strncmp(p, "# HELP ", 7) || !strncmp(p, "# TYPE ", 7)
			    || !strncmp(p, "# UNIT ", 7));
			p = pass_name(p + 7);
			must(*p == ' ');
			p = strchr(p, '\n') + 1;
			continue;
		}
		p = pass_name(p);
		if (*p == '{')
			p = pass_labels(p + 1);
		must(*p == ' ');
		must(strchr("-.0123456789", p[1]) && p[1]);
		v = strtod(p + 1, &behind);
		must(v - v == 0);
		if (*behind == ' ')
			must(strtod(behind + 1, &behind) >= 0);
		must(*behind == '\n');
		p = behind + 1;
	}
}

static void
make_page(struct exporter *e, enum expose_format format, int64_t now)
{
	struct buf out = { 0 };

	must(exporter_page(e, format, now, 0, &out));
	must(!memchr(out.p, '\0', out.len));
	must(out.p[out.len - 1] == '\n');
	check_page(buf_str(&out), out.p + out.len);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ttl_rule rule = { NULL, { .ns = 5 } };
	struct exporter_config c = { .registry = { .space = span_str("can"), .rule = &rule,
		.rules = 1, .max_series = 20, .states = true, .base_units = true,
		.timestamps = size > 1 && data[1] == '#' } };
	struct exporter *e = exporter_new(&c);
	const char *p = (const char *)data + 1;
	size_t left = size ? size - 1 : 0, piece, used, given = 0;
	uint8_t how = size ? data[0] : 0;
	enum expose_format format = how & 64 ? EXPOSE_TEXT : EXPOSE_OPENMETRICS;
	int64_t now = 0;

	while (given < left) {
		piece = how & 15 ? (how & 15) * 16u : left - given;
		given = piece < left - given ? given + piece : left;
		used = exporter_feed(e, span_of(p, given), (struct registry_arrival){ now, now });
		p += used;
		given -= used;
		left -= used;
		if (how & 16)
			make_page(e, now % 2 ? EXPOSE_TEXT : EXPOSE_OPENMETRICS, now);
		now++;
	}
	exporter_end(e, span_of(p, left), how & 32, (struct registry_arrival){ now, now });
	make_page(e, format, now);
	exporter_expire(e, now + 5);
	make_page(e, format, now);
	must(exporter_counts(e).registry.series == 0 && exporter_counts(e).registry.families == 0);
	exporter_free(e);
	return 0;
}
