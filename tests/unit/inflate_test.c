#include "test.h"

#include "base/inflate.h"
#include "bytes.h"

/* Text with repetitions near and far, and a stretch that does not compress. */
static void
compose(struct buf *b)
{
	uint32_t x = 1;
	int i;

	for (i = 0; i < 3000; i++)
		buf_printf(b, "%d,bus=can%d %x\n", i * i, i % 3, i / 7);
	for (i = 0; i < 70000; i++) {
		x = x * 1664525 + 1013904223;
		buf_putc(b, (char)(x >> 24));
	}
	put_zeroes(b, 1000);
}

static void
whole(int level)
{
	struct gzip_zlib *z = gzip_zlib_new();
	struct buf in = { 0 }, packed = { 0 }, out = { 0 };
	size_t made, fast;

	compose(&in);
	put_zlib(&packed, buf_span(&in), level);
	buf_reserve(&out, in.len);
	CHECK(inflate_torn(buf_span(&packed), out.p, in.len, &made) == INFLATE_WHOLE);
	CHECK(made == in.len && !memcmp(out.p, in.p, made));
	CHECK(inflate_torn(buf_span(&packed), out.p, in.len - 1, &made) == INFLATE_FULL);
	CHECK(made == in.len - 1);
	memset(out.p, 0, in.len);
	buf_puts(&packed, "behind");
	CHECK(gzip_zlib_unpack(z, buf_span(&packed), out.p, in.len, &fast) == GZIP_DONE);
	CHECK(fast == in.len && !memcmp(out.p, in.p, fast));
	CHECK(gzip_zlib_unpack(z, buf_span(&packed), out.p, in.len - 1, &fast) == GZIP_NO_ROOM);
	CHECK(gzip_zlib_unpack(z, span_of(packed.p, packed.len / 2), out.p, in.len, &fast) == GZIP_BAD);
	packed.p[packed.len - 7] ^= 1;		/* the checksum */
	CHECK(gzip_zlib_unpack(z, buf_span(&packed), out.p, in.len, &fast) == GZIP_BAD);
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
	gzip_zlib_free(z);
}

static void
levels(void)
{
	whole(1);
	whole(6);
	whole(12);
}

/* Wherever it is cut: what comes out is the beginning of what went in, and it grows. */
static void
torn(void)
{
	struct buf in = { 0 }, packed = { 0 }, out = { 0 };
	size_t cut, made, last = 0;

	compose(&in);
	put_zlib(&packed, buf_span(&in), 6);
	buf_reserve(&out, in.len);
	for (cut = 0; cut < packed.len - 5; cut += 1 + cut / 50) {
		CHECK(inflate_torn(span_of(packed.p, cut), out.p, in.len, &made) == INFLATE_TORN);
		CHECK(made >= last && made <= in.len && !memcmp(out.p, in.p, made));
		last = made;
	}
	CHECK(last > in.len / 2);
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
}

static void
fixed_and_bad(void)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
		enum inflate_result want;
		const char *text;
	} row[] = {
		/* python3: zlib.compressobj(9, strategy=zlib.Z_FIXED) */
		{ "fixed codes", "\x78\x01\x2b\x49\x2d\x2e\x51\x28\x81\x11\x00", 11, INFLATE_WHOLE,
		  "test test test" },
		{ "stored", "\x78\x01\x01\x03\x00\xfc\xff" "abc", 10, INFLATE_WHOLE, "abc" },
		{ "stored, cut", "\x78\x01\x01\x03\x00\xfc\xff" "ab", 9, INFLATE_TORN, "ab" },
		{ "stored, length wrong", "\x78\x01\x01\x03\x00\xfc\xfe" "abc", 10, INFLATE_BAD, "" },
		{ "no deflate", "\x77\x01\x01", 3, INFLATE_BAD, "" },
		{ "header checksum", "\x78\x02\x01", 3, INFLATE_BAD, "" },
		{ "dictionary", "\x78\x20\x01\x02\x03\x04", 6, INFLATE_BAD, "" },
		{ "kind 3", "\x78\x01\x07", 3, INFLATE_BAD, "" },
		{ "distance before the start", "\x78\x9c\x03\x02\x00\x00\x00", 7, INFLATE_BAD, "" },
		{ "codes that clash", "\x78\x9c\x05\xe0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 14,
		  INFLATE_BAD, "" },
		{ "nothing", "", 0, INFLATE_TORN, "" },
	};
	char out[64];
	size_t i, made;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		enum inflate_result r = inflate_torn(span_of(row[i].bytes, row[i].n), out, sizeof out,
		    &made);

		CHECK_CASE(r == row[i].want, row[i].name);
		CHECK_CASE(r == INFLATE_BAD || span_is(span_of(out, made), row[i].text), row[i].name);
	}
}

int
main(void)
{
	TEST(levels);
	TEST(torn);
	TEST(fixed_and_bad);
	return test_end();
}
