#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Frames of several live buses in order of time. Pure: the clocks are passed in.
 *
 * What is read from one socket may be newer than what another will give a moment later. So the
 * frames read in a round are held while they are newer than its start, less MERGE_MARGIN for the
 * time between the kernel's stamp and the socket's queue; a later round, which has looked at every
 * socket again, lets them go. A clock that is set back must not hold them for long: after twice
 * the margin they go whatever their stamp says.
 */
#define MERGE_MARGIN INT64_C(1000000)	/* ns */

enum { MERGE_LANE_MAX = 1024 };		/* frames held for one socket */

/* A frame, as struct frame has it, without the room that CAN XL alone needs. */
struct merge_item {
	int64_t ns;		/* the kernel's stamp, since 1970 */
	int64_t shown;		/* the stamp to show, where it is another one (of the adapter); else 0 */
	int64_t read_at;	/* monotonic start of the round that read it */
	const char *bus;	/* lives as long as the source */
	uint32_t id, xl_af;
	uint16_t flags, len;
	uint8_t fd_flags, raw_dlc, xl_flags, xl_sdt, xl_vcid;
	uint8_t data[64];
	uint8_t *more;		/* CAN XL: len bytes instead of data, to be freed by who takes it */
};

struct merge_lane {
	struct merge_item *item;	/* MERGE_LANE_MAX of them */
	size_t head, count;		/* what is held begins at head */
	int64_t newest;			/* stamp of what was read last */
	bool more;			/* the socket was not emptied in this round */
};

struct merge {
	struct merge_lane *lane;
	size_t lanes;
	int64_t real, mono;	/* when the round started */
};

void merge_init(struct merge *m, size_t lanes);
void merge_free(struct merge *m);
/* Starts a round. Both clocks in ns, taken before the first socket is read. */
void merge_round(struct merge *m, int64_t real, int64_t mono);
/* Where to put up to *n more frames of a lane (*n is set, 0 when it is full). */
struct merge_item *merge_space(struct merge *m, size_t lane, size_t *n);
/* n were put there, in their order; more: the socket may hold further ones. */
void merge_add(struct merge *m, size_t lane, size_t n, bool more);
/* The next frame in order of time; NULL when all that are left must wait for another round. */
const struct merge_item *merge_next(struct merge *m);
/* The end: whatever is held may go. */
void merge_release(struct merge *m);
/* Something is held. */
bool merge_holds(const struct merge *m);

#endif
