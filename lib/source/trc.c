#include "source/trc.h"

#include <time.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "source/errorframe.h"
#include "source/readers.h"

static const char want_row[] = "a message of a PEAK trace: number, time offset, and so on";
static const char want_time[] = "a time offset in milliseconds";
static const char want_bus[] = "a bus number";
static const char want_type[] = "a type of message as PEAK's TRC format has them";
static const char want_id[] = "an id of 4 or 8 hex digits (11 or 29 bits)";
static const char want_direction[] = "Rx or Tx";
static const char want_length[] = "a length or DLC";
static const char want_data[] = "as many bytes of data as the length says";

static const char other_messages[] = "messages longer than a frame";

enum {
	DAYS_1970 = 25569,	/* from 1899-12-30 */
	DAYS_1980 = 29221,
};

/* The columns of versions that do not list them. D, the data, is always the rest. */
static const struct {
	unsigned version;
	const char *columns;
} versions[] = {
	{ 10, "NOILD" }, { 11, "NOTILD" }, { 12, "NOBTILD" }, { 13, "NOBTIRLD" }, { 20, "NOTIdlD" },
	{ 21, "NOTBIdRLD" },
};

enum kind { DATA, FD, REMOTE, ERROR, OTHER };

static const struct type {
	struct span name;
	enum kind kind;
	uint16_t direction;
	uint8_t fd_flags;
	const char *other;
} types[] = {
	{ { "DT", 2 }, DATA, 0, 0, NULL }, { { "FB", 2 }, FD, 0, 1, NULL },
	{ { "FD", 2 }, FD, 0, 0, NULL }, { { "FE", 2 }, FD, 0, 2, NULL },
	{ { "BI", 2 }, FD, 0, 3, NULL }, { { "Rx", 2 }, DATA, FRAME_RX, 0, NULL },
	{ { "Tx", 2 }, DATA, FRAME_TX, 0, NULL }, { { "RR", 2 }, REMOTE, 0, 0, NULL },
	{ { "ER", 2 }, ERROR, 0, 0, NULL }, { { "Error", 5 }, ERROR, 0, 0, NULL },
	{ { "ST", 2 }, OTHER, 0, 0, "status changes" },
	{ { "Warng", 5 }, OTHER, 0, 0, "status changes" },
	{ { "EC", 2 }, OTHER, 0, 0, "error counters" }, { { "EV", 2 }, OTHER, 0, 0, "events" },
};

/* Of version 1.0, which has no such column. */
static const struct type untyped = { { "", 0 }, DATA, 0, 0, NULL };

/* A row, cut into its columns. */
struct row {
	struct span offset, bus, id, length;
	const struct type *type;
	uint16_t direction;
	bool by_length;		/* the column l: bytes, not a DLC */
	bool new;		/* 2.x: what it is about is among its data */
	struct span data;	/* the rest */
};

static const struct type *
type_of(struct span w)
{
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (w.n == types[i].name.n && text_same(w.p, types[i].name.p, w.n))
			return &types[i];
	return NULL;
}

bool
trc_days(struct span s, int64_t *ns)
{
	/* In ps, of which a day's 10^14th has a whole number. PEAK writes 10 digits, which is 9 us. */
	int64_t unit = INT64_C(86400000000000000), ps = 0, days;
	const char *point = s.n ? memchr(s.p, '.', s.n) : NULL;
	size_t whole = point ? (size_t)(point - s.p) : s.n, i;
	struct calendar c;
	struct tm tm;
	time_t sec;

	if (whole > 6 || !text_fixed(s, '.', 0, &days))
		return false;
	for (i = whole + 1; i < s.n && i <= whole + 14; i++) {
		unit /= 10;
		ps += (s.p[i] - '0') * unit;
	}
	*ns = 0;
	if (days < DAYS_1980)
		return true;
	ps = (ps + 500000) / 1000000 * 1000;
	sec = (days - DAYS_1970) * 86400 + ps / CLOCK_SECOND;
	gmtime_r(&sec, &tm);
	c = (struct calendar){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, ps % CLOCK_SECOND };
	return calendar_local(&c, ns);
}

/* "11.09.2002 16:00:20.682" or "2002-09-11 16:00:20.682.0": what has only one meaning. */
static bool
take_start_text(struct span s, int64_t *ns)
{
	struct span date = text_word(&s), clock = text_word(&s), part[4];
	struct calendar c = { .year = 0 };
	uint32_t v[3];
	int64_t t;
	size_t i;

	if (text_split(date, date.n > 4 && date.p[4] == '-' ? '-' : '.', part, 4) != 3)
		return false;
	for (i = 0; i < 3; i++)
		if (!text_number(part[i], &v[i]))
			return false;
	/* PCAN-View: milliseconds and, behind another point, their tenths */
	if (clock.n > 2 && clock.p[clock.n - 2] == '.')
		clock.n -= 2;
	if (!text_clock(clock, &t))
		return false;
	c.year = (int)(part[0].n == 4 ? v[0] : v[2]);
	c.month = (int)v[1];
	c.day = (int)(part[0].n == 4 ? v[2] : v[0]);
	c.hour = (int)(t / CLOCK_SECOND / 3600);
	c.minute = (int)(t / CLOCK_SECOND / 60 % 60);
	c.second = (int)(t / CLOCK_SECOND % 60);
	c.ns = t % CLOCK_SECOND;
	return calendar_local(&c, ns);
}

