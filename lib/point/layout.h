#ifndef POINT_LAYOUT_H
#define POINT_LAYOUT_H

#include "decode/decode.h"
#include "line/writer.h"

/* From the values of a frame to lines of line protocol: the inner loops. */

struct point_counts {
	uint64_t points;	/* lines, comments apart */
	uint64_t left_out;	/* values that are no finite number */
};

/* What is kept of a list of signals. */
struct layout_ops {
	const struct layout_op *op;
	uint32_t n;
	uint16_t need;		/* bytes of payload that hold all of them */
};

struct route;

/* Sets list->view to a struct layout_ops; its signals have their leads. Lives in the arena. */
void layout_compile(struct plan_list *list, struct arena *a);

/*
 * Each writes to out, which has r->room bytes, and returns the end: out itself when there was
 * nothing to write.
 */

/* A line of n values. */
char *layout_wide(const struct route *r, const struct decode_value *v, size_t n, int64_t ns,
    char *out, struct writer_time *time, struct point_counts *c);

/* A line for each of n values. */
char *layout_narrow(const struct route *r, const struct decode_value *v, size_t n, int64_t ns,
    char *out, struct writer_time *time, struct point_counts *c);

/*
 * A line of all values of the frame: those of r->ops and of the further lists that decode_lists()
 * has found in it.
 */
char *layout_wide_frame(const struct route *r, const struct frame *f,
    const struct plan_list *const *further, size_t n, char *out, struct writer_time *time,
    struct point_counts *c);

#endif
