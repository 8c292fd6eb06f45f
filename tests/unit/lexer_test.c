#include "test.h"

#include "db/lexer.h"
#include "db/names.h"
#include "db/text.h"

/* The words of a DBC, the texts they stand in, and the places that diagnostics name. */

static void
words(void)
{
	static const char text[] = "a-b[1]:12|0x1F  99999999999999999999 // c\n /* d\n */ -1.5,e\"";
	struct arena a = { 0 };
	struct diag diag = { .text = span_str(text), .arena = &a };
	struct lexer l;
	struct span s;
	uint64_t v;

	lex_init(&l, span_str(text), &diag);
	CHECK(!lex_uint(&l, &v) && !lex_char(&l, ':') && lex_at(&l) == 0);
	CHECK(lex_name(&l, &s) && span_is(s, "a-b[1]"));
	CHECK(!lex_name(&l, &s) && lex_char(&l, ':'));
	CHECK(lex_uint(&l, &v) && v == 12 && lex_char(&l, '|'));
	CHECK(!lex_uint(&l, &v) && lex_number(&l, &s) && span_is(s, "0x1F") && lex_is_number(s));
	CHECK(!lex_uint(&l, &v) && lex_number(&l, &s) && s.n == 20);
	CHECK(lex_peek(&l) == '\n' && !lex_breaks_off(&l));
	CHECK(lex_number(&l, &s) && span_is(s, "-1.5") && lex_is_number(s) && lex_char(&l, ','));
	CHECK(lex_name(&l, &s) && span_is(s, "e") && !lex_is_number(s));
	CHECK(!lex_name(&l, &s) && lex_char(&l, '"') && lex_breaks_off(&l) && !lex_char(&l, '"'));
	CHECK(diag.items.len == 0);
	buf_free(&diag.items);
	arena_free(&a);
}

static void
statements(void)
{
	static const struct {
		const char *text;
		enum lex_keyword keyword;
	} t[] = {
		{ "BO_ 1", KW_BO }, { "BO_ -1", KW_BO }, { "BO_ x", KW_NONE }, { "BO_", KW_NONE },
		{ "  BO_1", KW_BO }, { "BO_\n 1", KW_BO }, { "XBO_ 1", KW_NONE }, { "BO_X 1", KW_NONE },
		{ "SG_ a : 0", KW_SG }, { "SG_ a m1M: 0", KW_SG }, { "SG_ a b c : 0", KW_NONE },
		{ "SG_ 1 a \"", KW_NONE }, { "SG_ :", KW_NONE }, { "CM_ \"", KW_CM }, { "CM_ 1", KW_CM },
		{ "CM_ SG_ 1", KW_CM }, { "CM_SG_ 1", KW_CM }, { "CM_ FOO_ 1", KW_NONE },
		{ "CM_\nSG_ 1 a \"", KW_CM }, { "CM_\nSG_ a : 0", KW_NONE }, { "CM_\nBO_ 1 A: 8", KW_NONE },
		{ "CM_\nBO_ 1 \"", KW_CM }, { "BA_ \"", KW_BA }, { "BA_ BO_", KW_NONE },
		{ "BA_DEF_ BO_ \"", KW_BA_DEF }, { "BA_DEF_ BO_ X", KW_BA_DEF }, { "BA_DEF_ X", KW_NONE },
		{ "BA_DEF_REL_ BU_SG_REL_ \"", KW_OTHER }, { "BA_DEF_REL_ BU_SG_REL_ BU_", KW_NONE },
		{ "VAL_ 1", KW_VAL }, { "VAL_ a", KW_VAL }, { "VAL_ CAT_", KW_NONE }, { "VAL_\na", KW_NONE },
		{ "VAL_ FILTER", KW_NONE }, { "VAL_TABLE_ a", KW_VAL_TABLE }, { "SG_MUL_VAL_ 1", KW_SG_MUL_VAL },
		{ "SIG_VALTYPE_1", KW_SIG_VALTYPE }, { "BU_:", KW_BU }, { "BU_ :", KW_BU }, { "BU_ A", KW_NONE },
		{ "VERSION \"", KW_VERSION }, { "VERSION", KW_NONE }, { "", KW_NONE }, { "bo_ 1", KW_NONE },
	};
	struct arena a = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct diag diag = { .text = span_str(t[i].text), .arena = &a };
		struct lexer l;

		lex_init(&l, span_str(t[i].text), &diag);
		CHECK_CASE(lex_statement(&l, l.p) == t[i].keyword && lex_at(&l) == 0, t[i].text);
		buf_free(&diag.items);
	}
	arena_free(&a);
}

