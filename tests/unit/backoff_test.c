#include "test.h"

#include "http/backoff.h"

/* Over many starts: each wait within its limit, the limits doubling up to a minute. */
static void
limits(void)
{
	int64_t limit, wait, least = INT64_MAX, most = 0;
	struct backoff b;
	unsigned seed, i;

	for (seed = 0; seed < 2000; seed++) {
		b = (struct backoff){ .random = seed };
		for (i = 0, limit = BACKOFF_FIRST; i < 12; i++) {
			backoff_fail(&b, 1000, 0);
			wait = b.until - 1000;
			if (wait < BACKOFF_LEAST || wait > limit)
				break;
			if (i == 3 && wait < least)
				least = wait;
			if (i == 3 && wait > most)
				most = wait;
			limit = limit * 2 < BACKOFF_LAST ? limit * 2 : BACKOFF_LAST;
		}
		CHECK(i == 12);
	}
	/* full jitter: the fourth wait is spread over all of 0 to 4 s */
	CHECK(least < BACKOFF_FIRST / 4 && most > BACKOFF_FIRST * 8 - BACKOFF_FIRST / 4);
}

static void
asked(void)
{
	struct backoff b = { .random = 1 };

	backoff_fail(&b, 5, 10 * BACKOFF_FIRST);
	CHECK(b.until == 5 + 10 * BACKOFF_FIRST && b.failures == 1);
	backoff_fail(&b, 5, INT64_MAX);
	CHECK(b.until == 5 + BACKOFF_ASKED);
	backoff_succeed(&b);
	CHECK(b.until == 0 && b.failures == 0);
	backoff_fail(&b, 0, 0);
	CHECK(b.until <= BACKOFF_FIRST);
}

int
main(void)
{
	TEST(limits);
	TEST(asked);
	return test_end();
}
