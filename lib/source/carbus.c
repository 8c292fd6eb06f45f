#include "source/carbus.h"

#include "base/clock.h"
#include "source/daytime.h"
#include "source/readers.h"

static const char want_row[] = "time, channel, flags, id, length and data with tabs between them";
static const char want_time[] = "a time like 27,337000";
static const char want_channel[] = "a channel number";
static const char want_flags[] = "flags in hex";
static const char want_id[] = "an id of at most 29 bits";
static const char want_length[] = "a length of at most 64";
static const char want_data[] = "as many bytes of data as the length says";

enum {
	/* In the column of flags, as far as they are known. */
	FLAG_EXTENDED = 0x1,
	FLAG_REMOTE = 0x2,
	FLAG_FD = 0x10,
	FLAG_BRS = 0x20,
};

enum { TIME, CHANNEL, FLAGS, ID, LENGTH, DATA, COLUMNS };

#define MINUTE (60 * CLOCK_SECOND)

/*
 * A minute has begun when the times go back. Rows of two channels may be out of order by a little,
 * also around the end of a minute.
 */
static void
count_minutes(struct carbus *c, int64_t t)
{
	int64_t step = c->begun ? t - c->last : 0;

	c->endless |= t >= MINUTE;
	if (!c->endless && step < -CLOCK_SECOND)
		c->minutes += MINUTE;
	else if (!c->endless && step > MINUTE - CLOCK_SECOND && c->minutes)
		c->minutes -= MINUTE;
	c->last = t;
}

/* The first row is that of $LocalTime, on the day that was given. */
static void
begin(struct carbus *c, int64_t t)
{
	struct daytime day;

	c->begun = true;
	c->dated = c->clocked && c->date;
	if (!c->dated)
		return;
	daytime_begin(&day, c->date);
	c->zero = daytime_moment(&day, c->clock) - t;
}

static bool
take_time(struct carbus *c, struct span s, struct frame *f)
{
	int64_t t;

	if (!text_fixed(s, ',', 9, &t) || t > INT64_MAX / 4)
		return false;
	count_minutes(c, t);
	if (!c->begun)
		begin(c, t);
	f->ns = c->zero + c->minutes + t;
	f->flags = c->dated ? FRAME_DATE : 0;
	return true;
}

static enum text_result
take_content(struct span data, uint32_t flags, uint32_t len, struct frame *f,
    struct text_note *note)
{
	if (flags & FLAG_REMOTE && !data.n) {
		f->flags |= FRAME_REMOTE;
		return text_dlc(f, len) ? TEXT_FRAME : text_bad(note, want_length);
	}
	text_payload(f, len);
	if (flags & (FLAG_FD | FLAG_BRS)) {
		f->flags |= FRAME_FD;
		f->fd_flags = flags & FLAG_BRS ? 1 : 0;
	}
	return text_bytes(&data, f->data, len) == len ? TEXT_FRAME : text_bad(note, want_data);
}

static enum text_result
take_row(struct carbus *c, struct span line, struct frame *f, struct text_note *note)
{
	struct span field[COLUMNS] = { [DATA] = { "", 0 } };
	uint32_t flags, id, len;

	if (text_split(line, '\t', field, COLUMNS) < DATA)
		return text_bad(note, want_row);
	if (!take_time(c, field[TIME], f))
		return text_bad(note, want_time);
	if (!text_number(field[CHANNEL], &note->bus))
		return text_bad(note, want_channel);
	if (!text_hex(field[FLAGS], &flags))
		return text_bad(note, want_flags);
	if (!text_hex(field[ID], &id) || !text_id(f, id, flags & FLAG_EXTENDED))
		return text_bad(note, want_id);
	if (!text_number(field[LENGTH], &len) || len > 64)
		return text_bad(note, want_length);
	return take_content(field[DATA], flags, len, f, note);
}

/* "# $LocalTime=12:05:10.123" */
static enum text_result
remark(struct carbus *c, struct span s)
{
	static const char clock[] = "$LocalTime=";
	size_t n = sizeof clock - 1;

	s = text_trim(span_of(s.p + 1, s.n - 1));
	if (text_begins(s, clock))
		c->clocked = text_clock(span_of(s.p + n, s.n - n), &c->clock);
	return TEXT_BLANK;
}

enum text_result
carbus_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	if (line.n && *line.p == '\n')		/* of a CR LF */
		line = span_of(line.p + 1, line.n - 1);
	if (!line.n || *line.p == '@')
		return TEXT_BLANK;
	return *line.p == '#' ? remark(state, line) : take_row(state, line, f, note);
}

static const struct text_format format = { .line = carbus_line, .counts = true };

static enum source_sniff
sniff(const struct source_reader *self, const struct source_head *head)
{
	(void)self;
	return source_sniff_text(head->bytes, "@ TEXT @");
}

static enum source_result
open(struct source *s, bool wait)
{
	struct carbus *c = s->state;
	struct span head = input_data(&s->input);

	/* Lines end as the program ends them, unless somebody has converted the file. */
	if (!c->opened && head.n && (memchr(head.p, '\r', head.n) || !memchr(head.p, '\n', head.n)))
		s->newline = '\r';
	if (!c->opened && s->options.dated)
		c->date = s->options.date;
	c->opened = true;
	return text_open(s, wait);
}

const struct source_reader source_carbus = {
	.name = "carbus",
	.about = "trace of CARBUS Analyzer (.trc)",
	.sniff = sniff,
	.open = open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct carbus),
	.whole_tail = true,
};
