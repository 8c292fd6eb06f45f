/* What the readers of text formats share. */
#include "textcase.h"

#include "base/clock.h"
#include "source/columns.h"

static void
numbers(void)
{
	static const struct {
		const char *text;
		unsigned places;
		int64_t v;	/* -1: none */
	} row[] = {
		{ "0", 0, 0 }, { "12", 0, 12 }, { "12", 3, 12000 }, { "1.5", 3, 1500 }, { "1.", 3, 1000 },
		{ "1.23456", 3, 1234 }, { "007.007", 3, 7007 }, { "1700000000.123456789", 9,
		INT64_C(1700000000123456789) }, { "5700000000", 9, INT64_C(5700000000000000000) },
		{ "5800000000", 9, -1 }, { "99999999999999999999", 0, -1 }, { "", 3, -1 }, { ".5", 3, -1 },
		{ "-1", 3, -1 }, { "1.5.5", 3, -1 }, { "1.5x", 3, -1 }, { "1,5", 3, -1 }, { "1.234x", 3, -1 },
		{ "x", 3, -1 }, { " 1", 3, -1 },
	};
	uint32_t u = 7;
	int64_t v;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(text_fixed(span_str(row[i].text), '.', row[i].places, &v) == (row[i].v >= 0),
		    row[i].text);
		CHECK_CASE(row[i].v < 0 || v == row[i].v, row[i].text);
	}
	CHECK(text_number(span_str("999999999"), &u) && u == 999999999);
	CHECK(!text_number(span_str("1000000000"), &u) && !text_number(span_str(""), &u));
	CHECK(!text_number(span_str("12a"), &u) && u == 999999999);
	CHECK(text_hex(span_str("fFfFfFfF"), &u) && u == 0xffffffff);
	CHECK(!text_hex(span_str("123456789"), &u) && !text_hex(span_str(""), &u));
	CHECK(!text_hex(span_str("12g"), &u) && u == 0xffffffff);
}

static void
clocks(void)
{
	static const struct {
		const char *text;
		int64_t ms;	/* -1: none */
	} row[] = {
		{ "00:00:00", 0 }, { "1:2:3", 3723000 }, { "23:59:59.999", 86399999 }, { "1:2:3,5", 3723500 },
		{ "1:2:3:25", 3723250 }, { "12:00:00 am", 0 }, { "12:00:00 PM", 43200000 },
		{ "01:00:00.5 pm", 46800500 }, { "13:00:00 pm", 46800000 }, { "11:00:00 AM", 39600000 },
		{ "24:00:00", -1 }, { "1:60:00", -1 }, { "1:00:61", -1 }, { "1:2", -1 }, { "", -1 },
		{ "1:2:3.", -1 }, { "1:2:3x", -1 }, { "1:2:3 xm", -1 }, { "1:2:3.5x", -1 }, { "001:2:3", -1 },
		{ ":2:3", -1 }, { "1:2:3.5 pm x", -1 },
	};
	int64_t ns;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(text_clock(span_str(row[i].text), &ns) == (row[i].ms >= 0), row[i].text);
		CHECK_CASE(row[i].ms < 0 || ns == row[i].ms * 1000000, row[i].text);
	}
}

