#include "test.h"

#include <stdlib.h>

#include "line/scanner.h"
#include "line/writer.h"

/* Each case: bytes, and the length of the first line (0: not whole). From influxd 1.6.7. */
static void
line_ends(void)
{
	static const struct {
		const char *text;
		size_t end;
	} t[] = {
		{ "", 0 }, { "\n", 1 }, { "m f=1", 0 }, { "m f=1\n", 6 }, { "m f=1\nn f=2\n", 6 },
		{ "m f=\"a\nb\"\nn f=2\n", 10 }, { "m f=\"a\n", 0 }, { "m f=\"a\\\"\nb\" 1\n", 14 },
		{ "m f=\"a\\\\\"\nb\" 1\n", 10 },
		/* a quote in measurement, tags or a field key opens no string */
		{ "m\"x f=1\n", 8 }, { "m,t=\"x f=1\nm\n", 11 }, { "m \"f=1\nm\n", 7 },
		{ "m,t=a\"b,u=\"c f=\"x\ny\"\n", 21 }, { "m f=1,\"g=2\nm\n", 11 },
		/* nor in a comment or a blank line */
		{ "# it's 5\" wide\nm f=1\n", 15 }, { " \t# f=\"\nm f=1\n", 8 }, { " \r\nm f=1\n", 3 },
		{ "#\\\nm f=1\n", 3 },
		/* a backslash hides any byte behind it */
		{ "m\\\nx f=1\nn f=1\n", 9 }, { "m f=1 \\", 0 }, { "m f=1 \\\n", 0 },
		{ "m f=\"\\\n\"\nn f=1\n", 9 }, { "m\\ f=\"a\nb\n", 8 },
		/* '=' and ',' inside a string do not count */
		{ "m f=\",,=\n\",g=\"\n\" 1\n", 19 },
	};
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++)
		CHECK_CASE(scanner_line_end(t[k].text, strlen(t[k].text)) == t[k].end, t[k].text);
}

/* A case as text, what the split gives, and whether the quick look finds a time. */
static const struct split_case {
	const char *line;
	enum scanner_kind kind;
	const char *measurement, *tags, *fields, *time;
} split[] = {
	{ "m f=1", SCANNER_POINT, "m", "", "f=1", "" },
	{ "m f=1\n", SCANNER_POINT, "m", "", "f=1", "" },
	{ "m f=1 5\r\n", SCANNER_POINT, "m", "", "f=1", "5" },
	{ "m,a=b,c=d f=1,g=2i -5", SCANNER_POINT, "m", "a=b,c=d", "f=1,g=2i", "-5" },
	{ " \t m  \t f=1 \t 5  ", SCANNER_POINT, "m", "", "f=1", "5" },
	{ "m f=1 ", SCANNER_POINT, "m", "", "f=1", "" },
	{ "m f=1 \t", SCANNER_POINT, "m", "", "f=1", "" },
	{ "m f=1 \t5", SCANNER_POINT, "m", "", "f=1", "5" },
	{ "m\\\r f=1 5\r\r\n", SCANNER_POINT, "m\\\r", "", "f=1", "5" },
	{ "m f=\"\"\\\n", SCANNER_POINT, "m", "", "f=\"\"\\\n", "" },
	{ "m f=\"a b\" 5", SCANNER_POINT, "m", "", "f=\"a b\"", "5" },
	{ "m f=\"a 5\"", SCANNER_POINT, "m", "", "f=\"a 5\"", "" },
	{ "m f=\"a\nb=,\" 5", SCANNER_POINT, "m", "", "f=\"a\nb=,\"", "5" },
	{ "m f=\"a\\\" b\"", SCANNER_POINT, "m", "", "f=\"a\\\" b\"", "" },
	{ "m\\ n\\,o,t\\ k=v\\=\\,w f\\ g\\=h=1 5", SCANNER_POINT, "m\\ n\\,o", "t\\ k=v\\=\\,w",
	    "f\\ g\\=h=1", "5" },
	{ "m\"q,t=\"v f\"=t", SCANNER_POINT, "m\"q", "t=\"v", "f\"=t", "" },
	{ "=m f=1", SCANNER_POINT, "=m", "", "f=1", "" },
	{ "m\\\nn f=1", SCANNER_POINT, "m\\\nn", "", "f=1", "" },
	{ "m f=nan 5", SCANNER_POINT, "m", "", "f=nan", "5" },
	{ "# m f=1", SCANNER_COMMENT, 0, 0, 0, 0 },
	{ " \t#", SCANNER_COMMENT, 0, 0, 0, 0 },
	{ "", SCANNER_BLANK, 0, 0, 0, 0 },
	{ " \t\r\n", SCANNER_BLANK, 0, 0, 0, 0 },
	{ "m f=1 9223372036854775807", SCANNER_POINT, "m", "", "f=1", "9223372036854775807" },
};

