#include "test.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "resuming.h"
#include "influx/trail.h"

static void
trail(void)
{
	struct trail t = { 0 };
	uint64_t i;

	trail_skip(&t, (struct trail_mark){ 1, 0 });
	CHECK(t.passed.a == 1);
	for (i = 2; i < 5000; i++)
		trail_add(&t, i, (struct trail_mark){ i, 0 });
	trail_skip(&t, (struct trail_mark){ 5000, 0 });
	trail_pass(&t, 2);
	CHECK(t.passed.a == 1);
	trail_pass(&t, 3000);
	CHECK(t.passed.a == 2999);
	for (i = 5001; i < 9000; i++)
		trail_add(&t, i, (struct trail_mark){ i, 0 });
	trail_pass(&t, 5001);
	CHECK(t.passed.a == 5000);
	trail_pass(&t, UINT64_MAX);
	CHECK(t.passed.a == 8999 && t.count == 0);
	trail_free(&t);
}

/* What was written is read; with any bit of it changed, or any byte missing, it is not. */
static void
text(void)
{
	struct checkpoint c = { { 7, 0x123 }, { 99, UINT64_MAX } }, d;
	struct buf b = { 0 };
	size_t i;

	checkpoint_put(&b, &c);
	CHECK(checkpoint_parse(buf_span(&b), &d) && d.head.points == 7 && d.head.hash == 0x123
	    && d.done.points == 99 && d.done.hash == UINT64_MAX);
	for (i = 0; i < b.len * 8; i++) {
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
		CHECK(!checkpoint_parse(buf_span(&b), &d));
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
	}
	for (i = 0; i < b.len; i++)
		CHECK(!checkpoint_parse(span_of(b.p, i), &d));
	buf_free(&b);
}

static void
points(struct buf *b, unsigned from, unsigned to)
{
	for (; from < to; from++)
		buf_printf(b, "m,bus=can0 f=%u %u\n", from, from);
}

static void
again(void)
{
	const struct checkpoint none = { 0 };
	struct buf b = { 0 }, other = { 0 };
	struct run first, x;
	size_t chunk;

	buf_puts(&b, "# a comment\n\n");
	points(&b, 0, 100000);
	first = run(&none, "x", buf_span(&b), 1 << 18, 3 + 60000);
	CHECK(first.recorded && first.sent == 100000 && first.c.done.points == 60000);
	CHECK(first.c.head.points > 20000 && first.c.head.points < 60000);
	/* the same lines with other comments, however they come */
	buf_puts(&other, "# another\n# two\n");
	points(&other, 0, 50000);
	buf_puts(&other, "# three\r\n");
	points(&other, 50000, 100000);
	for (chunk = 10000; chunk < 3000000; chunk *= 17) {
		x = run(&first.c, "x", buf_span(&other), chunk, UINT64_MAX);
		CHECK(x.state == RESUME_SENDS && x.skipped == 60000 && x.sent == 40000);
		CHECK(x.recorded && x.c.done.points == 100000);
		CHECK(x.c.head.points == first.c.head.points && x.c.head.hash == first.c.head.hash);
	}
	/* to another place */
	x = run(&first.c, "y", buf_span(&b), 1 << 18, UINT64_MAX);
	CHECK(x.state == RESUME_SENDS && x.sent == 100000);
	/* another beginning */
	b.p[b.len / 1000] ^= 1;
	x = run(&first.c, "x", buf_span(&b), 1 << 18, UINT64_MAX);
	CHECK(x.state == RESUME_SENDS && x.sent == 100000);
	b.p[b.len / 1000] ^= 1;
	/* another middle, behind the first 1 MiB */
	b.p[b.len / 2] ^= 1;
	x = run(&first.c, "x", buf_span(&b), 1 << 18, UINT64_MAX);
	CHECK(x.state == RESUME_MISMATCH && x.sent == 0 && !x.recorded);
	b.p[b.len / 2] ^= 1;
	/* another end */
	b.p[b.len - 2] ^= 1;
	x = run(&first.c, "x", buf_span(&b), 1 << 18, UINT64_MAX);
	CHECK(x.state == RESUME_SENDS && x.sent == 40000);
	/* too short, behind the first 1 MiB and before its end */
	x = run(&first.c, "x", span_of(b.p, b.len / 2), 1 << 18, UINT64_MAX);
	CHECK(x.state == RESUME_MISMATCH && x.sent == 0 && !x.recorded);
	x = run(&first.c, "x", span_of(NULL, 0), 1 << 18, UINT64_MAX);
	CHECK(x.state == RESUME_SENDS && !x.recorded);
	buf_free(&b);
	buf_free(&other);
}

/* Refused lines count, an unterminated last one does not, a long one counts as one. */
static void
refused(void)
{
	const struct checkpoint none = { 0 };
	struct buf b = { 0 };
	struct run x;

	buf_puts(&b, "m f=1 1\nm \xff=1 2\n");
	memset(buf_reserve(&b, 3000000), 'x', 3000000);
	b.len += 3000000;
	buf_puts(&b, "\nm f=2 2\nm f=3");
	x = run(&none, "x", buf_span(&b), 100, UINT64_MAX);
	CHECK(x.recorded && x.c.done.points == 4 && x.sent == 4);
	buf_puts(&b, "4 5\n");
	x = run(&x.c, "x", buf_span(&b), 1 << 18, UINT64_MAX);
	CHECK(x.skipped == 4 && x.sent == 1 && x.c.done.points == 5);
	buf_free(&b);
}

int
main(void)
{
	TEST(trail);
	TEST(text);
	TEST(again);
	TEST(refused);
	return test_end();
}
