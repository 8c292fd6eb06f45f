#ifndef INFLUX_VERDICT_H
#define INFLUX_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "influx/api.h"
#include "influx/batch.h"
#include "influx/naming.h"

/*
 * What an answer to a write means for the lines that were sent. Pure: what was answered goes in,
 * what became of the lines and what is to be done comes out. The rows are in verdict.c and in
 * influxpush(1), ANSWERS.
 */
enum verdict_kind {
	VERDICT_DONE,		/* all are stored */
	VERDICT_STORED,		/* all but those named, and `unnamed` further ones, are stored */
	VERDICT_REFUSED,	/* none is stored; the named ones are bad: send the others again */
	VERDICT_UNNAMED,	/* none is stored, and nothing says which are bad: search them */
	VERDICT_RETRY,		/* may or may not be stored: send them again later */
	VERDICT_HOLD,		/* none is stored; somebody must mend something first */
	VERDICT_MISSING,	/* as HOLD: the database is not there and could be made */
	VERDICT_ENDPOINT,	/* as HOLD: this is no write endpoint; another one may be */
	VERDICT_HALVE,		/* too large: send less at once */
	VERDICT_IDENTITY,	/* send without compression */
};

/* What a person should look at. The first three are told by the row of the server. */
enum verdict_check {
	VERDICT_NOTHING, VERDICT_LOGIN, VERDICT_RIGHT, VERDICT_BUCKET,
	VERDICT_URL, VERDICT_POLICY, VERDICT_PLAN,
};

/* What was answered. */
struct verdict_answer {
	int status;		/* 0: nothing */
	bool torn;		/* broke off before its end */
	const char *failure;	/* why, when torn */
	struct span head, body;
	int64_t now;		/* since 1970, in ns: for a Retry-After that is a date */
	struct span base;	/* the URL that was asked, of which the host counts */
};

struct verdict {
	enum verdict_kind kind;
	int64_t wait;		/* at least this long, in ns; 0 when the answer does not say */
	struct naming named;
	uint64_t unnamed;
	struct buf text;	/* the answer for people: "401 authorization failed" */
	enum verdict_check what;
	const char *check;	/* the same in words, or NULL */
};

/*
 * Judges the answer to the lines from `from` up to, not including, `to`. *v is zero or one judged
 * before, which is overwritten; verdict_free() at the end.
 */
void verdict_judge(struct verdict *v, const struct api *api, const struct verdict_answer *a,
    const struct batch *b, size_t from, size_t to);
void verdict_free(struct verdict *v);

#endif
