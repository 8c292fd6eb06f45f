#include "test.h"

#include "influx/batch.h"

static void
adding(void)
{
	struct batch b = { 0 };
	char text[16];
	int i;

	for (i = 0; i < 300; i++) {
		snprintf(text, sizeof text, "line %d", i);
		batch_add(&b, span_str(text), (uint64_t)i + 10);
	}
	CHECK(b.lines == 300 && b.line[299].number == 309);
	CHECK_TEXT(batch_text(&b, 0), "line 0");
	CHECK_TEXT(batch_text(&b, 299), "line 299");
	CHECK_TEXT(batch_range(&b, 9, 11), "line 9\nline 10\n");
	CHECK(batch_range(&b, 5, 5).n == 0);
	CHECK(batch_range(&b, 0, 300).n == b.text.len);
	batch_clear(&b);
	CHECK(b.lines == 0 && b.text.len == 0);
	batch_free(&b);
}

static void
removing(void)
{
	static const size_t ends[] = { 0, 2, 4 };
	struct batch b = { 0 };

	batch_add(&b, span_str("a"), 1);
	batch_add(&b, span_str("bb"), 2);
	batch_add(&b, span_str("c\nc"), 3);
	batch_add(&b, span_str(""), 4);
	batch_add(&b, span_str("e"), 5);
	batch_remove(&b, ends, 0);
	CHECK(b.lines == 5);
	batch_remove(&b, ends, 3);
	CHECK(b.lines == 2 && b.line[0].number == 2 && b.line[1].number == 4);
	CHECK_TEXT(batch_range(&b, 0, 2), "bb\n\n");
	batch_remove(&b, ends, 1);
	CHECK_TEXT(batch_range(&b, 0, 1), "\n");
	batch_free(&b);
}

int
main(void)
{
	TEST(adding);
	TEST(removing);
	return test_end();
}
