#include "source/text.h"

#include <assert.h>
#include <stddef.h>

#include "base/clock.h"

/* The line as a format wants it; a byte order mark is no part of the first one. */
static struct span
trimmed(const struct source *s)
{
	const char *p = s->line.p;
	size_t n = s->line.n;

	while (n && (text_is_blank(p[n - 1]) || p[n - 1] == '\r'))
		n--;
	if (s->number == 1 && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		return span_of(p + 3, n - 3);
	return span_of(p, n);
}

/* The next line and what it is: DATA; or what next() has to return. */
static enum source_result
take_line(struct source *s, bool wait, struct text_note *note, enum text_result *what)
{
	enum source_result r = source_line(s, wait);

	if (r != SOURCE_DATA)
		return r;
	*note = (struct text_note){ .bus = 0 };
	*what = s->format->text->line(s->state, trimmed(s), &s->frame, note);
	/* The file may end within the line, where it has no newline. */
	if (*what == TEXT_BAD || (*what == TEXT_FRAME && note->open))
		if (source_at_tail(s) && !s->options.accept_unterminated)
			return source_unterminated(s);
	return SOURCE_DATA;
}

enum source_result
text_open(struct source *s, bool wait)
{
	size_t size = s->format->state;
	char before[TEXT_STATE_MAX];
	struct text_note note;
	enum source_result r;
	enum text_result what;

	assert(size <= sizeof before);
	for (;;) {
		memcpy(before, s->state, size);
		r = take_line(s, wait, &note, &what);
		if (r != SOURCE_DATA)
			return r;
		switch (what) {
		case TEXT_FRAME:
			s->relative = s->format->text->counts && !(s->frame.flags & FRAME_DATE);
			memcpy(s->state, before, size);
			source_unread(s);
			return SOURCE_DATA;
		case TEXT_BAD:
			return source_skip(s, note.what);
		case TEXT_BLANK:
			source_blank(s);
			break;
		case TEXT_OTHER:
			source_other(s, note.what);
			break;
		}
	}
}

enum source_result
text_next(struct source *s, bool wait)
{
	struct text_note note;
	enum source_result r;
	enum text_result what;

	while ((r = take_line(s, wait, &note, &what)) == SOURCE_DATA) {
		switch (what) {
		case TEXT_FRAME:
			source_bus(s, note.bus);
			s->relative = s->format->text->counts && !(s->frame.flags & FRAME_DATE);
			s->line = span_of(NULL, 0);
			return SOURCE_FRAME;
		case TEXT_BAD:
			return source_skip(s, note.what);
		case TEXT_BLANK:
			source_blank(s);
			break;
		case TEXT_OTHER:
			source_other(s, note.what);
			break;
		}
	}
	return r;
}

/* The end of the first line in s, its newline included; NULL when it may go on behind s. */
static const char *
line_end(struct span s, bool whole)
{
	const char *nl = s.n ? memchr(s.p, '\n', s.n) : NULL;

	return nl ? nl + 1 : whole ? s.p + s.n : NULL;
}

enum source_sniff
text_sniff(const struct source_reader *self, const struct source_head *head)
{
	struct source line = { .number = 0 };
	_Alignas(max_align_t) char state[TEXT_STATE_MAX] = { 0 };
	bool known;
	struct span rest = head->bytes;
	struct text_note note;
	enum text_result r;
	struct frame f;
	const char *end;

	while (rest.n && (end = line_end(rest, head->whole))) {
		size_t n = (size_t)(end - rest.p);

		line.line = span_of(rest.p, end[-1] == '\n' ? n - 1 : n);
		line.number++;
		rest = span_of(end, rest.n - n);
		note = (struct text_note){ .bus = 0 };
		r = self->text->line(state, trimmed(&line), &f, &note);
		memcpy(&known, state, sizeof known);
		if (r == TEXT_FRAME || known)
			return SOURCE_YES;
		if (r == TEXT_BAD)
			return SOURCE_NO;
	}
	return SOURCE_MAYBE;
}

struct span
text_trim(struct span s)
{
	while (s.n && text_is_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n && text_is_blank(*s.p))
		s = span_of(s.p + 1, s.n - 1);
	return s;
}

/* text_fixed() of the usual: 1 to 9 digits, and no more behind the point than places, at most 9. */
static inline bool
fixed_short(struct span s, char point, unsigned places, int64_t *v)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
		1000000000 };
	const char *p = s.p, *end = s.p + s.n, *frac;
	uint64_t r = 0;
	unsigned d;

	for (; p < end && (d = (unsigned)(*p - '0')) <= 9; p++)
		r = r * 10 + d;
	if (p - s.p > 9 || p == s.p || (p < end && *p++ != point) || (size_t)(end - p) > places)
		return false;
	for (frac = p; p < end && (d = (unsigned)(*p - '0')) <= 9; p++)
		r = r * 10 + d;
	*v = (int64_t)(r * power[places - (unsigned)(p - frac)]);
	return p == end;
}

