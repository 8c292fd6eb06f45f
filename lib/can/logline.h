#ifndef CAN_LOGLINE_H
#define CAN_LOGLINE_H

#include <stddef.h>
#include <stdint.h>

#include "can/frame.h"

/*
 * The shortest way from text to a frame, for line after line of a recording in which the next
 * line is on the same bus and in the same second as the one before: "(1700000000.123456) can0
 * 123#1122", classic or FD data, no direction. The end of the line is found on the way. Whatever
 * else there is, candump_parse() does it: the result, where there is one, is that of the grammar.
 * All zeroes at the start.
 */
struct logline {
	uint64_t time[2];	/* "(1700000000." as it was */
	int64_t ns;		/* of that second */
	uint64_t bus, mask;	/* the bus and the blank behind it, of at most 8 bytes; 0: none */
	size_t bus_len;
};

/*
 * The frame of the line at p. end is the end of the block, whose last byte is a newline. Returns
 * what follows the line's newline, or NULL: *f is then unspecified, the line for candump_parse().
 */
const char *logline_next(const struct logline *l, const char *p, const char *end,
    struct frame *f);

/* What candump_parse() made of the line of n bytes at p: the lines to come may be like it. */
void logline_remember(struct logline *l, const char *p, size_t n, const struct frame *f);

#endif
