#include "influx/spool.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "influx/spool_files.h"

static void
leave_segment(struct spool *s)
{
	spool_files_close(&s->read_data);
	spool_files_close(&s->read_sum);
	s->sums.len = 0;
	s->sums_at = s->passing = 0;
	s->walk = (struct segment_walk){ 0 };
}

static void
enter_segment(struct spool *s)
{
	struct spool_segment *g = &s->segment[s->reading];

	leave_segment(s);
	g->first = s->taken + 1;
	s->read_data = spool_files_open(s, g->number, "lp", O_RDONLY);
	s->read_sum = spool_files_open(s, g->number, "sum", O_RDONLY);
	if (s->at.segment != g->number)
		s->at = (struct segment_position){ .segment = g->number };
}

/* The next record of the segment, from the file where what was read before is used up. */
static enum segment_kind
next_record(struct spool *s, const struct spool_segment *g, struct segment_record *r)
{
	struct span rest = buf_span(&s->sums);
	enum segment_kind kind = SEGMENT_END;

	if (rest.n < SEGMENT_RECORD && s->sums_at < g->sums && s->read_sum >= 0) {
		uint64_t to = s->sums_at + (1 << 16) < g->sums ? s->sums_at + (1 << 16) : g->sums;
		size_t had = s->sums.len;

		spool_files_read(s->read_sum, s->sums_at, to, &s->sums);
		s->sums_at += s->sums.len - had;
		rest = buf_span(&s->sums);
	}
	kind = segment_next(&s->walk, &rest, 0, r);
	buf_consume(&s->sums, s->sums.len - rest.n);
	return kind;
}

/* A block whose bytes are not what was written: not one of its lines is used. */
static void
lose_block(struct spool *s, struct spool_segment *g, const struct segment_record *r)
{
	uint64_t lost = s->passing > s->at.points ? s->passing - s->at.points : 0;

	s->lost += lost;
	s->damaged += lost;
	g->damaged = true;
	s->at.offset = r->to;
	s->at.points += lost;
}

/* Appends what of the block is not dealt with, if the block is good. */
static bool
read_block(struct spool *s, const struct segment_record *r, struct buf *out)
{
	size_t start = out->len, skip;
	struct span block;

	spool_files_read(s->read_data, r->from, r->to, out);
	block = span_of(out->p + start, out->len - start);
	if (!segment_holds(r, block)) {
		out->len = start;
		return false;
	}
	skip = s->at.offset > r->from ? (size_t)(s->at.offset - r->from) : 0;
	memmove(out->p + start, out->p + start + skip, block.n - skip);
	out->len -= skip;
	s->at.offset = r->from + skip;
	return true;
}

bool
spool_read(struct spool *s, struct buf *out)
{
	struct spool_segment *g;
	struct segment_record r;

	while (s->reading < s->count) {
		g = &s->segment[s->reading];
		if (s->read_data < 0)
			enter_segment(s);
		switch (next_record(s, g, &r)) {
		case SEGMENT_BLOCK:
			s->passing += r.points;
			if (r.to <= s->at.offset)
				break;
			if (read_block(s, &r, out))
				return true;
			lose_block(s, g, &r);
			break;
		case SEGMENT_GAP:
			break;
		case SEGMENT_END:
			if (s->sums_at < g->sums && s->read_sum >= 0)
				break;
			if (s->reading + 1 == s->count)
				return false;
			s->reading++;
			leave_segment(s);
			break;
		}
	}
	return false;
}

uint64_t
spool_take(struct spool *s, size_t n, bool point)
{
	s->at.offset += n;
	s->at.points += point;
	s->taken += point;
	return s->taken;
}

uint64_t
spool_untaken(const struct spool *s)
{
	return s->before + s->written - s->taken - s->lost;
}

uint64_t
spool_first(const struct spool *s)
{
	return s->count && s->segment[0].first ? s->segment[0].first : s->taken + 1;
}

/* --- what is done with --- */

bool
spool_drop_oldest(struct spool *s)
{
	const struct spool_segment *g = s->segment;
	uint64_t taken;

	if (!s->count)
		return false;
	if (s->count == 1) {
		spool_files_close(&s->data);
		spool_files_close(&s->sum);
	}
	if (s->reading == 0) {
		taken = s->at.segment == g->number ? s->at.points : 0;
		s->lost += g->points > taken ? g->points - taken : 0;
		leave_segment(s);
		s->at = (struct segment_position){ 0 };
	}
	spool_files_remove(s, g);
	spool_files_forget_oldest(s);
	return true;
}

int
spool_acknowledge(struct spool *s, const struct segment_position *p)
{
	struct buf path = { 0 }, text = { 0 };
	int err;

	if (p->segment < s->position.segment || (p->segment == s->position.segment
	    && p->offset <= s->position.offset))
		return 0;
	spool_files_path(&path, s->c.path, "position");
	segment_put_position(&text, p);
	err = file_replace(path.p, text.p, text.len, 0600);
	if (!err)
		s->position = *p;
	while (!err && s->count && s->segment[0].number < p->segment) {
		spool_files_remove(s, &s->segment[0]);
		spool_files_forget_oldest(s);
	}
	buf_free(&path);
	buf_free(&text);
	return err;
}

int
spool_finish(struct spool *s)
{
	struct segment_position end = { .segment = s->next++ };

	leave_segment(s);
	spool_files_close(&s->data);
	spool_files_close(&s->sum);
	s->at = end;
	return spool_acknowledge(s, &end);
}
