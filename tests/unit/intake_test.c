#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "influx/intake.h"

/*
 * Feeds the text in pieces of step bytes; what comes out, each line behind its number: "1:text|",
 * refused ones as "1!reason|".
 */
static void
feed(struct intake *in, const char *text, size_t n, size_t step, struct buf *out)
{
	struct intake_line l;
	size_t at = 0, have = 0, used;
	bool end = false;

	out->len = 0;
	while (!end) {
		end = have == n;
		have = have + step < n ? have + step : n;
		do {
			used = intake_next(in, span_of(text + at, have - at), end, 500, &l);
			at += used;
			if (l.kind == INTAKE_POINT)
				buf_printf(out, "%d:%.*s|", (int)l.number, (int)l.text.n, l.text.p);
			if (l.kind == INTAKE_REFUSED)
				buf_printf(out, "%d!%s|", (int)l.number, l.reason);
		} while (l.kind != INTAKE_MORE);
	}
	CHECK(at == n);
}

#define TORN "!it has no newline and may be cut off (--accept-unterminated)|"
#define OPEN "!a string without its closing quote, or a backslash at the end|"
#define RANGE "!the time is out of range|"
#define NAMES "!measurement or field name is not UTF-8|"

static const struct {
	const char *precision, *text, *want;
} cases[] = {
	{ "ns", "", "" },
	{ "ns", "m f=1 7\n", "1:m f=1 7|" },
	{ "ns", "# c\n\n \t\nm f=1 7\r\n#\nm f=2 8\n", "4:m f=1 7|6:m f=2 8|" },
	{ "ns", "m f=1\nm f=2  \nm f=3 \r\n", "1:m f=1 500|2:m f=2 501|3:m f=3 502|" },
	{ "ns", "m f=1 7\r\r\n\r\r\n", "1:m f=1 7|" },
	{ "ns", "m f=\"a\nb\" 7\nn f=1 8\n", "1:m f=\"a\nb\" 7|3:n f=1 8|" },
	{ "ns", "m f=\"a\r\nb\"\n", "1:m f=\"a\r\nb\" 500|" },
	{ "ns", "m f=1 7\nm f=1 8", "1:m f=1 7|2" TORN },
	{ "ns", "m f=1 7\n#", "1:m f=1 7|" },
	{ "ns", "m f=1 7\n  ", "1:m f=1 7|" },
	{ "ns", "m f=\"a\nn f=1 8\no f=\"b 9\np f=2 3\n", "1:m f=\"a\nn f=1 8\no f=\"b 9|4:p f=2 3|" },
	{ "ns", "m f=\"a 7\nn f=1 8\n", "1" OPEN "2:n f=1 8|" },
	{ "ns", "m f=1 7\\\nn f=1 8\n", "1:m f=1 7\\\nn f=1 8|" },
	{ "ns", "m f=1 7\\\r\nn f=1 8\n", "1:m f=1 7\\\r|2:n f=1 8|" },
	{ "ns", "m f=1 7\\\n", "1:m f=1 7\\\n|" },
	{ "ns", "m f=\"a\"\\\n\n", "1:m f=\"a\"\\\n 500|" },
	{ "ns", "no point\nm f= 7\n,\n", "1:no point|2:m f= 7|3:,|" },
	/* blanks at both ends, but not what belongs to something else */
	{ "ns", " m f=1 7  \r\n\t m f=\" a \" 8 \n", "1:m f=1 7|2:m f=\" a \" 8|" },
	{ "ns", "m f=1 7 \r \nm f=1\\ \n \n", "1:m f=1 7 \r |2:m f=1\\  500|" },
	{ "ns", " m=\" f=\"x\nm f=1 8\n", "1: m=\" f=\"x|2:m f=1 8|" },
	{ "s", "m f=1 7\nm f=1 -7 \nm f=1\n", "1:m f=1 7000000000|2:m f=1 -7000000000|3:m f=1 500|" },
	{ "ms", "m f=\"x 1\" 7\n", "1:m f=\"x 1\" 7000000|" },
	{ "us", "m f=1 0\n", "1:m f=1 0000|" },
	{ "s", "m f=1 9223372036\nm f=1 9223372037\n", "1:m f=1 9223372036000000000|2" RANGE },
	{ "s", "nothing here\n", "1:nothing here|" },
	{ "ns", "m\xff f=1 7\nm,t=\xff f=\"\xff\" 8\nm \xc3\x28=1 9\n\xc3\xa9 \xe2\x82\xac=1 9\n",
	    "1" NAMES "2:m,t=\xff f=\"\xff\" 8|3" NAMES "4:\xc3\xa9 \xe2\x82\xac=1 9|" },
};

static void
lines(void)
{
	struct buf out = { 0 };
	struct intake in;
	size_t k, step;

	for (k = 0; k < sizeof cases / sizeof *cases; k++)
		for (step = 1; step < 40; step++) {
			in = (struct intake){ 0 };
			CHECK(intake_precision(&in, cases[k].precision));
			feed(&in, cases[k].text, strlen(cases[k].text), step, &out);
			CHECK_TEXT(buf_span(&out), cases[k].want);
			intake_free(&in);
		}
	buf_free(&out);
}

