#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "can/frame.h"
#include "source/input.h"

/*
 * Where frames come from: a recording in one of the formats of a table, or live buses. A source
 * gives one result after the other; it prints nothing and decides nothing about them.
 */
enum source_result {
	SOURCE_FRAME,		/* frame; line is the log line that it was, where it was one */
	SOURCE_SKIPPED,		/* number, line, expected: something that is no frame */
	SOURCE_UNTERMINATED,	/* number: the last line has no newline and was not used */
	SOURCE_DAMAGED,		/* expected: compressed data that cannot be unpacked further; END follows */
	SOURCE_LOST,		/* bus, count: frames that the kernel had no room for */
	SOURCE_DOWN,		/* bus: the interface went down; frames may come again */
	SOURCE_BACK,		/* bus: they do */
	SOURCE_GONE,		/* bus: the interface was removed; the others go on */
	SOURCE_IDLE,		/* nothing to read right now: flush, then call again to wait */
	SOURCE_WAKE,		/* a signal came, the source goes on */
	SOURCE_END,		/* no more, or stopped by a signal */
	SOURCE_FAILED,		/* err */
	SOURCE_LINE,		/* of source_line() alone */
};

struct source_counts {
	uint64_t bytes;		/* read from files, as they are there */
	uint64_t lines;		/* of files: blank + skipped + unterminated + frames */
	uint64_t blank;		/* blank lines and comments */
	uint64_t skipped;
	uint64_t unterminated;
	uint64_t received;	/* frames from buses */
	uint64_t lost;		/* frames that the kernel dropped; not among received */
};

struct source {
	struct frame frame;
	struct span line;	/* without its newline, borrowed until the next call */
	uint64_t number;	/* of the line, from 1 */
	const char *expected;	/* continues "expected " */
	const char *bus;
	uint64_t count;
	int err;
	int64_t now;		/* when what is being given was read, ns since 1970 */
	struct source_counts counts;

	/* For the readers alone. */
	const struct source_reader *reader;
	void *state;		/* the reader's */
	struct input input;
	struct span rest;	/* lines read, not yet given */
	uint64_t long_lines;	/* as far as they were reported */
	bool damage_told;
	bool accept_unterminated;
};

/* A format of recordings (or, not in the table, the live buses). */
struct source_reader {
	const char *name, *about;
	/*
	 * head: the first bytes, unpacked. The first row of the table that says yes reads the file;
	 * NULL, in the last row alone: takes what no other has recognised.
	 */
	bool (*sniff)(struct span head);
	enum source_result (*next)(struct source *s, bool wait);
	void (*close)(struct source *s);	/* gives s->state back; NULL: nothing to do */
};

/*
 * Opens a recording; path NULL is standard input. grace: ns that a pipe is still read for after
 * the first signal. 0, or an errno; nothing is to be closed then.
 */
int source_open(struct source *s, const char *path, bool accept_unterminated, int64_t grace);
static inline enum source_result
source_next(struct source *s, bool wait)
{
	return s->reader->next(s, wait);
}
void source_close(struct source *s);

/*
 * For readers of line formats: the next line in s->line, counted (s->number, s->counts.lines).
 * LINE, or what next() has to return. Lines that are too long come as SKIPPED.
 */
enum source_result source_line(struct source *s, bool wait);

/* The readers. */
extern const struct source_reader source_candump;

#endif