static void
splits(void)
{
	const struct split_case *c;
	struct scanner_point p;
	const char *expected;
	size_t k, where, n;

	for (k = 0; k < sizeof split / sizeof *split; k++) {
		c = &split[k];
		n = strlen(c->line);
		CHECK_CASE(scanner_split(c->line, n, &p, &where, &expected) == c->kind, c->line);
		if (c->kind != SCANNER_POINT)
			continue;
		CHECK_TEXT(p.measurement, c->measurement);
		CHECK_TEXT(p.tags, c->tags);
		CHECK_TEXT(p.fields, c->fields);
		CHECK_TEXT(p.time, c->time);
		CHECK_CASE(p.series.p == p.measurement.p, c->line);
		CHECK_CASE(p.series.n == p.measurement.n + (p.tags.n ? p.tags.n + 1 : 0), c->line);
		CHECK_CASE(scanner_has_time(c->line, n) == (*c->time != '\0'), c->line);
	}
}

static void
bad_lines(void)
{
	static const struct {
		const char *line;
		size_t where;
		const char *expected;
	} t[] = {
		{ ",a=b f=1", 0, "a measurement" },
		{ "m", 1, "fields behind the measurement" },
		{ "m\\ f=1", 6, "fields behind the measurement" },
		{ "m,a=b", 5, "fields behind the tags" },
		{ "m, f=1", 2, "a tag key" },
		{ "m,=b f=1", 2, "a tag key" },
		{ "m,a f=1", 3, "'=' behind the tag key" },
		{ "m,a=,b=c f=1", 4, "a tag value" },
		{ "m,a= f=1", 4, "a tag value" },
		{ "m,a=", 4, "a tag value" },
		{ "m,a", 3, "a tag value" },
		{ "m,a=b=c f=1", 5, "no '=' in a tag value unless written \\=" },
		{ "m ", 2, "a field, key=value" },
		{ "m f", 2, "a field, key=value" },
		{ "m f=1,g", 7, "key=value fields" },
		{ "m f=1,", 6, "key=value fields" },
		{ "m =1", 2, "a field key" },
		{ "m f=1,=2", 6, "a field key" },
		{ "m f=", 4, "a field value" },
		{ "m f= 5", 4, "a field value" },
		{ "m f=,g=1", 4, "a field value" },
		{ "m f=\"a", 6, "the '\"' that ends the string" },
		{ "m f=1 x", 6, "a timestamp of digits" },
		{ "m f=1 5x", 6, "a timestamp of digits" },
		{ "m f=1 -", 6, "a timestamp of digits" },
		{ "m f=1 1.5", 6, "a timestamp of digits" },
		{ "m f=1 9223372036854775808", 6, "a timestamp of digits" },
		{ "m f=1 5 6", 8, "nothing behind the timestamp" },
		{ "m f=1 5\t", 6, "a timestamp of digits" },
	};
	struct scanner_point p;
	const char *expected;
	size_t k, where;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		expected = "";
		CHECK_CASE(scanner_split(t[k].line, strlen(t[k].line), &p, &where, &expected)
		    == SCANNER_BAD, t[k].line);
		CHECK_CASE(where == t[k].where, t[k].line);
		CHECK_TEXT(span_str(expected), t[k].expected);
	}
}

