#include "test.h"

#include "influx/normal.h"

static void
unsigned_integers(void)
{
	static const char *const t[][2] = {
		{ "m f=12u", "m f=12i" }, { "m f=0u 7", "m f=0i 7" },
		{ "m,t=1u a=1u,b=2u,c=3i 1", "m,t=1u a=1i,b=2i,c=3i 1" },
		{ "m f=9223372036854775807u 1", "m f=9223372036854775807i 1" },
		{ "m f=9223372036854775808u 1", "m f=9223372036854775808u 1" },
		{ "m a=18446744073709551615u,b=1u", "m a=18446744073709551615u,b=1i" },
		/* what looks like one */
		{ "m s=\"1u,a=2u\",f=3u 1", "m s=\"1u,a=2u\",f=3i 1" },
		{ "m1u 2u=1,f=\"x\ny=1u\" 1", "m1u 2u=1,f=\"x\ny=1u\" 1" },
		{ "m\\ f=1u f=1.5 1", "m\\ f=1u f=1.5 1" }, { "m f=1.0u", "m f=1.0u" },
		{ "m f=-1u", "m f=-1u" }, { "m f=u", "m f=u" }, { "# m f=1u", "# m f=1u" },
		{ "m f=,g=1u", "m f=,g=1u" }, { "", "" }, { "u", "u" },
	};
	struct buf changes = { 0 };
	struct batch b = { 0 };
	char block[300];
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		batch_clear(&b);
		batch_add(&b, span_str(t[k][0]), k);
		CHECK(normal_unsigned(&b, 0, 1, &changes) == (strcmp(t[k][0], t[k][1]) != 0));
		CHECK_TEXT(batch_text(&b, 0), t[k][1]);
		CHECK(normal_undo(&b, &changes) == (strcmp(t[k][0], t[k][1]) != 0) && !changes.len);
		CHECK_TEXT(batch_text(&b, 0), t[k][0]);
	}
	batch_free(&b);
	buf_free(&changes);
	/* wherever it stands */
	for (k = 0; k + 2 <= sizeof block; k++) {
		memset(block, '1', sizeof block);
		CHECK(!normal_may_change(block, sizeof block));
		block[k + 1] = 'u';
		CHECK(normal_may_change(block, sizeof block));
		CHECK(!normal_may_change(block, k + 1));
	}
}

/* Some lines are dealt with before it turns out who the server is. */
static void
taken_back(void)
{
	static const size_t gone[] = { 1, 3 };
	struct buf changes = { 0 };
	struct batch b = { 0 };
	char line[32];
	int i;

	for (i = 0; i < 6; i++) {
		snprintf(line, sizeof line, "m a=%di,b=%du,c=7u", i, i);
		batch_add(&b, span_str(line), 10 + (uint64_t)i * 3);
	}
	CHECK(normal_unsigned(&b, 0, 3, &changes) && normal_unsigned(&b, 2, 5, &changes));
	CHECK(!normal_unsigned(&b, 0, 5, &changes));
	batch_remove(&b, gone, 2);
	CHECK_TEXT(batch_range(&b, 0, 4),
	    "m a=0i,b=0i,c=7i\nm a=2i,b=2i,c=7i\nm a=4i,b=4i,c=7i\nm a=5i,b=5u,c=7u\n");
	CHECK(normal_undo(&b, &changes) && !normal_undo(&b, &changes));
	CHECK_TEXT(batch_range(&b, 0, 4),
	    "m a=0i,b=0u,c=7u\nm a=2i,b=2u,c=7u\nm a=4i,b=4u,c=7u\nm a=5i,b=5u,c=7u\n");
	batch_free(&b);
	buf_free(&changes);
}

int
main(void)
{
	TEST(unsigned_integers);
	TEST(taken_back);
	return test_end();
}
