#include "source/rawdatalog.h"

#include "base/calendar.h"
#include "base/swar.h"
#include "source/readers.h"

static const char want_row[] = "a row with time, number, id, flags and data";
static const char want_time[] = "a time of day like 22:51:46.481";
static const char want_id[] = "an id of at most 29 bits like 0x0x6F8";
static const char want_data[] = "data of 16 hex digits like 0x07050101101d0e74";

enum { TIME, NUMBER, ID, FLAGS, DATA, FIELDS };

/* "0x07050101101d0e74": the last byte of the frame first. */
static bool
take_data(struct span s, struct frame *f)
{
	uint32_t high, low;
	uint64_t v;

	if (s.n != 18 || !text_begins(s, "0x") || !swar_hex(swar_load(s.p + 2), &high)
	    || !swar_hex(swar_load(s.p + 10), &low))
		return false;
	v = __builtin_bswap64((uint64_t)low << 32 | high);
	v = htole64(v);
	memcpy(f->data, &v, 8);
	f->len = 8;
	return true;
}

static bool
has(struct span flags, char c)
{
	return flags.n && memchr(flags.p, c, flags.n);
}

enum text_result
rawdatalog_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	struct rawdatalog *r = state;
	struct span field[FIELDS];
	int64_t t;

	if (!line.n)
		return TEXT_BLANK;
	if (text_begins(line, "Recv time")) {
		r->known = true;
		return TEXT_BLANK;
	}
	if (text_split(line, ',', field, FIELDS) < FIELDS)
		return text_bad(note, want_row);
	if (!text_clock(field[TIME], &t))
		return text_bad(note, want_time);
	note->bus = 0;		/* it is not said */
	f->flags = has(field[FLAGS], 'R') ? FRAME_REMOTE : 0;
	if (!text_hex_id(f, field[ID], has(field[FLAGS], 'E')))
		return text_bad(note, want_id);
	if (!take_data(field[DATA], f))
		return text_bad(note, want_data);
	if (has(field[FLAGS], 'H'))
		return text_other(note, "heartbeats");
	f->ns = daytime_moment(&r->day, t);
	f->flags |= r->day.dated ? FRAME_DATE : 0;
	return TEXT_FRAME;
}

/* n decimal digits */
static int
digits(const char *p, size_t n)
{
	uint32_t v = 0;

	return text_number(span_of(p, n), &v) ? (int)v : -1;
}

bool
rawdatalog_name(const char *name, int64_t *ns)
{
	static const char begin[] = "RawDataLog-", shape[] = "yyyyMMdd-HHmm";
	struct span s = span_str(name);
	struct calendar c = { .ns = 0 };

	if (!text_begins(s, begin) || s.n < sizeof begin - 1 + sizeof shape - 1)
		return false;
	name += sizeof begin - 1;
	c.year = digits(name, 4);
	c.month = digits(name + 4, 2);
	c.day = digits(name + 6, 2);
	c.hour = digits(name + 9, 2);
	c.minute = digits(name + 11, 2);
	return name[8] == '-' && calendar_local(&c, ns);
}

static const struct text_format format = { .line = rawdatalog_line, .counts = true };

static enum source_result
open(struct source *s, bool wait)
{
	struct rawdatalog *r = s->state;
	int64_t ns;

	if (!r->opened && (s->options.dated || rawdatalog_name(s->name, &ns)))
		daytime_begin(&r->day, s->options.dated ? s->options.date : ns);
	r->opened = true;
	return text_open(s, wait);
}

const struct source_reader source_rawdatalog = {
	.name = "rawdatalog",
	.about = "RawDataLog of Prohelion Profinity and ArrowPoint CANbus (.txt)",
	.sniff = text_sniff,
	.open = open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct rawdatalog),
	.whole_tail = true,
};
