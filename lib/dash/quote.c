#include "dash/quote.h"

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
	    || (c & 0x80);
}

bool
quote_is_live(struct span s)
{
	return s.n && (memchr(s.p, '$', s.n) || memmem(s.p, s.n, "[[", 2));
}

void
quote_backslash(struct buf *out, struct span s, char q)
{
	size_t i;

	buf_putc(out, q);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == q || s.p[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, q);
}

void
quote_twice(struct buf *out, struct span s, char q)
{
	size_t i;

	buf_putc(out, q);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == q)
			buf_putc(out, q);
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, q);
}

static void
put_hex(struct buf *out, struct span s, const char *harmless)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (is_word(s.p[i]) || strchr(harmless, s.p[i]))
			buf_putc(out, s.p[i]);
		else
			buf_printf(out, "\\x%02x", (unsigned)s.p[i]);
	}
}

void
quote_hex(struct buf *out, struct span s)
{
	buf_putc(out, '"');
	put_hex(out, s, " -+:;,/#%");
	buf_putc(out, '"');
}

void
quote_regex(struct buf *out, struct span s)
{
	buf_putc(out, '^');
	put_hex(out, s, "");
	buf_putc(out, '$');
}

void
quote_display(struct buf *out, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		buf_putc(out, s.p[i]);
		if (i + 1 < s.n && ((s.p[i] == '$' && (is_word(s.p[i + 1]) || s.p[i + 1] == '{'))
		    || (s.p[i] == '[' && s.p[i + 1] == '[')))
			buf_puts(out, "\xe2\x81\xa0");
	}
}