static void
words(void)
{
	static const struct {
		const char *line, *fields;	/* with | between them */
	} row[] = {
		{ "a,b,c", "a|b|c" }, { " a , b\t,c ", "a|b|c" }, { "a,,c,", "a||c|" }, { "", "" }, { ",", "|" },
		{ "\"a\",\"b,c\"", "a|b,c" }, { " \" a \" ,b", "a|b" }, { "\"a,b", "\"a,b" },
		{ "a\"b,c\"", "a\"b|c\"" }, { "\"\",b", "|b" }, { "\"", "\"" }, { "\"a\"b,c", "\"a\"b|c" },
		{ "1,2,3,4,5,6", "1|2|3|4|5" },
	};
	struct span rest = span_str(" \t one  two\t"), field[5];
	uint8_t data[4];
	size_t i, k, n;

	CHECK_TEXT(text_word(&rest), "one");
	CHECK_TEXT(text_word(&rest), "two");
	CHECK(text_word(&rest).n == 0 && text_word(&rest).n == 0);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct buf b = { 0 };

		n = text_split(span_str(row[i].line), ',', field, 5);
		for (k = 0; k < n; k++) {
			buf_puts(&b, k ? "|" : "");
			buf_put_span(&b, field[k]);
		}
		CHECK_TEXT(buf_span(&b), row[i].fields);
		buf_free(&b);
	}
	rest = span_str(" 0a  FF\t12 345 67");
	CHECK(text_bytes(&rest, data, 4) == 3 && data[0] == 0x0a && data[1] == 0xff && data[2] == 0x12);
	CHECK_TEXT(rest, " 345 67");
	rest = span_str("01 02 03");
	CHECK(text_bytes(&rest, data, 2) == 2);
	CHECK_TEXT(rest, " 03");
	rest = span_str("1");
	CHECK(text_bytes(&rest, data, 4) == 0);
}

static void
lengths(void)
{
	static const struct {
		uint32_t n;
		size_t got;
		bool good;
		unsigned flags;
	} row[] = {
		{ 0, 0, true, 0 }, { 8, 8, true, 0 }, { 8, 7, false, 0 }, { 9, 8, true, FRAME_RAW_DLC },
		{ 15, 8, true, FRAME_RAW_DLC }, { 16, 8, false, 0 }, { 12, 12, true, FRAME_FD },
		{ 9, 12, true, FRAME_FD }, { 15, 64, true, FRAME_FD }, { 64, 64, true, FRAME_FD },
		{ 10, 10, true, FRAME_FD }, { 12, 11, false, 0 }, { 65, 64, false, 0 },
	};
	static struct frame f;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		f.flags = 0;
		CHECK(text_length(&f, row[i].n, row[i].got) == row[i].good);
		CHECK(!row[i].good || (f.flags == row[i].flags && f.len == row[i].got));
		CHECK(!(f.flags & FRAME_RAW_DLC) || f.raw_dlc == row[i].n);
	}
	f.flags = 0;
	CHECK(text_id(&f, 0x7ff, false) && !f.flags && text_id(&f, 0x800, false) && f.flags);
	f.flags = 0;
	CHECK(text_id(&f, 1, true) && f.flags == FRAME_EXTENDED && !text_id(&f, 0x20000000, true));
	CHECK(text_direction(span_str("Rx")) == FRAME_RX && text_direction(span_str("TX")) == FRAME_TX);
	CHECK(!text_direction(span_str("R")) && !text_direction(span_str("ax")));
}

static void
columns(void)
{
	static const char *const names[] = { "one|uno", "two", "three", NULL };
	struct span field[3] = { span_str("TWO"), span_str("Uno"), span_str("un") };
	struct columns c = { .known = false };
	bool v;

	CHECK(!columns_find(&c, names, 3, field, 3) && !c.known);
	CHECK(columns_find(&c, names, 2, field, 3) && c.known);
	CHECK_TEXT(columns_get(&c, 0, field, 3), "Uno");
	CHECK_TEXT(columns_get(&c, 1, field, 3), "TWO");
	CHECK(columns_get(&c, 2, field, 3).n == 0 && columns_get(&c, 0, field, 1).n == 0);
	CHECK(columns_bool(span_str("True"), &v) && v && columns_bool(span_str("0"), &v) && !v);
	CHECK(columns_bool(span_str(""), &v) && !v && !columns_bool(span_str("maybe"), &v));
}

int
main(void)
{
	TEST(numbers);
	TEST(clocks);
	TEST(words);
	TEST(lengths);
	TEST(columns);
	return test_end();
}
