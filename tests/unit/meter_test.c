#include "test.h"

#include "influx/meter.h"

static void
shown(void)
{
	static const struct {
		int64_t now;
		struct meter_state s;
		const char *want;
	} t[] = {
		{ 5000000000, { .delivered = 10, .pending = 2, .requests = 1 }, "0 lines/s  10 acknowledged  2 in flight in 1 request" },
		{ 7000000000, { .delivered = 1010 },
		    "500 lines/s  1010 acknowledged  0 in flight in 0 requests" },
		{ 8000000000, { 1010, 5, 2, 37, 100, false, 0 },
		    "37 %  0 lines/s  1010 acknowledged  5 in flight in 2 requests" },
		{ 9000000000, { 2010, 5, 2, 101, 100, false, 0 },
		    "100 %  1000 lines/s  2010 acknowledged  5 in flight in 2 requests" },
		{ 10000000000, { 3010, 5, 2, 0, 0, true, 70000 },
		    "1000 lines/s  3010 acknowledged  5 in flight in 2 requests  70000 in the spool" },
	};
	struct meter m = { 0 };
	struct buf b = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		b.len = 0;
		meter_line(&m, t[k].now, &t[k].s, &b);
		CHECK_TEXT(buf_span(&b), t[k].want);
		CHECK(meter_due(&m) == t[k].now + METER_INTERVAL);
	}
	buf_free(&b);
}

int
main(void)
{
	TEST(shown);
	return test_end();
}
