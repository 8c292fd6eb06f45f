#include "prom/name.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_word(char c)
{
	return is_small(c) || is_capital(c) || is_digit(c);
}

/* A word begins at i although a letter or digit stands before it. */
static bool
begins_word(struct span s, size_t i)
{
	if (!is_capital(s.p[i]) || i == 0)
		return false;
	if (is_small(s.p[i - 1]) || is_digit(s.p[i - 1]))
		return true;
	return is_capital(s.p[i - 1]) && i + 1 < s.n && is_small(s.p[i + 1]);
}

void
name_snake(struct buf *out, struct span s)
{
	size_t i, start = out->len;
	bool gap = false;

	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_word(c)) {
			gap = true;
			continue;
		}
		if ((gap || begins_word(s, i)) && out->len > start)
			buf_putc(out, '_');
		gap = false;
		buf_putc(out, is_capital(c) ? (char)(c | 0x20) : c);
	}
	if (out->len == start)
		buf_puts(out, "unnamed");
}

void
name_metric(struct buf *out, struct span space, struct span measurement, struct span field)
{
	size_t start = out->len;

	buf_put_span(out, space);
	buf_putc(out, '_');
	name_snake(out, measurement);
	buf_putc(out, '_');
	name_snake(out, field);
	if (!space.n && !is_digit(out->p[start + 1])) {
		memmove(out->p + start, out->p + start + 1, out->len - start - 1);
		out->len--;
	}
}

static bool
is_reserved(struct span label)
{
	static const char *const row[] = { "job", "instance", "le", "quantile", "value" };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (span_is(label, row[i]))
			return true;
	return false;
}

void
name_label(struct buf *out, struct span tag)
{
	size_t i, start = out->len;
	bool word = false;

	for (i = 0; i < tag.n; i++) {
		char c = is_word(tag.p[i]) ? tag.p[i] : '_';

		if (((unsigned char)tag.p[i] & 0xc0) == 0x80)
			continue;	/* behind the first byte of a character */
		word |= c != '_';
		if (out->len == start && is_digit(c))
			buf_putc(out, '_');
		if (c != '_' || out->len != start + 1 || out->p[start] != '_')
			buf_putc(out, c);
	}
	if (!word) {
		out->len = start;
		buf_puts(out, "unnamed");
	}
	if (is_reserved(span_of(out->p + start, out->len - start)))
		buf_putc(out, '_');
}

bool
name_is_space(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!is_word(s.p[i]) && s.p[i] != '_')
			return false;
	return s.n == 0 || !is_digit(s.p[0]);
}
