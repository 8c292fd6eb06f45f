#include "db/text.h"

#include <stdbool.h>
#include <stdint.h>

static const uint16_t cp1252[32] = {
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
};

static size_t
ascii_prefix(const unsigned char *p, size_t n)
{
	size_t i = 0;
	uint64_t w;

	for (; n - i >= 8; i += 8) {
		memcpy(&w, p + i, 8);
		if (w & UINT64_C(0x8080808080808080))
			break;
	}
	for (; i < n && p[i] < 0x80; i++)
		;
	return i;
}

/* Bytes of the well-formed sequence that p starts with (Unicode 15, table 3-7), 0 for none. */
static size_t
sequence(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	if (p[0] == 0xed)
		high = 0x9f;
	if (p[0] == 0xf0)
		low = 0x90;
	if (p[0] == 0xf4)
		high = 0x8f;
	if (n < len || p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool
is_utf8(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i, k;

	for (i = ascii_prefix(p, s.n); i < s.n; i += k + ascii_prefix(p + i + k, s.n - i - k)) {
		k = sequence(p + i, s.n - i);
		if (k == 0)
			return false;
	}
	return true;
}

static bool
is_utf16(struct span s)
{
	size_t i, n = s.n < 64 ? s.n / 2 * 2 : 64, odd = 0, even = 0;

	if (s.n >= 2 && (memcmp(s.p, "\xff\xfe", 2) == 0 || memcmp(s.p, "\xfe\xff", 2) == 0))
		return true;
	for (i = 0; i < n; i += 2) {
		even += s.p[i] == '\0';
		odd += s.p[i + 1] == '\0';
	}
	return n >= 8 && (odd * 2 == n || even * 2 == n) && odd != even;
}

/* c in UTF-8, at most four bytes. */
static size_t
put(char *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		out[0] = (char)(0x80 | (c >> 12 & 0x3f));
	}
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return c < 0x10000 ? 3 : 4;
}

static unsigned
unit_at(struct span in, size_t i, bool big)
{
	const unsigned char *p = (const unsigned char *)in.p + i;

	return big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

/* Half a pair of surrogates is U+FFFD (RFC 2781); half a unit at the end is dropped. */
static struct span
from_utf16(struct span in, struct arena *a)
{
	bool big = in.p[0] == '\0' || memcmp(in.p, "\xfe\xff", 2) == 0;
	char *out = arena_alloc(a, in.n / 2 * 3 + 1);
	size_t i, n = 0;
	unsigned c, low;

	for (i = 0; i + 2 <= in.n; i += 2) {
		c = unit_at(in, i, big);
		low = i + 4 <= in.n ? unit_at(in, i + 2, big) : 0;
		if (c - 0xd800 < 0x400 && low - 0xdc00 < 0x400) {
			c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
			i += 2;
		} else if (c - 0xd800 < 0x800) {
			c = 0xfffd;
		}
		if (i || c != 0xfeff)
			n += put(out + n, c);
	}
	return span_of(out, n);
}

/*
 * Whether all that is not ASCII is characters of two bytes, as GBK and Big5 have them, and with
 * katakana also single bytes as Shift-JIS.
 */
static bool
in_pairs(struct span s, bool katakana)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i;

	for (i = ascii_prefix(p, s.n); i < s.n; i += ascii_prefix(p + i, s.n - i)) {
		if (katakana && p[i] >= 0xa1 && p[i] <= 0xdf) {
			i++;
			continue;
		}
		if (s.n - i < 2 || p[i] == 0x80 || p[i] == 0xff || p[i + 1] < 0x40 || p[i + 1] == 0x7f
		    || p[i + 1] == 0xff)
			return false;
		i += 2;
	}
	return true;
}

/*
 * A '\\' that is the second half of a character, as of many in Shift-JIS, must not make a quote
 * behind it part of the text: it becomes a wide one, U+FF3C.
 */
static struct span
from_cp1252(struct span in, struct arena *a)
{
	bool pairs = in_pairs(in, false), katakana = in_pairs(in, true);
	bool lead = false, lead_katakana = false;	/* the byte before is the first half */
	size_t i, high = 0, n = 0;
	unsigned c;
	char *out;

	for (i = 0; i < in.n; i++)
		high += (unsigned char)in.p[i] >= 0x80;
	out = arena_alloc(a, in.n + 4 * high + 1);
	for (i = 0; i < in.n; i++) {
		c = (unsigned char)in.p[i];
		n += put(out + n, c == '\\' && (lead || lead_katakana) ? 0xff3c
		    : c - 0x80 < 32 ? cp1252[c - 0x80] : c);
		lead = pairs && !lead && c >= 0x80;
		lead_katakana = katakana && !lead_katakana && c >= 0x80 && (c < 0xa1 || c > 0xdf);
	}
	return span_of(out, n);
}

/* Turns NULs into blanks; returns the place of the first, s.n without one. */
static size_t
blank_nuls(char *p, size_t n)
{
	char *nul = n ? memchr(p, '\0', n) : NULL, *at = nul;

	for (; at; at = memchr(at, '\0', n - (size_t)(at - p)))
		*at = ' ';
	return nul ? (size_t)(nul - p) : n;
}

/* Lines as in old Mac files: CR, and no LF anywhere. */
static void
end_lines(char *p, size_t n)
{
	char *cr = n && !memchr(p, '\n', n) ? memchr(p, '\r', n) : NULL;

	for (; cr; cr = memchr(cr, '\r', n - (size_t)(cr - p)))
		*cr = '\n';
}

enum text_encoding
text_decode(struct span in, struct arena *a, struct span *out, size_t *nul)
{
	enum text_encoding e = TEXT_UTF8;
	char *p;

	if (in.n >= 3 && memcmp(in.p, "\xef\xbb\xbf", 3) == 0)
		in = span_of(in.p + 3, in.n - 3);
	if (is_utf16(in)) {
		e = TEXT_UTF16;
		*out = from_utf16(in, a);
	} else if (!is_utf8(in)) {
		e = TEXT_CP1252;
		*out = from_cp1252(in, a);
	} else {
		p = arena_alloc(a, in.n + 1);
		if (in.n)
			memcpy(p, in.p, in.n);
		*out = span_of(p, in.n);
	}
	p = (char *)(uintptr_t)out->p;
	*nul = blank_nuls(p, out->n);
	end_lines(p, out->n);
	return e;
}
