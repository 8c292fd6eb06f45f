#ifndef POINT_RAW_H
#define POINT_RAW_H

#include "base/buf.h"
#include "can/frame.h"
#include "line/writer.h"

/*
 * A frame as it is: HEAD dlc=8i,data="1122334455667788" TIME, with bytes also b0=17i,b1=34i ...;
 * remote=true and error=true where it is such a frame. dlc is the number of data bytes (of a
 * remote frame: asked for).
 */
void raw_put(struct buf *out, struct span head, const struct frame *f, bool bytes,
    struct writer_time *time);

/* Whether it is a tag or a field of such a point, one without the bytes as integers. */
bool raw_has_key(struct span name);

#endif
