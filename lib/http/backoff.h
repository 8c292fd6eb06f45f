#ifndef HTTP_BACKOFF_H
#define HTTP_BACKOFF_H

#include <stdint.h>

/*
 * When to try again: full jitter (a random time up to a limit that doubles), so that many senders
 * that lost one server do not come back at once. The clock is passed in.
 */
struct backoff {
	int64_t until;		/* not before this time; 0: at once */
	unsigned failures;	/* in a row */
	uint64_t random;	/* state; any value starts it */
};

#define BACKOFF_FIRST INT64_C(500000000)	/* the first limit: half a second */
#define BACKOFF_LAST INT64_C(60000000000)	/* the largest: a minute */
#define BACKOFF_LEAST INT64_C(20000000)		/* never busier than this */
#define BACKOFF_ASKED INT64_C(3600000000000)	/* a Retry-After longer than an hour is cut */

/* A try failed at now; asked: what Retry-After said in nanoseconds, 0 when it said nothing. */
void backoff_fail(struct backoff *b, int64_t now, int64_t asked);
/* A try succeeded: the next failure starts anew. */
void backoff_succeed(struct backoff *b);

#endif
