#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/shortest.h"

/* The shortest by trying: as many digits as it takes, of equally long ones the nearest. */
static void
check(double v)
{
	char want[64], got[64];
	struct shortest s = shortest_of(v);
	double back;
	int n;

	snprintf(got, sizeof got, "%llue%d", (unsigned long long)s.digits, s.exp);
	back = strtod(got, NULL);
	if (memcmp(&back, &v, sizeof v) != 0)
		test_fail(__FILE__, __LINE__, "%.17g: %s is another number", v, got);
	for (n = 1; n < 17; n++) {
		snprintf(want, sizeof want, "%.*e", n - 1, v);
		if (strtod(want, NULL) == v)
			break;
	}
	snprintf(got, sizeof got, "%llu", (unsigned long long)s.digits);
	if ((int)strlen(got) > n)
		test_fail(__FILE__, __LINE__, "%.17g: %s is longer than %d digits", v, got, n);
}

static void
edges(void)
{
	static const double values[] = { 1, 0.1, 0.3, 1e22, 1e23, 9007199254740993.0, 5e-324,
		2.2250738585072014e-308, 2.2250738585072009e-308, 1.7976931348623157e308, 123456.789, 4.35 };
	size_t i;
	int e;

	for (i = 0; i < sizeof values / sizeof *values; i++)
		check(values[i]);
	for (e = -1074; e < 1024; e++) {
		check(ldexp(1, e));
		check(nextafter(ldexp(1, e), 1e308));
		check(nextafter(ldexp(1, e), 0) > 0 ? nextafter(ldexp(1, e), 0) : 1);
	}
}

static void
random_bits(void)
{
	uint64_t x = 88172645463325252u, bits;
	double v;
	float f;
	uint32_t low;
	int i;

	for (i = 0; i < 20000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bits = x >> 1;
		memcpy(&v, &bits, sizeof v);
		if (isfinite(v) && v > 0)
			check(v);
		low = (uint32_t)x >> 1;
		memcpy(&f, &low, sizeof f);
		if (isfinite(f) && f > 0)
			check((double)f);
	}
}

static void
texts(void)
{
	static const struct {
		double v;
		const char *text;
	} t[] = {
		{ 0, "0" }, { -0.0, "-0" }, { 1, "1" }, { -1.5, "-1.5" }, { 0.1, "0.1" }, { 100, "100" },
		{ 1e14, "100000000000000" }, { 1e15, "1e+15" }, { 123456789012345680.0, "1.2345678901234568e+17" },
		{ 0.0001, "0.0001" }, { 0.00001, "1e-05" }, { 0.00012345, "0.00012345" }, { 1e300, "1e+300" },
		{ 5e-324, "5e-324" }, { 5.960464477539063e-08, "5.960464477539063e-08" },
		{ 0.10000000149011612, "0.10000000149011612" }, { 1234567890123456.0, "1234567890123456" },
		{ -123.456, "-123.456" },
	};
	char out[NUM_DOUBLE_TEXT];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		CHECK_TEXT(span_of(out, num_put_double(out, t[i].v)), t[i].text);
}

int
main(void)
{
	TEST(edges);
	TEST(random_bits);
	TEST(texts);
	return test_end();
}
