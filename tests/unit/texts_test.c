#include "test.h"

#include <stdio.h>

#include "base/texts.h"

static struct texts_place
add(struct texts *t, int i)
{
	char text[32];
	int n = snprintf(text, sizeof text, "text number %d", i);

	return texts_add(t, span_of(text, (size_t)n));
}

static bool
is(const struct texts *t, struct texts_place at, int i)
{
	char text[32];

	snprintf(text, sizeof text, "text number %d", i);
	return span_is(texts_at(t, at), text);
}

static void
kept(void)
{
	enum { N = 10000 };
	struct texts t = { 0 }, to = { 0 };
	static struct texts_place at[N];
	struct texts_place empty = texts_add(&t, span_of(NULL, 0));
	int i, wrong = 0;

	CHECK(empty.n == 0 && texts_at(&t, empty).n == 0);
	for (i = 0; i < N; i++)
		at[i] = add(&t, i);
	for (i = 0; i < N; i++)
		wrong += !is(&t, at[i], i);
	CHECK(wrong == 0);
	CHECK(t.used == t.len && !texts_is_wasteful(&t));
	for (i = 0; i < N; i++)
		if (i % 5)
			texts_drop(&t, &at[i]);
	CHECK(texts_is_wasteful(&t));
	for (i = 0; i < N; i++)
		texts_move(&to, &t, &at[i]);
	CHECK(to.used == t.used && to.len == t.used);
	texts_free(&t);
	for (i = 0; i < N; i++)
		wrong += i % 5 ? at[i].n != 0 : !is(&to, at[i], i);
	CHECK(wrong == 0);
	texts_free(&to);
}

int
main(void)
{
	TEST(kept);
	return test_end();
}