bool
text_fixed(struct span s, char point, unsigned places, int64_t *v)
{
	const char *p = s.p, *end;
	uint64_t r = 0;
	unsigned d;

	if (!s.n || (unsigned)(*p - '0') > 9)
		return false;
	if (places <= 9 && fixed_short(s, point, places, v))
		return true;
	end = p + s.n;
	for (; p < end && (d = (unsigned)(*p - '0')) <= 9; p++) {
		if (r >> 59)
			return false;
		r = r * 10 + d;
	}
	if (p < end && *p++ != point)
		return false;
	for (; places; places--) {
		d = p < end ? (unsigned)(*p++ - '0') : 0;
		if (d > 9 || r >> 59)
			return false;
		r = r * 10 + d;
	}
	for (; p < end; p++)
		if ((unsigned)(*p - '0') > 9)
			return false;
	*v = (int64_t)r;
	return true;
}

bool
text_number(struct span s, uint32_t *v)
{
	uint32_t r = 0;
	unsigned d;
	size_t i;

	if (s.n - 1 > 8)
		return false;
	for (i = 0; i < s.n; i++) {
		d = (unsigned)(s.p[i] - '0');
		if (d > 9)
			return false;
		r = r * 10 + d;
	}
	*v = r;
	return true;
}

bool
text_hex(struct span s, uint32_t *v)
{
	uint32_t r = 0;
	unsigned d;
	size_t i;

	if (s.n - 1 > 7)
		return false;
	for (i = 0; i < s.n; i++) {
		d = num_hex_digit[(unsigned char)s.p[i]];
		if (d > 15)
			return false;
		r = r << 4 | d;
	}
	*v = r;
	return true;
}

bool
text_hex_id(struct frame *f, struct span s, bool extended)
{
	uint32_t id;

	while (text_begins(s, "0x"))
		s = span_of(s.p + 2, s.n - 2);
	return text_hex(s, &id) && text_id(f, id, extended);
}

/*
 * "11 22 33" and a blank or the end behind it: eight characters of which the nibbles of three
 * bytes are put together at once.
 */
static inline bool
three_bytes(const char *p, const char *end, uint8_t data[static 3])
{
	const uint64_t gaps = UINT64_C(0x0000ff0000ff0000);
	uint64_t v, nibble, good;

	if (end - p < 8 || (end - p > 8 && !text_is_blank(p[8])))
		return false;
	v = swar_load(p);
	if ((v & gaps) != (SWAR_ALL(' ') & gaps))
		return false;
	nibble = swar_nibbles((v & ~gaps) | (SWAR_ALL('0') & gaps), &good);
	nibble = nibble << 4 | nibble >> 8;
	data[0] = (uint8_t)nibble;
	data[1] = (uint8_t)(nibble >> 24);
	data[2] = (uint8_t)(nibble >> 48);
	return good == SWAR_ALL(0x80);
}

size_t
text_bytes(struct span *s, uint8_t *data, size_t max)
{
	const char *p = s->p, *end = span_end(*s), *q;
	unsigned high, low;
	size_t i;

	for (i = 0; i < max; i++) {
		for (q = p; q < end && text_is_blank(*q); q++)
			;
		if (i + 3 <= max && three_bytes(q, end, data + i)) {
			i += 2;
			p = q + 8;
			continue;
		}
		if (end - q < 2 || (end - q > 2 && !text_is_blank(q[2])))
			break;
		high = num_hex_digit[(unsigned char)q[0]];
		low = num_hex_digit[(unsigned char)q[1]];
		if ((high | low) > 15)
			break;
		data[i] = (uint8_t)(high << 4 | low);
		p = q + 2;
	}
	*s = span_of(p, (size_t)(end - p));
	return i;
}

