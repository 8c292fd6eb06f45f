#include "test.h"

#include "line/meta.h"

static void
round_trip(void)
{
	struct buf out = { 0 }, text = { 0 };
	struct meta_line m;
	struct span key;

	meta_begin(&out, span_str("A\\ B,bus=can0"), span_str("x"));
	meta_pair(&out, "help", span_str("say \"hi\",\ta=b\\c\r\n#"));
	meta_pair(&out, "unit", span_str(""));
	meta_end(&out);
	CHECK_TEXT(buf_span(&out),
	    "#meta\tA\\ B,bus=can0\tx\thelp\tsay \\qhi\\q,\\ta=b\\\\c\\r\\n#\tunit\t\n");
	CHECK(meta_split(out.p, out.len, &m));
	CHECK_TEXT(m.series, "A\\ B,bus=can0");
	CHECK_TEXT(m.field, "x");
	CHECK(meta_next_pair(&m.pairs, &key, &text));
	CHECK_TEXT(key, "help");
	CHECK_TEXT(buf_span(&text), "say \"hi\",\ta=b\\c\r\n#");
	CHECK(meta_next_pair(&m.pairs, &key, &text));
	CHECK_TEXT(key, "unit");
	CHECK(text.len == 0);
	CHECK(!meta_next_pair(&m.pairs, &key, &text));
	buf_free(&out);
	buf_free(&text);
}

static void
others(void)
{
	struct meta_line m;

	CHECK(!meta_split("# meta\tA\tb", 10, &m));
	CHECK(!meta_split("#meta\t\tb", 8, &m));
	CHECK(!meta_split("#meta\tA", 7, &m));
	CHECK(!meta_split("", 0, &m));
	CHECK(meta_split("#meta\tA\tb", 9, &m) && m.pairs.n == 0);
}

int
main(void)
{
	TEST(round_trip);
	TEST(others);
	return test_end();
}
