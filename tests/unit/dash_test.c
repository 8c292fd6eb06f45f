#include "test.h"

#include "dash/outline.h"
#include "dash/quote.h"

static void
quotes(void)
{
	static const struct {
		const char *in, *backslash, *twice, *hex, *regex, *display;
	} row[] = {
		{ "Pack V", "\"Pack V\"", "\"Pack V\"", "\"Pack V\"", "^Pack\\x20V$", "Pack V" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\"\"b\\c\"", "\"a\\x22b\\x5cc\"", "^a\\x22b\\x5cc$",
			"a\"b\\c" },
		{ "$x", "\"$x\"", "\"$x\"", "\"\\x24x\"", "^\\x24x$", "$\xe2\x81\xa0x" },
		{ "${x}[[y]]", "\"${x}[[y]]\"", "\"${x}[[y]]\"", "\"\\x24\\x7bx\\x7d\\x5b\\x5by\\x5d\\x5d\"",
			"^\\x24\\x7bx\\x7d\\x5b\\x5by\\x5d\\x5d$", "$\xe2\x81\xa0{x}[\xe2\x81\xa0[y]]" },
		{ "5$ [", "\"5$ [\"", "\"5$ [\"", "\"5\\x24 \\x5b\"", "^5\\x24\\x20\\x5b$", "5$ [" },
		{ "v.bucket", "\"v.bucket\"", "\"v.bucket\"", "\"v\\x2ebucket\"", "^v\\x2ebucket$",
			"v.bucket" },
		{ "\xc3\xa4", "\"\xc3\xa4\"", "\"\xc3\xa4\"", "\"\xc3\xa4\"", "^\xc3\xa4$", "\xc3\xa4" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct span s = span_str(row[i].in);

		b.len = 0;
		quote_backslash(&b, s, '"');
		CHECK_TEXT(buf_span(&b), row[i].backslash);
		b.len = 0;
		quote_twice(&b, s, '"');
		CHECK_TEXT(buf_span(&b), row[i].twice);
		b.len = 0;
		quote_hex(&b, s);
		CHECK_TEXT(buf_span(&b), row[i].hex);
		b.len = 0;
		quote_regex(&b, s);
		CHECK_TEXT(buf_span(&b), row[i].regex);
		b.len = 0;
		quote_display(&b, s);
		CHECK_TEXT(buf_span(&b), row[i].display);
	}
	CHECK(quote_is_live(span_str("a$")) && quote_is_live(span_str("[[")));
	CHECK(!quote_is_live(span_str("a[b]")) && !quote_is_live(span_str("")));
	buf_free(&b);
}

static bool
take(struct catalog *c, const char *line)
{
	const char *expected;
	size_t where;

	return catalog_line(c, line, strlen(line), &where, &expected);
}

static void
names(void)
{
	static const struct {
		const char *line, *message, *name, *title;
	} row[] = {
		{ "#meta\tA\tx\tsignal\tA.x\n", "A", "x", "A.x" },
		{ "#meta\tA\ty_\tsignal\tA.y\n", "A", "y", "A.y" },
		{ "#meta\tA.b\tx\tsignal\tA.b.c.x\n", "A.b", "c.x", "A.b.c.x" },
		{ "#meta\tcan,message=A.b,signal=x.y\tvalue\tsignal\tA.b.x.y\n", "A.b", "x.y", "A.b.x.y" },
		{ "#meta\tBMS,componentId=0x12,signal=x\tvalue\tsignal\tA.x\n", "A", "x", "A.x" },
		{ "#meta\tcan0\\ A\tx\tsignal\tA.x\n", "A", "x", "A.x" },
		/* without a title */
		{ "#meta\tB\\ b\tx\\,y\n", "B b", "x,y", "B b.x,y" },
		{ "#meta\tcan,message=A,signal=x\tvalue\n", "A", "x", "A.x" },
		{ "#meta\tcan,message=A,signal=y\tmax\n", "A", "y max", "A.y max" },
		{ "#meta\tC\tx\tsignal\tnodot\n", "C", "x", "C.x" },
	};
	struct catalog c;
	size_t i;

	catalog_init(&c);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(take(&c, row[i].line) && c.signals == i + 1, row[i].line);
		CHECK_TEXT(c.signal[i].message, row[i].message);
		CHECK_TEXT(c.signal[i].name, row[i].name);
		CHECK_TEXT(c.signal[i].title, row[i].title);
		CHECK_CASE(!c.signal[i].twin, row[i].line);
	}
	/* The label beside a number, and the same line again. */
	CHECK(take(&c, "#meta\tA\tx_label\tsignal\tA.x\n") && c.signal[i].twin);
	CHECK(take(&c, row[0].line) && c.signals == i + 1);
	CHECK(!take(&c, "#meta\tA\t\x01\n") && !take(&c, "#meta\t\xff\tx\n") && c.signals == i + 1);
	CHECK(!take(&c, "#meta\tA,b=\x7f\tx\n") && c.counts.refused == 3);
	CHECK(take(&c, "#meta\tA\n") && take(&c, "\n") && !take(&c, "A\n"));
	catalog_free(&c);
}

