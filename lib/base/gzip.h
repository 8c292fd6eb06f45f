#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* gzip (RFC 1952), memory to memory. One struct serves one thread. */
struct gzip;

/* level: 1 (quick) to 12 (small). */
struct gzip *gzip_new(int level);
void gzip_free(struct gzip *g);
/* Makes room in *out, so that gzip_pack() of n bytes allocates nothing. */
void gzip_reserve(struct gzip *g, size_t n, struct buf *out);
/* Appends one gzip member that holds the bytes. */
void gzip_pack(struct gzip *g, struct span bytes, struct buf *out);
/*
 * Appends what the members in the bytes hold, at most max bytes. False when they are no gzip, are
 * torn, or hold more; out is then as it was.
 */
bool gzip_unpack(struct span bytes, size_t max, struct buf *out);

/* The checksum of gzip, of bytes behind those that crc is of (0: there were none). */
uint32_t gzip_crc(uint32_t crc, struct span bytes);

/* zlib (RFC 1950), memory to memory, for blocks inside of files. One struct serves one thread. */
struct gzip_zlib;

enum gzip_verdict {
	GZIP_DONE,		/* *made bytes, their checksum right */
	GZIP_NO_ROOM,		/* they are more than room */
	GZIP_BAD,		/* no such stream, or not all of it */
};

struct gzip_zlib *gzip_zlib_new(void);
void gzip_zlib_free(struct gzip_zlib *z);
/* Bytes behind the stream are passed over. What is in out is unspecified unless DONE. */
enum gzip_verdict gzip_zlib_unpack(struct gzip_zlib *z, struct span bytes, char *out, size_t room,
    size_t *made);

#endif
