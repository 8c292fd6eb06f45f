#ifndef INFLUX_METER_H
#define INFLUX_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* The line that says how delivery goes on. Pure: the clock is passed in. */
struct meter {
	int64_t shown;		/* 0: not yet */
	uint64_t delivered;	/* when it was shown last */
};

#define METER_INTERVAL INT64_C(1000000000)

struct meter_state {
	uint64_t delivered, pending;	/* points */
	unsigned requests;		/* under way */
	uint64_t done, total;		/* bytes of a file; total 0: it is none */
	bool spools;
	uint64_t spooled;		/* points in the spool, those that are under way among them */
};

/* When the next line is due. */
int64_t meter_due(const struct meter *m);
/* "37 %  52000 lines/s  1040000 acknowledged  20000 in flight in 4 requests  70000 in the spool" */
void meter_line(struct meter *m, int64_t now, const struct meter_state *s, struct buf *out);

#endif