/* The first sep that does not stand in quotes; the end when there is none. */
static const char *
field_end(const char *p, const char *end, char sep)
{
	const char *q = p;

	while (q < end && text_is_blank(*q))
		q++;
	if (q < end && *q == '"')
		for (q++; q < end && *q != '"'; q++)
			;
	else
		q = p;
	while (q < end && *q != sep)
		q++;
	return q;
}

static struct span
unquoted(struct span s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return text_trim(span_of(s.p + 1, s.n - 2));
	return s;
}

size_t
text_split(struct span line, char sep, struct span *field, size_t max)
{
	const char *p = line.p, *end = span_end(line), *q;
	size_t n = 0;

	while (n < max) {
		q = field_end(p, end, sep);
		field[n++] = unquoted(text_trim(span_of(p, (size_t)(q - p))));
		if (q == end)
			break;
		p = q + 1;
	}
	return n;
}

size_t
text_csv(struct span line, struct span *field, size_t max)
{
	return text_split(line, line.n && memchr(line.p, ';', line.n) ? ';' : ',', field, max);
}

bool
text_dlc(struct frame *f, uint32_t dlc)
{
	f->len = (uint16_t)(dlc < 8 ? dlc : 8);
	if (dlc > 8) {
		f->flags |= FRAME_RAW_DLC;
		f->raw_dlc = (uint8_t)dlc;
	}
	return dlc <= 15;
}

bool
text_length(struct frame *f, uint32_t n, size_t got)
{
	f->len = (uint16_t)got;
	if (n <= 8)
		return got == n;
	if (n <= 15 && got == 8)
		return text_dlc(f, n);
	f->flags |= FRAME_FD;
	f->fd_flags = 0;
	return n <= 64 && (got == n || (n <= 15 && got == frame_fd_len[n]));
}

uint16_t
text_direction(struct span s)
{
	if (s.n != 2 || (s.p[1] | 0x20) != 'x')
		return 0;
	return (s.p[0] | 0x20) == 'r' ? FRAME_RX : (s.p[0] | 0x20) == 't' ? FRAME_TX : 0;
}

/* Takes a number of one or two digits, at most max, and the character behind it. */
static bool
clock_part(struct span *s, unsigned max, char *behind, int64_t *v)
{
	size_t n = 0;

	*v = 0;
	while (n < s->n && n < 2 && (unsigned)(s->p[n] - '0') <= 9)
		*v = *v * 10 + (s->p[n++] - '0');
	*behind = '\0';
	if (n < s->n)
		*behind = s->p[n];
	*s = span_of(s->p + n + (n < s->n), s->n - n - (n < s->n));
	return n > 0 && *v <= max;
}

/* One to nine digits of a fraction, in ns. */
static bool
clock_fraction(struct span *s, int64_t *ns)
{
	int64_t unit = CLOCK_SECOND;
	size_t n = 0;

	for (*ns = 0; n < s->n && (unsigned)(s->p[n] - '0') <= 9; n++) {
		unit /= 10;
		*ns += (s->p[n] - '0') * unit;
	}
	*s = span_of(s->p + n, s->n - n);
	return n > 0;
}

bool
text_clock(struct span s, int64_t *ns)
{
	int64_t h, m, sec, frac = 0;
	char behind;

	if (!clock_part(&s, 23, &behind, &h) || behind != ':' || !clock_part(&s, 59, &behind, &m)
	    || behind != ':' || !clock_part(&s, 60, &behind, &sec))
		return false;
	if (behind == '.' || behind == ',' || behind == ':') {
		if (!clock_fraction(&s, &frac))
			return false;
		behind = s.n ? *s.p : '\0';
	}
	if (behind && !text_is_blank(behind))
		return false;
	s = text_trim(s);
	if (text_is(s, "am") && h == 12)
		h = 0;
	else if (text_is(s, "pm") && h < 12)
		h += 12;
	else if (s.n && !text_is(s, "am") && !text_is(s, "pm"))
		return false;
	*ns = ((h * 60 + m) * 60 + sec) * CLOCK_SECOND + frac;
	return true;
}
