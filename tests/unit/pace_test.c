/* What needs a clock, with a clock passed in: pace, progress, and the changes made to frames. */
#include "test.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "source/alter.h"
#include "source/pace.h"
#include "source/progress.h"

#define S CLOCK_SECOND

/*
 * An hour of frames, 1.37 ms apart, played by a machine that wakes up late by up to 0.9 ms each
 * time and takes 50 us to write. Nothing of that adds up: the last frame is as late as the first.
 */
static void
an_hour(void)
{
	const int64_t start = 1700000000 * S, step = 1370000, frames = 3600 * S / step;
	int64_t mono = 12345, ns = start, due, late, worst = 0, i;
	uint32_t random = 1;
	struct pace p;

	pace_init(&p, 1);
	for (i = 0; i < frames; i++, ns += step) {
		due = pace_due(&p, ns, mono);
		CHECK(due == 12345 + ns - start);
		random = random * 1103515245 + 12345;
		if (due > mono)
			mono = due + random / 256 % 900000;
		late = mono - due;
		worst = late > worst ? late : worst;
		mono += 50000;
	}
	CHECK(worst < 1000000 && worst > 0);
	CHECK(mono - 12345 < 3600 * S + 1000000);
}

static void
speeds(void)
{
	static const struct {
		double speed;
		int64_t after, due;
	} row[] = {
		{ 1, 10 * S, 10 * S }, { 2, 10 * S, 5 * S }, { 0.5, 10 * S, 20 * S }, { 10, 7, 0 },
		{ 1, -5 * S, -5 * S }, { 1, INT64_MAX, INT64_MAX }, { 1e-6, INT64_MAX, INT64_MAX },
		{ 1000, 3600 * S, 3600 * S / 1000 },
	};
	struct pace p;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		pace_init(&p, row[i].speed);
		CHECK(pace_due(&p, 0, 0) == 0);
		CHECK(pace_due(&p, row[i].after, 99) == row[i].due);
	}
	/* times that cannot be subtracted */
	pace_init(&p, 1);
	CHECK(pace_due(&p, INT64_MAX, 5) == 5 && pace_due(&p, INT64_MIN, 5) == 5);
	pace_init(&p, 1);
	CHECK(pace_due(&p, INT64_MIN, 5) == 5 && pace_due(&p, INT64_MAX, 5) == INT64_MAX);
}

static void
progress(void)
{
	struct progress p;
	struct buf b = { 0 };

	CHECK(calendar_use_zone("UTC"));
	progress_init(&p, 100 * S);
	CHECK(!progress_due(&p, 100 * S + S / 2) && progress_due(&p, 101 * S));
	progress_line(&p, 110 * S, 250, 1000, 52000000, 1700000000 * S, &b);
	CHECK_TEXT(buf_span(&b), "25 %  5.2 M frames/s  0:30 left  2023-11-14 22:13:20");
	CHECK(!progress_due(&p, 110 * S + S / 10) && progress_due(&p, 110 * S + S / 5));
	b.len = 0;
	progress_line(&p, 111 * S, 1001, 1000, 52000010, 0, &b);
	CHECK_TEXT(buf_span(&b), "100 %  10 frames/s  0:00 left  1970-01-01 00:00:00");
	b.len = 0;
	progress_init(&p, 0);
	progress_line(&p, 100 * S, 1, 1000, 2000000, 0, &b);
	CHECK_TEXT(buf_span(&b), "0 %  20 k frames/s  27:45:00 left  1970-01-01 00:00:00");
	b.len = 0;
	progress_line(&p, 100 * S, 0, 1, 2000000, 0, &b);	/* no time passed, nothing done */
	CHECK(b.len > 0);
	buf_free(&b);
}

static void
names(void)
{
	static const char *const bad[] = { "", "=", "a=", "=b", "ab", "a=b c", "a =b", "a=\x01", "a=b\t",
		"a=0123456789012345678901234567890123456789012345678901234567890123" };
	struct alter a = { 0 };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_CASE(!alter_add_name(&a, span_str(bad[i])), bad[i]);
	CHECK(alter_add_name(&a, span_str("can0=car")) && alter_add_name(&a, span_str("can1=can0")));
	CHECK(alter_add_name(&a, span_str("can0=second")) && alter_add_name(&a, span_str("x=a=b")));
	CHECK_TEXT(alter_bus(&a, span_str("can0")), "car");	/* the first rule, and one only */
	CHECK_TEXT(alter_bus(&a, span_str("can1")), "can0");
	CHECK_TEXT(alter_bus(&a, span_str("can00")), "can00");
	CHECK_TEXT(alter_bus(&a, span_str("x")), "a=b");
	alter_free(&a);
}

static void
times(void)
{
	struct alter a = { .shift = 5 };
	struct frame f = { .id = 0x123 };
	int64_t ns = 10;

	CHECK(alter_time(&a, &f, true, 99, &ns) && ns == 15);
	a.now = true;
	ns = 10;
	CHECK(alter_time(&a, &f, false, 1000, &ns) && ns == 15 && a.now);	/* live: is now */
	ns = 10;
	CHECK(alter_time(&a, &f, true, 1000, &ns) && ns == 1005);	/* now, and shifted */
	ns = 30;
	CHECK(alter_time(&a, &f, true, 2000, &ns) && ns == 1025);
	ns = INT64_MAX;
	CHECK(alter_time(&a, &f, true, 2000, &ns) && ns == INT64_MAX);
	a = (struct alter){ .filtered = true, .filter = { .error_mask = 1 }, .shift = INT64_MIN };
	a.filter.item = &(struct filter_item){ 0x100, 0x7ff };
	a.filter.items = 1;
	ns = 10;
	CHECK(!alter_time(&a, &f, true, 0, &ns) && ns == 10 && a.left_out == 1);
	CHECK(alter_time(&a, &f, false, 0, &ns));
	ns = -10;
	CHECK(alter_time(&a, &f, false, 0, &ns) && ns == 0);
}

int
main(void)
{
	TEST(an_hour);
	TEST(speeds);
	TEST(progress);
	TEST(names);
	TEST(times);
	return test_end();
}
