#include "test.h"

#include "base/buf.h"
#include "line/lines.h"

/* A letter for each piece, n l g r, and its length where it is no line. */
static const char *
pieces(struct lines *l, struct span s, struct buf *out)
{
	enum lines_kind kind;
	size_t n;

	out->len = 0;
	do {
		kind = lines_next(l, s, &n);
		buf_printf(out, kind == LINES_LINE ? "%c" : "%c%zu ", "nlgr"[kind], n);
		s = span_of(s.p + n, s.n - n);
	} while (kind != LINES_NONE);
	return buf_str(out);
}

static void
put_many(struct buf *b, const char *text, size_t n)
{
	while (b->len < n)
		buf_puts(b, text);
}

static void
short_ones(void)
{
	struct lines l = { 0 };
	struct buf out = { 0 };

	CHECK(!strcmp(pieces(&l, span_str(""), &out), "n0 "));
	CHECK(!strcmp(pieces(&l, span_of(NULL, 0), &out), "n0 "));
	CHECK(!strcmp(pieces(&l, span_str("m a=1\n\nm a=\"x\ny\"\n# \"\nm a"), &out), "lllln0 "));
	CHECK(!l.skipping);
	buf_free(&out);
}

static void
long_ones(void)
{
	struct lines l = { 0 };
	struct buf in = { 0 }, out = { 0 };

	/* A string that is never closed: not too long yet, then too long. */
	buf_puts(&in, "m s=\"open\n");
	put_many(&in, "m b=2\nm c=3\n", LINEIN_MAX_LINE - 20);
	CHECK(!strcmp(pieces(&l, buf_span(&in), &out), "n0 "));
	put_many(&in, "m b=2\nm c=3\n", LINEIN_MAX_LINE + 20);
	CHECK(!strncmp(pieces(&l, buf_span(&in), &out), "g10 llll", 8));
	CHECK(!l.skipping && !strcmp(out.p + out.len - 4, "ln0 "));
	/* No newline at all, until much later. */
	in.len = 0;
	put_many(&in, "xxxxxxxx", LINEIN_MAX_LINE + 8);
	CHECK(!strcmp(pieces(&l, buf_span(&in), &out), "g1048584 n0 ") && l.skipping);
	CHECK(!strcmp(pieces(&l, span_of(NULL, 0), &out), "n0 ") && l.skipping);
	CHECK(!strcmp(pieces(&l, span_str("more \""), &out), "r6 n0 ") && l.skipping);
	CHECK(!strcmp(pieces(&l, span_str("end\nm a=1\n"), &out), "r4 ln0 ") && !l.skipping);
	buf_free(&in);
	buf_free(&out);
}

int
main(void)
{
	TEST(short_ones);
	TEST(long_ones);
	return test_end();
}
