#ifndef DECODE_DECODE_H
#define DECODE_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "can/frame.h"
#include "decode/plan.h"

/* A signal that is present in a frame. */
struct decode_value {
	const struct plan_signal *signal;
	uint64_t raw;		/* sign-extended for signed signals, the bits for floats */
};

/*
 * The wanted signals that are wholly inside what arrived: first those that depend on no
 * selector, then those that the selectors' values bring in, each at most once. v has room for
 * m->wanted values. Returns how many. Data frames only; f->data is read up to 8 bytes behind
 * f->len, and what lies there has no influence.
 */
size_t decode_frame(const struct plan_message *m, const struct frame *f, struct decode_value *v);

/* One signal's raw value; f->len >= s->need. */
uint64_t decode_raw(const struct plan_signal *s, const uint8_t *data);

#endif
