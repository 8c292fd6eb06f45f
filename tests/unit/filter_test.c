#include "test.h"

#include <stdlib.h>

#include "can/candump.h"
#include "can/filter.h"

/* Which of these pass: the letters are theirs in the tables below. */
static const struct {
	char name;
	const char *frame;
} frames[] = {
	{ 's', "123#" }, { 't', "124#" }, { 'r', "123#R" }, { 'e', "00000123#" },
	{ 'x', "12345678#" }, { 'f', "123##0" }, { 'E', "20000004#0011223344556677" },
	{ 'B', "20000040#0011223344556677" },
};

static void
passing(const struct filter *f, char *out)
{
	const char *expected;
	char line[100];
	struct frame fr;
	size_t i;
	int n;

	for (i = 0; i < sizeof frames / sizeof *frames; i++) {
		n = sprintf(line, "(1.0) can0 %s", frames[i].frame);
		CHECK(candump_parse(line, (size_t)n, &fr, &expected) == CANDUMP_FRAME);
		if (filter_match(f, &fr))
			*out++ = frames[i].name;
	}
	*out = '\0';
}

static void
matches(void)
{
	static const struct {
		const char *filter, *pass;
	} row[] = {
		{ "0:0", "strexf" }, { "#FFFFFFFF", "strexfEB" }, { "#4", "strexfE" },
		{ "0~0,#FFFFFFFF", "EB" }, { "123:7FF", "sref" }, { "123:C00007FF", "sf" },
		{ "123:800007FF", "srf" }, { "123~7FF", "tx" }, { "~123:7FF", "tx" },
		{ "12345678:DFFFFFFF", "x" }, { "12345678:1FFFFFFF", "x" }, { "00000123:DFFFFFFF", "e" },
		{ "00000123:9FFFFFFF", "e" }, { "123:DFFFFFFF", "sf" }, { "40000000:40000000", "r" },
		{ "123:7FF,124:7FF", "stref" }, { "100:700,123~7FF", "strexf" },
		{ "100:700,123~7FF,j", "t" }, { "J,100:700,123~7FF,#4", "t" }, { "j,#4", "strexfE" },
		{ "j,123:7FF,#4", "srefE" }, { "123:20000000", "strexf" }, { "0:FFFFFFFF", "" },
	};
	struct arena a = { 0 };
	const char *expected;
	struct filter f;
	char got[20];
	size_t i, where;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(filter_parse(span_str(row[i].filter), &f, &a, &where, &expected), row[i].filter);
		passing(&f, got);
		if (strcmp(got, row[i].pass))
			test_fail(__FILE__, __LINE__, "%s passes \"%s\", not \"%s\"", row[i].filter, got,
			    row[i].pass);
	}
	arena_free(&a);
}

static void
mistakes(void)
{
	static const struct {
		const char *filter;
		size_t where;
	} row[] = {
		{ "", 0 }, { ",", 0 }, { "123", 0 }, { "123:", 0 }, { ":7FF", 0 }, { "123:7FF,", 8 },
		{ "123:7FF,,1:1", 8 }, { "123:7FF,xyz:7FF", 8 }, { "123456789:7FF", 0 }, { "123:7FFg", 0 },
		{ "#", 0 }, { "#123456789", 0 }, { "~123~7FF", 0 }, { "0x123:7FF", 0 }, { "123 :7FF", 0 },
		{ "jj", 0 }, { "123:7FF:1", 0 },
	};
	struct arena a = { 0 };
	const char *expected;
	struct filter f;
	size_t i, where;
	char *many;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		expected = NULL;
		CHECK_CASE(!filter_parse(span_str(row[i].filter), &f, &a, &where, &expected),
		    row[i].filter);
		CHECK_CASE(where == row[i].where && expected, row[i].filter);
	}
	many = calloc(4, FILTER_MAX + 1);
	for (i = 0; i <= FILTER_MAX; i++)
		memcpy(many + 4 * i, "1:1,", 4);
	CHECK(!filter_parse(span_of(many, 4 * (FILTER_MAX + 1) - 1), &f, &a, &where, &expected));
	CHECK(filter_parse(span_of(many, 4 * FILTER_MAX - 1), &f, &a, &where, &expected));
	CHECK(f.items == FILTER_MAX);
	free(many);
	arena_free(&a);
}

int
main(void)
{
	TEST(matches);
	TEST(mistakes);
	return test_end();
}
