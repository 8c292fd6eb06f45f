#include "base/base64.h"

void
base64_put(struct buf *out, struct span s)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned v;
	size_t i, k;

	for (i = 0; i < s.n; i += 3) {
		v = 0;
		for (k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0u);
		for (k = 0; k < 4; k++)
			buf_putc(out, i + k > s.n ? '=' : set[v >> (18 - 6 * k) & 63]);
	}
}

/* The value of a character, or 64. */
static unsigned
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

static struct span
without_padding(struct span s)
{
	while (s.n && s.p[s.n - 1] == '=')
		s.n--;
	return s;
}

size_t
base64_size(struct span s)
{
	return without_padding(s).n * 6 / 8;
}

bool
base64_take(struct span s, uint8_t *data, size_t n)
{
	uint32_t bits = 0;
	unsigned have = 0, v;
	size_t i, out = 0;

	s = without_padding(s);
	if (s.n != (n * 8 + 5) / 6)
		return false;
	for (i = 0; i < s.n; i++) {
		v = sextet(s.p[i]);
		if (v > 63)
			return false;
		bits = bits << 6 | v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		data[out++] = (uint8_t)(bits >> have);
	}
	return true;
}
