#ifndef INFLUX_SPOOL_H
#define INFLUX_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "influx/segment.h"

/*
 * Points on disk, first in, first out: a folder with segments of line protocol (NNNNNNNNNN.lp), the
 * records of each (.sum), the position and the lock. Only spool*.c know their descriptors; what
 * the bytes mean is in segment.h.
 */
enum { SPOOL_LEAST = 1 << 22 };	/* of max: room for a few of the largest blocks */
enum spool_fsync { SPOOL_ALWAYS, SPOOL_INTERVAL, SPOOL_NEVER };

struct spool_config {
	const char *path;		/* borrowed */
	uint64_t max;			/* bytes of the segments and their records */
	enum spool_fsync fsync;
};

struct spool_segment {
	uint64_t number;
	uint64_t size, sums;		/* bytes of the two files */
	uint64_t points;		/* recorded */
	uint64_t first;			/* the count of points taken when reading it began */
	bool damaged;			/* kept under another name when it is done with */
	int data, sum;			/* of an older one that is to be committed; -1: there is no need */
};

struct spool {
	struct spool_config c;
	int dir, lock;
	struct spool_segment *segment;	/* the oldest first */
	size_t count, room;
	uint64_t next;			/* number of the next segment */
	struct segment_position position;	/* as it was saved last */
	int place;			/* where that is; -1: not open */
	unsigned slot;			/* of the two, the one to write next */
	bool moved;			/* saved since the last spool_sync() */
	/* the newest segment, when it is ours */
	int data, sum;			/* -1: none */
	bool dirty;			/* written since the last spool_sync() */
	/* reading */
	size_t reading;			/* index of the segment */
	int read_data, read_sum;	/* -1: not open */
	struct buf sums;
	uint64_t sums_at;
	struct segment_walk walk;
	uint64_t passing;		/* recorded points up to there */
	struct segment_position at;	/* behind what was taken */
	int read_err;			/* the last spool_read() failed, and can be tried again */
	unsigned read_tries;		/* after some of them what cannot be read is lost */
	/* points */
	uint64_t before;		/* there at the start */
	uint64_t written, taken;
	uint64_t lost;			/* damaged, or dropped with a segment */
	uint64_t cut;			/* of these, at the start: in a torn tail */
	uint64_t damaged;		/* of these: where bytes are not what was written */
};

/*
 * Makes the folder if need be, locks it and looks at what is in it. 0 or an errno; EWOULDBLOCK:
 * another process has it (spool_owner()).
 */
int spool_open(struct spool *s, const struct spool_config *c);
/* The process that the lock names, 0 when it cannot be told. held: it is alive and has the lock. */
uint64_t spool_owner(const char *path, bool *held);
/* The same as spool_open(), without lock and changing nothing: for a look at the counters. */
int spool_look(struct spool *s, const char *path);
void spool_close(struct spool *s);

/*
 * Appends whole lines, at most half of max. 0; ENOSPC also when all would be more than max; or
 * another errno. On failure nothing of it is there.
 */
int spool_write(struct spool *s, struct span lines, uint64_t points);
/* Drops the oldest segment; what was not taken from it is lost. False: there is none. */
bool spool_drop_oldest(struct spool *s);
/*
 * What was written and saved is on the disk afterwards, by the rule of the configuration. 0, or an
 * errno.
 */
int spool_sync(struct spool *s);

/*
 * Appends the next block to *out; false: there is none now. at is where it begins, or as far as
 * all was looked at; the caller moves it with spool_take() over each line. With read_err it failed,
 * and is to be called again after a while.
 */
bool spool_read(struct spool *s, struct buf *out);
/* All that was written has been taken. */
bool spool_is_read(const struct spool *s);
/*
 * Where that was so before the last spool_write(): its caller has the block, in place of
 * spool_read(). False: it is to be read.
 */
bool spool_pass(struct spool *s);
/* The next n bytes are taken; returns how many points have been, which is the number of a point. */
static inline uint64_t
spool_take(struct spool *s, size_t n, bool point)
{
	s->at.offset += n;
	s->at.points += point;
	s->taken += point;
	return s->taken;
}
/* Points that were written and not taken. */
uint64_t spool_untaken(const struct spool *s);
/* Points below this number are not in the folder any more. */
uint64_t spool_first(const struct spool *s);
/* All before p is dealt with: saves that, which is cheap, and removes what is not needed. 0, or an
 * errno. */
int spool_acknowledge(struct spool *s, const struct segment_position *p);
/* Everything is dealt with: removes all segments. 0, or an errno. */
int spool_finish(struct spool *s);
/* Bytes of all files. */
uint64_t spool_bytes(const struct spool *s);

#endif
