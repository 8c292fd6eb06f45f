#ifndef POINT_LAYOUT_H
#define POINT_LAYOUT_H

#include "decode/decode.h"
#include "line/writer.h"
#include "point/routes.h"

/* From the values of a frame to lines of line protocol: the inner loops. */

struct point_counts {
	uint64_t points;	/* lines, comments apart */
	uint64_t left_out;	/* values that are no finite number */
};

/*
 * A signal as the wide layout reads it: in one cache line, those of a list one behind the other,
 * what stands before the value included.
 */
struct layout_op {
	char lead[32];
	const uint64_t *small;	/* the texts of its bits; NULL: see signal */
	const struct plan_signal *signal;
	uint16_t byte, need;
	uint8_t left, right;
	bool big_endian;
	uint8_t lead_len;
	uint64_t unused;	/* makes 64 bytes */
};

/* Sets list->view; the leads of its signals are set. Lives in the arena. */
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

/* A line of all values of the lists that decode_lists() has found in the frame. */
char *layout_wide_frame(const struct route *r, const struct frame *f,
    const struct plan_list *const *list, size_t lists, char *out, struct writer_time *time,
    struct point_counts *c);

#endif
