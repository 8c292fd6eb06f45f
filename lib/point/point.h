#ifndef POINT_POINT_H
#define POINT_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "can/frame.h"
#include "point/field.h"
#include "point/layout.h"
#include "point/options.h"

/*
 * From frames to line protocol. What the points look like is worked out once for each message
 * and bus; a frame then is a look-up, a run over a table and bytes copied. Memory is bounded
 * whatever ids and bus names come (see routes.h).
 */
struct point;

/*
 * options and what it points to are borrowed and must outlive the object. note is told, before
 * this returns, what had to be named otherwise.
 */
struct point *point_new(const struct point_options *o, field_note *note, void *arg);
void point_free(struct point *p);

/*
 * For several threads: an object of its own over the same schema, to be freed before p. It writes
 * no #meta lines but marks where they may be due; p, which sees the marks in the order of the
 * output, puts in those that have not been written yet.
 */
struct point *point_clone(const struct point *p);

struct point_mark {
	size_t at;		/* offset in the output */
	uint32_t id;
	bool extended;
	uint8_t bus_len;
	char bus[FRAME_BUS_MAX];
};

/* Appends the marks since the last call to out (an array of struct point_mark). */
void point_take_marks(struct point *p, struct buf *out);
void point_put_meta(struct point *p, const struct point_mark *m, struct buf *out);

enum point_result {
	POINT_WRITTEN,
	POINT_UNKNOWN,		/* no database has a message for it */
	POINT_NO_DATA,		/* a remote or error frame */
	POINT_EMPTY,		/* none of the wanted signals is in it */
	POINT_THINNED,		/* nothing that --changes or --snapshot would write now */
};

/* Appends the frame's points, and before the first one of a series its #meta lines. */
enum point_result point_frame(struct point *p, const struct frame *f, struct buf *out,
    struct point_counts *c);

/*
 * With --snapshot, to be called before point_frame(): writes the snapshots that are due before a
 * frame of the time ns. After a long pause they may be many: false, and more are due, when out
 * holds enough bytes.
 */
bool point_has_snapshots(const struct point *p);
bool point_advance(struct point *p, int64_t ns, struct buf *out, size_t enough,
    struct point_counts *c);

/* At the end of the input: the snapshot of the interval that has begun. */
void point_finish(struct point *p, struct buf *out, struct point_counts *c);

/* Whether a database has a message for the frame. */
bool point_knows(const struct point *p, const struct frame *f);

/* How many signals are wanted; for "nothing matches --select". */
size_t point_wanted(const struct point *p);

enum point_list_format { POINT_LIST_TEXT, POINT_LIST_JSON, POINT_LIST_META };

/* What the databases hold, into an empty buf: a table, an array of messages, #meta lines. */
void point_list(const struct point *p, enum point_list_format format, struct buf *out);

#endif
