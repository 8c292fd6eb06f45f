#include "can/candump.h"

#include "base/clock.h"
#include "base/digits.h"
#include "base/num.h"
#include "base/swar.h"
#include "can/screen.h"

enum { CAN_LEN_MAX = 8, FD_LEN_MAX = 64 };

static const char want_line[] = "a line of candump like (1700000000.123456) can0 123#1122";
static const char want_time[] = "a time like (1700000000.123456) or a date in the brackets";
static const char want_bus[] = "a bus name and a frame behind the time";
static const char want_id[] = "an id of 3 or 8 hex digits (11 or 29 bits)";
static const char want_data[] = "up to 8 bytes of data as pairs of hex digits";
static const char want_fd[] = "a hex digit of flags and up to 64 bytes behind ##";
static const char want_xl[] = "a CAN XL frame like 45123#81:00:12345678#1122";
static const char want_remote[] = "a remote frame like 123#R or 123#R8";

static inline unsigned
hex(char c)
{
	return num_hex_digit[(unsigned char)c];
}

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline const char *
trim(const char *p, const char *end)
{
	while (end > p && (is_blank(end[-1]) || end[-1] == '\r'))
		end--;
	return end;
}

/* Digits, a point, one to nine digits up to end. */
static bool
any_seconds(const char *p, const char *end, int64_t *ns)
{
	const char *point = memchr(p, '.', (size_t)(end - p));

	return point && end - point > 1 && end - point <= 10
	    && num_seconds(span_of(p, (size_t)(end - p)), ns);
}

/* "(1700000000.123456)" at p gives what follows it, NULL when it is anything else. */
static inline const char *
log_time(const char *p, const char *end, int64_t *ns)
{
	uint64_t hundreds, micro, v;
	unsigned tens, ones;
	const char *close;

	if (end - p >= 20 && p[0] == '(' && p[11] == '.' && p[18] == ')') {
		tens = (unsigned)p[9] - '0';
		ones = (unsigned)p[10] - '0';
		v = swar_load(p + 10) >> 16 | UINT64_C(0x3030) << 48;
		if (!swar_digits(swar_load(p + 1), &hundreds) || tens > 9 || ones > 9
		    || !swar_digits(v, &micro) || hundreds >= INT64_MAX / (100 * CLOCK_SECOND))
			return NULL;
		*ns = (int64_t)(hundreds * 100 + tens * 10 + ones) * CLOCK_SECOND
		    + (int64_t)micro * 10;
		return p + 19;
	}
	if (p == end || *p != '(' || !(close = memchr(p, ')', (size_t)(end - p)))
	    || !any_seconds(p + 1, close, ns))
		return NULL;
	return close + 1;
}

/* The next word; NULL when there is none or it is no name of a bus. */
static inline const char *
take_bus(const char *p, const char *end, struct span *bus)
{
	const char *start = p;

	while (p < end && (unsigned char)*p > ' ')
		p++;
	*bus = span_of(start, (size_t)(p - start));
	return p < end && is_blank(*p) && bus->n - 1 < FRAME_BUS_MAX ? p : NULL;
}

/* Bytes as hex pairs, each with a dot before it or not; what follows them. At most max bytes. */
static const char *
any_data(const char *p, const char *end, size_t max, struct frame *f)
{
	size_t i;

	for (i = 0; i < max; i++) {
		const char *at = p < end && *p == '.' ? p + 1 : p;

		if (end - at < 2 || (hex(at[0]) | hex(at[1])) > 15)
			break;
		f->data[i] = (uint8_t)(hex(at[0]) << 4 | hex(at[1]));
		p = at + 2;
	}
	f->len = (uint16_t)i;
	return p;
}

/*
 * The same for data without dots that reaches to end, eight digits at a time: the remainder is
 * loaded so that it ends at end, as the 8 bytes before that are always in the line (its time).
 * False when it is anything else.
 */
static inline bool
plain_data(const char *p, const char *end, size_t max, struct frame *f)
{
	size_t n = (size_t)(end - p), i, rest;
	uint32_t v;

	if (n % 2 || n > 2 * max)
		return false;
	f->len = (uint16_t)(n / 2);
	for (i = 0; i + 8 <= n; i += 8) {
		if (!swar_hex(swar_load(p + i), &v))
			return false;
		v = htole32(v);
		memcpy(f->data + i / 2, &v, 4);
	}
	rest = 8 * (n - i);
	if (rest) {
		if (!swar_hex(swar_load(end - 8) >> (64 - rest) | SWAR_ALL('0') << rest, &v))
			return false;
		v = htole32(v);
		memcpy(f->data + i / 2, &v, 4);
	}
	return true;
}

