#include "base/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool
is_valid(const struct calendar *c)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (c->year < 1678 || c->year > 2261 || c->month < 1 || c->month > 12 || c->day < 1)
		return false;
	return c->day <= days[c->month - 1] + (c->month == 2 && is_leap(c->year)) && c->hour >= 0
	    && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0
	    && c->second <= 60 && c->ns >= 0 && c->ns < CLOCK_SECOND;
}

static struct tm
broken(const struct calendar *c)
{
	return (struct tm){ .tm_year = c->year - 1900, .tm_mon = c->month - 1, .tm_mday = c->day,
		.tm_hour = c->hour, .tm_min = c->minute, .tm_sec = c->second, .tm_isdst = -1 };
}

bool
calendar_utc(const struct calendar *c, int64_t *ns)
{
	struct tm tm;

	if (!is_valid(c))
		return false;
	tm = broken(c);
	*ns = timegm(&tm) * CLOCK_SECOND + c->ns;
	return true;
}

bool
calendar_local(const struct calendar *c, int64_t *ns)
{
	struct tm tm;
	int64_t sec;

	if (!is_valid(c))
		return false;
	tm = broken(c);
	sec = mktime(&tm);
	if (sec == -1 && tm.tm_year != 69)
		return false;
	*ns = sec * CLOCK_SECOND + c->ns;
	return true;
}

struct calendar
calendar_at(int64_t ns)
{
	time_t sec = ns / CLOCK_SECOND - (ns % CLOCK_SECOND < 0);
	struct tm tm = { 0 };

	localtime_r(&sec, &tm);
	return (struct calendar){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, ns - sec * CLOCK_SECOND };
}

/* "+02:00" as TZ wants it: its sign says what to add to local time to have UTC. */
static bool
offset_zone(const char *zone, char tz[static 32])
{
	int h, m;
	size_t i, digits = 0;
	char d[4];

	if (*zone != '+' && *zone != '-')
		return false;
	for (i = 1; zone[i]; i++) {
		if (zone[i] == ':' && i == 3)
			continue;
		if (zone[i] < '0' || zone[i] > '9' || digits == 4)
			return false;
		d[digits++] = (char)(zone[i] - '0');
	}
	if (digits != 4)
		return false;
	h = d[0] * 10 + d[1];
	m = d[2] * 10 + d[3];
	if (h > 23 || m > 59)
		return false;
	snprintf(tz, 32, "<%c%02d%02d>%c%02d:%02d", *zone, h, m, *zone == '+' ? '-' : '+', h, m);
	return true;
}

/* The C library takes a zone that does not exist for UTC, and says nothing. */
static bool
is_zone_file(const char *zone)
{
	char path[256], magic[5] = "";
	FILE *f;
	int n;

	if (!*zone || *zone == '.' || *zone == '/' || *zone == ':' || strstr(zone, ".."))
		return false;
	n = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
	if (n >= (int)sizeof path)
		return false;
	f = fopen(path, "re");
	if (!f)
		return false;
	n = (int)fread(magic, 1, 4, f);
	fclose(f);
	return n == 4 && strcmp(magic, "TZif") == 0;
}

bool
calendar_use_zone(const char *zone)
{
	char tz[32];

	if (strcmp(zone, "UTC") == 0 || strcmp(zone, "Z") == 0)
		setenv("TZ", "UTC0", 1);
	else if (offset_zone(zone, tz))
		setenv("TZ", tz, 1);
	else if (is_zone_file(zone))
		setenv("TZ", zone, 1);
	else
		return false;
	tzset();
	return true;
}

int
calendar_month(struct span name)
{
	static const char *const months[] = { "january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december" };
	int i;

	for (i = 0; i < 12; i++)
		if ((name.n == 3 || name.n == strlen(months[i]))
		    && strncasecmp(name.p, months[i], name.n) == 0)
			return i + 1;
	return 0;
}
