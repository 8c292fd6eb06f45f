#ifndef POINT_PRETTY_H
#define POINT_PRETTY_H

#include "base/buf.h"
#include "decode/decode.h"

/*
 * A frame for people: a line with the local time, bus, id, message and the bytes, and below it a
 * line for each value, aligned, with its unit and label. Characters that control a terminal are
 * written as '?'.
 */
struct pretty {
	bool color;
	int64_t second;		/* of the time last written; all zeroes at the start */
	char date[24];
};

/* Of what a frame or a snapshot says. m: NULL without one, then n is 0. */
struct pretty_frame {
	int64_t ns;
	struct span bus;
	uint32_t id;
	bool extended;
	const struct frame *frame;	/* its bytes; NULL: a snapshot has none */
	const struct plan_message *m;
	const struct decode_value *v;
	size_t n;
};

void pretty_put(struct pretty *p, const struct pretty_frame *f, struct buf *out);

#endif
