#include "test.h"

#include "influx/rate.h"

static void
windows(void)
{
	static const struct {
		int64_t now;
		uint64_t n;
		int64_t due;
	} t[] = {	/* 100 bytes in any 10; what is due is sent */
		{ 0, 60, 0 }, { 1, 50, 10 }, { 1, 40, 1 }, { 2, 1, 10 }, { 10, 60, 10 }, { 10, 1, 11 },
		{ 11, 40, 11 }, { 50, 500, 50 }, { 51, 1, 60 }, { 60, 100, 60 }, { 65, 500, 70 },
	};
	struct rate r = { .bytes = 100, .window = 10 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		int64_t due = rate_due(&r, t[k].n, t[k].now);

		CHECK(due == t[k].due);
		if (due <= t[k].now)
			rate_sent(&r, t[k].n, t[k].now);
	}
}

/* Many small ones: never more than allowed in any window, and never held up for ever. */
static void
many(void)
{
	enum { N = 3000, BYTES = 1000, WINDOW = 500 };
	struct rate r = { .bytes = BYTES, .window = WINDOW };
	int64_t now = 0, due, at[N];
	uint64_t sum = 0, n[N];
	size_t i, first = 0;

	for (i = 0; i < N; i++) {
		n[i] = i * 7919 % 13 + 1;
		due = rate_due(&r, n[i], now);
		CHECK(due >= now && due <= now + WINDOW);
		now = due + (int64_t)(i % 3);
		rate_sent(&r, n[i], now);
		at[i] = now;
		for (sum += n[i]; at[first] <= now - WINDOW; first++)
			sum -= n[first];
		CHECK(sum <= BYTES);
	}
	CHECK(now < 2 * WINDOW * N * 7 / BYTES + 2 * WINDOW);
}

static void
none(void)
{
	struct rate r = { 0 };

	rate_sent(&r, 1000, 5);
	CHECK(rate_due(&r, UINT64_MAX, 6) == 6);
}

int
main(void)
{
	TEST(windows);
	TEST(many);
	TEST(none);
	return test_end();
}
