#ifndef LINE_LINES_H
#define LINE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/linein.h"
#include "base/span.h"

/*
 * The lines of a stream of line protocol, block by block. One that is longer than LINEIN_MAX_LINE,
 * such as all behind a string that is never closed, is given up at its first newline: behind that
 * the rest may be good again. All zeroes before the first block.
 */
struct lines {
	bool skipping;		/* inside a line that is too long */
};

enum lines_kind {
	LINES_NONE,		/* no whole line: what is there comes again, with what follows it */
	LINES_LINE,		/* with its newline, as scanner_line_end() finds it */
	LINES_LONG,		/* what is there of a line that is too long */
	LINES_REST,		/* more of that */
};

/* What was expected where a line is too long, for a message. */
extern const char lines_expected[];

/* What a block begins with, and its length; with LINES_NONE 0. */
enum lines_kind lines_next(struct lines *l, struct span block, size_t *n);

#endif