static void
pairs(void)
{
	struct catalog c;
	const struct catalog_signal *s;

	catalog_init(&c);
	CHECK(take(&c, "#meta\tA\tx\tunit\tV\tmin\t-1.5\tmax\t2\tcycle_ms\t20\thelp\ta\\qb\tnew\tkey\n"));
	CHECK(take(&c, "#meta\tA\ty\tmin\t0\tmax\t0\tunit\t\xff\n"));
	CHECK(take(&c, "#meta\tA\tz\tmin\t0\tmax\tmuch\tcycle_ms\t-1\n"));
	s = c.signal;
	CHECK(s[0].ranged && s[0].min == -1.5 && s[0].max == 2 && s[0].cycle_ms == 20);
	CHECK_TEXT(s[0].unit, "V");
	CHECK_TEXT(s[0].help, "a\"b");
	CHECK(!s[1].ranged && !s[2].ranged && !s[2].cycle_ms);
	CHECK_TEXT(s[1].unit, "\\xff");
	catalog_free(&c);
}

static void
points(void)
{
	struct catalog c;
	uint64_t bus, da, assumed;

	catalog_init(&c);
	CHECK(take(&c, "#meta\tA\tx\n") && take(&c, "#meta\tA\ty\n") && take(&c, "#meta\tB\tx\n"));
	CHECK(take(&c, "#meta\tcan,message=M,signal=S\tvalue\n"));
	CHECK(take(&c, "A,bus=can0 x=1,y=\"Drive, \\\"x=1\\\"\" 20\n"));
	CHECK(take(&c, "A,bus=can0,da=5 x=1 10\n") && take(&c, "Z,odd=1 x=1\n"));
	CHECK(take(&c, "can,bus=can1,message=M,pgn=7,signal=S value=1 30\n"));
	CHECK(c.first == 10 && c.last == 30 && c.counts.points == 4 && c.counts.strange == 1);
	bus = catalog_tag(&c, span_str("bus"));
	da = catalog_tag(&c, span_str("da"));
	assumed = catalog_tag(&c, span_str("named"));
	CHECK(c.tags == 4 && bus && da && assumed);
	CHECK(catalog_tags_of(&c, &c.signal[0], assumed) == (bus | da) && c.origin[0].all == bus);
	CHECK(catalog_tags_of(&c, &c.signal[2], assumed) == assumed);
	CHECK(catalog_tags_of(&c, &c.signal[3], assumed) == (bus | catalog_tag(&c, span_str("pgn"))));
	CHECK(!c.signal[0].text && c.signal[1].text);
	catalog_free(&c);
}

