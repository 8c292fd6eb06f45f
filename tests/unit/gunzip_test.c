/* gzip piece by piece: in pieces of any size, torn at every byte, with every bit wrong. */
#include "test.h"

#include <stdlib.h>

#include "base/gunzip.h"
#include "base/gzip.h"
#include "bytes.h"

/* What is unpacked when n bytes at a time are there; NULL, or why it is bad. */
static const char *
unpack(struct span packed, size_t n, struct buf *out)
{
	struct gunzip *g = gunzip_new();
	enum gunzip_result r = GUNZIP_WANTS;
	struct span in = span_of(packed.p, 0);
	const char *why = NULL, *end = span_end(packed);

	out->len = 0;
	while (r != GUNZIP_END && r != GUNZIP_BAD) {
		if (r == GUNZIP_WANTS)
			in.n += n < (size_t)(end - in.p) - in.n ? n : (size_t)(end - in.p) - in.n;
		/* in memory that ends where it ends, for ASan */
		char *exact = malloc(in.n ? in.n : 1);
		struct span at = span_of(exact, in.n);

		memcpy(exact, in.p, in.n);
		r = gunzip_more(g, &at, in.p + in.n == end, out, &why);
		in = span_of(in.p + (in.n - at.n), at.n);
		free(exact);
	}
	CHECK(r == GUNZIP_END || (why && *why));
	gunzip_free(g);
	return r == GUNZIP_END ? NULL : why;
}

static void
put_member(struct buf *b, struct span bytes, int level)
{
	struct gzip *z = gzip_new(level);

	gzip_pack(z, bytes, b);
	gzip_free(z);
}

static void
compose(struct buf *b, int lines)
{
	uint32_t x = 1;
	int i;

	for (i = 0; i < lines; i++) {
		x = x * 1664525 + 1013904223;
		buf_printf(b, "(17000000%02d.%06d) can%d %03X#%08X\n", i / 1000, i % 1000000, i % 2, i % 7,
		    x);
	}
}

static void
pieces(void)
{
	static const size_t sizes[] = { 1, 2, 7, 100, 4096, 70000, SIZE_MAX / 2 };
	struct buf in = { 0 }, packed = { 0 }, out = { 0 };
	size_t i;
	int level;

	compose(&in, 20000);
	for (level = 1; level <= 12; level += 11) {
		packed.len = 0;
		put_member(&packed, buf_span(&in), level);
		for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			CHECK(!unpack(buf_span(&packed), sizes[i], &out));
			CHECK(span_equal(buf_span(&out), buf_span(&in)));
		}
	}
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
}

/* Several members, zeroes, every field that a header can have; and what is no gzip. */
static void
members(void)
{
	struct buf in = { 0 }, b = { 0 }, plain = { 0 }, out = { 0 };
	size_t n, body;

	compose(&in, 10);
	put_member(&plain, buf_span(&in), 6);
	buf_put(&b, "\x1f\x8b\x08\x1e\0\0\0\0\0\3\5\0extraname\0comment\0\1\2", 10 + 7 + 5 + 8 + 2);
	buf_put(&b, plain.p + 10, plain.len - 10);
	buf_put_span(&b, buf_span(&plain));
	put_zeroes(&b, 5);
	buf_put_span(&b, buf_span(&plain));
	body = b.len;
	for (n = 1; n < 5000; n *= 3) {
		CHECK(!unpack(buf_span(&b), n, &out) && out.len == 3 * in.len);
		put_zeroes(&b, 1000);
		CHECK(!unpack(buf_span(&b), n, &out) && out.len == 3 * in.len);
		b.len = body;
		buf_puts(&b, "junk");
		CHECK(unpack(buf_span(&b), n, &out) && out.len == 3 * in.len);
		b.len = body;
	}
	CHECK(unpack(span_of("", 0), 1, &out) && out.len == 0);
	CHECK(unpack(span_str("\x1f\x9d\x08 no gzip but compress"), 5, &out) && out.len == 0);
	b.len = 0;
	buf_put(&b, "\x1f\x8b\x08\xff\0\0\0\0\0\3", 10);
	CHECK(unpack(buf_span(&b), 5, &out) && out.len == 0);
	/* an empty one */
	b.len = 0;
	put_member(&b, span_of("", 0), 6);
	CHECK(!unpack(buf_span(&b), 5, &out) && out.len == 0);
	buf_free(&in);
	buf_free(&b);
	buf_free(&plain);
	buf_free(&out);
}

/* Cut anywhere: what came out is the beginning. A bit anywhere: it is not taken as good. */
static void
damage(void)
{
	struct buf in = { 0 }, packed = { 0 }, out = { 0 };
	size_t i, last = 0, found = 0;

	compose(&in, 100);
	put_member(&packed, buf_span(&in), 6);
	for (i = 0; i < packed.len; i++) {
		CHECK(unpack(span_of(packed.p, i), 100, &out));
		CHECK(out.len >= last && out.len <= in.len && !memcmp(out.p ? out.p : "", in.p, out.len));
		last = out.len;
	}
	CHECK(last == in.len);
	for (i = 0; i < 8 * packed.len; i++) {
		packed.p[i / 8] = (char)(packed.p[i / 8] ^ 1 << i % 8);
		/* some have no meaning: time, kind of file system, what fills up the last byte */
		if (unpack(buf_span(&packed), 100, &out))
			found++;
		else
			CHECK(span_equal(buf_span(&out), buf_span(&in)));
		packed.p[i / 8] = (char)(packed.p[i / 8] ^ 1 << i % 8);
	}
	CHECK(found > 8 * packed.len - 8 * 10);
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
}

int
main(void)
{
	TEST(pieces);
	TEST(members);
	TEST(damage);
	return test_end();
}
