#include "base/gzip.h"

#include <stdlib.h>

#include <libdeflate.h>

#include "base/mem.h"

struct gzip {
	struct libdeflate_compressor *c;
};

struct gzip *
gzip_new(int level)
{
	struct gzip *g = mem_zero(1, sizeof *g);

	g->c = libdeflate_alloc_compressor(level);
	if (!g->c)
		mem_fail();
	return g;
}

void
gzip_free(struct gzip *g)
{
	if (!g)
		return;
	libdeflate_free_compressor(g->c);
	free(g);
}

void
gzip_reserve(struct gzip *g, size_t n, struct buf *out)
{
	buf_reserve(out, libdeflate_gzip_compress_bound(g->c, n));
}

void
gzip_pack(struct gzip *g, struct span bytes, struct buf *out)
{
	size_t room = libdeflate_gzip_compress_bound(g->c, bytes.n);

	out->len += libdeflate_gzip_compress(g->c, bytes.p ? bytes.p : "", bytes.n,
	    buf_reserve(out, room), room);
}

/* One member; the room grows until it fits or is past max. */
static bool
unpack_member(struct libdeflate_decompressor *d, struct span *in, size_t max, struct buf *out)
{
	enum libdeflate_result r;
	size_t room = in->n * 4 + 64, used, made;

	do {
		room = room > max ? max : room;
		r = libdeflate_gzip_decompress_ex(d, in->p, in->n, buf_reserve(out, room), room,
		    &used, &made);
		if (r == LIBDEFLATE_SUCCESS) {
			out->len += made;
			*in = span_of(in->p + used, in->n - used);
			return true;
		}
		room *= 2;
	} while (r == LIBDEFLATE_INSUFFICIENT_SPACE && room / 2 < max);
	return false;
}

bool
gzip_unpack(struct span bytes, size_t max, struct buf *out)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	size_t start = out->len;
	bool good = bytes.n > 0;

	if (!d)
		mem_fail();
	while (good && bytes.n)
		good = unpack_member(d, &bytes, max - (out->len - start), out);
	libdeflate_free_decompressor(d);
	if (!good)
		out->len = start;
	return good;
}

uint32_t
gzip_crc(uint32_t crc, struct span bytes)
{
	return bytes.n ? libdeflate_crc32(crc, bytes.p, bytes.n) : crc;
}

struct gzip_zlib {
	struct libdeflate_decompressor *d;
};

struct gzip_zlib *
gzip_zlib_new(void)
{
	struct gzip_zlib *z = mem_zero(1, sizeof *z);

	z->d = libdeflate_alloc_decompressor();
	if (!z->d)
		mem_fail();
	return z;
}

void
gzip_zlib_free(struct gzip_zlib *z)
{
	if (!z)
		return;
	libdeflate_free_decompressor(z->d);
	free(z);
}

enum gzip_verdict
gzip_zlib_unpack(struct gzip_zlib *z, struct span bytes, char *out, size_t room, size_t *made)
{
	size_t used;

	switch (libdeflate_zlib_decompress_ex(z->d, bytes.p ? bytes.p : "", bytes.n, out, room, &used,
	    made)) {
	case LIBDEFLATE_SUCCESS:
		return GZIP_DONE;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return GZIP_NO_ROOM;
	case LIBDEFLATE_BAD_DATA:
	case LIBDEFLATE_SHORT_OUTPUT:
		break;
	}
	return GZIP_BAD;
}
