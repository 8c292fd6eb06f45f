#ifndef INFLUX_SEGMENT_H
#define INFLUX_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * What a spool's files say, as bytes. A segment is line protocol and nothing else; beside it stands
 * a file with a record for each block that was appended to it, and one position for all.
 */
struct segment_record {
	uint64_t from, to;	/* bytes of the segment */
	uint64_t points;	/* in them */
	uint64_t hash;		/* of them */
};

/* Bytes of a record, all the same, so that a damaged one does not hide the next. */
enum { SEGMENT_RECORD = 67 };
/* The record of a block that begins at `from`. */
struct segment_record segment_record(uint64_t from, struct span block, uint64_t points);
/* Whether the bytes are those that were recorded. */
bool segment_holds(const struct segment_record *r, struct span block);
void segment_put(struct buf *out, const struct segment_record *r);

enum segment_kind {
	SEGMENT_BLOCK,
	SEGMENT_GAP,	/* bytes that no record vouches for: from and to say which */
	SEGMENT_END,
};

/* A walk through the records; all zeroes is its beginning. */
struct segment_walk {
	uint64_t end;	/* of what has been seen of the segment */
};

/*
 * The next piece of a segment of size bytes; the records read are taken off *sums. A record that is
 * damaged or out of order is none; half a record stays. There may be blocks past size.
 */
enum segment_kind segment_next(struct segment_walk *w, struct span *sums, uint64_t size,
    struct segment_record *r);

/* All before it is dealt with. */
struct segment_position {
	uint64_t segment, offset;
	uint64_t points;	/* of this segment, before the offset */
};

/* Bytes of a position, always the same: one takes the place of another. */
enum { SEGMENT_POSITION = 50 };
void segment_put_position(struct buf *out, const struct segment_position *p);
/* False for anything but what segment_put_position() has written. */
bool segment_parse_position(struct span text, struct segment_position *p);
/* a lies before b. */
static inline bool
segment_before(const struct segment_position *a, const struct segment_position *b)
{
	return a->segment != b->segment ? a->segment < b->segment : a->offset < b->offset;
}

#endif
