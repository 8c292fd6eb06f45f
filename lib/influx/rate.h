#ifndef INFLUX_RATE_H
#define INFLUX_RATE_H

#include <stdint.h>

/*
 * So many bytes in any span of time of that length, as InfluxDB Cloud counts them (before
 * compression). The clock is passed in. All zeroes: no limit.
 */
enum { RATE_SENDINGS = 64 };

struct rate {
	uint64_t bytes;		/* 0: no limit */
	int64_t window;		/* ns */
	struct rate_sending {
		int64_t at;
		uint64_t bytes;
	} sent[RATE_SENDINGS];	/* the oldest first */
	unsigned count;
};

/*
 * When n bytes may be sent: now, or later. More than fit into the limit at all wait until nothing
 * else is within it.
 */
int64_t rate_due(const struct rate *r, uint64_t n, int64_t now);
/* They are sent now. */
void rate_sent(struct rate *r, uint64_t n, int64_t now);

#endif
