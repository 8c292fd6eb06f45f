#ifndef POINT_DESCRIBE_H
#define POINT_DESCRIBE_H

#include "base/buf.h"
#include "decode/plan.h"
#include "point/field.h"
#include "point/options.h"
#include "point/series.h"

/* What is known of signals beyond their values: #meta lines and lists. */

/*
 * The #meta lines of the wanted signals of s->message (man/canpipe-points.5). fields as
 * field_compile() made them; s names bus and id for templates that ask for them.
 */
void describe_meta(struct buf *out, const struct point_options *o, const struct plan_message *m,
    const struct point_field *fields, const struct series *s);

/* The message and its wanted signals as lines of a table for people. bus: empty for all. */
void describe_message(struct buf *out, const struct plan_message *m, struct span bus);

/* The same as one JSON object; first: no comma before it. Texts are UTF-8, numbers exact. */
void describe_json(struct buf *out, const struct plan_message *m, struct span bus,
    bool first);

#endif
