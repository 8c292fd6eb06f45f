#include "test.h"

#include "base/clock.h"
#include "prom/ttl.h"

static void
parse(void)
{
	static const struct {
		const char *text;
		bool good;
		const char *glob;
		int64_t ns;
		uint32_t cycles;
	} row[] = {
		{ "5m", true, NULL, 300 * CLOCK_SECOND, 0 }, { "0", true, NULL, 0, 0 },
		{ "20x", true, NULL, 0, 20 }, { "BMS_*=10s", true, "BMS_*", 10 * CLOCK_SECOND, 0 },
		{ "a=b=3x", true, "a=b", 0, 3 }, { "=1s", true, "", CLOCK_SECOND, 0 },
		{ "", false, NULL, 0, 0 }, { "x", false, NULL, 0, 0 }, { "0x", false, NULL, 0, 0 },
		{ "1.5x", false, NULL, 0, 0 }, { "A=", false, NULL, 0, 0 }, { "-1s", false, NULL, 0, 0 },
		{ "1000001x", false, NULL, 0, 0 },
	};
	struct arena a = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct ttl_rule r;

		CHECK_CASE(ttl_parse_rule(span_str(row[i].text), &a, &r) == row[i].good, row[i].text);
		if (!row[i].good)
			continue;
		CHECK_CASE(!r.glob == !row[i].glob && (!r.glob || !strcmp(r.glob, row[i].glob)),
		    row[i].text);
		CHECK_CASE(r.ttl.ns == row[i].ns && r.ttl.cycles == row[i].cycles, row[i].text);
	}
	arena_free(&a);
}

static void
rules(void)
{
	static const struct ttl_rule rule[] = {
		{ NULL, { .ns = 300 * CLOCK_SECOND } }, { "BMS_*", { .ns = CLOCK_SECOND } },
		{ "BMS_Slow", { .ns = 0 } }, { "DI_*", { .cycles = 20 } },
	};
	static const struct ttl_rule late[] = {
		{ "BMS_*", { .ns = CLOCK_SECOND } }, { NULL, { .ns = 60 * CLOCK_SECOND } },
		{ NULL, { .cycles = 10 } },
	};

	CHECK(ttl_of(rule, 4, "Other", 100) == 300 * CLOCK_SECOND);
	CHECK(ttl_of(rule, 4, "BMS_Status", 0) == CLOCK_SECOND);
	CHECK(ttl_of(rule, 4, "BMS_Slow", 0) == INT64_MAX);
	CHECK(ttl_of(rule, 4, "DI_x", 100) == 2 * CLOCK_SECOND);
	CHECK(ttl_of(rule, 4, "DI_x", 10) == CLOCK_SECOND);
	CHECK(ttl_of(rule, 4, "DI_x", 0) == 300 * CLOCK_SECOND);
	CHECK(ttl_of(rule, 0, "Other", 0) == INT64_MAX);
	/* A glob goes before what is for all, wherever it stands. */
	CHECK(ttl_of(late, 3, "BMS_Status", 5000) == CLOCK_SECOND);
	CHECK(ttl_of(late, 3, "Other", 5000) == 50 * CLOCK_SECOND);
	CHECK(ttl_of(late, 3, "Other", 0) == 60 * CLOCK_SECOND);
}

int
main(void)
{
	TEST(parse);
	TEST(rules);
	return test_end();
}