/* "_9" to "_F" behind 8 bytes, or nothing. */
static bool
raw_dlc(const char *p, const char *end, struct frame *f)
{
	if (p == end)
		return true;
	if (end - p != 2 || *p != '_' || f->len != CAN_LEN_MAX || hex(p[1]) < 9 || hex(p[1]) > 15)
		return false;
	f->raw_dlc = (uint8_t)hex(p[1]);
	f->flags |= FRAME_RAW_DLC;
	return true;
}

/* Behind "123#". */
static inline const char *
classic(const char *p, const char *end, struct frame *f)
{
	if (plain_data(p, end, CAN_LEN_MAX, f))
		return NULL;
	return raw_dlc(any_data(p, end, CAN_LEN_MAX, f), end, f) ? NULL : want_data;
}

/* Behind "123#R". */
static const char *
remote(const char *p, const char *end, struct frame *f)
{
	f->flags |= FRAME_REMOTE;
	f->len = 0;
	if (p == end)
		return NULL;
	if (hex(*p) > CAN_LEN_MAX)
		return want_remote;
	f->len = (uint16_t)hex(*p);
	return raw_dlc(p + 1, end, f) ? NULL : want_remote;
}

/* Behind "123##". */
static const char *
fd(const char *p, const char *end, struct frame *f)
{
	f->flags |= FRAME_FD;
	if (p == end || hex(*p) > 15)
		return want_fd;
	f->fd_flags = (uint8_t)hex(*p++);
	if (plain_data(p, end, FD_LEN_MAX, f))
		return NULL;
	return any_data(p, end, FD_LEN_MAX, f) == end ? NULL : want_fd;
}

static bool
take_hex(const char **p, size_t n, char behind, uint64_t *v)
{
	const char *s = *p;

	*p += n + 1;
	return s[n] == behind && num_hex(span_of(s, n), v);
}

/* Behind "45123#" or, as before the VCID came, "123#": "81:00:12345678#". */
static const char *
xl(const char *p, const char *end, struct frame *f)
{
	uint64_t flags, sdt, af;

	f->flags |= FRAME_XL;
	if (end - p < 15 || !take_hex(&p, 2, ':', &flags) || !take_hex(&p, 2, ':', &sdt)
	    || !take_hex(&p, 8, '#', &af))
		return want_xl;
	f->xl_flags = (uint8_t)(flags | FRAME_XL_XLF);
	f->xl_sdt = (uint8_t)sdt;
	f->xl_af = (uint32_t)af;
	return any_data(p, end, FRAME_DATA_MAX, f) == end && f->len ? NULL : want_xl;
}

/* Eight hex digits: 29 bits, or an error frame where 0x20000000 is set. */
static inline bool
long_id(const char *p, struct frame *f)
{
	uint32_t v;
	bool good = swar_hex(swar_load(p), &v);

	v = htobe32(htole32(v));
	f->id = v & FRAME_ID_MASK;
	f->flags |= v > FRAME_ID_MASK ? FRAME_ERROR : FRAME_EXTENDED;
	return good && v >> 30 == 0;
}

static const char *
xl_with_vcid(const char *p, const char *end, struct frame *f)
{
	uint64_t v;

	if (!num_hex(span_of(p, 5), &v) || (v & 0xfff) > FRAME_STANDARD_MAX)
		return want_xl;
	f->id = (uint32_t)v & 0xfff;
	f->xl_vcid = (uint8_t)(v >> 12);
	return xl(p + 6, end, f);
}

/* What may follow an id and its # instead of classic data. */
static inline const char *
behind_id(const char *p, const char *end, struct frame *f)
{
	if (p < end && (*p == '#' || *p == 'R' || *p == 'r')) {
		if (f->flags & FRAME_ERROR)
			return want_data;
		return *p == '#' ? fd(p + 1, end, f) : remote(p + 1, end, f);
	}
	return classic(p, end, f);
}

