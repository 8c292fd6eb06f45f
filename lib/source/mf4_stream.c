#include "source/mf4.h"

#include "base/gzip.h"
#include "base/inflate.h"
#include "base/load.h"

enum { PLAIN = 256 << 10 };

static const char want_packed[] = "a packed block with a right checksum, as long as it says";

void
mf4_scratch_free(struct mf4_scratch *s)
{
	gzip_zlib_free(s->z);
	buf_free(&s->b);
}

void
mf4_stream_free(struct mf4_stream *s)
{
	buf_free(&s->b);
}

/*
 * Of a block in which the file ends, the beginning is used; not of a transposed one, as it begins
 * with the first bytes of all of its rows.
 */
static void
unpack_torn(struct mf4_scratch *x, struct mf4_segment *s, struct span packed)
{
	size_t made = 0;

	inflate_torn(packed, buf_reserve(&x->b, (size_t)s->size), (size_t)s->size, &made);
	if (s->packing == MF4_TRANSPOSED)
		made = 0;
	s->size = x->b.len = made;
}

/* Makes scratch hold the segment. */
static bool
unpack(struct mf4_stream *st, struct mf4_segment *s)
{
	struct mf4_scratch *x = st->scratch;
	struct mf4_file *f = st->chain->file;
	struct span packed;
	size_t made;

	if (x->at == s->at)
		return true;
	if (s->bad || !mf4_get(f, s->at, (size_t)s->stored, &packed))
		return false;
	if (!x->z)
		x->z = gzip_zlib_new();
	x->at = 0;
	x->b.len = 0;
	if (s->torn) {
		unpack_torn(x, s, packed);
	} else if (gzip_zlib_unpack(x->z, packed, buf_reserve(&x->b, (size_t)s->size),
	    (size_t)s->size, &made) != GZIP_DONE || made != s->size) {
		s->bad = true;
		mf4_tree_note(st->chain->tree, s->at, want_packed);
		return false;
	}
	x->b.len = (size_t)s->size;
	x->at = s->at;
	return true;
}

/* The upper `bits` of every part of *a that mask has change places with the lower ones of *b. */
static inline void
exchange(uint64_t *a, uint64_t *b, unsigned bits, uint64_t mask)
{
	uint64_t t = (*a >> bits ^ *b) & mask;

	*a ^= t << bits;
	*b ^= t;
}

