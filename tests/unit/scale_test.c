#include "test.h"

#include <stdlib.h>

#include "decode/big.h"
#include "decode/scale.h"

#define U DB_UNSIGNED
#define S DB_SIGNED
#define F DB_FLOAT

/* raw * factor + offset as text; NULL: no number. i: the field may be an integer. */
static const struct {
	enum db_type type;
	uint32_t size;
	const char *factor, *offset;
	uint64_t raw;
	const char *text;
	bool integer;
} cases[] = {
	{ U, 8, "1", "0", 0, "0", true },
	{ U, 8, "1", "-40", 0, "-40", true },
	{ U, 8, "1", "-40", 255, "215", true },
	{ U, 16, "0.1", "0", 123, "12.3", false },
	{ U, 16, "0.1", "0", 120, "12", false },
	{ U, 16, "0.10", "0.0", 5, "0.5", false },
	{ S, 16, "0.01", "0", (uint64_t)-1, "-0.01", false },
	{ S, 16, "0.01", "0", (uint64_t)-32768, "-327.68", false },
	{ U, 12, "0.001", "-1.5", 1500, "0", false },
	{ U, 12, "0.001", "-1.5", 1499, "-0.001", false },
	{ U, 8, "0", "7", 200, "7", true },
	{ U, 8, "-0", "0", 200, "0", true },
	{ U, 8, "1E-006", "0", 255, "0.000255", false },
	{ U, 8, "1e-8", "0", 100, "0.000001", false },
	{ U, 8, "1e-9", "0", 1, "0.000000001", false },
	{ U, 16, "1.1e-9", "0", 65535, "0.0000720885", false },
	{ U, 13, "0.000244140625", "0", 8191, "1.999755859375", false },
	{ S, 16, "0.000244140625", "0", (uint64_t)-32768, "-8", false },
	{ S, 16, "0.000244140625", "0", (uint64_t)-3, "-0.000732421875", false },
	{ U, 16, "1e-12", "0", 40000, "0.00000004", false },
	{ U, 32, "1e-10", "0", 4294967295u, "0.4294967295", false },
	{ U, 48, "1e-16", "0", 281474976710655u, "0.0281474976710655", false },
	{ U, 48, "1e-16", "3", 100000000, "3.00000001", false },
	{ U, 48, "1e-17", "0", 281474976710655u, "0.00281474976710655", false },
	{ U, 32, "0.1", "0", 4294967295u, "429496729.5", false },
	{ U, 32, "1e-7", "-214", 4294967295u, "215.4967295", false },
	{ S, 32, "0.0000001", "0", (uint64_t)-2147483648, "-214.7483648", false },
	{ U, 33, "0.5", "0", 8589934591u, "4294967295.5", false },
	{ U, 8, "1e3", "0", 255, "255000", true },
	{ U, 8, "1e3", "0.5", 255, "255000.5", false },
	{ U, 64, "1", "0", UINT64_MAX, "18446744073709551615", false },
	{ U, 63, "1", "0", UINT64_MAX >> 1, "9223372036854775807", true },
	{ S, 64, "1", "0", (uint64_t)INT64_MIN, "-9223372036854775808", true },
	{ S, 64, "-1", "0", (uint64_t)INT64_MIN, "9223372036854775808", false },
	{ S, 64, "0.001", "0", (uint64_t)INT64_MIN, "-9223372036854775.808", false },
	{ U, 64, "0.1", "1", UINT64_MAX, "1844674407370955162.5", false },
	{ U, 64, "4.656612873077393E-10", "0", UINT64_MAX, "8589934592.0000007777563543223139695", false },
	{ U, 64, "12345678901234567890123456789", "0.5", UINT64_MAX,
		"227737579107269814012493404901021602911017664235.5", false },
	{ S, 64, "12345678901234567890123456789", "0.5", (uint64_t)-2,
		"-24691357802469135780246913577.5", false },
	{ U, 8, "1e300", "0", 3, "3e300", false },
	{ U, 8, "1e-300", "0", 30, "3e-299", false },
	{ F, 32, "1", "0", 0x3fc00000, "1.5", false },
	{ F, 32, "1", "0", 0x3dcccccd, "0.10000000149011612", false },
	{ F, 32, "1", "0", 0x7f800000, NULL, false },
	{ F, 32, "1", "0", 0x7fc00000, NULL, false },
	{ F, 32, "0.1", "0", 0x40400000, "0.3", false },
	{ F, 32, "1", "0.5", 0x00000001, "0.5", false },
	{ F, 32, "1", "1e-45", 0, "1e-45", false },
	{ F, 32, "-2", "1", 0x3f000000, "0", false },
	{ F, 64, "1", "0", 0x3fb999999999999a, "0.1", false },
	{ F, 64, "0.1", "0", 0x0000000000000001, "0", false },
	{ F, 64, "10", "0", 0x0000000000000001, "5e-323", false },
	{ F, 64, "10", "0", 0x7fefffffffffffff, NULL, false },
	{ F, 16, "1", "0", 0x3c00, "1", false },
	{ F, 16, "1", "0", 0x0001, "5.960464477539063e-08", false },
	{ F, 16, "1", "0", 0xc000, "-2", false },
	{ F, 16, "1", "0", 0x7c00, NULL, false },
};

