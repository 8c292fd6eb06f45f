#include "line/writer.h"

#include <inttypes.h>
#include <stdio.h>

/* Letters, digits, _, - and dots, a bit for each character. */
static const uint64_t plain[4] = { 0x03ff600000000000, 0x07fffffe87fffffe, 0, 0 };

bool
writer_is_plain(struct span s)
{
	unsigned c;
	size_t i;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		if (!(plain[c / 64] >> c % 64 & 1))
			return false;
	}
	return true;
}

static void
put_escaped(struct buf *out, struct span s, const char *special)
{
	size_t i;
	char c;

	if (writer_is_plain(s)) {
		buf_put_span(out, s);
		return;
	}
	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if ((unsigned char)c < 0x20 || c == 0x7f
		    || (c == '\\' && (i + 1 == s.n || strchr(",= ", s.p[i + 1]))))
			c = '_';
		if (strchr(special, c))
			buf_putc(out, '\\');
		buf_putc(out, c);
	}
}

void
writer_put_measurement(struct buf *out, struct span s)
{
	size_t at = out->len;

	put_escaped(out, s, ", ");
	if (out->len > at && out->p[at] == '#')
		out->p[at] = '_';
}

void
writer_put_key(struct buf *out, struct span s)
{
	put_escaped(out, s, ",= ");
}

void
writer_put_string(struct buf *out, struct span s)
{
	size_t i;
	char c;

	buf_putc(out, '"');
	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (c == '"' || c == '\\')
			buf_putc(out, '\\');
		buf_putc(out, c == '\n' || c == '\r' ? ' ' : c);
	}
	buf_putc(out, '"');
}

char *
writer_put_time_slow(char *out, struct writer_time *t, int64_t ns)
{
	if (ns < 1000000000)
		return out + snprintf(out, 24, "%" PRId64, ns);
	t->start = ns / 1000000000 * 1000000000;
	t->n = (unsigned)(digits_put(t->digits, (uint64_t)ns / 1000000000) - t->digits);
	return writer_put_time(out, t, ns);
}
