#include "source/microchip.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "source/readers.h"

static const char want_row[] = "a message like 166064;RX;0x21A;8;0xFE;0x36";
static const char want_time[] = "a time in milliseconds";
static const char want_direction[] = "RX or TX";
static const char want_id[] = "an id of at most 29 bits, like 0x21A";
static const char want_length[] = "a length of at most 64";
static const char want_data[] = "as many bytes of data as the length says";

enum { FIELDS = 4 + 64 + 1, TIME = 0, DIRECTION, ID, LENGTH, DATA };

/* "0x21A" or a decimal number. */
static bool
take_number(struct span s, uint32_t *v)
{
	if (text_begins(s, "0x"))
		return text_hex(span_of(s.p + 2, s.n - 2), v);
	return text_number(s, v);
}

/* With an x behind it where it is extended and the tool said so. */
static bool
take_id(struct span s, struct frame *f)
{
	bool extended = s.n > 1 && (s.p[s.n - 1] | 0x20) == 'x';
	uint32_t id;

	s.n -= extended;
	return take_number(s, &id) && text_id(f, id, extended);
}

static bool
take_data(const struct span *field, size_t n, struct frame *f)
{
	uint32_t v;
	size_t i;

	if (n < DATA + (size_t)f->len)
		return false;
	for (i = 0; i < f->len; i++) {
		if (!take_number(field[DATA + i], &v) || v > 255)
			return false;
		f->data[i] = (uint8_t)v;
	}
	return true;
}

static enum text_result
take_row(const struct microchip *m, struct span line, struct frame *f, struct text_note *note)
{
	struct span field[FIELDS];
	size_t n = text_split(line, ';', field, FIELDS);
	uint32_t len;

	if (n < DATA)
		return text_bad(note, want_row);
	note->bus = 0;		/* the tool has one */
	f->flags = text_direction(field[DIRECTION]);
	if (!f->flags)
		return text_bad(note, want_direction);
	f->flags |= m->dated ? FRAME_DATE : 0;
	if (!text_fixed(field[TIME], '.', 6, &f->ns)
	    || __builtin_add_overflow(f->ns, m->zero, &f->ns))
		return text_bad(note, want_time);
	if (!take_id(field[ID], f))
		return text_bad(note, want_id);
	if (!text_number(field[LENGTH], &len) || len > 64)
		return text_bad(note, want_length);
	text_payload(f, len);
	/* "0x5" may be the beginning of "0x5C" */
	note->open = len && n == DATA + len && field[n - 1].n < 4;
	return take_data(field, n, f) ? TEXT_FRAME : text_bad(note, want_data);
}

/*
 * "23/9/2015 22:17:43", local. The month stands first where am or pm is behind the time, as the
 * tool takes the form from Windows; and where it must.
 */
static bool
take_date(struct span s, int64_t *ns)
{
	struct span date = text_word(&s), part[4];
	bool american = s.n > 2 && (s.p[s.n - 1] | 0x20) == 'm';
	struct calendar c = { .year = 0 };
	uint32_t v[3];
	int64_t t;
	size_t i;

	if (text_split(date, '/', part, 4) != 3 || !text_clock(text_trim(s), &t))
		return false;
	for (i = 0; i < 3; i++)
		if (!text_number(part[i], &v[i]))
			return false;
	american = v[0] <= 12 && (american || v[1] > 12);
	c.year = (int)v[2];
	c.month = (int)v[american ? 0 : 1];
	c.day = (int)v[american ? 1 : 0];
	t /= CLOCK_SECOND;
	c.hour = (int)(t / 3600);
	c.minute = (int)(t / 60 % 60);
	c.second = (int)(t % 60);
	return calendar_local(&c, ns);
}

static enum text_result
head(struct microchip *m, struct span line)
{
	static const char started[] = "Logging Started:";
	size_t n = sizeof started - 1;

	if (text_begins(line, "Microchip") || text_begins(line, "CAN BUS Analyzer"))
		m->known = true;
	if (text_begins(line, started))
		m->dated = take_date(span_of(line.p + n, line.n - n), &m->zero);
	return TEXT_BLANK;
}

enum text_result
microchip_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	struct microchip *m = state;

	if (text_begins(line, "//")) {
		m->in_head = !m->in_head;
		return TEXT_BLANK;
	}
	if (!line.n)
		return TEXT_BLANK;
	return m->in_head ? head(m, line) : take_row(m, line, f, note);
}

static const struct text_format format = { .line = microchip_line, .counts = true };

const struct source_reader source_microchip = {
	.name = "microchip",
	.about = "log of Microchip's CAN BUS Analyzer (.log, .can)",
	.sniff = text_sniff,
	.open = text_open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct microchip),
	.whole_tail = true,
};
