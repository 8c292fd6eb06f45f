#ifndef INFLUX_ACCOUNTING_H
#define INFLUX_ACCOUNTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stats.h"

/*
 * What became of the points; comments and blank lines are not among them. Always, at the end as
 * well as in between:
 * in_spool_before + read = delivered + rejected + dropped + skipped + in_spool_after + pending
 */
struct accounting {
	uint64_t in_spool_before;
	uint64_t read;
	uint64_t delivered;	/* the server said that it has them */
	uint64_t rejected;	/* by the server, or not fit to be sent */
	uint64_t dropped;	/* for want of room */
	uint64_t skipped;	/* delivered by an earlier run */
	uint64_t in_spool_after;
	uint64_t pending;	/* read, and neither delivered nor rejected (yet) */
	/* beside the sum */
	uint64_t comments;
	uint64_t requests;	/* writes that were sent */
	uint64_t retries;	/* among them those that were sent again */
};

bool accounting_balances(const struct accounting *a);

enum { ACCOUNTING_ROWS = 12 };
/* The rows for stats_print(), in the order of the sum. */
void accounting_rows(const struct accounting *a, struct stats_row rows[static ACCOUNTING_ROWS]);

#endif
