#ifndef SOURCE_FEED_H
#define SOURCE_FEED_H

#include "source/track.h"

/*
 * All that one run reads, as one stream: recordings one after the other or interleaved in order of
 * time, once or several times, from one time to another; then live buses.
 */

/* A moment: absolute, or so long after the first frame. */
struct feed_edge {
	bool given, relative;
	int64_t ns;
};

struct feed_options {
	struct track_options track;
	struct feed_edge from, until;	/* both inclusive; of recordings */
	bool merge;
	uint64_t rounds;		/* the recordings are read so often; 0: for ever */
};

/* Reading ends so far behind `until`: frames of several buses may be a bit out of order. */
#define FEED_SLACK (60 * INT64_C(1000000000))

struct feed_lane;

struct feed {
	/* What feed_next() gives, and about what. */
	struct source *source;		/* NULL with FAILED: path could not be opened */
	const struct track *track;	/* NULL: a live bus */
	const char *name;		/* for messages */
	int64_t ns;			/* FRAME: its time, since 1970 */
	int err;			/* FAILED */

	/* Counters. */
	struct source_counts counts;	/* of what is closed; feed_counts() has all */
	struct source_kind kind[SOURCE_KINDS];
	uint64_t outside;		/* frames that were read, but not within from and until */
	uint64_t back;			/* frames whose time is before that of the one before in their file */

	/* For feed.c alone. */
	const struct feed_options *o;
	const char *const *path;	/* borrowed; NULL: standard input */
	size_t paths, opened;
	struct source *live;
	struct feed_lane *lane;		/* those open: one, or with merge all */
	size_t lanes;
	struct feed_lane *current;	/* whose result was given last */
	bool edges_known, live_now;
	bool cut;			/* a signal ended a file, or the rounds, before their end */
	int64_t from, until;
	uint64_t round, frames;		/* frames: of this round */
	int64_t first, newest, offset;	/* times of this round, and what is added to them */
};

/* Everything is borrowed. live: opened, or NULL; the feed closes it. */
void feed_init(struct feed *f, const struct feed_options *o, const char *const *path, size_t paths,
    struct source *live);
void feed_close(struct feed *f);
/*
 * As source_next(). FAILED is about one file (or the live buses): the rest goes on. After a signal
 * no further file is opened.
 */
enum source_result feed_next(struct feed *f, bool wait);
/*
 * Whether a signal ended the recordings before all of them were read. Not of what ends in no other
 * way: a file that is followed, rounds for ever, and a pipe, which is read for the grace time.
 */
bool feed_interrupted(const struct feed *f);
/*
 * Behind a FRAME of a recording: further lines of it, at most count, that may be written as they
 * stand (f->ns is then the time of the last one). Empty where there are none, and where frames may
 * not be taken in pieces, as they are merged or moved by rounds.
 */
uint64_t feed_run(struct feed *f, uint64_t count, bool nanoseconds, struct span *piece);
/* The counters so far, what is open included. */
struct source_counts feed_counts(const struct feed *f);
/* Bytes read so far of the recordings' files, and how many there are; *total 0: not known. */
void feed_progress(const struct feed *f, uint64_t *done, uint64_t *total);

#endif