/* A signal in each language. */
static void
queries(void)
{
	static const struct {
		const char *line, *want[QUERY_IDS];	/* NULL: it cannot be written */
	} row[] = {
		{ "#meta\tA\tx\n", {
			"SELECT mean(\"x\") FROM \"A\" WHERE $timeFilter GROUP BY time($__interval) fill(none)",
			"from(bucket: \"can\")\n  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
			"  |> filter(fn: (r) => r[\"_measurement\"] == \"A\" and r[\"_field\"] == \"x\")\n"
			"  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)",
			"SELECT $__dateBin(time) AS time, avg(\"x\") AS \"x\" FROM \"A\" "
			"WHERE $__timeFilter(time) GROUP BY 1 ORDER BY 1", "can_a_x" } },
		{ "#meta\tcan,message=a'b,signal=x\"\\y\tvalue\tvalues\t0 Off\\n1 On\n", {
			"SELECT last(\"value\") FROM \"can\" WHERE $timeFilter AND \"message\" = 'a\\'b' "
			"AND \"signal\" = 'x\"\\\\y' GROUP BY time($__interval) fill(none)",
			"from(bucket: \"can\")\n  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
			"  |> filter(fn: (r) => r[\"_measurement\"] == \"can\" and r[\"_field\"] == \"value\" "
			"and r[\"message\"] == \"a\\x27b\" and r[\"signal\"] == \"x\\x22\\x5cy\")\n"
			"  |> aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: false)",
			"SELECT $__dateBin(time) AS time, selector_last(\"value\", time)['value'] AS \"value\" "
			"FROM \"can\" WHERE $__timeFilter(time) AND \"message\" = 'a''b' AND \"signal\" = "
			"'x\"\\y' GROUP BY 1 ORDER BY 1",
			"can_can_value{message=\"a\\x27b\",signal=\"x\\x22\\x5cy\"}" } },
		{ "#meta\t$m\t[[f]]\n", {
			"SELECT mean(/^\\x5b\\x5bf\\x5d\\x5d$/) FROM /^\\x24m$/ WHERE $timeFilter "
			"GROUP BY time($__interval) fill(none)",
			"from(bucket: \"can\")\n  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
			"  |> filter(fn: (r) => r[\"_measurement\"] == \"\\x24m\" and r[\"_field\"] == "
			"\"\\x5b\\x5bf\\x5d\\x5d\")\n"
			"  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)",
			NULL, "can_m_f" } },
		{ "#meta\tm,$k=v\tf\n", { NULL,
			"from(bucket: \"can\")\n  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
			"  |> filter(fn: (r) => r[\"_measurement\"] == \"m\" and r[\"_field\"] == \"f\" "
			"and r[\"\\x24k\"] == \"v\")\n"
			"  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)",
			NULL, "can_m_f{_k=\"v\"}" } },
	};
	size_t i;
	int k;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		for (k = 0; k < QUERY_IDS; k++) {
			struct catalog c;
			struct metrics metrics;
			struct outline o;
			struct query q = { .catalog = &c, .bucket = span_str("can"), .space = span_str("can"),
				.metrics = k == QUERY_PROMETHEUS ? &metrics : NULL };

			catalog_init(&c);
			CHECK(take(&c, row[i].line));
			metrics_init(&metrics, &c, q.space, false, 0);
			outline_make(&o, &c, &q, &query_language[k], &(struct outline_options){ 0 });
			CHECK_CASE(o.signals == (row[i].want[k] != NULL), row[i].line);
			if (o.signals && row[i].want[k])
				CHECK_TEXT(o.row[0].panel[0].signal[0].query, row[i].want[k]);
			CHECK(o.left_out == (row[i].want[k] == NULL));
			outline_free(&o);
			metrics_free(&metrics);
			catalog_free(&c);
		}
}

static void
panels(void)
{
	static const char *const line[] = {
		"#meta\tB\ta\tunit\tdegC\n", "#meta\tB\tb\tunit\tdeg C\n", "#meta\tB\tc\tunit\tV\n",
		"#meta\tB\td\tvalues\t0 Off\\n1 On\n", "#meta\tB\te\tvalues\t255 none\tunit\tV\n",
		"#meta\tB\tf\tunit\t-\n", "#meta\tB\tg\n", "#meta\tA\ta\tunit\tfurlong\n",
	};
	struct query q = { .bucket = span_str("can") };
	struct catalog c;
	struct outline o, again;
	size_t i;

	catalog_init(&c);
	q.catalog = &c;
	for (i = 0; i < sizeof line / sizeof *line; i++)
		CHECK(take(&c, line[i]));
	outline_make(&o, &c, &q, &query_language[QUERY_FLUX], &(struct outline_options){ 0 });
	CHECK(o.rows == 2 && o.panels == 5 && o.signals == 8);
	CHECK_TEXT(o.row[0].message, "A");
	CHECK_TEXT(o.row[0].panel[0].unit, "suffix:furlong");
	CHECK(o.row[1].panels == 4 && o.row[1].panel[0].signals == 2);	/* f and g */
	CHECK_TEXT(o.row[1].panel[1].unit, "celsius");
	CHECK(o.row[1].panel[1].signals == 2);
	CHECK_TEXT(o.row[1].panel[2].unit, "volt");
	CHECK(o.row[1].panel[2].signals == 2);
	CHECK(o.row[1].panel[3].kind == OUTLINE_STATES && o.row[1].panel[3].signals == 1);
	/* Ids are written into dashboards: they must never change. */
	CHECK(o.row[1].id == 68679604 && o.row[1].panel[1].id == 14510588);
	outline_make(&again, &c, &q, &query_language[QUERY_FLUX], &(struct outline_options){
		.exclude = (const char *const[]){ "A.*", "B.[a-b]" }, .excludes = 2 });
	CHECK(again.rows == 1 && again.row[0].id == o.row[1].id);
	CHECK(again.row[0].panel[1].id == o.row[1].panel[2].id);
	outline_free(&o);
	outline_free(&again);
	catalog_free(&c);
}

int
main(void)
{
	TEST(quotes);
	TEST(names);
	TEST(pairs);
	TEST(points);
	TEST(queries);
	TEST(panels);
	return test_end();
}