/* The compact form up to end. NULL, or what was expected. At least 8 bytes lie before end. */
static inline const char *
compact_frame(const char *p, const char *end, struct frame *f)
{
	if (end - p >= 4 && p[3] == '#') {
		f->id = hex(p[0]) << 8 | hex(p[1]) << 4 | hex(p[2]);
		if (f->id > FRAME_STANDARD_MAX || (hex(p[0]) | hex(p[1]) | hex(p[2])) > 15)
			return want_id;
		if (end - p > 6 && p[6] == ':') {
			f->xl_vcid = 0;
			return xl(p + 4, end, f);
		}
		return behind_id(p + 4, end, f);
	}
	if (end - p >= 9 && p[8] == '#')
		return long_id(p, f) ? behind_id(p + 9, end, f) : want_id;
	if (end - p >= 6 && p[5] == '#')
		return xl_with_vcid(p, end, f);
	return want_id;
}

/* Takes " R" or " T" off the end. */
static inline const char *
take_direction(const char *p, const char *end, struct frame *f)
{
	if (end - p < 3 || !is_blank(end[-2]) || (end[-1] != 'R' && end[-1] != 'T'))
		return end;
	f->flags |= end[-1] == 'R' ? FRAME_RX : FRAME_TX;
	return trim(p, end - 1);
}

static inline const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

bool
candump_parse_log(const char *p, size_t n, struct frame *f)
{
	const char *end = trim(p, p + n);

	f->flags = 0;
	p = log_time(p, end, &f->ns);
	if (!p || p == end || !is_blank(*p))
		return false;
	p = take_bus(skip_blanks(p, end), end, &f->bus);
	if (!p)
		return false;
	p = skip_blanks(p, end);
	return !compact_frame(p, take_direction(p, end, f), f);
}

/* A small letter among n characters of a frame: what has both bits 0x60 set is one. */
static inline bool
has_lower(const char *p, size_t n)
{
	uint64_t any = 0, v;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		v = swar_load(p + i);
		any |= v & v << 1;
	}
	for (; i < n; i++)
		any |= (unsigned char)p[i] & (unsigned)(unsigned char)p[i] << 1;
	return any & SWAR_ALL(0x40);
}

/*
 * Once the line is known to be a frame, whatever differs from the canonical form either makes it
 * longer (blanks, dots, R0, a CR), or moves the brackets, or is a small letter.
 */
bool
candump_is_canonical(const char *p, size_t n, const struct frame *f, bool nanoseconds)
{
	size_t time = nanoseconds ? 23 : 20, len = f->flags & FRAME_REMOTE ? f->len > 0 : 2u * f->len;
	bool direction = f->flags & (FRAME_RX | FRAME_TX);
	size_t id = f->flags & (FRAME_EXTENDED | FRAME_ERROR) ? 8 : 3;
	const char *frame;

	if (f->flags & FRAME_XL || n < time || p[0] != '(' || p[11] != '.' || p[time - 2] != ')'
	    || p[time - 1] != ' ' || f->bus.p != p + time)
		return false;
	frame = f->bus.p + f->bus.n + 1;
	len += id + 1;
	len += f->flags & FRAME_REMOTE ? 1u : f->flags & FRAME_FD ? 2u : 0u;
	len += (f->flags & FRAME_RAW_DLC ? 2u : 0u) + (direction ? 2u : 0u);
	return (size_t)(frame - p) + len == n && frame[-1] == ' ' && frame[id] == '#'
	    && !has_lower(frame, len) && (!direction || p[n - 2] == ' ');
}

/* The time of a screen line, or none. NULL when there is something else in the brackets. */
static const char *
any_time(const char *p, const char *end, struct frame *f)
{
	const char *after = log_time(p, end, &f->ns), *close;

	if (after)
		return after;
	f->ns = 0;
	if (p < end && *p != '(') {
		f->flags |= FRAME_NO_TIME;
		return p;
	}
	close = p < end ? memchr(p, ')', (size_t)(end - p)) : NULL;
	if (!close || close - p < 11 || p[5] != '-'
	    || !num_time(span_of(p + 1, (size_t)(close - p - 1)), &f->ns))
		return NULL;
	f->flags |= FRAME_DATE;
	return close + 1;
}

/* The first # of a compact frame stands right behind its id; a screen line has a blank there. */
static bool
looks_compact(const char *p, const char *end)
{
	while (p < end && hex(*p) < 16)
		p++;
	return p < end && *p == '#';
}

/* Behind the time. Without one it is a line from the screen, or something else altogether. */
static const char *
any_frame(const char *p, const char *end, struct frame *f)
{
	p = take_bus(screen_skip(p, end), end, &f->bus);
	if (!p)
		return want_bus;
	p = screen_skip(p, end);
	if (!looks_compact(p, end))
		return screen_frame(p, end, f);
	return f->flags & FRAME_NO_TIME ? want_line : compact_frame(p, take_direction(p, end, f), f);
}

