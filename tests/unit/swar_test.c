#include "test.h"

#include "base/swar.h"

static void
digits(void)
{
	static const char *const bad[] = { "1234567a", "/2345678", ":2345678", "1234 678", "1234567\xb1",
		"\0202345678" };
	uint64_t v;
	size_t i;

	CHECK(swar_digits(swar_load("12345678"), &v) && v == 12345678);
	CHECK(swar_digits(swar_load("00000009"), &v) && v == 9);
	CHECK(swar_digits(swar_load("99999999"), &v) && v == 99999999);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_CASE(!swar_digits(swar_load(bad[i]), &v), bad[i]);
}

/* Every character in every place. */
static void
hex(void)
{
	static const char upper[] = "0123456789ABCDEF", lower[] = "0123456789abcdef";
	unsigned place, c, want;
	char text[8];
	uint32_t v;

	for (place = 0; place < 8; place++) {
		for (c = 0; c < 256; c++) {
			const char *u = c ? strchr(upper, (int)c) : NULL, *l = c ? strchr(lower, (int)c) : NULL;
			bool good;

			memset(text, '0', 8);
			text[place] = (char)c;
			good = swar_hex(swar_load(text), &v);
			CHECK(good == (u || l));
			if (!good)
				continue;
			want = (unsigned)(u ? u - upper : l - lower);
			CHECK(v == want << (place / 2 * 8 + (place % 2 ? 0 : 4)));
		}
	}
}

/* The same for sixteen: every pair of characters in every place. */
static void
hex16(void)
{
	unsigned place, a, b;
	char text[16];
	uint8_t got[8];
	uint32_t want;
	size_t i;

	for (place = 0; place < 8; place++) {
		for (a = 0; a < 256; a++) {
			for (b = 0; b < 256; b++) {
				bool good;

				memset(text, '0', 16);
				text[2 * place] = (char)a;
				text[2 * place + 1] = (char)b;
				good = swar_hex16(text, got);
				CHECK(good == swar_hex(swar_load(text + place / 4 * 8), &want));
				for (i = 0; good && i < 8; i++)
					CHECK(got[i] == (i / 4 == place / 4 ? want >> i % 4 * 8 & 0xff : 0));
			}
		}
	}
}

static void
find(void)
{
	char text[8];
	int c, at;

	for (c = 0; c < 256; c++) {
		for (at = 0; at < 8; at++) {
			memset(text, c ^ 1, 8);
			CHECK(!swar_find(swar_load(text), (char)c));
			memset(text + at, c, (size_t)(8 - at));
			CHECK((swar_find(swar_load(text), (char)c) & UINT64_MAX >> (56 - 8 * at))
			    == UINT64_C(0x80) << 8 * at);
		}
	}
}

static void
put_hex(void)
{
	char want[9], got[8];
	unsigned i;

	for (i = 0; i < 0x10000; i++) {
		uint8_t b[4] = { (uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i * 7), (uint8_t)(i >> 4) };

		snprintf(want, sizeof want, "%02X%02X%02X%02X", b[0], b[1], b[2], b[3]);
		swar_put_hex(got, b);
		CHECK(!memcmp(got, want, 8));
	}
}

int
main(void)
{
	TEST(digits);
	TEST(hex);
	TEST(hex16);
	TEST(find);
	TEST(put_hex);
	return test_end();
}
