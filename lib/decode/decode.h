#ifndef DECODE_DECODE_H
#define DECODE_DECODE_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "can/frame.h"
#include "decode/plan.h"

/*
 * The lists of signals that the selectors' values bring into a frame: m->always first. A signal
 * of them is there when f->len >= its need. list has room for 2 + m->selectors. Returns how many;
 * each signal stands in at most one.
 */
size_t decode_lists_selected(const struct frame *f, const struct plan_list **list);

static inline size_t
decode_lists(const struct plan_message *m, const struct frame *f, const struct plan_list **list)
{
	list[0] = &m->always;
	return m->selectors ? decode_lists_selected(f, list) : 1;
}

uint64_t decode_raw_ninth(const struct plan_signal *s, const uint8_t *data);

/*
 * The raw value of a signal that is there: sign-extended for signed signals, the bits for floats.
 * data is read up to 8 bytes behind what arrived; what lies there has no influence.
 */
static inline uint64_t
decode_raw(const struct plan_signal *s, const uint8_t *data)
{
	uint64_t w;

	if (__builtin_expect(s->ninth, 0))
		return decode_raw_ninth(s, data);
	memcpy(&w, data + s->byte, 8);
	w = (s->big_endian ? be64toh(w) : le64toh(w)) << s->left;
	return s->is_signed ? (uint64_t)((int64_t)w >> s->right) : w >> s->right;
}

/* A signal that is present in a frame. */
struct decode_value {
	const struct plan_signal *signal;
	uint64_t raw;
};

/*
 * The wanted signals that are wholly inside what arrived. list as for decode_lists(); v has room
 * for m->wanted values.
 */
size_t decode_frame(const struct plan_message *m, const struct frame *f,
    const struct plan_list **list, struct decode_value *v);

#endif
