#include "test.h"

#include "influx/normal.h"

static void
unsigned_integers(void)
{
	static const char *const t[][2] = {
		{ "m f=12u", "m f=12i" }, { "m f=0u 7", "m f=0i 7" },
		{ "m,t=1u a=1u,b=2u,c=3i 1", "m,t=1u a=1i,b=2i,c=3i 1" },
		{ "m f=9223372036854775807u 1", "m f=9223372036854775807i 1" },
		{ "m f=9223372036854775808u 1", "m f=9223372036854775808u 1" },
		{ "m a=18446744073709551615u,b=1u", "m a=18446744073709551615u,b=1i" },
		/* what looks like one */
		{ "m s=\"1u,a=2u\",f=3u 1", "m s=\"1u,a=2u\",f=3i 1" },
		{ "m1u 2u=1,f=\"x\ny=1u\" 1", "m1u 2u=1,f=\"x\ny=1u\" 1" },
		{ "m\\ f=1u f=1.5 1", "m\\ f=1u f=1.5 1" }, { "m f=1.0u", "m f=1.0u" },
		{ "m f=-1u", "m f=-1u" }, { "m f=u", "m f=u" }, { "# m f=1u", "# m f=1u" },
		{ "m f=,g=1u", "m f=,g=1u" }, { "", "" }, { "u", "u" },
	};
	char line[64], block[300];
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		snprintf(line, sizeof line, "%s", t[k][0]);
		normal_unsigned(line, strlen(line));
		CHECK_TEXT(span_str(line), t[k][1]);
	}
	/* wherever it stands */
	for (k = 0; k + 2 <= sizeof block; k++) {
		memset(block, '1', sizeof block);
		CHECK(!normal_may_change(block, sizeof block));
		block[k + 1] = 'u';
		CHECK(normal_may_change(block, sizeof block));
		CHECK(!normal_may_change(block, k + 1));
	}
}

int
main(void)
{
	TEST(unsigned_integers);
	return test_end();
}
