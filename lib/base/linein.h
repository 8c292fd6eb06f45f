#ifndef BASE_LINEIN_H
#define BASE_LINEIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Input from a descriptor in large reads. The two levels: linein_fill() gives bytes to a caller
 * that finds its own ends of lines (line protocol has newlines inside strings); linein_block()
 * gives blocks of whole lines. Memory: one buffer of at most 2 * LINEIN_MAX_LINE.
 */
enum {
	LINEIN_READ = 1 << 18,		/* bytes asked of one read(2) */
	LINEIN_MAX_LINE = 1 << 20,	/* longer lines are dropped, counted */
};

enum linein_result {
	LINEIN_DATA,
	LINEIN_IDLE,		/* nothing to read right now: flush, then call again to wait */
	LINEIN_TAIL,		/* linein_block(): the unterminated last line; LINEIN_END follows */
	LINEIN_END,
	LINEIN_WAKE,		/* a signal or the deadline came, the input goes on */
	LINEIN_ERROR,		/* err says which */
};

struct linein {
	int fd;			/* borrowed */
	/* Where set, bytes come from here, not from fd: appends to *b what linein_fill() returns. */
	enum linein_result (*pull)(void *arg, struct buf *b, bool wait, int64_t deadline);
	void *pull_arg;		/* borrowed */
	/*
	 * Where set, is asked at the end of fd, unless `left` has ended it: IDLE (only without wait) or
	 * WAKE when it is to be read again, END when not.
	 */
	enum linein_result (*at_end)(void *arg, bool wait);
	void *end_arg;		/* borrowed */
	int err;		/* errno of a failed read */
	bool eof;
	bool stop_now;		/* end at the first signal (this stage is the source) */
	int64_t grace;		/* else: this long after it, in ns */
	struct buf b;
	size_t at;		/* what lies before is consumed */
	/* The caller may change these. */
	char newline;		/* what ends a line: '\n' */
	size_t chunk;		/* bytes asked of one read(2): LINEIN_READ */
	uint64_t left;		/* bytes still to be read, then END: UINT64_MAX */
	bool skipping;		/* inside a line that is too long */
	uint64_t bytes;		/* read so far */
	uint64_t long_lines;	/* dropped, longer than LINEIN_MAX_LINE */
	bool stopped;		/* ended by a signal or at the end of the grace time */
};

/* fd stays the caller's. grace: ns that input is still taken for after the first signal. */
void linein_init(struct linein *l, int fd, int64_t grace);
void linein_free(struct linein *l);

/*
 * Reads once and appends to what is unconsumed. With wait false nothing blocks: IDLE instead.
 * deadline: a clock_mono() time at which a wait returns WAKE, or 0 for none. END when the input
 * (or the grace time after a signal) has ended. The buffer grows as long as nothing is consumed:
 * the caller bounds that.
 */
enum linein_result linein_fill(struct linein *l, bool wait, int64_t deadline);
static inline struct span
linein_data(const struct linein *l)
{
	return l->b.p ? span_of(l->b.p + l->at, l->b.len - l->at) : span_of(NULL, 0);
}
static inline void
linein_consume(struct linein *l, size_t n)
{
	l->at += n;
}

/*
 * The memory of all that l has given goes into *b, where spans of it stay as they are; that of *b,
 * with what has not been consumed, takes its place.
 */
void linein_trade(struct linein *l, struct buf *b);

/*
 * What `to` gives next, without a copy; all that it has must be consumed. linein_give(): what is in
 * *b, which is empty afterwards. linein_pass(): bytes that `from` has given and that are still
 * where they were.
 */
void linein_give(struct linein *to, struct buf *b);
void linein_pass(struct linein *to, struct linein *from, struct span bytes);

/*
 * Goes on at an offset of the file that fd is; what was read and not consumed is dropped. False
 * where fd cannot seek; nothing has changed then.
 */
bool linein_seek(struct linein *l, uint64_t offset);

/*
 * The next block of whole lines, each with its newline, borrowed until the next call. DATA,
 * IDLE once before it would wait, TAIL (without newline), END, WAKE or ERROR. A line longer than
 * LINEIN_MAX_LINE is dropped and counted in long_lines; it stood before what comes next.
 */
enum linein_result linein_block(struct linein *l, struct span *block, bool wait, int64_t deadline);

#endif
