#ifndef CAN_RUN_H
#define CAN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lines that may be copied as they stand: those at the start of a block that candump_format() would
 * write just so for the frames that candump_parse() reads from them. Nothing is parsed; the lines
 * are only held against the grammar.
 */
struct can_run_limits {
	int64_t from, until;	/* ns since 1970: times that go back, or lie outside, end the run */
	uint64_t count;		/* so many lines at most */
	bool nanoseconds;	/* nine digits of fraction, not six */
};

struct can_run {
	size_t bytes;		/* of the lines, newlines included */
	uint64_t count;
	int64_t ns;		/* time of the last one; times do not go back within the run */
};

enum { CAN_RUN_LINE = 256 };	/* a line and what is read beyond it fit into so many bytes */

/*
 * The run at p, possibly empty. from is at least 0. Frames that are rare (remote, raw DLC, CAN XL)
 * end it, and so do less than CAN_RUN_LINE bytes.
 */
struct can_run can_run_find(const char *p, size_t n, const struct can_run_limits *limits);

#endif
