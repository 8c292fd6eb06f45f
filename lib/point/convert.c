#include "point/convert.h"

#include "base/clock.h"

void
convert_init(struct convert *c, struct point *point, int64_t start, convert_skip *skip, void *arg)
{
	*c = (struct convert){ .point = point, .skip = skip, .arg = arg };
	stamp_init(&c->stamp, STAMP_ABSOLUTE, start);
}

static inline void
take_frame(struct convert *c, struct buf *out)
{
	struct frame *f = &c->frame;

	c->counts.frames++;
	if (__builtin_expect(!stamp_is_plain(&c->stamp, f), 0))
		f->ns = stamp_resolve(&c->stamp, f, clock_real());
	switch (point_frame(c->point, f, out, &c->counts.points)) {
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

void
convert_line(struct convert *c, const char *p, size_t n, struct buf *out)
{
	const char *expected = NULL;

	c->counts.lines++;
	c->line++;
	if (candump_parse_next(p, n, &c->frame, &c->memo)) {
		take_frame(c, out);
		return;
	}
	switch (candump_parse(p, n, &c->frame, &expected)) {
	case CANDUMP_FRAME:
		take_frame(c, out);
		break;
	case CANDUMP_BLANK:
		break;
	case CANDUMP_BAD:
		c->counts.skipped++;
		c->skip(c->arg, c->line, span_of(p, n), expected);
		break;
	}
}

void
convert_lines(struct convert *c, struct span *block, struct buf *out, size_t enough)
{
	const char *p = block->p, *end = p + block->n, *nl;

	for (; p < end && out->len < enough; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		convert_line(c, p, (size_t)(nl - p), out);
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
