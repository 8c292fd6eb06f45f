#include "test.h"

#include "base/pool.h"

static void
numbers_again(void)
{
	enum { N = 100 };
	struct pool p = { .size = sizeof (long) };
	uint32_t i, k, wrong = 0;

	for (i = 0; i < N; i++) {
		wrong += pool_take(&p) != i;
		*(long *)pool_at(&p, i) = i + 1;
	}
	for (i = 0; i < N; i += 2)
		pool_give(&p, i);
	CHECK(pool_count(&p) == N / 2);
	for (i = 0; i < N; i += 2) {
		k = pool_take(&p);
		wrong += k >= N || k % 2 || *(long *)pool_at(&p, k) != 0;
		*(long *)pool_at(&p, k) = 7;
	}
	CHECK(pool_take(&p) == N);
	for (i = 1; i < N; i += 2)
		wrong += *(long *)pool_at(&p, i) != i + 1;
	CHECK(wrong == 0);
	pool_free(&p);
}

int
main(void)
{
	TEST(numbers_again);
	return test_end();
}
