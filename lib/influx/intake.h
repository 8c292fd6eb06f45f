#ifndef INFLUX_INTAKE_H
#define INFLUX_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * From the bytes of the input to the lines that are sent: comments and blank lines are left out,
 * CR is cut off, every line has a time in nanoseconds. Knows no descriptor and no clock.
 */
struct intake {
	unsigned zeros;		/* the input counts 10^zeros ns: 0, 3, 6 or 9 */
	bool accept_tail;	/* an unterminated last line is used */
	bool ready;		/* the lines have come out of an intake before */
	uint64_t number;	/* lines seen so far */
	uint64_t comments;	/* comment lines among them */
	int64_t stamp;		/* the last time given to a line without one */
	bool skipping;		/* in a line that is too long */
	size_t plain;		/* so many of the next bytes are ASCII without quotes and backslashes */
	struct buf line;	/* one that had to be changed */
};

enum intake_kind {
	INTAKE_MORE,		/* no whole line: read on */
	INTAKE_SILENT,		/* nothing to send: a comment, a blank line, a piece of a long one */
	INTAKE_POINT,
	INTAKE_REFUSED,		/* a line that must not be sent */
};

struct intake_line {
	enum intake_kind kind;
	struct span text;	/* without newline; borrowed from data or the intake until the next call */
	uint64_t number;	/* where it begins */
	const char *reason;	/* of a refused one: a constant text */
	bool torn;		/* refused because it is the unterminated last line */
};

/* Also the longest string: a quote that is never closed must not swallow the whole input. */
enum { INTAKE_LINE_MAX = 1 << 20 };

/* precision: ns, us, ms or s; false for another word. *in must be zero at first. */
bool intake_precision(struct intake *in, const char *precision);

/*
 * The next line of data, the bytes not yet consumed. end: no more will come. now: when they were
 * read, in nanoseconds since 1970; lines without a time get it, each a nanosecond more than the
 * one before, so that no two points of a series fall together. Returns how many bytes to consume
 * (0 with MORE); data of the next call goes on behind these.
 */
size_t intake_next(struct intake *in, struct span data, bool end, int64_t now,
    struct intake_line *out);
void intake_free(struct intake *in);

#endif
