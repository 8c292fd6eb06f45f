#ifndef CAN_CANDUMP_H
#define CAN_CANDUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "can/frame.h"

/*
 * The frame grammar, both ways: the line of candump -L (man/canpipe-frames.5; can-utils lib.c
 * parse_canframe() and sprint_canframe()) and the lines of candump on a screen. This is the only
 * place that knows it.
 *
 * Stricter than lib.c, so that half a frame is never taken as a frame: the line must parse to its
 * end, data is whole bytes and no longer than the kind of frame allows, ids fit 11 or 29 bits,
 * an error frame is neither remote nor FD.
 */
enum candump_result {
	CANDUMP_FRAME,
	CANDUMP_BLANK,		/* blanks, a # comment, or the words candump -e puts under an error frame */
	CANDUMP_BAD,		/* another kind of line; what is in *f is unspecified */
};

/*
 * Parses one line without its newline (a CR before it is taken off). The compact log form and
 * every screen style (-t a d z A, -x, -a, -i, -S, -c, -8, none of them) are told apart per line.
 * A byte order mark in front, as editors write it into a file, is passed over.
 * f->bus is borrowed from the line; f->data past f->len is unspecified (it is not cleared).
 * With BAD, *expected is a constant text that continues "expected ".
 * A date (-tA) is local time. FD frames on a screen get the flag FDF (4), as candump -L writes it.
 */
enum candump_result candump_parse(const char *p, size_t n, struct frame *f, const char **expected);

/*
 * The log form alone, "(seconds.fraction) bus frame[ R| T]": what the hot path calls first.
 * False for anything else; *f is then unspecified.
 */
bool candump_parse_log(const char *p, size_t n, struct frame *f);

/*
 * Whether a line that candump_parse() took is the very one that candump_format() would write
 * for the frame (newline apart), so that it can be copied.
 */
bool candump_is_canonical(const char *p, size_t n, const struct frame *f, bool nanoseconds);

/* The longest line that candump_format() writes: CAN XL. */
enum { CANDUMP_LINE_MAX = 64 + FRAME_BUS_MAX + 64 + 2 * FRAME_DATA_MAX };

/*
 * The canonical log line with its newline, byte for byte what candump -L writes: 6 digits of
 * fraction (cut, not rounded), 9 with nanoseconds. The direction is written when the frame has
 * one. Returns the number of bytes. f->bus.n <= FRAME_BUS_MAX; a time before 1970 is written as 0.
 */
size_t candump_format(char out[static CANDUMP_LINE_MAX], const struct frame *f, bool nanoseconds);

#endif
