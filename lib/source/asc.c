#include "source/asc.h"

#include "base/clock.h"
#include "source/ascdate.h"
#include "source/errorframe.h"
#include "source/readers.h"

static const char want_line[] = "a header line or an event of an ASC file";
static const char want_time[] = "a time in seconds in front of an event";
static const char want_channel[] = "a channel number";
static const char want_id[] = "an id of at most 29 bits";
static const char want_direction[] = "Rx or Tx";
static const char want_kind[] = "d or r behind the direction";
static const char want_data[] = "as many bytes of data as the length says";
static const char want_flags[] = "bit rate switch, error state, DLC and length of a CANFD event";

enum {
	/* In the flags column of a CANFD event (as in BLF's CAN_FD_MESSAGE_64). */
	COLUMN_REMOTE = 1 << 4,
	COLUMN_FD = 1 << 12,
};

/* What events that are no frames are called, by how the text behind time or channel begins. */
static const struct {
	const char *begin, *kind;
} others[] = {
	{ "Statistic:", "bus statistics" }, { "CANXL", "CAN XL events" }, { "CAN", "chip states" },
	{ "J1939", "J1939 messages" }, { "Start", "markers" }, { "log", "triggers" },
	{ "Trigger", "triggers" }, { "SV:", "system variables" }, { "Comment", "comments" },
	{ "GM", "markers" }, { "Global", "markers" }, { "GPS", "GPS events" },
	{ "TFS", "test events" }, { "Test", "test events" }, { "Li", "LIN events" },
	{ "Fr", "FlexRay events" }, { "Fx", "FlexRay events" }, { "ETH", "Ethernet events" },
	{ "AFDX", "Ethernet events" }, { "Most", "MOST events" }, { "KLine", "K-Line events" },
};

static enum text_result
other(struct span word, struct text_note *note)
{
	size_t i;

	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (text_begins(word, others[i].begin))
			return text_other(note, others[i].kind);
	return text_other(note, "other events");
}

/* A number in the file's base. */
static bool
number(const struct asc *a, struct span s, uint32_t *v)
{
	return a->decimal ? text_number(s, v) : text_hex(s, v);
}

/* "123", "12345678x", "0x123"; *f gets it. */
static bool
take_id(const struct asc *a, struct span s, struct frame *f)
{
	bool extended = s.n && (s.p[s.n - 1] | 0x20) == 'x';
	uint32_t v;

	s.n -= extended;
	if (text_begins(s, "0x"))
		s = span_of(s.p + 2, s.n - 2);
	return number(a, s, &v) && text_id(f, v, extended);
}

/* "ID = 291" or "ID = 88888888x" behind the data: always decimal, also where the id is a name. */
static bool
take_id_behind(struct span rest, struct frame *f)
{
	static const struct asc decimal = { .decimal = true };
	struct span w;

	while ((w = text_word(&rest)).n)
		if (text_is(w, "ID"))
			return text_is(text_word(&rest), "=") && take_id(&decimal, text_word(&rest), f);
	return false;
}

/* Bytes in the file's base, at most max: how many there are. */
static size_t
bytes(const struct asc *a, struct span *rest, uint8_t *data, size_t max)
{
	struct span behind = *rest, w;
	uint32_t v;
	size_t i;

	if (!a->decimal)
		return text_bytes(rest, data, max);
	for (i = 0; i < max; i++) {
		w = text_word(&behind);
		if (w.n > 3 || !text_number(w, &v) || v > 255)
			break;
		data[i] = (uint8_t)v;
		*rest = behind;
	}
	return i;
}

/*
 * "8 01 02 …". CAN FD is written like this by python-can before 3.2 and some loggers, with the
 * length or with the DLC.
 */
static bool
take_data(const struct asc *a, struct span *rest, struct frame *f)
{
	uint32_t n;

	if (!number(a, text_word(rest), &n))
		return false;
	return text_length(f, n, bytes(a, rest, f->data, n <= 8 ? n : 64));
}

/* "r", "r 8", both with more behind them. */
static bool
take_remote(const struct asc *a, struct span *rest, struct frame *f)
{
	struct span behind = *rest;
	uint32_t n;

	f->flags |= FRAME_REMOTE;
	f->len = 0;
	if (!number(a, text_word(&behind), &n))
		return true;
	*rest = behind;
	return text_dlc(f, n);
}