static void
table(void)
{
	struct arena a = { 0 };
	static char out[SCALE_TEXT_MAX];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct db_signal s = { .size = cases[i].size, .type = cases[i].type };
		struct scale sc;
		char *end;

		CHECK(dec_parse(span_str(cases[i].factor), &a, &s.factor));
		CHECK(dec_parse(span_str(cases[i].offset), &a, &s.offset));
		sc = scale_compile(&s, &(struct scale_tables){ 0 }, &a);
		end = scale_put(out, &sc, cases[i].raw);
		CHECK_CASE(!end == !cases[i].text, cases[i].factor);
		if (end && cases[i].text)
			CHECK_TEXT(span_of(out, (size_t)(end - out)), cases[i].text);
		CHECK_CASE(sc.integer == cases[i].integer, cases[i].factor);
	}
	arena_free(&a);
}

/* What is to be an integer field without being asked for. */
static void
beyond_double(void)
{
	static const struct {
		uint32_t size;
		enum db_type type;
		bool beyond;
	} t[] = { { 53, U, false }, { 54, U, true }, { 54, S, false }, { 55, S, true }, { 64, S, true } };
	struct arena a = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct db_signal s = { .size = t[i].size, .type = t[i].type };

		dec_parse(span_str("1"), &a, &s.factor);
		CHECK(scale_compile(&s, &(struct scale_tables){ 0 }, &a).beyond_double == t[i].beyond);
	}
	arena_free(&a);
}

/* Hostile scales stay within their room and do not fail. */
static void
huge(void)
{
	static const char *const texts[] = { "1e9999", "1e-9999", "1.23456789e400", "-1e308" };
	struct arena a = { 0 };
	static char out[SCALE_TEXT_MAX + 1];
	size_t i, k;
	char *end;

	for (i = 0; i < 4; i++) {
		for (k = 0; k < 4; k++) {
			struct db_signal s = { .size = 64, .type = U };
			struct scale sc;

			CHECK(dec_parse(span_str(texts[i]), &a, &s.factor));
			CHECK(dec_parse(span_str(texts[k]), &a, &s.offset));
			sc = scale_compile(&s, &(struct scale_tables){ 0 }, &a);
			out[scale_room(&sc)] = 'x';
			end = scale_put(out, &sc, UINT64_MAX);
			CHECK(out[scale_room(&sc)] == 'x' && (!end || end < out + sizeof out));
			s.type = F;
			sc = scale_compile(&s, &(struct scale_tables){ 0 }, &a);
			end = scale_put(out, &sc, 0x3ff0000000000001);
			CHECK(!end || end < out + sizeof out);
		}
	}
	arena_free(&a);
}

static void
big_arithmetic(void)
{
	struct big a, b, c;
	char text[BIG_DIGITS];

	big_set(&a, UINT64_MAX, false);
	big_set(&b, UINT64_MAX, true);
	big_mul(&c, &a, &b);
	CHECK_TEXT(span_of(text, big_digits(&c, text)), "340282366920938463426481119284349108225");
	CHECK(c.minus);
	big_add(&a, &b);
	CHECK(a.n == 0 && !a.minus);
	big_set(&a, 1, false);
	big_mul_power(&a, 2, 100);
	CHECK_TEXT(span_of(text, big_digits(&a, text)), "1267650600228229401496703205376");
	big_set(&b, 1, true);
	big_add(&a, &b);
	CHECK_TEXT(span_of(text, big_digits(&a, text)), "1267650600228229401496703205375");
	big_set(&a, 5, false);
	big_set(&b, 7, true);
	big_add(&a, &b);
	CHECK(a.minus && a.n == 1 && a.limb[0] == 2);
	big_set(&a, 1, false);
	big_mul_power(&a, 10, BIG_DIGITS);
	CHECK(a.full);
}

int
main(void)
{
	TEST(table);
	TEST(beyond_double);
	TEST(huge);
	TEST(big_arithmetic);
	return test_end();
}
