#include "test.h"

#include "base/hash.h"
#include "base/table.h"

/* Keys are the items' own numbers; weak sends them all to few places. */
struct keys {
	uint32_t count;
};

static bool
same(const void *ctx, uint32_t item, const void *key)
{
	const struct keys *k = ctx;
	const uint32_t *want = key;

	return item < k->count && item == *want;
}

static uint64_t
hash_of(uint32_t i, bool weak)
{
	return weak ? i % 3 : hash_bytes(span_of((const char *)&i, sizeof i), 1);
}

/* Adds all, removes every third, looks for all; a model in an array says what must be there. */
static void
model(bool weak)
{
	enum { N = 2000 };
	static bool there[N];
	struct keys k = { N };
	struct table t = { 0 };
	uint32_t i, round, wrong = 0;

	for (round = 0; round < 4; round++) {
		for (i = 0; i < N; i++) {
			if (there[i] && i % 3 == round % 3)
				table_remove(&t, hash_of(i, weak), i);
			else if (!there[i])
				table_add(&t, hash_of(i, weak), i);
			there[i] = !there[i] || i % 3 != round % 3;
		}
		for (i = 0; i < N; i++)
			wrong += (table_find(&t, hash_of(i, weak), same, &k, &i) == i) != there[i];
	}
	CHECK(wrong == 0);
	for (i = 0; i < N; i++)
		table_remove(&t, hash_of(i, weak), i);
	CHECK(t.used == 0);
	for (i = 0; i < N; i++)
		there[i] = false;
	table_free(&t);
}

static void
many(void)
{
	model(false);
}

static void
collisions(void)
{
	model(true);
}

static void
empty(void)
{
	struct keys k = { 1 };
	struct table t = { 0 };
	uint32_t zero = 0;

	CHECK(table_find(&t, 5, same, &k, &zero) == TABLE_NONE);
	table_remove(&t, 5, 0);
	table_add(&t, 5, 0);
	CHECK(table_find(&t, 5, same, &k, &zero) == 0);
	CHECK(table_find(&t, 6, same, &k, &zero) == TABLE_NONE);
	table_free(&t);
}

int
main(void)
{
	TEST(many);
	TEST(collisions);
	TEST(empty);
	return test_end();
}
