#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Calendar dates, as file formats have them. Local time is the process's: the environment variable
 * TZ, which calendar_use_zone() sets, else the machine's. One process reads its recordings in one
 * zone, so the zone is no argument; only main() changes it.
 */
struct calendar {
	int year;		/* 1678 to 2261: what nanoseconds since 1970 can say */
	int month, day;		/* from 1 */
	int hour, minute, second;	/* second up to 60 */
	int64_t ns;		/* behind the seconds */
};

/*
 * Nanoseconds since 1970 UTC. False, with *ns untouched, when a part is out of its range or the day
 * is not in the month. An hour that the clocks skip in spring is taken as if they did not; of the
 * hour that comes twice in autumn one is taken.
 */
bool calendar_utc(const struct calendar *c, int64_t *ns);
bool calendar_local(const struct calendar *c, int64_t *ns);
/* The local date and time of day at ns since 1970. */
struct calendar calendar_at(int64_t ns);

/*
 * Makes zone the process's: a name in /usr/share/zoneinfo (Europe/Berlin), UTC, or an offset from
 * it (+02:00, -0530). False, and nothing changed, when it is none of these. Not thread-safe.
 */
bool calendar_use_zone(const char *zone);

/* The number of a month by its English name or the first three letters of it, or 0. */
int calendar_month(struct span name);

#endif
