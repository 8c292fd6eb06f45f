#ifndef SOURCE_LIVE_H
#define SOURCE_LIVE_H

#include "base/arena.h"
#include "can/filter.h"
#include "source/merge.h"
#include "source/source.h"

/*
 * Live buses as one source: lanes of several kinds, each with a descriptor, waited for together,
 * their frames in order of time. What a lane has to tell is queued with it and told in its order.
 */

enum live_local {
	LIVE_ALL,
	LIVE_OTHERS,		/* not what this machine sent */
	LIVE_LOCAL,		/* only what this machine sent */
};

/* What is wanted, once for all lanes. */
struct live_options {
	enum live_local local;
	bool direction;		/* say of each frame whether this machine sent it */
	bool hwtime;		/* the adapter's time stamps, where it has them */
};

/* One of them, as the command line has it. */
struct live_want {
	const struct live_kind *kind;
	struct span name;		/* what the kind makes of it; borrowed */
	const struct filter *filter;	/* borrowed while the source lives; NULL: all data frames */
};

/* Why one cannot be opened. */
struct live_error {
	size_t want;		/* which of them */
	char name[80];		/* of its lane, for messages */
	const char *why;	/* a constant */
	int err;		/* errno, or 0 where it says nothing more */
	struct span got;	/* where part of the name is wrong: from there on; else p is NULL */
};

enum { LIVE_EVENTS = 8, LIVE_WHY = 120 };

struct live_event {
	enum source_result what;	/* DOWN, BACK, NOTE, SKIPPED, LOST */
	uint64_t count;			/* LOST */
	char why[LIVE_WHY];		/* LOST: what, in the plural */
};

struct live_lane {
	const struct live_kind *kind;
	const struct filter *filter;
	char name[80];			/* for messages */
	int fd;				/* -1: nothing to wait for at present */
	short events;			/* of poll(2) */
	int64_t wake;			/* on clock_mono(): tick() is to be called then; 0: not */
	bool more;			/* read() stopped for want of room: there may be further frames */
	bool down;			/* told */
	void *state;
	size_t index;
	/* For live.c alone. */
	struct live_event event[LIVE_EVENTS];
	size_t first, count;
};

struct live {
	struct source *s;
	const struct live_options *o;
	int64_t real, mono;		/* when the round began */
	/* For live.c alone. */
	struct live_lane *lane;
	struct pollfd *poll;		/* one for each lane, and the last for signals */
	size_t lanes;
	struct merge merge;
	struct arena names;
	struct live_event told;		/* what source->expected points into */
	int64_t stop_at;		/* real time of the signal; 0: none yet */
	int64_t newest;			/* stamp of what was read last */
	bool read_any;			/* in this round */
	bool end;			/* nothing is read any more */
};

/* A kind of live bus. */
struct live_kind {
	const char *name;
	/* Makes the lane ready, l->name too. False with *e filled (but want), and nothing to close. */
	bool (*open)(struct live *c, struct live_lane *l, struct span name, struct live_error *e);
	/*
	 * Reads what is there without waiting and puts at most n frames at *it. Returns how many, with
	 * l->more where the room or a limit ended it; or -errno for what cannot go on.
	 */
	int (*read)(struct live *c, struct live_lane *l, struct merge_item *it, size_t n);
	/* l->wake has come; sets it anew. NULL: never asked. */
	void (*tick)(struct live *c, struct live_lane *l);
	/* The end: what was lost behind the last frame. NULL: nothing. */
	void (*finish)(struct live *c, struct live_lane *l);
	void (*close)(struct live_lane *l);
};

/*
 * Opens all of them (count >= 1) as one source. False with *e filled; nothing is to be closed then.
 * The options stay borrowed.
 */
bool live_open(struct source *s, const struct live_want *want, size_t count,
    const struct live_options *o, struct live_error *e);

/* --- for the kinds -------------------------------------------------------------------------- */

/* The bus is down, or up again; said once each. why: what is behind "NAME: ". */
void live_down(struct live_lane *l, const char *why, ...) __attribute__((format(printf, 2, 3)));
void live_back(struct live_lane *l, const char *why, ...) __attribute__((format(printf, 2, 3)));
/* Something to know. */
void live_note(struct live_lane *l, const char *text, ...) __attribute__((format(printf, 2, 3)));
/* Something was received that is no frame; counted as a record. why: continues "expected ". */
void live_skip(struct live *c, struct live_lane *l, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
/* Something was received that is no frame and is not to be one: as source_other(). */
void live_other(struct live *c, const char *kind);
/* "frames" (or datagrams of them) were dropped before they could be read. */
void live_lost(struct live_lane *l, uint64_t count, const char *what);
/* So much is to be told that reading on would lose some: read() returns, with l->more. */
bool live_is_full(const struct live_lane *l);
/* A name that lives as long as the source. */
const char *live_name(struct live *c, struct span name);
/* Whether the lane's filter and the options take a frame: kernels do that, networks do not. */
bool live_takes(const struct live_lane *l, const struct merge_item *it);

#endif
