#include "test.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/clock.h"

static void
dates(void)
{
	static const struct {
		struct calendar c;
		bool good;
		int64_t ns;
	} row[] = {
		{ { 1970, 1, 1, 0, 0, 0, 0 }, true, 0 },
		{ { 1969, 12, 31, 23, 59, 59, 0 }, true, -CLOCK_SECOND },
		{ { 1969, 12, 31, 23, 59, 59, 999999999 }, true, -1 },
		{ { 2017, 9, 30, 15, 6, 13, 191000000 }, true, INT64_C(1506783973191000000) },
		{ { 2024, 2, 29, 0, 0, 0, 1 }, true, INT64_C(1709164800000000001) },
		{ { 2016, 12, 31, 23, 59, 60, 0 }, true, INT64_C(1483228800000000000) },
		{ { 2261, 12, 31, 0, 0, 0, 0 }, true, INT64_C(9214560000000000000) },
		{ { 2023, 2, 29, 0, 0, 0, 0 }, false, 0 }, { { 2100, 2, 29, 0, 0, 0, 0 }, false, 0 },
		{ { 2023, 4, 31, 0, 0, 0, 0 }, false, 0 }, { { 2023, 0, 1, 0, 0, 0, 0 }, false, 0 },
		{ { 2023, 13, 1, 0, 0, 0, 0 }, false, 0 }, { { 2023, 1, 0, 0, 0, 0, 0 }, false, 0 },
		{ { 2023, 1, 1, 24, 0, 0, 0 }, false, 0 }, { { 2023, 1, 1, 0, 60, 0, 0 }, false, 0 },
		{ { 2023, 1, 1, 0, 0, 61, 0 }, false, 0 }, { { 2023, 1, 1, -1, 0, 0, 0 }, false, 0 },
		{ { 2023, 1, 1, 0, 0, 0, CLOCK_SECOND }, false, 0 },
		{ { 1677, 1, 1, 0, 0, 0, 0 }, false, 0 }, { { 2262, 1, 1, 0, 0, 0, 0 }, false, 0 },
	};
	size_t i;

	CHECK(calendar_use_zone("UTC"));
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		int64_t utc = 42, local = 42;
		struct calendar c;

		CHECK(calendar_utc(&row[i].c, &utc) == row[i].good);
		CHECK(calendar_local(&row[i].c, &local) == row[i].good);
		CHECK(utc == (row[i].good ? row[i].ns : 42) && local == utc);
		if (!row[i].good || row[i].c.second == 60)
			continue;
		c = calendar_at(utc);
		CHECK(c.year == row[i].c.year && c.month == row[i].c.month && c.day == row[i].c.day
		    && c.hour == row[i].c.hour && c.minute == row[i].c.minute
		    && c.second == row[i].c.second && c.ns == row[i].c.ns);
	}
}

static void
zones(void)
{
	static const struct {
		const char *zone;
		int summer, winter;	/* minutes east of UTC, in July and January 2017 */
	} row[] = {
		{ "UTC", 0, 0 }, { "Z", 0, 0 }, { "Europe/Berlin", 120, 60 },
		{ "America/New_York", -240, -300 }, { "Asia/Kolkata", 330, 330 }, { "+02:00", 120, 120 },
		{ "-0530", -330, -330 }, { "+0000", 0, 0 },
	};
	static const char *const bad[] = { "", "Nowhere/Town", "../etc/passwd", "/etc/localtime", "zone.tab",
		"+2", "+24:00", "+01:60", "+1:000", "+01:0x", "+01000", "local", "." };
	const struct calendar summer = { 2017, 7, 1, 12, 0, 0, 5 }, winter = { 2017, 1, 1, 12, 0, 0, 5 };
	const int64_t in_summer = INT64_C(1498910400) * CLOCK_SECOND + 5;
	const int64_t in_winter = INT64_C(1483272000) * CLOCK_SECOND + 5;
	int64_t ns;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(calendar_use_zone(row[i].zone), row[i].zone);
		CHECK_CASE(calendar_local(&summer, &ns)
		    && ns == in_summer - row[i].summer * 60 * CLOCK_SECOND, row[i].zone);
		CHECK_CASE(calendar_local(&winter, &ns)
		    && ns == in_winter - row[i].winter * 60 * CLOCK_SECOND, row[i].zone);
		CHECK_CASE(calendar_at(ns).hour == 12 && calendar_at(ns).ns == 5, row[i].zone);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_CASE(!calendar_use_zone(bad[i]), bad[i]);
	CHECK(calendar_at(0).hour == 0);	/* unchanged: the last good one */
}

static void
months(void)
{
	CHECK(calendar_month(span_str("Jan")) == 1 && calendar_month(span_str("SEP")) == 9);
	CHECK(calendar_month(span_str("december")) == 12 && calendar_month(span_str("May")) == 5);
	CHECK(!calendar_month(span_str("")) && !calendar_month(span_str("Sept"))
	    && !calendar_month(span_str("Okt")) && !calendar_month(span_str("Ja")));
}

int
main(void)
{
	TEST(dates);
	TEST(zones);
	TEST(months);
	return test_end();
}
