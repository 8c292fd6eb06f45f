#include "base/gunzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/gzip.h"
#include "base/inflate.h"
#include "base/load.h"
#include "base/mem.h"

enum {
	HEAD = 10, TAIL = 8,
	HEAD_MAX = 1 << 20,		/* bytes of a header, with its texts */
	FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16, FLAG_RESERVED = 0xe0,
};

static const char why_torn[] = "it ends within a gzip stream";
static const char why_head[] = "a gzip header is damaged";
static const char why_body[] = "it is damaged";
static const char why_sum[] = "a checksum is wrong: some of what came out is, too";
static const char why_behind[] = "there is something else behind a gzip stream";

struct gunzip {
	struct inflate *inflate;
	enum { MEMBER, BODY, CHECK } at;
	bool begun;			/* there was a member */
	uint32_t crc, size;		/* of what the member has made */
};

struct gunzip *
gunzip_new(void)
{
	struct gunzip *g = mem_zero(1, sizeof *g);

	g->inflate = inflate_new();
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	if (g)
		inflate_free(g->inflate);
	free(g);
}

static void
skip(struct span *s, size_t n)
{
	*s = span_of(s->p + n, s->n - n);
}

/* The length of the header at p. 0: it is not all there. */
static size_t
head_length(struct span s)
{
	unsigned flags = load_u8(s.p + 3), text;
	size_t n = HEAD;
	const char *end;

	if (flags & FLAG_EXTRA)
		n += s.n >= n + 2 ? 2u + load_le16(s.p + n) : 2;
	for (text = FLAG_NAME; text <= FLAG_COMMENT; text *= 2) {
		if (!(flags & text))
			continue;
		end = n < s.n ? memchr(s.p + n, '\0', s.n - n) : NULL;
		if (!end)
			return 0;
		n = (size_t)(end + 1 - s.p);
	}
	n += flags & FLAG_CRC ? 2 : 0;
	return n <= s.n ? n : 0;
}

/* Where a member begins, or the end is. */
static enum gunzip_result
member(struct gunzip *g, struct span *in, bool whole, const char **why)
{
	size_t n;

	while (g->begun && in->n && !*in->p)
		skip(in, 1);
	if (whole && !in->n && g->begun)
		return GUNZIP_END;
	*why = g->begun ? why_behind : why_head;
	if (in->n && memcmp(in->p, "\x1f\x8b\x08", in->n < 3 ? in->n : 3) != 0)
		return GUNZIP_BAD;
	if (in->n < HEAD)
		return GUNZIP_WANTS;
	*why = why_head;
	if (load_u8(in->p + 3) & FLAG_RESERVED)
		return GUNZIP_BAD;
	n = head_length(*in);
	if (!n)
		return in->n > HEAD_MAX ? GUNZIP_BAD : GUNZIP_WANTS;
	skip(in, n);
	inflate_begin(g->inflate);
	g->begun = true;
	g->crc = g->size = 0;
	g->at = BODY;
	return GUNZIP_MADE;
}

static enum gunzip_result
body(struct gunzip *g, struct span *in, struct buf *out, const char **why)
{
	size_t had = out->len;
	enum inflate_result r = inflate_more(g->inflate, in, out);

	if (out->len > had)
		g->crc = gzip_crc(g->crc, span_of(out->p + had, out->len - had));
	g->size += (uint32_t)(out->len - had);
	*why = why_body;
	switch (r) {
	case INFLATE_WHOLE:
		g->at = CHECK;
		return GUNZIP_MADE;
	case INFLATE_FULL:
		return GUNZIP_MADE;
	case INFLATE_TORN:
		return out->len > had ? GUNZIP_MADE : GUNZIP_WANTS;
	case INFLATE_BAD:
		break;
	}
	return GUNZIP_BAD;
}

static enum gunzip_result
check(struct gunzip *g, struct span *in, const char **why)
{
	if (in->n < TAIL)
		return GUNZIP_WANTS;
	*why = why_sum;
	if (load_le32(in->p) != g->crc || load_le32(in->p + 4) != g->size)
		return GUNZIP_BAD;
	skip(in, TAIL);
	g->at = MEMBER;
	return GUNZIP_MADE;
}

enum gunzip_result
gunzip_more(struct gunzip *g, struct span *in, bool whole, struct buf *out, const char **why)
{
	size_t had = out->len;
	enum gunzip_result r;

	do
		r = g->at == MEMBER ? member(g, in, whole, why) : g->at == BODY ? body(g, in, out, why)
		    : check(g, in, why);
	while (r == GUNZIP_MADE && out->len == had);
	if (r != GUNZIP_WANTS || !whole)
		return r;
	*why = why_torn;
	return GUNZIP_BAD;
}