/* "0xe" or "e" */
static bool
take_hex(struct span s, uint32_t *v)
{
	if (text_begins(s, "0x"))
		s = span_of(s.p + 2, s.n - 2);
	return text_hex(s, v);
}

/* The eight bits of an SJA1000's error code capture. */
static bool
take_bits(struct span s, uint32_t *v)
{
	size_t i;

	for (*v = 0, i = 0; i < s.n && (s.p[i] == '0' || s.p[i] == '1'); i++)
		*v = *v << 1 | (s.p[i] == '1');
	return i == 8 && s.n == 8;
}

/* An error frame keeps the time's flag, and the direction where the line says it in its column. */
static enum text_result
fill_error(struct frame *f, uint32_t flags, uint32_t code, uint32_t ext)
{
	uint16_t said = f->flags & (FRAME_DATE | FRAME_RX | FRAME_TX);

	errorframe_vector(f, flags, code, ext);
	f->flags = (uint16_t)(said | (said & (FRAME_RX | FRAME_TX) ? FRAME_ERROR : f->flags));
	return TEXT_FRAME;
}

/* "ECC: 10100010" or "Flags = 0xe CodeExt = 0x20a2 Code = 0x82 …"; nothing is known otherwise. */
static enum text_result
error_frame(struct span rest, struct frame *f)
{
	uint32_t flags = 0, code = 0, ext = 0;
	struct span w;

	while ((w = text_word(&rest)).n) {
		uint32_t *v = text_is(w, "Flags") ? &flags : text_is(w, "Code") ? &code
		    : text_is(w, "CodeExt") ? &ext : NULL;

		if (text_is(w, "ECC:"))
			flags = take_bits(text_word(&rest), &code);
		else if (v && (!text_is(text_word(&rest), "=") || !take_hex(text_word(&rest), v)))
			flags = 0;
	}
	return fill_error(f, flags, code, ext);
}

/*
 * Behind CANFD, channel, direction, ErrorFrame: "Not Acknowledge error … fffe c7 31ca Arb. …",
 * where the numbers are flags, code and extended code.
 */
static enum text_result
fd_error_frame(struct span rest, struct frame *f)
{
	struct span last[3] = { { 0 } }, w;
	uint32_t flags = 0, code = 0, ext = 0;

	while ((w = text_word(&rest)).n && !text_begins(w, "Arb") && !text_begins(w, "Data")) {
		last[0] = last[1];
		last[1] = last[2];
		last[2] = w;
	}
	if (!w.n || !text_hex(last[0], &flags) || !text_hex(last[1], &code)
	    || !text_hex(last[2], &ext))
		flags = 0;
	return fill_error(f, flags, code, ext);
}

static enum text_result
overload_frame(struct frame *f)
{
	uint16_t said = f->flags;

	errorframe_fill(f, ERRORFRAME_OVERLOAD, 0);
	f->flags |= said;
	return TEXT_FRAME;
}

/* Behind the direction: "d 8 01 02 …", "r". */
static enum text_result
classic(const struct asc *a, struct span *rest, struct frame *f, struct text_note *note)
{
	struct span w = text_word(rest);

	note->open = true;	/* no length may be one that is cut off */
	if (text_is(w, "d")) {
		if (!take_data(a, rest, f))
			return text_bad(note, want_data);
		/* eight bytes may be the first of twelve */
		note->open = a->decimal || f->flags & FRAME_RAW_DLC;
		return TEXT_FRAME;
	}
	if (text_is(w, "r"))
		return take_remote(a, rest, f) ? TEXT_FRAME : text_bad(note, want_data);
	return text_is(w, "e") ? error_frame(*rest, f) : text_bad(note, want_kind);
}

/* Behind the channel: "123 Rx d 8 …", "ErrorFrame …", "Statistic: …". */
static enum text_result
can_event(const struct asc *a, struct span rest, struct frame *f, struct text_note *note)
{
	struct span id = text_word(&rest), w;
	enum text_result r;
	uint16_t direction;

	note->open = true;
	if (text_begins(id, "ErrorFrame"))
		return error_frame(rest, f);
	if (text_begins(id, "OverloadFrame"))
		return overload_frame(f);
	w = text_word(&rest);
	direction = text_direction(w);
	if (text_is(w, "TxRq"))
		return text_other(note, "transmit requests");
	if (!direction)
		return w.n ? other(id, note) : text_bad(note, want_direction);
	f->flags |= direction;
	if (take_id(a, id, f))
		return classic(a, &rest, f, note);
	r = classic(a, &rest, f, note);
	note->open = true;
	if (r != TEXT_FRAME || f->flags & FRAME_ERROR || take_id_behind(rest, f))
		return r;
	return text_bad(note, want_id);
}

