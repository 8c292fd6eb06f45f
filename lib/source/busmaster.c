#include "source/busmaster.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "source/readers.h"

static const char want_time[] = "a time like 22:20:14:9920 in front of a message";
static const char want_direction[] = "Rx or Tx";
static const char want_channel[] = "a channel number";
static const char want_id[] = "an id of at most 29 bits";
static const char want_type[] = "s, x, sr or xr behind the id";
static const char want_length[] = "a DLC";
static const char want_data[] = "as many bytes of data as the DLC says";

static bool
number(const struct busmaster *b, struct span s, uint32_t *v)
{
	if (text_begins(s, "0x"))
		return text_hex(span_of(s.p + 2, s.n - 2), v);
	return b->decimal ? text_number(s, v) : text_hex(s, v);
}

/*
 * "22:20:14:9920", hours without end. Four digits at the end are tenths of milliseconds; fewer are
 * milliseconds, without leading zeros in what SavvyCAN wrote.
 */
static bool
take_time(struct span s, int64_t *ns)
{
	struct span part[5];
	uint32_t v[4];
	size_t i;

	if (text_split(s, ':', part, 5) != 4)
		return false;
	for (i = 0; i < 4; i++)
		if (!text_number(part[i], &v[i]))
			return false;
	if (v[0] > 1000000 || v[1] > 59 || v[2] > 60 || part[3].n > 4)
		return false;
	*ns = (((int64_t)v[0] * 60 + v[1]) * 60 + v[2]) * CLOCK_SECOND
	    + (int64_t)v[3] * (part[3].n == 4 ? 100000 : 1000000);
	return true;
}

/* "23:9:2015 22:17:28:928", local. */
static void
take_start(struct busmaster *b, struct span s)
{
	struct span date = text_word(&s), part[4];
	struct calendar c = { .year = 0 };
	uint32_t v[3];
	int64_t t;
	size_t i;

	b->at = 0;
	if (text_split(date, ':', part, 4) != 3 || !take_time(text_trim(s), &t))
		return;
	for (i = 0; i < 3; i++)
		if (!text_number(part[i], &v[i]))
			return;
	c = (struct calendar){ (int)v[2], (int)v[1], (int)v[0], (int)(t / CLOCK_SECOND / 3600),
		(int)(t / CLOCK_SECOND / 60 % 60), (int)(t / CLOCK_SECOND % 60), t % CLOCK_SECOND };
	b->dated = calendar_local(&c, &b->start);
	if (b->dated)
		daytime_begin(&b->day, b->start);
}

static void
take_hex(struct busmaster *b, struct span s)
{
	(void)s;
	b->decimal = false;
}

static void
take_dec(struct busmaster *b, struct span s)
{
	(void)s;
	b->decimal = true;
}

static void
take_mode(struct busmaster *b, struct span s)
{
	b->mode = text_begins(s, "SYSTEM") ? BUSMASTER_SYSTEM
	    : text_begins(s, "ABSOLUTE") ? BUSMASTER_ABSOLUTE : BUSMASTER_RELATIVE;
}

static void
take_protocol(struct busmaster *b, struct span s)
{
	b->foreign = !text_is(text_trim(s), "CAN");
}

/* "***…***" */
static enum text_result
head(struct busmaster *b, struct span s)
{
	static const struct {
		const char *begin;
		size_t skip;
		void (*take)(struct busmaster *b, struct span s);
	} row[] = {
		{ "START DATE AND TIME", 19, take_start }, { "HEX", 3, take_hex }, { "DEC", 3, take_dec },
		{ "SYSTEM MODE", 0, take_mode }, { "ABSOLUTE MODE", 0, take_mode },
		{ "RELATIVE MODE", 0, take_mode }, { "PROTOCOL", 8, take_protocol },
	};
	size_t i;

	b->known = true;
	s = text_trim(span_of(s.p + 3, s.n - 3));
	while (s.n && s.p[s.n - 1] == '*')
		s.n--;
	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (text_begins(s, row[i].begin)) {
			row[i].take(b, span_of(s.p + row[i].skip, s.n - row[i].skip));
			break;
		}
	return TEXT_BLANK;
}

