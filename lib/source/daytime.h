#ifndef SOURCE_DAYTIME_H
#define SOURCE_DAYTIME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Times of day in the order of a recording, as moments: midnights are counted. All zeroes is a
 * recording of which the day is not known.
 */
struct daytime {
	bool dated;
	bool begun;
	int64_t day;		/* days from 1970-01-01 to the local date */
	int64_t from;		/* dated: the first time is not more than an hour before this; ns */
	int64_t last;		/* time of day; ns */
	int64_t first;		/* not dated: what the moments count from */
	int64_t moment;		/* of last */
	int64_t hour_day, hour;	/* whose beginning is in hour_at */
	int64_t hour_at;
};

/* The recording begins on the local date that is at ns since 1970, at that time of day or later. */
void daytime_begin(struct daytime *d, int64_t ns);
/*
 * The moment of a time of day (ns since midnight, less than 24 h): since 1970, or where the day is
 * not known since the first one asked for. It is the one that is nearer than 12 hours to the one
 * before; where the clocks are set back, the hour that comes twice is followed through both.
 */
int64_t daytime_moment(struct daytime *d, int64_t time);

#endif