/*
 * Behind the data: duration, length in bits, flags, CRC … The flags tell classic frames on a
 * channel of CAN FD from others. Where they are missing, they are those of CAN FD.
 */
static uint32_t
column_flags(struct span rest)
{
	uint32_t v;

	text_word(&rest);
	text_word(&rest);
	return text_hex(text_word(&rest), &v) ? v : COLUMN_FD;
}

/* What an event with these columns is. */
static bool
fd_kind(struct frame *f, uint32_t dlc, uint32_t len, bool brs, bool esi, uint32_t flags)
{
	bool fd = flags & COLUMN_FD || len > 8 || brs || esi;

	if (len == 0 && (dlc || flags & COLUMN_REMOTE)) {
		f->flags |= FRAME_REMOTE;
		return text_dlc(f, dlc);
	}
	f->len = (uint16_t)len;
	if (!fd)
		return len < 8 || text_dlc(f, dlc < 8 ? 8 : dlc);
	f->flags |= FRAME_FD;
	f->fd_flags = (uint8_t)(brs | esi << 1);
	return true;
}

/*
 * "9 12": DLC and length; some programs write the length twice, python-can before 4.0.1 in hex in
 * the first place.
 */
static bool
take_lengths(const struct asc *a, struct span *rest, uint32_t *dlc, uint32_t *len)
{
	struct span w = text_word(rest);

	if (!text_number(text_word(rest), len) || *len > 64)
		return false;
	if (number(a, w, dlc) && (*dlc <= 15 || *dlc == *len))
		return true;
	return text_number(w, dlc) && *dlc == *len;
}

/* "1 0 8 8 01 02 …": bit rate switch, error state, DLC, length, data; then see column_flags(). */
static enum text_result
fd_columns(const struct asc *a, struct span brs, struct span rest, struct frame *f,
    struct text_note *note)
{
	struct span esi = text_word(&rest);
	uint32_t b, e, dlc, len;

	if (!text_number(brs, &b) || b > 1 || !text_number(esi, &e) || e > 1
	    || !take_lengths(a, &rest, &dlc, &len))
		return text_bad(note, want_flags);
	if (bytes(a, &rest, f->data, len) != len)
		return text_bad(note, want_data);
	return fd_kind(f, dlc, len, b, e, column_flags(rest)) ? TEXT_FRAME : text_bad(note, want_flags);
}

/* Of version 8.0, behind id and direction: "1 0 d 8 8 01 02 …", "1 0 r 8 …". */
static enum text_result
fd_old(const struct asc *a, struct span rest, struct frame *f, struct text_note *note)
{
	struct span brs = text_word(&rest), esi = text_word(&rest), w = text_word(&rest);
	uint32_t b, e, dlc, len;

	if (!text_number(brs, &b) || b > 1 || !text_number(esi, &e) || e > 1)
		return text_bad(note, want_flags);
	if (text_is(w, "r"))
		return take_remote(a, &rest, f) ? TEXT_FRAME : text_bad(note, want_flags);
	if (!text_is(w, "d") || !take_lengths(a, &rest, &dlc, &len))
		return text_bad(note, want_flags);
	if (bytes(a, &rest, f->data, len) != len)
		return text_bad(note, want_data);
	return fd_kind(f, dlc, len, b, e, COLUMN_FD) ? TEXT_FRAME : text_bad(note, want_flags);
}

/*
 * Behind CANFD and the channel: "Rx 123 [name] 1 0 8 8 …", "Rx ErrorFrame …"; in version 8.0
 * "123 Rx 1 0 d 8 8 …".
 */
