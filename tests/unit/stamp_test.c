#include "test.h"

#include "base/clock.h"
#include "can/stamp.h"

#define S CLOCK_SECOND

static void
modes(void)
{
	static const struct {
		enum stamp_mode mode;
		uint16_t flags;
		int64_t ns[2], want[2];
		bool relative, timeless;
	} row[] = {
		{ STAMP_ABSOLUTE, 0, { 2000000000 * S, 2000000001 * S },
		{ 2000000000 * S, 2000000001 * S }, 0, 0 },
		{ STAMP_ABSOLUTE, 0, { 100000000 * S, 99999999 * S },
		{ 100000000 * S, 100000999 * S }, 1, 0 },
		{ STAMP_ABSOLUTE, FRAME_DATE, { 5 * S, 6 * S }, { 5 * S, 6 * S }, 0, 0 },
		{ STAMP_ABSOLUTE, FRAME_NO_TIME, { 0, 0 }, { 7 * S, 7 * S }, 0, 1 },
		{ STAMP_DELTA, 0, { 1 * S, 2 * S }, { 1001 * S, 1003 * S }, 0, 0 },
		{ STAMP_DELTA, 0, { INT64_MAX, INT64_MAX }, { INT64_MAX, INT64_MAX }, 0, 0 },
		{ STAMP_DELTA, FRAME_DATE, { 1 * S, 2 * S }, { 1 * S, 2 * S }, 0, 0 },
		{ STAMP_ZERO, 0, { 1 * S, 2 * S }, { 1001 * S, 1002 * S }, 0, 0 },
		{ STAMP_ZERO, 0, { 2000000000 * S, INT64_MAX }, { 2000001000 * S, INT64_MAX }, 0, 0 },
		{ STAMP_ZERO, FRAME_NO_TIME, { 0, 0 }, { 7 * S, 7 * S }, 0, 1 },
		{ STAMP_NONE, 0, { 2000000000 * S, 5 * S }, { 7 * S, 7 * S }, 0, 0 },
		{ STAMP_NONE, FRAME_NO_TIME, { 0, 0 }, { 7 * S, 7 * S }, 0, 0 },
	};
	size_t i, k;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct stamp s;
		char name[20];

		sprintf(name, "row %zu", i);
		stamp_init(&s, row[i].mode, 1000 * S);
		/* "99999999" in row 1 counts from the start */
		for (k = 0; k < 2; k++) {
			struct frame f = { .ns = row[i].ns[k], .flags = row[i].flags };

			CHECK_CASE(stamp_resolve(&s, &f, 7 * S) == row[i].want[k], name);
		}
		CHECK_CASE(s.relative == row[i].relative && s.timeless == row[i].timeless, name);
	}
}

int
main(void)
{
	TEST(modes);
	return test_end();
}