static void
set_columns(struct trc *t, const char *letters, size_t n)
{
	n = n < TRC_COLUMNS ? n : TRC_COLUMNS;
	memcpy(t->columns, letters, n);
	t->columns[n] = '\0';
}

static void
set_columns_of(struct trc *t, unsigned version)
{
	size_t i;

	for (i = 0; i < sizeof versions / sizeof *versions; i++)
		if (versions[i].version == version)
			set_columns(t, versions[i].columns, strlen(versions[i].columns));
}

/* "2.1" */
static void
take_version(struct trc *t, struct span s)
{
	if (s.n < 3 || s.p[1] != '.')
		return;
	t->known = true;
	t->version = (unsigned)(s.p[0] - '0') * 10 + (unsigned)(s.p[2] - '0');
	set_columns_of(t, t->version);
}

static void
take_days(struct trc *t, struct span s)
{
	if (s.n && s.p[s.n - 1] == ';')
		s.n--;
	t->days = trc_days(s, &t->zero);
	t->dated = t->days && t->zero;
}

/* "N,O,T,B,I,d,R,L,D" */
static void
take_columns(struct trc *t, struct span s)
{
	struct span letter[TRC_COLUMNS];
	char columns[TRC_COLUMNS];
	size_t i, n = text_split(s, ',', letter, TRC_COLUMNS);

	for (i = 0; i < n; i++)
		columns[i] = letter[i].n == 1 ? *letter[i].p : '?';
	set_columns(t, columns, n);
}

static void
take_start(struct trc *t, struct span s)
{
	if (!t->days && take_start_text(s, &t->zero))
		t->dated = true;
}

static enum text_result
comment(struct trc *t, struct span s)
{
	static const struct {
		const char *begin;
		void (*take)(struct trc *t, struct span s);
	} row[] = {
		{ "$FILEVERSION=", take_version }, { "$STARTTIME=", take_days },
		{ "$COLUMNS=", take_columns }, { "Start time:", take_start },
	};
	size_t i, n;

	s = text_trim(s);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		n = strlen(row[i].begin);
		if (text_begins(s, row[i].begin))
			row[i].take(t, text_trim(span_of(s.p + n, s.n - n)));
	}
	return TEXT_BLANK;
}

/* The version of a file that does not say it, by its first row. */
static unsigned
guess_version(struct span row)
{
	struct span third, fourth;

	text_word(&row);
	text_word(&row);
	third = text_word(&row);
	fourth = text_word(&row);
	if (type_of(third))
		return third.n == 2 && !text_direction(third) ? 20 : 11;
	if (!type_of(fourth))
		return 10;
	text_word(&row);
	return text_is(text_word(&row), "-") ? 13 : 12;
}

/* Of version 2.0: id and length are left blank where there is no frame. */
static bool
left_blank(const struct row *r, char column, struct span word)
{
	return column == 'I' ? text_direction(word) != 0 : column == 'l' && r->id.n == 0;
}

/* Cuts a row. NULL, or what was expected. */
static const char *
cut(const struct trc *t, struct span rest, struct row *r)
{
	const char *c;

	*r = (struct row){ .type = &untyped };
	for (c = t->columns; *c && *c != 'D'; c++) {
		struct span before = rest, w = text_word(&rest);

		if (r->type->kind == ERROR && left_blank(r, *c, w)) {
			rest = before;
			continue;
		}
		switch (*c) {
		case 'O':
			r->offset = w;
			break;
		case 'T':
			r->type = type_of(w);
			if (!r->type)
				return want_type;
			if (r->type->kind == OTHER)
				return NULL;
			r->direction = r->type->direction;
			break;
		case 'B':
			r->bus = w;
			break;
		case 'I':
			r->id = w;
			break;
		case 'd':
			r->new = true;
			r->direction = text_direction(w);
			if (!r->direction && !text_is(w, "-"))
				return want_direction;
			break;
		case 'l':
		case 'L':
			r->length = w;
			r->by_length = *c == 'l';
			break;
		}
	}
	r->data = rest;
	return NULL;
}

/*
 * Type (1 bit, 2 form, 4 stuff, 8 other), direction (0 sending), position as an SJA1000 says it,
 * both counters (rx, tx). Version 2.x: five bytes. 1.x: the type is in the id's column. Without:
 * just an error.
 */