static void
encodings(void)
{
	static const struct {
		const char *in;
		enum text_encoding encoding;
		const char *out;
	} t[] = {
		{ "", TEXT_UTF8, "" }, { "plain", TEXT_UTF8, "plain" },
		{ "\xef\xbb\xbf" "mark", TEXT_UTF8, "mark" },
		{ "\xc2\xb0 \xe2\x82\xac \xf0\x9f\x9a\x97", TEXT_UTF8, "\xc2\xb0 \xe2\x82\xac \xf0\x9f\x9a\x97" },
		{ "\xb0", TEXT_CP1252, "\xc2\xb0" },
		{ "\x80\x81\x9f\xa0\xff", TEXT_CP1252, "\xe2\x82\xac\xc2\x81\xc5\xb8\xc2\xa0\xc3\xbf" },
		/* One byte that is no UTF-8 makes all of it code page 1252. */
		{ "\xc2\xb0 \xb0", TEXT_CP1252, "\xc3\x82\xc2\xb0 \xc2\xb0" },
		/* Overlong, a surrogate, beyond the last, cut off, alone. */
		{ "\xc0\x80", TEXT_CP1252, "\xc3\x80\xe2\x82\xac" },
		{ "\xe0\x80\x80", TEXT_CP1252, "\xc3\xa0\xe2\x82\xac\xe2\x82\xac" },
		{ "\xed\xa0\x80", TEXT_CP1252, "\xc3\xad\xc2\xa0\xe2\x82\xac" },
		{ "\xf4\x90\x80\x80", TEXT_CP1252, "\xc3\xb4\xc2\x90\xe2\x82\xac\xe2\x82\xac" },
		{ "\xf0\x80\x80\x80", TEXT_CP1252, "\xc3\xb0\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac" },
		{ "12345678\xe2\x82", TEXT_CP1252, "12345678\xc3\xa2\xe2\x80\x9a" },
		/* Of both orders, half a unit at the end; a pair of surrogates, halves of one. */
		{ "\xff\xfe" "B", TEXT_UTF16, "" }, { "\xfe\xff" "B", TEXT_UTF16, "" },
		{ "\xff\xfe\xb0\x20\x3d\xd8\x97\xde", TEXT_UTF16, "\xe2\x82\xb0\xf0\x9f\x9a\x97" },
		{ "\xfe\xff\x20\xb0\xd8\x3d\xde\x97", TEXT_UTF16, "\xe2\x82\xb0\xf0\x9f\x9a\x97" },
		{ "\xfe\xff\xde\x97\xd8\x3d\x20\xb0\xd8\x3d", TEXT_UTF16,
			"\xef\xbf\xbd\xef\xbf\xbd\xe2\x82\xb0\xef\xbf\xbd" },
		/* The second half of a character of Shift-JIS, GBK; none where the text is in neither. */
		{ "\x95\\\" \xb1\"", TEXT_CP1252, "\xe2\x80\xa2\xef\xbc\xbc\" \xc2\xb1\"" },
		{ "\xd5\\\" \xcb\xd9", TEXT_CP1252, "\xc3\x95\xef\xbc\xbc\" \xc3\x8b\xc3\x99" },
		{ "\xd5\\\" \xb0 ", TEXT_CP1252, "\xc3\x95\\\" \xc2\xb0 " },
		{ "\xd5\xd5\\", TEXT_CP1252, "\xc3\x95\xc3\x95\\" },
		{ "a\rb\r", TEXT_UTF8, "a\nb\n" }, { "a\rb\n", TEXT_UTF8, "a\rb\n" },
	};
	struct arena a = { 0 };
	struct span out;
	size_t i, nul;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		CHECK_CASE(text_decode(span_str(t[i].in), &a, &out, &nul) == t[i].encoding, t[i].out);
		CHECK_TEXT(out, t[i].out);
		CHECK_CASE(nul == out.n, t[i].out);
	}
	CHECK(text_decode(span_of("a\0b\0", 4), &a, &out, &nul) == TEXT_UTF8 && nul == 1);
	CHECK_TEXT(out, "a b ");
	arena_free(&a);
}

