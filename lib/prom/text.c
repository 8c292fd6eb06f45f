#include "prom/text.h"

/* The length of the UTF-8 sequence at p (RFC 3629, section 4), 0 when it is none. */
static size_t
sequence(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char first, last, low, high, length;	/* low, high: of the second byte */
	} row[] = {
		{ 0x00, 0x7f, 0x80, 0xbf, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, k;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (p[0] >= row[i].first && p[0] <= row[i].last)
			break;
	if (i == sizeof row / sizeof *row || row[i].length > n)
		return 0;
	if (row[i].length > 1 && (p[1] < row[i].low || p[1] > row[i].high))
		return 0;
	for (k = 2; k < row[i].length; k++)
		if (p[k] < 0x80 || p[k] > 0xbf)
			return 0;
	return row[i].length;
}

static const char escaped_bytes[] = { '\\', '\n', '"', '\t' };
static const char escaped_letters[] = { '\\', 'n', '"', 't' };
static const size_t escaped_count[] = { [TEXT_CLEAN] = 0, [TEXT_HELP] = 2, [TEXT_LABEL] = 3,
	[TEXT_JSON] = 4 };

static void
put_ascii(struct buf *out, char c, enum text_place place)
{
	size_t i;

	for (i = 0; i < escaped_count[place]; i++) {
		if (escaped_bytes[i] == c) {
			buf_putc(out, '\\');
			buf_putc(out, escaped_letters[i]);
			return;
		}
	}
	buf_putc(out, c);
}

static void
put_hex(struct buf *out, unsigned char c, enum text_place place)
{
	static const char digit[] = "0123456789abcdef";

	put_ascii(out, '\\', place);
	buf_putc(out, 'x');
	buf_putc(out, digit[c >> 4]);
	buf_putc(out, digit[c & 15]);
}

/* Needs neither escape nor a closer look, wherever it stands. */
static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '\\' && c != '"';
}

void
text_put(struct buf *out, struct span s, enum text_place place)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, k, n;

	while (i < s.n) {
		for (k = i; k < s.n && is_plain(s.p[k]); k++)
			;
		buf_put(out, s.p + i, k - i);
		i = k;
		if (i == s.n)
			break;
		n = sequence(p + i, s.n - i);
		if (n > 1)
			buf_put(out, s.p + i, n);
		else if (n && (p[i] == '\t' || p[i] == '\n' || (p[i] >= ' ' && p[i] != 0x7f)))
			put_ascii(out, s.p[i], place);
		else
			put_hex(out, p[i], place);
		i += n ? n : 1;
	}
}

struct span
text_cut(struct span s, size_t max)
{
	size_t n = max, back;

	if (s.n <= max)
		return s;
	for (back = 0; back < 3 && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80; back++)
		n--;
	if (((unsigned char)s.p[n] & 0xc0) == 0x80)
		n = max;		/* no UTF-8 */
	return span_of(s.p, n);
}
