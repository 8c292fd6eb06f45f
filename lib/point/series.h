#ifndef POINT_SERIES_H
#define POINT_SERIES_H

#include "base/buf.h"
#include "point/options.h"

/* What frames are written to as they are. */
#define SERIES_RAW "can_frame"

/* What a point is about. */
struct series {
	struct span bus;
	uint32_t id;			/* of the frame */
	bool extended;
	bool j1939;
	const struct db_message *message;	/* NULL: a raw frame */
	const struct db_signal *signal;		/* NULL: the point has several */
};

/* True when s is a measurement template: text with {message} {node} {bus} {id}. */
bool series_check_template(struct span s);

/* The automatic tags in force, after the layout's default and what must be there. */
unsigned series_tags(const struct point_options *o);

/* A tag of this key may be written: then it is no name for a field (servers confuse the two). */
bool series_has_tag(const struct point_options *o, struct span key);

/*
 * Appends "measurement,tag=value,..." with the tags sorted by key. mask: the automatic tags that
 * may be written; extra: the user's too. #meta lines name what identifies a field and no more.
 */
void series_put(struct buf *out, const struct point_options *o, const struct series *s,
    unsigned mask, bool extra);

/*
 * Appends what tells the measurements of one message's points from those of another's, whatever bus
 * they come from: messages whose points may share a measurement have the same.
 */
void series_put_scope(struct buf *out, const struct point_options *o, const struct db_message *m,
    bool j1939);

/* The series of one message's #meta lines differ with the bus; with the id. */
bool series_depends_on_bus(const struct point_options *o);
bool series_depends_on_id(const struct point_options *o);

/* The automatic tag of this name, 0 when there is none: for --tags. */
unsigned series_tag_bit(struct span name);

#endif
