#include "test.h"

#include "base/gzip.h"

static void
round_trip(void)
{
	struct gzip *g = gzip_new(1);
	struct buf in = { 0 }, packed = { 0 }, out = { 0 };
	int i;

	for (i = 0; i < 20000; i++)
		buf_printf(&in, "m,bus=can0 f=%d %d\n", i % 7, i);
	buf_puts(&packed, "before");
	gzip_pack(g, buf_span(&in), &packed);
	CHECK(packed.len < in.len / 4);
	CHECK(!memcmp(packed.p, "before\x1f\x8b", 8));
	buf_puts(&out, "kept");
	CHECK(gzip_unpack(span_of(packed.p + 6, packed.len - 6), in.len, &out));
	CHECK(out.len == in.len + 4 && !memcmp(out.p + 4, in.p, in.len) && !memcmp(out.p, "kept", 4));
	CHECK(!gzip_unpack(span_of(packed.p + 6, packed.len - 6), in.len - 1, &out));
	CHECK(!gzip_unpack(span_of(packed.p + 6, packed.len - 7), in.len, &out));
	CHECK(out.len == in.len + 4);
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
	gzip_free(g);
}

static void
members(void)
{
	struct gzip *g = gzip_new(6);
	struct buf packed = { 0 }, out = { 0 };

	gzip_pack(g, span_of(NULL, 0), &packed);
	gzip_pack(g, span_str("one "), &packed);
	gzip_pack(g, span_str("two"), &packed);
	CHECK(gzip_unpack(buf_span(&packed), 7, &out));
	CHECK_TEXT(buf_span(&out), "one two");
	CHECK(!gzip_unpack(buf_span(&packed), 6, &out));
	CHECK(!gzip_unpack(span_str(""), 9, &out) && !gzip_unpack(span_str("no gzip at all"), 9, &out));
	buf_puts(&packed, "tail");
	CHECK(!gzip_unpack(buf_span(&packed), 99, &out));
	CHECK_TEXT(buf_span(&out), "one two");
	buf_free(&packed);
	buf_free(&out);
	gzip_free(g);
}

int
main(void)
{
	TEST(round_trip);
	TEST(members);
	return test_end();
}
