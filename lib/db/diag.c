#include "db/diag.h"

#include <stdio.h>
#include <stdlib.h>

struct item {
	size_t at, order;
	struct span text;
};

__attribute__((format(printf, 3, 0))) static void
keep(struct diag *d, size_t at, const char *fmt, va_list ap)
{
	struct item *i = (struct item *)(void *)buf_reserve(&d->items, sizeof *i);
	char text[320];
	int n = vsnprintf(text, sizeof text, fmt, ap);

	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof text)
		n = sizeof text - 1;
	i->at = at < d->text.n ? at : d->text.n;
	i->order = d->items.len;
	i->text = arena_copy(d->arena, span_of(text, (size_t)n));
	d->items.len += sizeof *i;
}

void
diag_vadd(struct diag *d, size_t at, const char *fmt, va_list ap)
{
	if (d->items.len / sizeof(struct item) < DIAG_MAX)
		keep(d, at, fmt, ap);
	else if (!d->unlisted++)
		d->unlisted_at = at;
}

void
diag_add(struct diag *d, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vadd(d, at, fmt, ap);
	va_end(ap);
}

const char *
diag_quote(struct span s, char out[static DIAG_QUOTE])
{
	size_t n = s.n, i;

	if (n > 32)
		for (n = 32; n && ((unsigned char)s.p[n] & 0xc0) == 0x80; n--)
			;
	for (i = 0; i < n; i++)
		out[i] = (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f ? '.' : s.p[i];
	snprintf(out + n, 4, "%s", n < s.n ? "..." : "");
	return out;
}

uint32_t
diag_line(struct diag_cursor *c, size_t at)
{
	const char *lf;

	if (at < c->start)
		*c = (struct diag_cursor){ .text = c->text };
	while (c->start < at && (lf = memchr(c->text.p + c->start, '\n', at - c->start)) != NULL) {
		c->start = (size_t)(lf - c->text.p) + 1;
		c->line++;
	}
	return c->line + 1;
}

static int
by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Characters between two places, for people: continuation bytes of UTF-8 do not count. */
static uint32_t
characters(struct span text, size_t from, size_t to)
{
	uint32_t n = 0;

	for (; from < to; from++)
		n += ((unsigned char)text.p[from] & 0xc0) != 0x80;
	return n;
}

/* Columns of one line are counted on from the diagnostic before, so that none is quadratic. */
static void
place(struct diag *d, struct item *item, size_t n, struct db_diagnostic *out)
{
	struct diag_cursor c = { .text = d->text };
	size_t i, from;
	uint32_t before;

	for (i = 0; i < n; i++) {
		out[i].line = diag_line(&c, item[i].at);
		out[i].text = item[i].text;
		from = c.start;
		before = 1;
		if (i && out[i - 1].line == out[i].line) {
			from = item[i - 1].at;
			before = out[i - 1].column;
		}
		out[i].column = before + characters(d->text, from, item[i].at);
	}
}

__attribute__((format(printf, 2, 3))) static void
note_unlisted(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(d, d->unlisted_at, fmt, ap);
	va_end(ap);
}

void
diag_finish(struct diag *d, struct db *db)
{
	struct item *item;
	size_t n;

	if (d->unlisted)
		note_unlisted(d, "expected less damage, found %zu more deviations: not listed",
		    d->unlisted);
	item = (struct item *)(void *)d->items.p;
	n = d->items.len / sizeof *item;
	if (n)
		qsort(item, n, sizeof *item, by_place);
	db->diagnostic = arena_array(d->arena, n, sizeof *db->diagnostic);
	db->diagnostics = n;
	place(d, item, n, db->diagnostic);
	buf_free(&d->items);
}