static void
tags(void)
{
	struct span rest = span_str("a=b,c\\=\\,d=e\\ f,g=\"h"), key, value;

	CHECK(scanner_next_tag(&rest, &key, &value));
	CHECK_TEXT(key, "a");
	CHECK_TEXT(value, "b");
	CHECK(scanner_next_tag(&rest, &key, &value));
	CHECK_TEXT(key, "c\\=\\,d");
	CHECK_TEXT(value, "e\\ f");
	CHECK(scanner_next_tag(&rest, &key, &value));
	CHECK_TEXT(key, "g");
	CHECK_TEXT(value, "\"h");
	CHECK(rest.n == 0 && !scanner_next_tag(&rest, &key, &value));
	rest = span_str("nothing");
	CHECK(!scanner_next_tag(&rest, &key, &value) && rest.n == 7);
}

/* Values as influxd 1.6.7 takes or refuses them; u as InfluxDB 2 does. */
static void
values(void)
{
	static const struct {
		const char *value;
		enum scanner_type type;
		const char *text;
	} t[] = {
		{ "1", SCANNER_FLOAT, "1" }, { "-1.5", SCANNER_FLOAT, "-1.5" },
		{ "1.", SCANNER_FLOAT, "1." }, { ".5", SCANNER_FLOAT, ".5" },
		{ "1e5", SCANNER_FLOAT, "1e5" }, { "1.5E-05", SCANNER_FLOAT, "1.5E-05" },
		{ "007", SCANNER_FLOAT, "007" }, { "1e308", SCANNER_FLOAT, "1e308" },
		{ "1e309", SCANNER_INVALID, "1e309" }, { "-2e551", SCANNER_INVALID, "-2e551" },
		{ "1e-400", SCANNER_FLOAT, "1e-400" },
		{ "+1", SCANNER_INVALID, "+1" }, { "1e", SCANNER_INVALID, "1e" },
		{ "1.2.3", SCANNER_INVALID, "1.2.3" }, { ".", SCANNER_INVALID, "." },
		{ "-", SCANNER_INVALID, "-" }, { "NaN", SCANNER_INVALID, "NaN" },
		{ "inf", SCANNER_INVALID, "inf" }, { "0x10", SCANNER_INVALID, "0x10" },
		{ "12i", SCANNER_INTEGER, "12" }, { "-12i", SCANNER_INTEGER, "-12" },
		{ "9223372036854775807i", SCANNER_INTEGER, "9223372036854775807" },
		{ "9223372036854775808i", SCANNER_INVALID, "9223372036854775808i" },
		{ "i", SCANNER_INVALID, "i" }, { "1.5i", SCANNER_INVALID, "1.5i" },
		{ "18446744073709551615u", SCANNER_UNSIGNED, "18446744073709551615" },
		{ "-1u", SCANNER_INVALID, "-1u" },
		{ "t", SCANNER_BOOLEAN, "t" }, { "False", SCANNER_BOOLEAN, "False" },
		{ "tRUE", SCANNER_INVALID, "tRUE" },
		{ "\"\"", SCANNER_STRING, "" }, { "\"a,b=\\\"c d\"", SCANNER_STRING, "a,b=\\\"c d" },
		{ "\"a\\\\\"", SCANNER_STRING, "a\\\\" }, { "\"", SCANNER_INVALID, "\"" },
		{ "word", SCANNER_INVALID, "word" },
	};
	struct scanner_value v;
	struct span rest, key;
	char text[64];
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		snprintf(text, sizeof text, "f\\=\\,g=%s", t[k].value);
		rest = span_str(text);
		CHECK_CASE(scanner_next_field(&rest, &key, &v), text);
		CHECK_CASE(v.type == t[k].type, text);
		CHECK_TEXT(key, "f\\=\\,g");
		CHECK_TEXT(v.text, t[k].text);
		CHECK_CASE(rest.n == 0 && !scanner_next_field(&rest, &key, &v), text);
	}
}