/* Given in any order; sorted by place, and in one place as given. */
static void
places(void)
{
	static const char text[] = "one\r\n\xc2\xb0 two\n\nfour";
	static const struct {
		uint32_t line, column;
		const char *text;
	} want[] = {
		{ 1, 1, "a" }, { 1, 4, "b" }, { 2, 1, "c" }, { 2, 3, "d" }, { 2, 3, "e" }, { 3, 1, "f" },
		{ 4, 5, "g" }, { 4, 5, "h" },
	};
	struct db db = { 0 };
	struct diag d = { .text = span_str(text), .arena = &db.arena };
	size_t i;

	diag_add(&d, 17, "%s", "g");
	diag_add(&d, 8, "%s", "d");
	diag_add(&d, 0, "%s", "a");
	diag_add(&d, 12, "%s", "f");
	diag_add(&d, 8, "%s", "e");
	diag_add(&d, 3, "%s", "b");
	diag_add(&d, 5, "%s", "c");
	diag_add(&d, 99, "%s", "h");
	diag_finish(&d, &db);
	CHECK(db.diagnostics == 8);
	for (i = 0; i < 8 && db.diagnostics == 8; i++) {
		CHECK_TEXT(db.diagnostic[i].text, want[i].text);
		CHECK_CASE(db.diagnostic[i].line == want[i].line
		    && db.diagnostic[i].column == want[i].column, want[i].text);
	}
	db_free(&db);
}

static void
quotes(void)
{
	char out[DIAG_QUOTE];

	CHECK_TEXT(span_str(diag_quote(span_str("a\tb\x7f"), out)), "a.b.");
	CHECK_TEXT(span_str(diag_quote(span_str("0123456789012345678901234567890\xc2\xb0"), out)),
	    "0123456789012345678901234567890...");
	CHECK_TEXT(span_str(diag_quote(span_str("01234567890123456789012345678901"), out)),
	    "01234567890123456789012345678901");
}

static void
names(void)
{
	enum { COUNT = 5000 };
	static char text[COUNT][8];
	struct names n;
	int i;

	names_init(&n);
	CHECK(names_get(&n, 0, span_str("x")) == NAMES_NONE);
	for (i = 0; i < COUNT; i++) {
		snprintf(text[i], sizeof text[i], "%d", i);
		CHECK_CASE(*names_put(&n, (uint32_t)i % 3, span_str(text[i])) == NAMES_NONE, text[i]);
		*names_put(&n, (uint32_t)i % 3, span_str(text[i])) = i;
	}
	for (i = 0; i < COUNT; i++) {
		CHECK_CASE(names_get(&n, (uint32_t)i % 3, span_str(text[i])) == i, text[i]);
		CHECK_CASE(names_get(&n, (uint32_t)(i + 1) % 3, span_str(text[i])) == NAMES_NONE, text[i]);
	}
	names_free(&n);
}

int
main(void)
{
	TEST(words);
	TEST(statements);
	TEST(encodings);
	TEST(places);
	TEST(quotes);
	TEST(names);
	return test_end();
}
