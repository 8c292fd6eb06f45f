/* gzip: in one piece and in pieces, as the first byte says, it is the same. */
#include <string.h>

#include "base/gunzip.h"
#include "fuzz.h"

enum { MOST = 4 << 20 };	/* bytes that are unpacked */

static enum gunzip_result
unpack(const char *p, size_t size, size_t n, struct buf *out)
{
	struct gunzip *g = gunzip_new();
	enum gunzip_result r = GUNZIP_WANTS;
	struct span in = span_of(p, 0);
	const char *why = NULL, *end = p + size;

	while (r != GUNZIP_END && r != GUNZIP_BAD && out->len < MOST) {
		if (r == GUNZIP_WANTS)
			in.n += n < (size_t)(end - in.p) - in.n ? n : (size_t)(end - in.p) - in.n;
		r = gunzip_more(g, &in, in.p + in.n == end, out, &why);
	}
	if (r == GUNZIP_BAD && !why)
		abort();
	gunzip_free(g);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 };
	char *p;

	if (!size)
		return 0;
	p = malloc(size);	/* exactly as long: what is read behind it is seen */
	if (!p)
		abort();
	memcpy(p, data + 1, size - 1);
	if (unpack(p, size - 1, size, &whole) != unpack(p, size - 1, 1u + data[0] * 4u, &pieces)
	    && whole.len < MOST && pieces.len < MOST)
		abort();
	if (whole.len < MOST && pieces.len < MOST
	    && (whole.len != pieces.len || (whole.len && memcmp(whole.p, pieces.p, whole.len))))
		abort();
	buf_free(&whole);
	buf_free(&pieces);
	free(p);
	return 0;
}