/* Where the lines end does not depend on how much is there to be looked at. */
static void
any_bytes(void)
{
	static const char some[] = "m,f= 1\"\\\n\n#\r\xff";
	struct buf whole = { 0 }, pieces = { 0 };
	uint64_t random = 1;
	struct intake in;
	char text[60];
	unsigned k, i;

	for (k = 0; k < 20000; k++) {
		for (i = 0; i < sizeof text; i++) {
			random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
			text[i] = some[(random >> 33) % (k % 2 ? sizeof some - 1 : 9)];
		}
		in = (struct intake){ 0 };
		feed(&in, text, sizeof text, sizeof text, &whole);
		intake_free(&in);
		in = (struct intake){ 0 };
		feed(&in, text, sizeof text, 1 + k % 7, &pieces);
		intake_free(&in);
		if (!span_equal(buf_span(&whole), buf_span(&pieces)))
			break;
	}
	CHECK_TEXT(buf_span(&whole), buf_str(&pieces));
	buf_free(&whole);
	buf_free(&pieces);
}

static void
accepted_tail(void)
{
	struct intake in = { .accept_tail = true };
	struct buf out = { 0 };

	feed(&in, "m f=1 7\nm f=1 8", 15, 100, &out);
	CHECK_TEXT(buf_span(&out), "1:m f=1 7|2:m f=1 8|");
	feed(&in, "m f=\"a", 6, 100, &out);
	CHECK_TEXT(buf_span(&out), "3" OPEN);
	CHECK(!intake_precision(&in, "h") && !intake_precision(&in, ""));
	intake_free(&in);
	buf_free(&out);
}

/* Times that go on from one read to the next, even when the clock does not. */
static void
stamps(void)
{
	struct intake in = { 0 };
	struct intake_line l;

	intake_next(&in, span_str("m f=1\n"), false, 500, &l);
	CHECK_TEXT(l.text, "m f=1 500");
	intake_next(&in, span_str("m f=1\n"), false, 400, &l);
	CHECK_TEXT(l.text, "m f=1 501");
	intake_next(&in, span_str("m f=1\n"), false, 600, &l);
	CHECK_TEXT(l.text, "m f=1 600");
	intake_free(&in);
}

static void
long_lines(void)
{
	size_t n = 3 * (size_t)INTAKE_LINE_MAX;
	char *text = mem_alloc(n), *at;
	struct intake in = { 0 };
	struct buf out = { 0 };

	memset(text, 'x', n);
	memcpy(text + n - 9, "\nm f=1 7\n", 9);
	feed(&in, text, n, 1 << 16, &out);
	CHECK_TEXT(buf_span(&out), "1!line longer than 1 MiB|2:m f=1 7|");
	/* one whole line, past the limit by little; all there at once */
	in.number = 0;
	at = text + n - 9 - INTAKE_LINE_MAX - 1;
	feed(&in, at, INTAKE_LINE_MAX + 10, n, &out);
	CHECK_TEXT(buf_span(&out), "1!line longer than 1 MiB|2:m f=1 7|");
	/* an open quote costs its own line, not a megabyte of others */
	in.number = 0;
	for (at = text; at + 8 <= text + n; at += 8)
		memcpy(at, "m f=1 7\n", 8);
	memcpy(text, "m f=\"1 \n", 8);
	feed(&in, text, n, 1 << 16, &out);
	CHECK(!memcmp(out.p, "1" OPEN "2:m f=1 7|3:m f=1 7|", sizeof "1" OPEN + 19));
	CHECK(in.number == n / 8);
	intake_free(&in);
	buf_free(&out);
	free(text);
}

/*
 * As long as may be, with a newline in a string: it comes out of the spool as it went in. A time that
 * makes it longer than that is refused before, not there.
 */
static void
longest_line(void)
{
	static const struct {
		const char *precision, *tail;
		bool good;
	} t[] = {
		{ "ns", "\" 7\n", true }, { "s", "\" 7000000000\n", false }, { "ns", "\"\n", false },
	};
	struct intake in = { 0 }, again = { .ready = true };
	char *text = mem_alloc(INTAKE_LINE_MAX + 1);
	struct intake_line l;
	size_t k;

	memset(text, '\n', INTAKE_LINE_MAX + 1);
	memcpy(text, "m f=\"", 5);
	for (k = 0; k < sizeof t / sizeof *t; k++) {
		memcpy(text + INTAKE_LINE_MAX + 1 - strlen(t[k].tail), t[k].tail, strlen(t[k].tail));
		intake_precision(&in, t[k].precision);
		CHECK(intake_next(&in, span_of(text, INTAKE_LINE_MAX + 1), false, 500, &l)
		    == INTAKE_LINE_MAX + 1);
		CHECK(l.kind == (t[k].good ? INTAKE_POINT : INTAKE_REFUSED));
		memset(text + INTAKE_LINE_MAX - 20, '\n', 21);
	}
	memcpy(text + INTAKE_LINE_MAX - 3, "\" 7\n", 4);
	intake_next(&again, span_of(text, INTAKE_LINE_MAX + 1), false, 500, &l);
	CHECK(l.kind == INTAKE_POINT && l.text.n == INTAKE_LINE_MAX);
	intake_free(&in);
	intake_free(&again);
	free(text);
}

static void
comments(void)
{
	struct intake in = { 0 };
	struct buf out = { 0 };

	feed(&in, "#\n # \"x\n\nm f=1 1\n#a\\\nm f=2 2\n", 29, 3, &out);
	CHECK_TEXT(buf_span(&out), "4:m f=1 1|6:m f=2 2|");
	CHECK(in.comments == 3);
	intake_free(&in);
	buf_free(&out);
}

int
main(void)
{
	TEST(lines);
	TEST(any_bytes);
	TEST(accepted_tail);
	TEST(stamps);
	TEST(long_lines);
	TEST(longest_line);
	TEST(comments);
	return test_end();
}
