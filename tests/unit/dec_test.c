#include "test.h"

#include <math.h>

#include "base/dec.h"

/* Every number as it is read, and as it is written again. */
static void
texts(void)
{
	static const struct {
		const char *text, *want;	/* NULL: refused */
	} t[] = {
		{ "0", "0" }, { "12", "12" }, { "-1.5", "-1.5" }, { ".25", "0.25" }, { "5.", "5" },
		{ "+3", "3" }, { "+1E-006", "0.000001" }, { "-.5e1", "-5" }, { "1e3", "1000" },
		{ "1.50", "1.5" }, { "00012.300", "12.3" }, { "-007", "-7" }, { "-12000", "-12000" },
		{ "-0", "0" }, { "-0.000", "0" },
		{ "0e9", "0" }, { "100", "100" }, { "1200e-2", "12" }, { "0.001e3", "1" },
		{ "1e-7", "0.0000001" }, { "123456789012345678901234567890.125",
			"123456789012345678901234567890.125" },
		{ "", NULL }, { "-", NULL }, { ".", NULL }, { "+.", NULL }, { "e5", NULL }, { "1e", NULL },
		{ "1e+", NULL }, { "1e5x", NULL }, { "1e1.5", NULL }, { "1.2.3", NULL }, { "1,5", NULL },
		{ "0x10", NULL }, { "--1", NULL }, { " 1", NULL }, { "1 ", NULL }, { "nan", NULL },
		{ "inf", NULL }, { "1.#INF", NULL }, { "1e10000", NULL }, { "1e-10000", NULL },
		{ "1e99999999999999999999", NULL },
	};
	struct arena a = { 0 };
	char out[64];
	struct dec d;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		CHECK_CASE(dec_parse(span_str(t[i].text), &a, &d) == (t[i].want != NULL), t[i].text);
		CHECK_TEXT(dec_text(&d, out, sizeof out), t[i].want ? t[i].want : "0");
	}
	arena_free(&a);
}

static struct dec
parse(struct arena *a, const char *text)
{
	struct dec d;

	CHECK_CASE(dec_parse(span_str(text), a, &d), text);
	return d;
}

/* Digits and exponent have one form for one number. */
static void
form(void)
{
	static const char *const same[] = { "1200", "1200.0", "12e2", "0.12E4", "+0001200", "120000e-2" };
	struct arena a = { 0 };
	struct dec d;
	size_t i;

	for (i = 0; i < sizeof same / sizeof *same; i++) {
		d = parse(&a, same[i]);
		CHECK_TEXT(d.digits, "12");
		CHECK_CASE(d.exp == 2 && !d.minus && dec_is_whole(&d) && !dec_is_zero(&d), same[i]);
	}
	d = parse(&a, "-0e7");
	CHECK(d.exp == 0 && !d.minus && dec_is_zero(&d) && dec_is_whole(&d));
	d = parse(&a, "0.5");
	CHECK(!dec_is_whole(&d));
	arena_free(&a);
}

static void
numbers(void)
{
	struct arena a = { 0 };
	struct dec d;
	dec_int m;

	d = parse(&a, "-12.5");
	CHECK(dec_mantissa(&d, &m) && m == -125 && d.exp == -1);
	d = parse(&a, "99999999999999999999999999999999999999");
	CHECK(dec_mantissa(&d, &m) && m / 10000000000000000000u == 9999999999999999999u);
	CHECK(m % 10000000000000000000u == 9999999999999999999u);
	d = parse(&a, "111111111111111111111111111111111111111");
	CHECK(!dec_mantissa(&d, &m));
	arena_free(&a);
}

static void
doubles(void)
{
	static const struct {
		const char *text;
		double v;
	} t[] = {
		{ "0", 0 }, { "-1.5", -1.5 }, { "0.1", 0.1 }, { "1e-006", 1e-6 }, { "1e308", 1e308 },
		{ "1e400", HUGE_VAL }, { "-1e400", -HUGE_VAL }, { "1e-400", 0 }, { "9007199254740993", 0x1p53 },
		/* Halfway between two doubles, and a little above: every digit counts. */
		{ "1.00000000000000011102230246251565404236316680908203125", 1 },
		{ "1.000000000000000111022302462515654042363166809082031250000000000000000000000000001",
			0x1.0000000000001p0 },
	};
	struct arena a = { 0 };
	struct dec d;
	double v;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		d = parse(&a, t[i].text);
		v = dec_double(&d);
		CHECK_CASE(memcmp(&v, &t[i].v, sizeof v) == 0, t[i].text);
	}
	arena_free(&a);
}

/* The text needs room for all of it, or there is none. */
static void
room(void)
{
	struct arena a = { 0 };
	struct dec d = parse(&a, "-0.00125"), large = parse(&a, "1e9999"), small = parse(&a, "1e-9999");
	char out[64];
	size_t cap;

	for (cap = 0; cap < 8; cap++)
		CHECK(dec_text(&d, out, cap).n == 0);
	CHECK_TEXT(dec_text(&d, out, 11), "-0.00125");
	CHECK(dec_text(&large, out, sizeof out).n == 0);
	CHECK(dec_text(&small, out, sizeof out).n == 0);
	arena_free(&a);
}

int
main(void)
{
	TEST(texts);
	TEST(form);
	TEST(numbers);
	TEST(doubles);
	TEST(room);
	return test_end();
}