static enum text_result
take_error(struct row *r, struct frame *f, struct text_note *note)
{
	uint16_t said = f->flags;
	uint8_t b[6] = { 0 };
	uint32_t type;

	if (!r->new && text_hex(r->id, &type) && text_bytes(&r->data, b + 1, 5) == 4) {
		errorframe_peak(f, type, !b[1], b[2], b[3], b[4]);
	} else if (r->new && text_bytes(&r->data, b, 6) == 5) {
		errorframe_peak(f, b[0], !b[1], b[2], b[3], b[4]);
	} else {
		errorframe_fill(f, ERRORFRAME_UNKNOWN, 0);
		note->open = true;
	}
	f->flags = (uint16_t)(FRAME_ERROR | said | (said & (FRAME_RX | FRAME_TX) ? 0 : f->flags));
	return TEXT_FRAME;
}

static enum text_result
take_classic(struct row *r, uint32_t n, struct frame *f, struct text_note *note)
{
	size_t got;

	/* J1939 and ISO-TP, where the messages are whole ones of several frames */
	if (n > 15 || (r->by_length && n > 8))
		return text_other(note, other_messages);
	got = text_bytes(&r->data, f->data, n <= 8 ? n : 9);
	if (n > 8 && got == 9)
		return text_other(note, other_messages);
	text_dlc(f, n);
	return got == f->len ? TEXT_FRAME : text_bad(note, want_data);
}

/* The column L is a DLC; a length in the first revisions of version 2.1. */
static enum text_result
take_fd(struct row *r, uint32_t n, struct frame *f, struct text_note *note)
{
	size_t got = text_bytes(&r->data, f->data, 64);

	f->flags |= FRAME_FD;
	f->fd_flags = r->type->fd_flags;
	f->len = (uint16_t)got;
	if (got == n || (!r->by_length && n <= 15 && got == frame_fd_len[n]))
		return TEXT_FRAME;
	return text_bad(note, want_data);
}

static enum text_result
take_remote(uint32_t n, struct frame *f, struct text_note *note)
{
	f->flags |= FRAME_REMOTE;
	return text_dlc(f, n) ? TEXT_FRAME : text_bad(note, want_length);
}

static enum text_result
take_frame(struct row *r, struct frame *f, struct text_note *note)
{
	struct span data = r->data, w = text_word(&data);
	uint32_t id, n;

	/* Version 1.0 says in these two columns what the others have a type for. */
	if (text_is(r->id, "FFFFFFFF"))
		return text_other(note, "status changes");
	if (text_is(w, "ERROR")) {
		r->data = data;
		return take_error(r, f, note);
	}
	if (r->type->kind == ERROR)
		return take_error(r, f, note);
	if (!text_hex(r->id, &id) || !text_id(f, id, r->id.n > 4))
		return text_bad(note, want_id);
	if (!text_number(r->length, &n))
		return text_bad(note, want_length);
	if (r->type->kind == REMOTE || text_is(w, "RTR"))
		return take_remote(n, f, note);
	return r->type->kind == FD ? take_fd(r, n, f, note) : take_classic(r, n, f, note);
}

static enum text_result
message(struct trc *t, struct span line, struct frame *f, struct text_note *note)
{
	const char *expected;
	struct row r;
	int64_t at;

	if (!t->columns[0])
		set_columns_of(t, guess_version(line));
	expected = cut(t, line, &r);
	if (expected)
		return text_bad(note, expected);
	if (r.type->kind == OTHER)
		return text_other(note, r.type->other);
	if (!text_fixed(r.offset, '.', 6, &at) || __builtin_add_overflow(at, t->zero, &at))
		return text_bad(note, want_time);
	/* One bus alone has no number; PEAK's count from 1. */
	note->bus = 1;
	if (r.bus.n && !text_is(r.bus, "-") && !text_number(r.bus, &note->bus))
		return text_bad(note, want_bus);
	f->ns = at;
	f->flags = (uint16_t)(r.direction | (t->dated ? FRAME_DATE : 0));
	return take_frame(&r, f, note);
}

enum text_result
trc_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	line = text_trim(line);
	if (!line.n)
		return TEXT_BLANK;
	if (*line.p == ';')
		return comment(state, span_of(line.p + 1, line.n - 1));
	if ((unsigned)(*line.p - '0') > 9)
		return text_bad(note, want_row);
	return message(state, line, f, note);
}

static const struct text_format format = { .line = trc_line, .counts = true };

/* Other formats have rows like those of version 1.0, but none begins with a semicolon. */
static enum source_sniff
sniff(const struct source_reader *self, const struct source_head *head)
{
	struct span bytes = head->bytes, w;

	if (text_begins(bytes, "\xef\xbb\xbf"))
		bytes = span_of(bytes.p + 3, bytes.n - 3);
	w = text_word(&bytes);
	if (w.n && *w.p != ';' && w.p[w.n - 1] != ')')
		return SOURCE_NO;
	return text_sniff(self, head);
}

const struct source_reader source_trc = {
	.name = "trc",
	.about = "PEAK TRC 1.0 to 2.1 of PCAN-View, PCAN-Explorer and others (.trc)",
	.sniff = sniff,
	.open = text_open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct trc),
	.whole_tail = true,
};
