#include "test.h"

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

int
main(void)
{
	TEST(lines);
	return test_end();
}
