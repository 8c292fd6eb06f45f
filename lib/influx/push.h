#ifndef INFLUX_PUSH_H
#define INFLUX_PUSH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/gzip.h"
#include "http/backoff.h"
#include "influx/accounting.h"
#include "influx/api.h"
#include "influx/batch.h"
#include "influx/rate.h"
#include "influx/verdict.h"

/*
 * The engine: lines go in, requests come out, answers go in. It decides what is sent, when, and
 * what an answer means for the rest; it knows neither sockets nor clocks. All times are those of
 * one clock that never jumps, in nanoseconds.
 *
 * There are in_flight + 1 batches, of which one is being filled while the others are on their way
 * or wait to be sent (again): that is all the memory there is, and push_has_room() holds the
 * input back.
 */
enum { PUSH_GZIP_LEVEL = 1 };	/* 250 MB/s and a sixth of the size: quicker than most links */

struct push_config {
	unsigned in_flight;	/* requests at once, at least 1 (push_allow() may lower it) */
	size_t lines, bytes;	/* a batch is full at either; its last line may go past bytes */
	int64_t flush;		/* after its first line a batch waits no longer than this */
	int64_t give_up;	/* trouble for so long ends it; below 0: never */
	uint64_t rate_bytes;	/* so many bytes of lines at most … 0: no limit */
	int64_t rate_window;	/* … in any such time */
	bool validate;		/* lines are checked here first; what the server would misread, too */
	bool can_create;	/* a missing database will be made (PUSH_CREATE) */
	bool can_switch;	/* another endpoint may be tried (PUSH_SWITCH), once */
};

/* Refused lines that could not be named: so many of [from, to) but those in named. */
struct push_unnamed {
	uint64_t count;
	const struct batch *batch;
	size_t from, to;
	const struct naming *named;
	struct span reason;
};

/* What a person is told, by the program. */
struct push_events {
	void *ctx;
	/* A line is refused for good; line has no newline. */
	void (*rejected)(void *ctx, uint64_t number, struct span line, struct span reason);
	/* So are some lines, and nothing says which. */
	void (*unnamed)(void *ctx, const struct push_unnamed *u);
	/* It does not go on (text; what to check, or NULL), and is tried again. */
	void (*trouble)(void *ctx, struct span text, const char *check);
	/* It goes on after so many nanoseconds; only after trouble(). */
	void (*recovered)(void *ctx, int64_t after);
};

enum push_slot_state { PUSH_FREE, PUSH_FILLING, PUSH_READY, PUSH_SENDING };

struct push_slot {
	enum push_slot_state state;
	struct batch batch;
	size_t from, to;	/* the lines of the next request */
	uint64_t order;		/* the smaller, the sooner */
	struct buf packed;	/* those lines compressed; empty: not, or not yet */
	bool again;		/* they have been sent before */
	const struct api *fit;	/* they are as this one wants them; NULL: as they were given */
	struct buf changes;	/* what was changed for that */
};

struct push {
	struct push_config c;
	struct push_events on;
	const struct api *api;		/* may be changed between requests */
	struct accounting *sum;
	struct push_slot *slot;		/* in_flight + 1 */
	struct push_slot *filling;	/* NULL: none */
	struct gzip *gzip;		/* NULL: identity from now on */
	int64_t flush_at;		/* of the batch that is being filled */
	uint64_t orders;
	size_t limit;			/* bytes of a request; learnt from answers */
	unsigned sending, window;
	bool careful;			/* some request has failed since the window was wide */
	unsigned allowed;		/* requests at once with this server */
	struct backoff backoff;
	struct rate rate;
	int64_t rate_until;		/* what is next waits until then; 0: it need not */
	struct verdict verdict;		/* the last one */
	bool accepted;			/* the server has stored something */
	unsigned singles;		/* lines refused without a reason that names them */
	int64_t trouble_since;		/* 0: all is well */
	struct buf trouble;		/* what was wrong last */
	struct buf told;		/* what of it was told; empty: nothing */
};

/* sum is borrowed; on.* must all be there. gzip: compress requests. seed: of the jitter. */
void push_init(struct push *p, const struct push_config *c, const struct push_events *on,
    const struct api *api, struct accounting *sum, bool gzip, uint64_t seed);
void push_free(struct push *p);

/* Which server it is will not turn out otherwise: it has stored something, or no other is left. */
bool push_is_sure(const struct push *p);
/* So many requests at once, 1 to in_flight, and no more memory than for these. */
void push_allow(struct push *p, unsigned requests);
/* A line can be taken. */
bool push_has_room(const struct push *p);
/* Takes a point, without newline. There must be room. The caller counts it as read. */
void push_line(struct push *p, struct span line, uint64_t number, int64_t now);
/* No line will follow: what is there is sent without waiting for more, but in its turn. */
void push_end(struct push *p);
/* Points that are neither delivered nor rejected; also set in the accounting. */
uint64_t push_pending(struct push *p);
/* Those of them whose number is below. */
uint64_t push_pending_below(const struct push *p, uint64_t number);
/* The number of the first line that is neither; UINT64_MAX: there is none. */
uint64_t push_oldest(const struct push *p);

/* To be called before push_next() and push_deadline(), with the same time. */
void push_tick(struct push *p, int64_t now);
/* The slot whose lines are to be sent now, or -1. It counts as sent from then on. */
int push_next(struct push *p, int64_t now);
/*
 * Whether its body is to be compressed and is not yet. push_body() does that, but until it is
 * called somebody else may: one gzip member of *lines, appended to *out.
 */
bool push_unpacked(struct push *p, int slot, struct span *lines, struct buf **out);
/*
 * Whether it pays that somebody else does: more lines come, and of the requests that may be under
 * way the server has less than half. packing: those that somebody has.
 */
bool push_hurries(const struct push *p, unsigned packing);
/* Its body; *packed tells that it is gzip. Valid until the answer. */
struct span push_body(struct push *p, int slot, bool *packed);

enum push_advice {
	PUSH_ON,	/* go on */
	PUSH_LOGIN,	/* refused: read the token and password files again */
	PUSH_CREATE,	/* make the database, then push_retry_now() or push_fail() */
	PUSH_SWITCH,	/* set another api; what was sent will be sent there */
	PUSH_REFUSED,	/* nothing was ever accepted and this will not mend itself: end */
};

/* The answer to a slot's request. verdict.text and verdict.check are there for a message. */
enum push_advice push_answer(struct push *p, int slot, const struct verdict_answer *a, int64_t now);
/* Something else that sending depends on failed, or went well again. */
void push_fail(struct push *p, struct span text, const char *check, int64_t now, int64_t asked);
void push_retry_now(struct push *p);

/* When to call push_next() again even if nothing happens; 0: no need. */
int64_t push_deadline(const struct push *p, int64_t now);
/* The trouble has lasted longer than give_up, and there are points that it holds up. */
bool push_gave_up(const struct push *p, int64_t now);

#endif
