#ifndef TEST_BYTES_H
#define TEST_BYTES_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/gzip.h"

/* Files of binary formats, composed by the tests. */

/* n bytes of v, the lowest first; a negative n: the highest first. */
__attribute__((unused)) static void
put_int(struct buf *b, uint64_t v, int n)
{
	int i, size = n < 0 ? -n : n;

	for (i = 0; i < size; i++)
		buf_putc(b, (char)(v >> 8 * (n < 0 ? size - 1 - i : i)));
}

__attribute__((unused)) static void
put_zeroes(struct buf *b, size_t n)
{
	memset(buf_reserve(b, n), 0, n);
	b->len += n;
}

/* Bytes written as hex, with blanks between them where one likes. */
__attribute__((unused)) static void
put_hex(struct buf *b, const char *hex)
{
	unsigned byte;

	for (; *hex; hex += *hex == ' ' ? 1 : 2)
		if (*hex != ' ' && sscanf(hex, "%2x", &byte) == 1)
			buf_putc(b, (char)byte);
}

/* Overwrites n bytes at an offset, little-endian. */
__attribute__((unused)) static void
set_int(struct buf *b, size_t at, uint64_t v, int n)
{
	int i;

	for (i = 0; i < n; i++)
		b->p[at + (size_t)i] = (char)(v >> 8 * i);
}

/* Appends the bytes as a zlib stream: what gzip holds, in another wrapping. */
__attribute__((unused)) static void
put_zlib(struct buf *b, struct span bytes, int level)
{
	enum { GZIP_HEAD = 10, GZIP_TAIL = 8 };
	struct gzip *g = gzip_new(level);
	struct buf packed = { 0 };
	uint32_t lo = 1, hi = 0;
	size_t i;

	gzip_pack(g, bytes, &packed);
	buf_put(b, "\x78\x9c", 2);
	buf_put(b, packed.p + GZIP_HEAD, packed.len - GZIP_HEAD - GZIP_TAIL);
	for (i = 0; i < bytes.n; i++) {
		lo = (lo + (unsigned char)bytes.p[i]) % 65521;
		hi = (hi + lo) % 65521;
	}
	put_int(b, hi << 16 | lo, -4);
	buf_free(&packed);
	gzip_free(g);
}

#endif
