#include "http/backoff.h"

/* splitmix64 (Steele, Lea, Flood 2014): any state will do, and jitter needs no more. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
backoff_fail(struct backoff *b, int64_t now, int64_t asked)
{
	int64_t limit = BACKOFF_LAST, wait;

	if (b->failures < 7)	/* 0.5 s * 2^7 is past a minute */
		limit = BACKOFF_FIRST << b->failures;
	b->failures++;
	wait = (int64_t)(next_random(&b->random) % (uint64_t)limit) + 1;
	if (wait < BACKOFF_LEAST)
		wait = BACKOFF_LEAST;
	if (asked > BACKOFF_ASKED)
		asked = BACKOFF_ASKED;
	if (wait < asked)
		wait = asked;
	b->until = now + wait;
}

void
backoff_succeed(struct backoff *b)
{
	b->failures = 0;
	b->until = 0;
}
