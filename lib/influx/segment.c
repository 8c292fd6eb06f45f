#include "influx/segment.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/num.h"

enum { DIGITS = 10, HEX = 16 };

struct segment_record
segment_record(uint64_t from, struct span block, uint64_t points)
{
	return (struct segment_record){ from, from + block.n, points, hash_block(from, block) };
}

bool
segment_holds(const struct segment_record *r, struct span block)
{
	return block.n == r->to - r->from && hash_block(r->from, block) == r->hash;
}

static void
put_check(struct buf *out, size_t start)
{
	buf_printf(out, "%016" PRIx64 "\n", hash_chain(0, span_of(out->p + start, out->len - start)));
}

void
segment_put(struct buf *out, const struct segment_record *r)
{
	size_t start = out->len;

	buf_printf(out, "%010" PRIu64 " %010" PRIu64 " %010" PRIu64 " %016" PRIx64 " ", r->from, r->to,
	    r->points, r->hash);
	put_check(out, start);
}

/* Only what segment_put() writes, byte for byte. */
static bool
parse(const char *p, struct segment_record *r)
{
	struct buf again = { 0 };
	bool good = num_u64(span_of(p, DIGITS), &r->from)
	    && num_u64(span_of(p + DIGITS + 1, DIGITS), &r->to)
	    && num_u64(span_of(p + 2 * (DIGITS + 1), DIGITS), &r->points)
	    && num_hex(span_of(p + 3 * (DIGITS + 1), HEX), &r->hash);

	if (good)
		segment_put(&again, r);
	good = good && span_equal(buf_span(&again), span_of(p, SEGMENT_RECORD));
	buf_free(&again);
	return good;
}

static void
drop_record(struct span *sums)
{
	*sums = span_of(sums->p + SEGMENT_RECORD, sums->n - SEGMENT_RECORD);
}

static enum segment_kind
gap(struct segment_walk *w, uint64_t to, struct segment_record *r)
{
	*r = (struct segment_record){ .from = w->end, .to = to };
	w->end = to;
	return SEGMENT_GAP;
}

enum segment_kind
segment_next(struct segment_walk *w, struct span *sums, uint64_t size, struct segment_record *r)
{
	for (; sums->n >= SEGMENT_RECORD; drop_record(sums)) {
		if (!parse(sums->p, r) || r->from < w->end || r->to <= r->from)
			continue;
		if (r->from > w->end)
			return gap(w, r->from, r);
		w->end = r->to;
		drop_record(sums);
		return SEGMENT_BLOCK;
	}
	return size > w->end ? gap(w, size, r) : SEGMENT_END;
}

void
segment_put_position(struct buf *out, const struct segment_position *p)
{
	size_t start = out->len;

	buf_printf(out, "%010" PRIu64 " %010" PRIu64 " %010" PRIu64 " ", p->segment, p->offset,
	    p->points);
	put_check(out, start);
}

bool
segment_parse_position(struct span text, struct segment_position *p)
{
	struct segment_position got;
	struct buf again = { 0 };
	bool good;

	if (text.n < 3 * (DIGITS + 1) || !num_u64(span_of(text.p, DIGITS), &got.segment)
	    || !num_u64(span_of(text.p + DIGITS + 1, DIGITS), &got.offset)
	    || !num_u64(span_of(text.p + 2 * (DIGITS + 1), DIGITS), &got.points))
		return false;
	segment_put_position(&again, &got);
	good = span_equal(buf_span(&again), text);
	if (good)
		*p = got;
	buf_free(&again);
	return good;
}
