#include "influx/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "influx/spool_files.h"

enum { TRIES = 3 };

static void
leave_segment(struct spool *s)
{
	spool_files_close(&s->read_data);
	spool_files_close(&s->read_sum);
	s->sums.len = 0;
	s->sums_at = s->passing = 0;
	s->walk = (struct segment_walk){ 0 };
}

/* 0, or an errno: nothing is open. */
static int
enter_segment(struct spool *s, struct spool_segment *g)
{
	int err = 0;

	leave_segment(s);
	g->first = g->first ? g->first : s->taken + 1;
	if (s->at.segment != g->number)
		s->at = (struct segment_position){ .segment = g->number };
	s->read_data = spool_files_open(s, g->number, "lp", O_RDONLY);
	if (s->read_data < 0)
		return errno;
	s->read_sum = spool_files_open(s, g->number, "sum", O_RDONLY);
	if (s->read_sum < 0 && g->sums) {
		err = errno;
		leave_segment(s);
	}
	return err;
}

/* Reads more records where what was read before is used up. 0, or an errno. */
static int
read_records(struct spool *s, const struct spool_segment *g)
{
	uint64_t to = s->sums_at + (1 << 16) < g->sums ? s->sums_at + (1 << 16) : g->sums;
	size_t had = s->sums.len;
	int err;

	if (had >= SEGMENT_RECORD || s->sums_at >= g->sums || s->read_sum < 0)
		return 0;
	err = spool_files_read(s->read_sum, s->sums_at, to, &s->sums);
	s->sums_at += s->sums.len - had;
	return err || s->sums.len > had ? err : EBADMSG;
}

static enum segment_kind
next_record(struct spool *s, struct segment_record *r)
{
	struct span rest = buf_span(&s->sums);
	enum segment_kind kind = segment_next(&s->walk, &rest, 0, r);

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

/* The same with all that is recorded of the segment, which cannot be read. */
static void
lose_rest(struct spool *s, struct spool_segment *g)
{
	s->passing = g->points;
	lose_block(s, g, &(struct segment_record){ .to = g->size });
	leave_segment(s);
}

/*
 * Appends what of the block is not dealt with, if the block is good. 0; EBADMSG: it is not; or an
 * errno of reading it.
 */
static int
read_block(struct spool *s, const struct segment_record *r, struct buf *out)
{
	size_t start = out->len, skip;
	int err = spool_files_read(s->read_data, r->from, r->to, out);
	struct span block = span_of(out->p + start, out->len - start);

	if (err || !segment_holds(r, block)) {
		out->len = start;
		return err ? err : EBADMSG;
	}
	skip = s->at.offset > r->from ? (size_t)(s->at.offset - r->from) : 0;
	memmove(out->p + start, out->p + start + skip, block.n - skip);
	out->len -= skip;
	s->at.offset = r->from + skip;
	return 0;
}

/*
 * After an error: whether the same is to be read again, later; else it is lost, for it must not
 * hold up for ever what is behind it.
 */
static bool
tries_again(struct spool *s, int err)
{
	if (!err || err == EBADMSG || err == ENOENT || ++s->read_tries == TRIES) {
		s->read_tries = 0;
		return false;
	}
	s->read_err = err;
	leave_segment(s);
	return true;
}

/* Of the segment that is being written all was read. */
static bool
is_at_the_end(const struct spool *s, const struct spool_segment *g)
{
	return s->reading + 1 == s->count && s->at.segment == g->number && s->at.offset >= g->size
	    && s->at.points >= g->points;
}

/* Appends the next good block of a segment. False: there is none, or none now (read_err). */
static bool
next_block(struct spool *s, struct spool_segment *g, struct buf *out)
{
	struct segment_record r;
	enum segment_kind kind;
	int err = s->read_data < 0 ? enter_segment(s, g) : 0;

	while (!err && !(err = read_records(s, g))) {
		kind = next_record(s, &r);
		if (kind == SEGMENT_END && s->sums_at >= g->sums)
			return false;
		if (kind != SEGMENT_BLOCK)
			continue;
		s->passing += r.points;
		if (r.to <= s->at.offset)
			continue;
		err = read_block(s, &r, out);
		if (tries_again(s, err) || !err)
			return !err;
		lose_block(s, g, &r);
		err = 0;
	}
	if (!tries_again(s, err))
		lose_rest(s, g);
	return false;
}

bool
spool_read(struct spool *s, struct buf *out)
{
	struct spool_segment *g;

	s->read_err = 0;
	while (s->reading < s->count) {
		g = &s->segment[s->reading];
		if (is_at_the_end(s, g))
			return false;
		if (next_block(s, g, out))
			return true;
		if (s->read_err || s->reading + 1 == s->count)
			return false;
		s->reading++;
		leave_segment(s);
	}
	return false;
}

bool
spool_is_read(const struct spool *s)
{
	return s->reading >= s->count
	    || (s->reading + 1 == s->count && is_at_the_end(s, &s->segment[s->reading]));
}

bool
spool_pass(struct spool *s)
{
	const struct spool_segment *g = &s->segment[s->count - 1];

	if (s->reading + 1 != s->count)
		leave_segment(s);
	s->reading = s->count - 1;
	if (s->read_data < 0 && enter_segment(s, &s->segment[s->reading]))
		return false;
	s->walk.end = g->size;
	s->passing = g->points;
	s->sums_at = g->sums;
	s->sums.len = 0;
	return true;
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

/* The place that is written to is never that of the last position: half a write leaves it. */
int
spool_acknowledge(struct spool *s, const struct segment_position *p)
{
	struct buf text = { 0 };
	int err;

	if (!segment_before(&s->position, p))
		return 0;
	segment_put_position(&text, p);
	err = spool_files_write(s->place, buf_span(&text), (uint64_t)s->slot * SEGMENT_POSITION);
	if (!err) {
		s->position = *p;
		s->slot = !s->slot;
		s->moved = true;
	}
	/* also when that is not saved: with no segment before it no one misses it */
	while (s->count && s->segment[0].number < p->segment) {
		spool_files_remove(s, &s->segment[0]);
		spool_files_forget_oldest(s);
	}
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
