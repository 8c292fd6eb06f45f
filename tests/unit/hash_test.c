#include "test.h"

#include "base/hash.h"

enum { LENGTH = 300 };

/* Any bit that changes, any byte that is lacking, and another beginning make another hash. */
static void
differs(uint64_t (*hash)(uint64_t h, struct span s))
{
	char text[LENGTH];
	uint64_t whole, cut[LENGTH + 1];
	size_t i, k;

	for (i = 0; i < LENGTH; i++)
		text[i] = (char)(i * 7 % 96 + 32);
	whole = hash(5, span_of(text, LENGTH));
	CHECK(whole == hash(5, span_of(text, LENGTH)) && whole != hash(6, span_of(text, LENGTH)));
	for (i = 0; i < (size_t)LENGTH * 8; i++) {
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		CHECK(hash(5, span_of(text, LENGTH)) != whole);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
	}
	for (i = 0; i <= LENGTH; i++) {
		cut[i] = hash(5, span_of(text, i));
		for (k = 0; k < i; k++)
			CHECK(cut[k] != cut[i]);
	}
	memset(text, 0, sizeof text);
	for (i = 0; i <= LENGTH; i++) {
		cut[i] = hash(0, span_of(text, i));
		for (k = 0; k < i; k++)
			CHECK(cut[k] != cut[i]);
	}
}

static void
chain(void)
{
	differs(hash_chain);
}

static void
block(void)
{
	differs(hash_block);
}

/* Files keep them: they stay the same on every machine. */
static void
kept(void)
{
	char text[LENGTH];
	size_t i;

	for (i = 0; i < LENGTH; i++)
		text[i] = (char)(i * 7 % 96 + 32);
	CHECK(hash_chain(1, span_of(text, LENGTH)) == 0x5f3727be2252cdca);
	CHECK(hash_block(1, span_of(text, LENGTH)) == 0xe1bfdbce0bae02f4);
}

int
main(void)
{
	TEST(chain);
	TEST(block);
	TEST(kept);
	return test_end();
}
