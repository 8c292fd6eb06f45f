#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H

#include <stddef.h>

#include "base/span.h"

/*
 * What a torn zlib stream (RFC 1950, 1951) still holds. libdeflate takes whole streams alone, and
 * of a recording that was cut by a power failure the last block is not whole. Slow, and used for
 * that block only.
 */
enum inflate_result {
	INFLATE_WHOLE,		/* the end of the stream is there; its checksum is not looked at */
	INFLATE_TORN,		/* the bytes end before the stream does; what came out is right */
	INFLATE_FULL,		/* there is no more room */
	INFLATE_BAD,		/* no such stream; what came out may be wrong */
};

/* *made: the bytes written to out, at most room. A byte of which a bit is missing is not made. */
enum inflate_result inflate_torn(struct span zlib, char *out, size_t room, size_t *made);

#endif
