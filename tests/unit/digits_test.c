#include "test.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/digits.h"

static void
check(uint64_t v)
{
	char got[64], want[32];

	*digits_put(got, v) = '\0';
	snprintf(want, sizeof want, "%" PRIu64, v);
	CHECK_CASE(!strcmp(got, want), want);
}

static void
integers(void)
{
	uint64_t p = 1, x = 88172645463325252u;
	int i;

	for (i = 0; i < 20; i++, p *= 10) {
		check(p - 1);
		check(p);
		check(p + 1);
	}
	check(UINT64_MAX);
	check(0);
	for (i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		check(x >> (i & 63));
	}
}

static void
fractions(void)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000 };
	char got[64], want[64];
	unsigned places;
	uint32_t r, step;
	size_t n;

	for (places = 1; places <= 8; places++) {
		step = power[places] > 20000 ? 9973 : 1;
		for (r = 0; r < power[places]; r += step) {
			*digits_put_fraction(got, r, places) = '\0';
			snprintf(want, sizeof want, ".%0*" PRIu32, (int)places, r);
			for (n = strlen(want); want[n - 1] == '0'; n--)
				;
			want[n == 1 ? 0 : n] = '\0';
			CHECK_CASE(!strcmp(got, want), want);
		}
	}
}

static void
decimals(void)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };
	char got[64], want[64];
	unsigned places;
	uint32_t v;
	size_t n;

	for (places = 0; places <= 7; places++) {
		for (v = 0; v < 100000000; v += v < 20000 ? 1 : v < 200000 ? 10 : 9973) {
			*digits_put_decimal(got, v, places) = '\0';
			n = (size_t)snprintf(want, sizeof want, "%" PRIu32 ".%0*" PRIu32, v / power[places],
			    (int)places, v % power[places]);
			for (; want[n - 1] == '0'; n--)
				;
			want[v % power[places] ? n : strcspn(want, ".")] = '\0';
			CHECK_CASE(!strcmp(got, want), want);
		}
	}
}

int
main(void)
{
	TEST(integers);
	TEST(fractions);
	TEST(decimals);
	return test_end();
}