/* Eight bytes of each of eight columns, as eight bytes of each of eight rows. */
static void
turn_square(const char *in, size_t rows, char *out, size_t columns)
{
	uint64_t v[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		v[i] = load_le64(in + i * rows);
	for (i = 0; i < 4; i++)
		exchange(&v[i], &v[i + 4], 32, UINT64_C(0x00000000ffffffff));
	for (i = 0; i < 8; i += 4) {
		exchange(&v[i], &v[i + 2], 16, UINT64_C(0x0000ffff0000ffff));
		exchange(&v[i + 1], &v[i + 3], 16, UINT64_C(0x0000ffff0000ffff));
	}
	for (i = 0; i < 8; i += 2)
		exchange(&v[i], &v[i + 1], 8, UINT64_C(0x00ff00ff00ff00ff));
	for (i = 0; i < 8; i++) {
		v[i] = htole64(v[i]);
		memcpy(out + i * columns, &v[i], 8);
	}
}

/* n rows from one on. */
static void
turn_rows(const struct mf4_segment *s, const char *in, size_t first, size_t n, char *out)
{
	size_t columns = s->columns, rows = (size_t)s->size / columns, c, r, k;

	for (c = 0; c < columns; c += 8) {
		r = 0;
		if (c + 8 <= columns)
			for (; r + 8 <= n; r += 8)
				turn_square(in + c * rows + first + r, rows, out + r * columns + c, columns);
		for (; r < n; r++)
			for (k = c; k < columns && k < c + 8; k++)
				out[r * columns + k] = in[k * rows + first + r];
	}
}

/*
 * n bytes from an offset of what was transposed: all first bytes of the rows, all second ones, and
 * so on, and at the end what is left of less than a row. Rows are made a few at a time, so that
 * they stay in the processor's cache.
 */
static void
turn(const struct mf4_segment *s, const char *in, uint64_t from, size_t n, char *out)
{
	enum { ROWS = 128 };
	size_t columns = s->columns, rows = (size_t)s->size / columns, c, row, part;

	for (row = (size_t)from / columns; n && row < rows; row += part) {
		c = (size_t)from - row * columns;
		part = n / columns < rows - row ? n / columns : rows - row;
		part = part > ROWS ? ROWS : part;
		if (!c && part) {
			turn_rows(s, in, row, part, out);
			out += part * columns;
			from += part * columns;
			n -= part * columns;
			continue;
		}
		for (part = 1; c < columns && n; c++, n--, from++)	/* within a row */
			*out++ = in[c * rows + row];
	}
	memcpy(out, in + from, n);
}

/* The segment that s->end is in, or the next one behind a gap; NULL at the end. */
static struct mf4_segment *
segment(struct mf4_stream *s)
{
	struct mf4_chain *c = s->chain;
	struct mf4_segment *g;

	for (;; s->segment++) {
		while (s->segment >= c->segments)
			if (!mf4_chain_more(c))
				return NULL;
		g = &c->segment[s->segment];
		if (s->end < g->start + g->size)
			return g;
	}
}

/* Reads a bit more behind what is buffered. */
static bool
fill(struct mf4_stream *s)
{
	struct mf4_segment *g = segment(s);
	struct span p;
	uint64_t from;
	size_t n;
	char *out;

	if (!g || s->end < g->start)
		return false;
	from = s->end - g->start;
	if (g->packing != MF4_PLAIN && (!unpack(s, g) || from >= g->size))
		return false;
	/* What is not packed is cheap to read again, and best in the processor's cache. */
	n = g->packing == MF4_PLAIN && s->chunk > PLAIN ? PLAIN : s->chunk;
	n = g->size - from < n ? (size_t)(g->size - from) : n;
	buf_consume(&s->b, s->at);
	s->at = 0;
	out = buf_reserve(&s->b, n + MF4_SLACK);
	if (g->packing == MF4_PLAIN) {
		if (!mf4_get(s->chain->file, g->at + from, n, &p))
			return false;
		memcpy(out, p.p, n);
	} else if (g->packing == MF4_DEFLATE) {
		memcpy(out, s->scratch->b.p + from, n);
	} else {
		turn(g, s->scratch->b.p, from, n, out);
	}
	memset(out + n, 0, MF4_SLACK);
	s->b.len += n;
	s->end += n;
	return true;
}

struct span
mf4_stream_more(struct mf4_stream *s, size_t n)
{
	while (s->b.len - s->at < n)
		if (!fill(s))
			break;
	return s->b.p ? span_of(s->b.p + s->at, s->b.len - s->at) : span_of("\0\0\0\0\0\0\0", 0);
}

void
mf4_stream_pass(struct mf4_stream *s, uint64_t n)
{
	struct mf4_segment *g;

	n -= s->b.len - s->at;
	s->b.len = s->at = 0;
	for (;;) {
		g = segment(s);
		if (!g || s->end < g->start || g->bad)
			return;
		if (n < g->start + g->size - s->end) {
			s->end += n;
			return;
		}
		n -= g->start + g->size - s->end;
		s->end = g->start + g->size;
	}
}

bool
mf4_stream_leap(struct mf4_stream *s)
{
	struct mf4_segment *g = segment(s);

	s->b.len = s->at = 0;
	if (!g || s->chain->file->failed)
		return false;
	if (s->end < g->start)
		s->end = g->start;
	else
		s->end = g->start + g->size;
	return segment(s) != NULL;
}

void
mf4_stream_seek(struct mf4_stream *s, uint64_t pos)
{
	uint64_t start = s->end - s->b.len;

	if (pos >= start && pos <= s->end) {
		s->at = (size_t)(pos - start);
		return;
	}
	s->b.len = s->at = 0;
	s->end = pos;
	while (s->segment > 0 && (s->segment >= s->chain->segments
	    || pos < s->chain->segment[s->segment].start))
		s->segment--;
}

uint64_t
mf4_stream_place(const struct mf4_stream *s)
{
	const struct mf4_chain *c = s->chain;
	uint64_t pos = mf4_stream_tell(s);
	size_t i = s->segment < c->segments ? s->segment : c->segments;

	if (i < c->segments)
		i++;
	while (i > 1 && pos < c->segment[i - 1].start)
		i--;
	if (!i)
		return 0;
	return c->segment[i - 1].at
	    + (c->segment[i - 1].packing == MF4_PLAIN ? pos - c->segment[i - 1].start : 0);
}
