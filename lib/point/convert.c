#include "point/convert.h"

#include "base/clock.h"
#include "can/candump.h"

void
convert_init(struct convert *c, struct point *point, int64_t start, convert_skip *skip, void *arg)
{
	*c = (struct convert){ .point = point, .snapshots = point_has_snapshots(point), .skip = skip,
		.arg = arg };
	stamp_init(&c->stamp, STAMP_ABSOLUTE, start);
}

static inline void
put_frame(struct convert *c, struct buf *out)
{
	c->counts.frames++;
	switch (point_frame(c->point, &c->frame, out, &c->counts.points)) {
	case POINT_WRITTEN:
		break;
	case POINT_UNKNOWN:
		c->counts.unknown++;
		break;
	case POINT_NO_DATA:
		c->counts.no_data++;
		break;
	case POINT_EMPTY:
		c->counts.empty++;
		break;
	case POINT_THINNED:
		c->counts.thinned++;
		break;
	}
}

/* False while out has enough of the snapshots that come before the frame. */
static inline bool
is_due(struct convert *c, struct buf *out, size_t enough)
{
	return !c->snapshots
	    || point_advance(c->point, c->frame.ns, out, enough, &c->counts.points);
}

/*
 * The time of the frame of the line of n bytes at p. Where it is taken as it is, the lines to come
 * in the same second are told by the shortest way.
 */
static void
take_time(struct convert *c, const char *p, size_t n)
{
	struct frame *f = &c->frame;

	if (stamp_is_plain(&c->stamp, f))
		logline_remember(&c->before, p, n, f);
	else
		f->ns = stamp_resolve(&c->stamp, f, clock_real());
}

bool
convert_line(struct convert *c, const char *p, size_t n, struct buf *out, size_t enough)
{
	const char *expected = NULL;
	enum candump_result r = candump_parse(p, n, &c->frame, &expected);

	if (r == CANDUMP_FRAME) {
		take_time(c, p, n);
		if (!is_due(c, out, enough))
			return false;
		put_frame(c, out);
	}
	c->counts.lines++;
	c->line++;
	if (r == CANDUMP_BAD) {
		c->counts.skipped++;
		c->skip(c->arg, c->line, span_of(p, n), expected);
	}
	return true;
}

void
convert_lines(struct convert *c, struct span *block, struct buf *out, size_t enough)
{
	const char *p = block->p, *end = p + block->n, *next;

	for (; p < end && out->len < enough; p = next) {
		next = logline_next(&c->before, p, end, &c->frame);
		if (next) {
			if (!is_due(c, out, enough))
				break;
			c->counts.lines++;
			c->line++;
			put_frame(c, out);
			continue;
		}
		next = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
		if (!convert_line(c, p, (size_t)(next - 1 - p), out, enough))
			break;
	}
	*block = span_of(p, (size_t)(end - p));
}

void
convert_add_counts(struct convert_counts *to, const struct convert_counts *from)
{
	to->lines += from->lines;
	to->frames += from->frames;
	to->skipped += from->skipped;
	to->unterminated += from->unterminated;
	to->unknown += from->unknown;
	to->no_data += from->no_data;
	to->empty += from->empty;
	to->thinned += from->thinned;
	to->points.points += from->points.points;
	to->points.left_out += from->points.left_out;
}
