#ifndef PROM_FRAME_H
#define PROM_FRAME_H

#include "prom/expose.h"
#include "prom/snapshot.h"

/*
 * The part of a page that stays the same while no series comes or goes: what stands before each
 * value, in order of names, and what is to be done with the value. It serves all formats: what
 * differs between them is in it for each. All zeroes is the frame of no generation.
 */
struct frame {
	uint64_t generation;
	struct buf text;
	struct frame_lead *lead;
	size_t leads, lead_cap;
	struct frame_op *op;
	size_t ops, op_cap;
	double *state;
	size_t states, state_cap;
};

/* Makes the frame of a snapshot with its structure. The order of its families changes. */
void frame_make(struct frame *f, struct snapshot *s);
/* Appends all families and series with the values of a snapshot of the frame's generation. */
void frame_put(struct buf *out, const struct frame *f, enum expose_format format,
    const struct snapshot *s);
/*
 * Appends what stands before a value: name{labels} and a blank. With extra, the name of a further
 * label, it ends where the value of that label is to follow.
 */
void frame_put_prefix(struct buf *out, struct span name, struct span labels, struct span extra);
void frame_free(struct frame *f);

#endif