static const char *
any_line(const char *p, const char *end, struct frame *f)
{
	const char *after = any_time(p, end, f);

	if (!after)
		return want_time;
	if (f->flags & FRAME_NO_TIME)
		return any_frame(p, end, f) ? want_line : NULL;
	return screen_skip(after, end) == after ? want_bus : any_frame(after, end, f);
}

enum candump_result
candump_parse(const char *p, size_t n, struct frame *f, const char **expected)
{
	const char *end = p + n, *start;
	size_t mark = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	if (candump_parse_log(p + mark, n - mark, f))
		return CANDUMP_FRAME;
	p += mark;
	end = trim(p, end);
	start = screen_skip(p, end);
	if (start == end || *start == '#' || screen_is_error_words(p, end))
		return CANDUMP_BLANK;
	f->flags = 0;
	*expected = any_line(start, end, f);
	return *expected ? CANDUMP_BAD : CANDUMP_FRAME;
}

static char *
put_hex(char *o, uint32_t v, unsigned digits)
{
	static const char upper[] = "0123456789ABCDEF";

	while (digits)
		*o++ = upper[v >> 4 * --digits & 15];
	return o;
}

/* What v < 10^8 has as its first `digits` of eight: the others are overwritten by what follows. */
static char *
put_digits(char *o, uint64_t v, unsigned digits)
{
	digits_put_eight(o, (uint32_t)v);
	return o + digits;
}

static char *
put_time(char *o, int64_t ns, bool nanoseconds)
{
	uint64_t t = ns > 0 ? (uint64_t)ns : 0, seconds = t / (uint64_t)CLOCK_SECOND;
	uint64_t frac = t % (uint64_t)CLOCK_SECOND;

	*o++ = '(';
	o = put_digits(o, seconds / 100000000 * 1000000, 2);
	o = put_digits(o, seconds % 100000000, 8);
	*o++ = '.';
	if (nanoseconds) {
		*o++ = (char)('0' + frac / 100000000);
		o = put_digits(o, frac % 100000000, 8);
	} else {
		o = put_digits(o, frac / 1000 * 100, 6);
	}
	*o++ = ')';
	return o;
}

static char *
put_id(char *o, const struct frame *f)
{
	if (f->flags & FRAME_XL)
		o = put_hex(put_hex(o, f->xl_vcid, 2), f->id, 3);
	else if (f->flags & FRAME_ERROR)
		o = put_hex(o, f->id | FRAME_ERROR_BIT, 8);
	else
		o = put_hex(o, f->id, f->flags & FRAME_EXTENDED ? 8 : 3);
	*o++ = '#';
	return o;
}

static char *
put_kind(char *o, const struct frame *f)
{
	if (f->flags & FRAME_FD) {
		*o++ = '#';
		o = put_hex(o, f->fd_flags, 1);
	} else if (f->flags & FRAME_XL) {
		o = put_hex(o, f->xl_flags, 2);
		*o++ = ':';
		o = put_hex(o, f->xl_sdt, 2);
		*o++ = ':';
		o = put_hex(o, f->xl_af, 8);
		*o++ = '#';
	} else if (f->flags & FRAME_REMOTE) {
		*o++ = 'R';
		if (f->len)
			*o++ = (char)('0' + f->len);
	}
	return o;
}

size_t
candump_format(char out[static CANDUMP_LINE_MAX], const struct frame *f, bool nanoseconds)
{
	char *o = put_time(out, f->ns, nanoseconds);
	unsigned i;

	*o++ = ' ';
	memcpy(o, f->bus.p, f->bus.n);
	o += f->bus.n;
	*o++ = ' ';
	o = put_kind(put_id(o, f), f);
	if (!(f->flags & FRAME_REMOTE)) {
		/* Up to three bytes too many, which the frame has room for and what follows overwrites. */
		for (i = 0; i < f->len; i += 4)
			swar_put_hex(o + 2 * i, f->data + i);
		o += 2 * f->len;
	}
	if (f->flags & FRAME_RAW_DLC) {
		*o++ = '_';
		o = put_hex(o, f->raw_dlc, 1);
	}
	if (f->flags & (FRAME_RX | FRAME_TX)) {
		*o++ = ' ';
		*o++ = f->flags & FRAME_RX ? 'R' : 'T';
	}
	*o++ = '\n';
	return (size_t)(o - out);
}
