#ifndef POINT_CONVERT_H
#define POINT_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "can/logline.h"
#include "can/stamp.h"
#include "point/point.h"

/* From lines of candump to lines of points, memory to memory. */

/* Told of each line that is no frame, and why ("expected ..."). line: from 1, within the log. */
typedef void convert_skip(void *arg, uint64_t line, struct span text, const char *expected);

struct convert_counts {
	uint64_t lines, frames, skipped, unterminated;
	uint64_t unknown, no_data, empty, thinned;	/* frames without points, by reason */
	struct point_counts points;
};

struct convert {
	struct point *point;	/* borrowed */
	bool snapshots;		/* some may be due before a frame */
	struct stamp stamp;
	convert_skip *skip;
	void *arg;
	uint64_t line;		/* of the log that is being read; to be set to 0 for the next one */
	struct convert_counts counts;
	struct logline before;	/* what the line before was like */
	struct frame frame;
};

/* start: what times below 1e8 s count from. */
void convert_init(struct convert *c, struct point *point, int64_t start, convert_skip *skip,
    void *arg);

/*
 * One line without its newline. Appends to out; false when that holds enough bytes before the line
 * was its turn: write them and call again.
 */
bool convert_line(struct convert *c, const char *p, size_t n, struct buf *out, size_t enough);

/*
 * Whole lines, each with its newline, until the block is used up or out holds enough bytes;
 * the block becomes what is left.
 */
void convert_lines(struct convert *c, struct span *block, struct buf *out, size_t enough);

void convert_add_counts(struct convert_counts *to, const struct convert_counts *from);

#endif
