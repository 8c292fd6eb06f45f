#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Deflate (RFC 1951) where libdeflate, which takes whole streams alone, cannot: of a recording that
 * was cut by a power failure the last block is not whole, and a packed log comes in pieces.
 */
enum inflate_result {
	INFLATE_WHOLE,		/* the end of the stream is there; its checksum is not looked at */
	INFLATE_TORN,		/* the bytes end before the stream does; what came out is right */
	INFLATE_FULL,		/* there is no more room; or a piece is done */
	INFLATE_BAD,		/* no such stream; what came out may be wrong */
};

/*
 * A zlib stream (RFC 1950). *made: the bytes written to out, at most room. A byte of which a bit is
 * missing is not made.
 */
enum inflate_result inflate_torn(struct span zlib, char *out, size_t room, size_t *made);

struct inflate;

struct inflate *inflate_new(void);
void inflate_free(struct inflate *s);
/* A new stream begins. */
void inflate_begin(struct inflate *s);
/*
 * Takes bytes off *in and appends a piece of what they unpack to, of at most some 64 KiB. FULL: to
 * be called again; TORN: with what is left in *in (less than 1 KiB) and what follows it; WHOLE:
 * the stream has ended before what is left.
 */
enum inflate_result inflate_more(struct inflate *s, struct span *in, struct buf *b);

#endif