/* Sets f->ns and the flag DATE. False for a time that cannot be. */
static bool
take_moment(struct busmaster *b, int64_t t, struct frame *f)
{
	if (b->mode == BUSMASTER_SYSTEM) {
		f->ns = daytime_moment(&b->day, t);
		f->flags |= b->day.dated ? FRAME_DATE : 0;
		return t < 24 * 3600 * CLOCK_SECOND;
	}
	if (b->at > INT64_MAX / 4)
		return false;
	b->at = b->mode == BUSMASTER_RELATIVE ? b->at + t : t;
	f->ns = b->dated ? b->start + b->at : b->at;
	f->flags |= b->dated ? FRAME_DATE : 0;
	return true;
}

/* Bytes in the file's base, at most max: how many there are. */
static size_t
bytes(const struct busmaster *b, struct span *rest, uint8_t *data, size_t max)
{
	struct span behind = *rest, w;
	uint32_t v;
	size_t i;

	if (!b->decimal)
		return text_bytes(rest, data, max);
	for (i = 0; i < max; i++) {
		w = text_word(&behind);
		if (!text_number(w, &v) || v > 255)
			break;
		data[i] = (uint8_t)v;
	}
	return i;
}

/* "s", "x", "sr", "xr"; with fd behind the first letter in newer versions. */
static bool
take_type(struct span s, bool *extended, bool *remote)
{
	*extended = text_begins(s, "x");
	*remote = text_is(s, "sr") || text_is(s, "xr");
	return *extended || text_begins(s, "s");
}

/* Behind the direction: "1 0x21A s 8 FE 36 …". */
static enum text_result
message(const struct busmaster *b, struct span rest, struct frame *f, struct text_note *note)
{
	struct span channel = text_word(&rest), id = text_word(&rest), type = text_word(&rest);
	struct span length = text_word(&rest);
	bool extended, remote;
	uint32_t v, n;

	if (!text_number(channel, &note->bus))
		return text_bad(note, want_channel);
	if (!take_type(type, &extended, &remote))
		return text_bad(note, want_type);
	if (!number(b, id, &v) || !text_id(f, v, extended))
		return text_bad(note, want_id);
	if (!text_number(length, &n))
		return text_bad(note, want_length);
	note->open = b->decimal && n;
	if (remote) {
		f->flags |= FRAME_REMOTE;
		return text_dlc(f, n) ? TEXT_FRAME : text_bad(note, want_length);
	}
	if (!text_length(f, n, bytes(b, &rest, f->data, n <= 8 ? n : 64)))
		return text_bad(note, want_data);
	note->open |= f->flags & FRAME_RAW_DLC;	/* eight bytes may be the first of twelve */
	return TEXT_FRAME;
}

enum text_result
busmaster_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	struct busmaster *b = state;
	int64_t t;

	line = text_trim(line);
	if (!line.n)
		return TEXT_BLANK;
	if (text_begins(line, "***"))
		return head(b, line);
	if (b->foreign)
		return text_other(note, "messages of other protocols");
	f->flags = 0;
	if (!take_time(text_word(&line), &t) || !take_moment(b, t, f))
		return text_bad(note, want_time);
	f->flags |= text_direction(text_word(&line));
	if (!(f->flags & (FRAME_RX | FRAME_TX)))
		return text_bad(note, want_direction);
	return message(b, line, f, note);
}

static const struct text_format format = { .line = busmaster_line, .counts = true };

static enum source_result
open(struct source *s, bool wait)
{
	struct busmaster *b = s->state;

	if (!b->opened && s->options.dated)
		daytime_begin(&b->day, s->options.date);
	b->opened = true;
	return text_open(s, wait);
}

const struct source_reader source_busmaster = {
	.name = "busmaster",
	.about = "log of BUSMASTER (.log)",
	.sniff = text_sniff,
	.open = open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct busmaster),
	.whole_tail = true,
};
