#include "line/meta.h"

static const char lead[] = "#meta\t";

/* The letter that stands for an escaped byte, and back. */
static const struct {
	char byte, letter;
} escape[] = { { '\\', '\\' }, { '"', 'q' }, { '\t', 't' }, { '\r', 'r' }, { '\n', 'n' } };

enum { ESCAPES = sizeof escape / sizeof *escape };

static void
put_text(struct buf *out, struct span s)
{
	size_t i;
	int e;

	for (i = 0; i < s.n; i++) {
		for (e = 0; e < ESCAPES && escape[e].byte != s.p[i]; e++)
			;
		if (e < ESCAPES)
			buf_putc(out, '\\');
		buf_putc(out, e < ESCAPES ? escape[e].letter : s.p[i]);
	}
}

/* Names hold no tab and newline (writers replace them), but may hold a double quote. */
void
meta_begin(struct buf *out, struct span series, struct span field)
{
	buf_puts(out, lead);
	buf_put_span(out, series);
	buf_putc(out, '\t');
	buf_put_span(out, field);
}

void
meta_pair(struct buf *out, const char *key, struct span text)
{
	buf_putc(out, '\t');
	buf_puts(out, key);
	buf_putc(out, '\t');
	put_text(out, text);
}

void
meta_end(struct buf *out)
{
	buf_putc(out, '\n');
}

/* Cuts s at its first tab; the part before it is returned. */
static struct span
column(struct span *s)
{
	const char *tab = s->n ? memchr(s->p, '\t', s->n) : NULL;
	struct span c = tab ? span_of(s->p, (size_t)(tab - s->p)) : *s;

	*s = tab ? span_of(tab + 1, s->n - c.n - 1) : span_of(NULL, 0);
	return c;
}

bool
meta_split(const char *p, size_t n, struct meta_line *m)
{
	struct span s;

	if (n < sizeof lead - 1 || memcmp(p, lead, sizeof lead - 1))
		return false;
	s = span_of(p + sizeof lead - 1, n - (sizeof lead - 1));
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	m->series = column(&s);
	m->field = column(&s);
	m->pairs = s;
	return m->series.n && m->field.n;
}

bool
meta_next_pair(struct span *pairs, struct span *key, struct buf *text)
{
	struct span raw;
	size_t i;
	int e;

	text->len = 0;
	if (!pairs->n)
		return false;
	*key = column(pairs);
	raw = column(pairs);
	for (i = 0; i < raw.n; i++) {
		e = ESCAPES;
		if (raw.p[i] == '\\' && i + 1 < raw.n)
			for (e = 0; e < ESCAPES && escape[e].letter != raw.p[i + 1]; e++)
				;
		i += e < ESCAPES;
		buf_putc(text, e < ESCAPES ? escape[e].byte : raw.p[i]);
	}
	return true;
}
