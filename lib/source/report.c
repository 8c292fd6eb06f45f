#include "source/report.h"

#include <inttypes.h>

#include "base/calendar.h"
#include "source/text.h"

/* "FILE:LINE", or "FILE: at byte N" where lines are not there or were passed over. */
static void
put_place(const struct feed *f, struct buf *b)
{
	if (!f->track)
		buf_printf(b, "%s: ", f->source->bus);
	else if (f->source->counts.lines && !f->source->jumped)
		buf_printf(b, "%s:%" PRIu64 ": ", f->name, f->source->number);
	else
		buf_printf(b, "%s: at byte %" PRIu64 ": ", f->name, f->source->offset);
}

static void
skipped(const struct feed *f, struct buf *b)
{
	const struct source *s = f->source;
	char text[128];

	put_place(f, b);
	buf_printf(b, "expected %s", s->expected);
	if (s->line.n)
		buf_printf(b, ", not '%s'", log_quote(text, sizeof text, s->line.p, s->line.n));
}

static void
unterminated(const struct feed *f, struct buf *b)
{
	put_place(f, b);
	buf_puts(b, "the last line has no newline and is not used, as it may be half a frame "
	    "(--accept-unterminated)");
}

static void
damaged(const struct feed *f, struct buf *b)
{
	put_place(f, b);
	buf_printf(b, "the file is damaged: expected %s", f->source->expected);
}

static void
torn(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: it cannot be unpacked to its end: %s", f->name, f->source->expected);
}

static void
spooling(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: %s is not read from front to end: copied to a temporary file first", f->name,
	    f->source->format->name);
}

static void
replaced(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: there is a new file of that name: going on with it", f->name);
}

static void
relative(const struct feed *f, struct buf *b)
{
	struct calendar c = calendar_at(f->track->stamp.start);
	const struct text_format *text = f->source->format->text;

	buf_printf(b, "%s: %s: taken as since %04d-%02d-%02dT%02d:%02d:%02d%s (--start TIME says when "
	    "it began)", f->name,
	    text && text->times ? text->times : "its times do not count from 1970", c.year, c.month,
	    c.day, c.hour, c.minute, c.second,
	    f->track->origin == TRACK_MODIFIED ? ", from the file's own time and length" : "");
}

static void
timeless(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: frames without a time get the time they are read", f->name);
}

static void
lost(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: %" PRIu64 " %s lost: this machine did not read them in time",
	    f->source->bus, f->source->count, f->source->expected);
}

static void
as_it_says(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: %s", f->source->bus, f->source->expected);
}

static void
failed(const struct feed *f, struct buf *b)
{
	buf_printf(b, "%s: %s", f->name, strerror(f->err));
}

const struct report_row *
report_about(enum source_result r)
{
	static const struct report_row row[SOURCE_DATA + 1] = {
		[SOURCE_SKIPPED] = { LOG_WARN, .partial = true, .few = true, .words = skipped },
		[SOURCE_UNTERMINATED] = { LOG_WARN, .partial = true, .words = unterminated },
		[SOURCE_DAMAGED] = { LOG_WARN, .partial = true, .few = true, .words = damaged },
		[SOURCE_TORN] = { LOG_WARN, .partial = true, .words = torn },
		[SOURCE_SPOOLING] = { LOG_NOTE, .words = spooling },
		[SOURCE_REPLACED] = { LOG_NOTE, .words = replaced },
		[SOURCE_RELATIVE] = { LOG_WARN, .words = relative },
		[SOURCE_TIMELESS] = { LOG_NOTE, .words = timeless },
		[SOURCE_LOST] = { LOG_WARN, .partial = true, .few = true, .words = lost },
		[SOURCE_DOWN] = { LOG_WARN, .words = as_it_says },
		[SOURCE_BACK] = { LOG_WARN, .words = as_it_says },
		[SOURCE_NOTE] = { LOG_WARN, .words = as_it_says },
		[SOURCE_FAILED] = { LOG_ERROR, .failed = true, .words = failed },
	};

	return row[r].words ? &row[r] : NULL;
}

void
report_kinds(const struct source_kind kind[static SOURCE_KINDS], struct buf *b)
{
	size_t i;

	for (i = 0; i < SOURCE_KINDS && kind[i].name; i++)
		buf_printf(b, "%s%" PRIu64 " %s", i ? ", " : "", kind[i].count, kind[i].name);
}
