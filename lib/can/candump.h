#ifndef CAN_CANDUMP_H
#define CAN_CANDUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "can/frame.h"

/*
 * The frame grammar, both ways: the line of candump -L (man/canpipe-frames.5; can-utils lib.c
 * parse_canframe() and sprint_canframe()) and the lines of candump on a screen. This is the only
 * place that knows it.
 */
enum candump_result {
	CANDUMP_FRAME,
	CANDUMP_BLANK,		/* nothing but blanks, or a # comment */
	CANDUMP_BAD,		/* another kind of line; what is in *f is unspecified */
};

/*
 * Parses one line without its newline (a CR before it is taken off). The compact log form and
 * every screen style are told apart per line. f->bus is borrowed from the line. Data past f->len
 * is left as it was.
 */
enum candump_result candump_parse(const char *p, size_t n, struct frame *f);

/*
 * The log form alone, "(seconds.fraction) bus frame[ R| T]": what the hot path calls first.
 * False for anything else.
 */
bool candump_parse_log(const char *p, size_t n, struct frame *f);

/* What was expected where candump_parse() said BAD; a constant text for a message. */
const char *candump_expected(void);

/* The longest line that candump_format() writes: CAN XL. */
enum { CANDUMP_LINE_MAX = 64 + FRAME_BUS_MAX + 64 + 2 * FRAME_DATA_MAX };

/*
 * The canonical log line with its newline, byte for byte what candump -L writes: 6 digits of
 * fraction (cut, not rounded), 9 with nanoseconds. The direction is written when the frame has
 * one. Returns the number of bytes. f->bus.n <= FRAME_BUS_MAX.
 */
size_t candump_format(char out[static CANDUMP_LINE_MAX], const struct frame *f, bool nanoseconds);

#endif
