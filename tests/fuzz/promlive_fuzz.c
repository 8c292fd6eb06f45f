/*
 * What a browser may ask of the page's JSON, with whatever has come: up to the first NUL a cursor,
 * behind it lines, in two pieces. Every answer is JSON in UTF-8 as RFC 8259 has it.
 */
#include "prom/exporter.h"
#include "prom/live.h"
#include "fuzz.h"

static const char *
pass_blank(const char *p)
{
	while (*p == '\n')
		p++;
	return p;
}

static const char *
pass_character(const char *p)
{
	unsigned char c = (unsigned char)*p++;
	int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	must(c >= ' ' && (c < 0x80 || c >= 0xc2) && c < 0xf5);
	if (c == '\\')
		must(strchr("\"\\nt", *p) && *p++);
	for (; more; more--)
		must(((unsigned char)*p++ & 0xc0) == 0x80);
	return p;
}

static const char *
pass_string(const char *p)
{
	must(*p++ == '"');
	while (*p != '"')
		p = pass_character(p);
	return p + 1;
}

static const char *pass_value(const char *p);

static const char *
pass_list(const char *p, char end, bool named)
{
	p = pass_blank(p + 1);
	if (*p == end)
		return p + 1;
	for (;;) {
		p = pass_blank(p);
		if (named) {
			p = pass_string(p);
			must(*p++ == ':');
		}
		p = pass_value(p);
		if (*p == end)
			return p + 1;
		must(*p++ == ',');
	}
}

static const char *
pass_value(const char *p)
{
	static const char *const word[] = { "true", "false", "null" };
	char *end;
	size_t i;

	if (*p == '"')
		return pass_string(p);
	if (*p == '{')
		return pass_list(p, '}', true);
	if (*p == '[')
		return pass_list(p, ']', false);
	for (i = 0; i < sizeof word / sizeof *word; i++)
		if (!strncmp(p, word[i], strlen(word[i])))
			return p + strlen(word[i]);
	must(strchr("-0123456789", *p) && *p);
	must(strtod(p, &end) - 1 < 1e39);
	return end;
}

/* Asks, and leaves the answer's cursor in *c; false when the question is refused. */
static bool
ask(struct exporter *e, struct span since, int64_t now, struct live_cursor *c)
{
	struct buf out = { 0 };
	const char *text, *start;

	if (!exporter_live(e, since, now, &out))
		return false;
	text = buf_str(&out);
	must(strlen(text) == out.len);
	must(!strcmp(pass_value(text), "\n"));
	start = strchr(text, ':') + 2;
	must(live_read_cursor(span_of(start, (size_t)(strchr(start, '"') - start)), c));
	buf_free(&out);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ttl_rule rule = { NULL, { .ns = 60 } };
	struct exporter_config c = { .registry = { .space = span_str("can"), .rule = &rule,
		.rules = 1, .max_series = 20 }, .history = true };
	struct exporter *e = exporter_new(&c);
	const char *p = (const char *)data, *nul = size ? memchr(p, '\0', size) : NULL;
	struct span since = span_of(p, nul ? (size_t)(nul - p) : size), lines = { "", 0 };
	char text[LIVE_CURSOR_TEXT];
	struct live_cursor cursor;
	int64_t now = 0;
	size_t used;

	if (nul)
		lines = span_of(nul + 1, size - since.n - 1);
	used = exporter_feed(e, span_of(lines.p, lines.n / 2), (struct registry_arrival){ 0 });
	exporter_expire(e, 1);
	ask(e, since, INT64_C(1) << 40, &cursor);
	must(ask(e, span_of(NULL, 0), INT64_C(2) << 40, &cursor));
	for (now = 10; now < 100; now += 80) {
		used += exporter_feed(e, span_of(lines.p + used, lines.n - used),
		    (struct registry_arrival){ now, now });
		must(ask(e, span_of(text, live_put_cursor(text, &cursor)), now << 48, &cursor));
	}
	exporter_free(e);
	return 0;
}
