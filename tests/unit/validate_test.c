#include "test.h"

#include "influx/misread.h"
#include "influx/validate.h"

static void
lines(void)
{
	static const struct {
		const char *line, *why;
	} t[] = {	/* one after the other: types are learnt */
		{ "m,bus=a f=1,i=1i 1", "" }, { "m,bus=b f=2.5e3,i=-9223372036854775808i", "" },
		{ "m f=1i", "type integer, which was float before, in field f" },
		{ "m i=1", "type float, which was integer before, in field i" },
		{ "o f=1i", "" }, { "m f=\"1\",g=t", "type string, which was float before, in field f" },
		{ "m g=\"not learnt above\"", "" },
		{ "m g=f", "type boolean, which was string before, in field g" },
		/* both types in one line */
		{ "p f=1,f=1i", "type integer, which was float before, in field f" },
		{ "m i=9223372036854775808i", "no value of line protocol in field i" },
		{ "m u=18446744073709551615u", "" },
		{ "m u=1i", "type integer, which was unsigned before, in field u" },
		{ "m u=18446744073709551616u", "no value of line protocol in field u" },
		{ "m time=1", "a name that InfluxDB keeps for itself: field time" },
		{ "m,time=1 f=1", "a name that InfluxDB keeps for itself: tag time" },
		{ "m,_field=1 f=1", "a name that InfluxDB keeps for itself: tag _field" },
		{ "m,_measurement=1 f=1", "a name that InfluxDB keeps for itself: tag _measurement" },
		{ "m f=", "column 5: expected a field value" },
		{ "m f=nan", "no value of line protocol in field f" }, { "# m f=", "" }, { "", "" },
		{ "m,a=1,a=2 f=1", "duplicate tag a" }, { "m f=1 9223372036854775806", "" },
		{ "m f=1 -9223372036854775806", "" },
		{ "m f=1 9223372036854775807", "the time is out of range" },
		{ "m f=1 -9223372036854775807", "the time is out of range" },
	};
	struct validate v = { .unsigned_fields = true };
	struct buf why = { 0 }, line = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		why.len = 0;
		CHECK_CASE(validate_line(&v, span_str(t[k].line), &why) == !*t[k].why, t[k].line);
		CHECK_TEXT(buf_span(&why), t[k].why);
	}
	buf_puts(&line, "m s=\"");
	while (line.len < 5 + 65536)
		buf_putc(&line, 'x');
	buf_putc(&line, '"');
	why.len = 0;
	CHECK(validate_line(&v, buf_span(&line), &why));
	line.len--;
	buf_puts(&line, "x\"");
	CHECK(!validate_line(&v, buf_span(&line), &why));
	CHECK_TEXT(buf_span(&why), "a string longer than 64 KiB in field s");
	validate_free(&v);
	v.integers_alike = true;
	CHECK(validate_line(&v, span_str("m u=1u"), &why));
	CHECK(validate_line(&v, span_str("m u=1i"), &why));
	CHECK(!validate_line(&v, span_str("m u=9223372036854775808u"), &why));
	validate_free(&v);
	buf_free(&line);
	buf_free(&why);
}

/* What victoria-metrics 1.79.5 takes with 204 and drops, or stores as something else, and what not. */
static void
misread(void)
{
	static const char digits[] = "wants digits, or digits on both sides of a point, in field f",
	    comma[] = "wants a comma behind the string in field f",
	    blank[] = "wants a blank, and no other space, before the fields and before the time",
	    after[] = "wants a time after 1970";
	static const struct {
		const char *line, *why;
	} t[] = {
		{ "m f=1 1", NULL }, { "m,t=a f=-0.5e-3,g=1i,h=12u,i=t,j=\"a,b \\\" \\\\\" 1", NULL },
		{ "m\\ n,t\\,=\"x f\\ g=1E+5 1", NULL }, { "m f=01i,g=00.5,h=-0  1", NULL },
		{ "# m f=.5", NULL }, { "m f= 1", NULL }, { "", NULL },
		{ "m f=.5 1", digits }, { "m f=-.5 1", digits }, { "m f=5. 1", digits },
		{ "m f=5.e3 1", digits }, { "m g=1,f=5.e3 1", digits },
		{ "m f=\"a\"b 1", comma }, { "m f=\"a\"\"b\" 1", comma },
		{ "m f=\"a\nb\" 1", "ends a line at a newline in a string, too" },
		{ "m f\"g=1 1", "takes a quote for the beginning of a string in the name of field f\"g" },
		{ "m \tf=1 1", blank }, { "m f=1 \t1", blank },
		{ "m f=1 0", after }, { "m f=1 -1", after },
		{ "m,t=a\\\\b f=1 1", "takes two backslashes for one in m,t=a\\\\b" },
		{ "m f\\\\g=1 1", "takes two backslashes for one in the name of field f\\\\g" },
		{ "m,__name__=x f=1 1", "leaves out the tag __name__" },
	};
	struct buf why = { 0 }, want = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		why.len = want.len = 0;
		if (t[k].why)
			buf_printf(&want, "VictoriaMetrics %s", t[k].why);
		CHECK_CASE(misread_line(span_str(t[k].line), &why) == !!t[k].why, t[k].line);
		CHECK_TEXT(buf_span(&why), buf_str(&want));
	}
	buf_free(&why);
	buf_free(&want);
}

int
main(void)
{
	TEST(lines);
	TEST(misread);
	return test_end();
}