static void
fields(void)
{
	struct span rest = span_str("a=1,b=\"x,y=z\",c=true,d=F"), key;
	struct scanner_value v;

	CHECK(scanner_next_field(&rest, &key, &v) && v.type == SCANNER_FLOAT);
	CHECK(scanner_next_field(&rest, &key, &v) && v.type == SCANNER_STRING);
	CHECK_TEXT(v.text, "x,y=z");
	CHECK(scanner_next_field(&rest, &key, &v) && v.type == SCANNER_BOOLEAN && v.truth);
	CHECK(scanner_next_field(&rest, &key, &v) && v.type == SCANNER_BOOLEAN && !v.truth);
	CHECK_TEXT(key, "d");
	CHECK(rest.n == 0 && !scanner_next_field(&rest, &key, &v));
	rest = span_str("a=1,b");
	CHECK(scanner_next_field(&rest, &key, &v));
	CHECK(!scanner_next_field(&rest, &key, &v));
	CHECK_TEXT(rest, "b");
}

static void
unescapes(void)
{
	struct buf b = { 0 };

	scanner_unescape(&b, span_str("a\\ b\\,c\\=d\\\\\\,e\\f\\"));
	CHECK_TEXT(buf_span(&b), "a b,c=d\\\\,e\\f\\");
	b.len = 0;
	scanner_unescape_string(&b, span_str("a\\\"b\\\\c\\nd\\"));
	CHECK_TEXT(buf_span(&b), "a\"b\\c\\nd\\");
	buf_free(&b);
}

/* Every prefix of every case, in a block of its own size, so that a sanitizer sees an overrun. */
static void
prefixes(void)
{
	struct scanner_point p;
	const char *expected;
	size_t k, n, where;
	char *copy;

	for (k = 0; k < sizeof split / sizeof *split; k++)
		for (n = 0; n <= strlen(split[k].line); n++) {
			copy = malloc(n + 1);
			memcpy(copy + 1, split[k].line, n);
			CHECK_CASE(scanner_line_end(copy + 1, n) <= n, split[k].line);
			(void)scanner_has_time(copy + 1, n);
			(void)scanner_split(copy + 1, n, &p, &where, &expected);
			free(copy);
		}
}

/* What the writer makes of names and texts that line protocol has no room for. */
static void
writes(void)
{
	static const struct {
		const char *text, *measurement, *key, *string;
	} t[] = {
		{ "a.b-c_1", "a.b-c_1", "a.b-c_1", "\"a.b-c_1\"" },
		{ "a b,c=d", "a\\ b\\,c=d", "a\\ b\\,c\\=d", "\"a b,c=d\"" },
		{ "a\\b", "a\\b", "a\\b", "\"a\\\\b\"" }, { "a\\", "a_", "a_", "\"a\\\\\"" },
		/* a backslash before what gets one would hide that; influxd 1.6.7 loses a point whose
		 * measurement has one before an equals sign */
		{ "a\\=b", "a_=b", "a_\\=b", "\"a\\\\=b\"" }, { "a\\,b", "a_\\,b", "a_\\,b", "\"a\\\\,b\"" },
		{ "a\\\\ b", "a\\_\\ b", "a\\_\\ b", "\"a\\\\\\\\ b\"" },
		{ "#a\n", "_a_", "#a_", "\"#a \"" }, { "a\"b", "a\"b", "a\"b", "\"a\\\"b\"" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		writer_put_measurement(&b, span_str(t[i].text));
		CHECK_TEXT(buf_span(&b), t[i].measurement);
		b.len = 0;
		writer_put_key(&b, span_str(t[i].text));
		CHECK_TEXT(buf_span(&b), t[i].key);
		b.len = 0;
		writer_put_string(&b, span_str(t[i].text));
		CHECK_TEXT(buf_span(&b), t[i].string);
		b.len = 0;
	}
	buf_free(&b);
}

int
main(void)
{
	TEST(line_ends);
	TEST(splits);
	TEST(bad_lines);
	TEST(tags);
	TEST(values);
	TEST(fields);
	TEST(unescapes);
	TEST(prefixes);
	TEST(writes);
	return test_end();
}