static enum text_result
fd_event(const struct asc *a, struct span rest, struct frame *f, struct text_note *note)
{
	struct span w = text_word(&rest), id = text_word(&rest);
	uint16_t direction = text_direction(w), old = text_direction(id);

	note->open = true;	/* what is behind the data matters */
	if (text_is(w, "TxRq") || (!direction && text_is(id, "TxRq")))
		return text_other(note, "transmit requests");
	f->flags |= direction ? direction : old;
	if (text_is(direction ? id : w, "ErrorFrame"))
		return fd_error_frame(rest, f);
	if (!direction && !old)
		return text_bad(note, want_direction);
	if (!take_id(a, direction ? id : w, f))
		return text_bad(note, want_id);
	if (!direction)
		return fd_old(a, rest, f, note);
	w = text_word(&rest);
	if (!text_is(w, "0") && !text_is(w, "1"))
		w = text_word(&rest);		/* that was the message's name */
	return fd_columns(a, w, rest, f, note);
}

/*
 * The date behind Begin Triggerblock is that of time 0 where the times start anew, as they do in
 * the first block. CANoe gives later blocks a date too, but goes on counting.
 */
static void
begin_times(struct asc *a, int64_t t)
{
	a->block_begun = false;
	if (t > CLOCK_SECOND && a->dated)
		return;
	a->zero = a->block;
	a->dated = a->block != 0;
	a->at = 0;
}

/* Moves to the time of an event. False beyond what can be said. */
static bool
move(struct asc *a, int64_t t)
{
	if (a->block_begun)
		begin_times(a, t);
	if (t > INT64_MAX / 4 || a->at > INT64_MAX / 4)
		return false;
	a->at = a->deltas ? a->at + t : t;
	return true;
}

static enum text_result
event(struct asc *a, struct span rest, struct frame *f, struct text_note *note)
{
	struct span w;
	int64_t t;
	bool fd;

	if (!text_fixed(text_word(&rest), '.', 9, &t) || !move(a, t))
		return text_bad(note, want_time);
	f->ns = a->dated ? a->zero + a->at : a->at;
	f->flags = a->dated ? FRAME_DATE : 0;
	w = text_word(&rest);
	fd = text_is(w, "CANFD");
	if (fd)
		w = text_word(&rest);
	if (text_number(w, &note->bus))
		return fd ? fd_event(a, rest, f, note) : can_event(a, rest, f, note);
	return fd ? text_bad(note, want_channel) : other(w, note);
}

static void
take_date(struct asc *a, struct span rest)
{
	a->dated = ascdate_parse(rest, &a->zero) && a->zero;
	a->at = 0;
}

static void
take_base(struct asc *a, struct span rest)
{
	struct span w;

	a->known = true;
	while ((w = text_word(&rest)).n) {
		if (text_is(w, "hex") || text_is(w, "dec"))
			a->decimal = text_is(w, "dec");
		else if (text_is(w, "absolute") || text_is(w, "relative"))
			a->deltas = text_is(w, "relative");
	}
}

static void
take_block(struct asc *a, struct span rest)
{
	if (!text_is(text_word(&rest), "Triggerblock"))
		return;
	a->known = true;
	a->block_begun = ascdate_parse(rest, &a->block);
}

static void
pass(struct asc *a, struct span rest)
{
	(void)a;
	(void)rest;
}

static enum text_result
header(struct asc *a, struct span line, struct text_note *note)
{
	static const struct {
		const char *word;
		void (*take)(struct asc *a, struct span rest);
	} row[] = {
		{ "date", take_date }, { "base", take_base }, { "begin", take_block }, { "end", pass },
		{ "internal", pass }, { "no", pass },
	};
	struct span w = text_word(&line);
	size_t i;

	if (text_begins(w, "//"))
		return TEXT_BLANK;
	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (text_is(w, row[i].word)) {
			row[i].take(a, line);
			return TEXT_BLANK;
		}
	return text_bad(note, want_line);
}

enum text_result
asc_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	line = text_trim(line);
	if (!line.n)
		return TEXT_BLANK;
	if ((unsigned)(*line.p - '0') <= 9)
		return event(state, line, f, note);
	return header(state, line, note);
}

static const struct text_format format = { .line = asc_line, .counts = true };

const struct source_reader source_asc = {
	.name = "asc",
	.about = "Vector ASC of CANoe, CANalyzer and others (.asc)",
	.sniff = text_sniff,
	.open = text_open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct asc),
	.whole_tail = true,
};
