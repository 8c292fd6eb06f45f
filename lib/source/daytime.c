#include "source/daytime.h"

#include <time.h>

#include "base/calendar.h"
#include "base/clock.h"

#define HOUR (3600 * CLOCK_SECOND)
#define DAY (24 * HOUR)

/* Days from 1970-01-01 to the local date at ns, and its time of day. */
static int64_t
local_day(int64_t ns, int64_t *time)
{
	struct calendar c = calendar_at(ns), midnight = { c.year, c.month, c.day, 0, 0, 0, 0 };
	int64_t utc = 0;

	calendar_utc(&midnight, &utc);
	*time = ((c.hour * 60 + c.minute) * 60 + c.second) * CLOCK_SECOND + c.ns;
	return utc / DAY;
}

void
daytime_begin(struct daytime *d, int64_t ns)
{
	*d = (struct daytime){ .dated = true, .hour = -1, .moment = ns - DAY };
	d->day = local_day(ns, &d->from);
}

/* Whether an hour of a day begins at a moment. */
static bool
is_hour(int64_t at, int64_t day, int64_t hour)
{
	int64_t time;

	return local_day(at, &time) == day && time == hour * HOUR;
}

/* Of the moments at which this hour begins, the first that does not lead back. */
static int64_t
hour_begin(const struct daytime *d, int64_t hour)
{
	time_t sec = d->day * 86400;
	struct calendar c;
	struct tm tm;
	int64_t at = 0, other;

	gmtime_r(&sec, &tm);
	c = (struct calendar){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, (int)hour, 0, 0, 0 };
	calendar_local(&c, &at);
	for (other = at - HOUR; other <= at + HOUR; other += HOUR)
		if (other + HOUR / 2 > d->moment && is_hour(other, d->day, hour))
			return other;
	return at;
}

static int64_t
dated_moment(struct daytime *d, int64_t time, bool back)
{
	int64_t hour = time / HOUR;

	if (back || hour != d->hour || d->day != d->hour_day) {
		d->hour_at = hour_begin(d, hour);
		d->hour_day = d->day;
		d->hour = hour;
	}
	return d->hour_at + time % HOUR;
}

int64_t
daytime_moment(struct daytime *d, int64_t time)
{
	int64_t step = d->begun ? time - d->last : 0;

	if (!d->begun) {
		d->begun = true;
		d->first = time;
		if (d->dated && time < d->from - HOUR)
			d->day++;
	}
	if (step < -DAY / 2)
		d->day++;
	else if (step > DAY / 2)
		d->day--;
	d->last = time;
	d->moment = d->dated ? dated_moment(d, time, step < -HOUR / 2)
	    : d->day * DAY + time - d->first;
	return d->moment;
}
