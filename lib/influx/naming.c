#include "influx/naming.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "influx/check.h"

static const char lead[] = "unable to parse '";
static const char next[] = "\nunable to parse '";
static const char tail[] = "': ";

void
naming_clear(struct naming *m)
{
	m->count = 0;
	m->reasons.len = 0;
}

void
naming_free(struct naming *m)
{
	free(m->line);
	buf_free(&m->reasons);
	*m = (struct naming){ 0 };
}

void
naming_add(struct naming *m, size_t line, struct span reason)
{
	if (m->count == m->room) {
		m->room = m->room ? m->room * 2 : 16;
		m->line = mem_resize(m->line, m->room, sizeof *m->line);
	}
	m->line[m->count++] = (struct naming_line){ line, m->reasons.len, reason.n };
	buf_put_span(&m->reasons, reason);
}

static struct span
drop(struct span s, size_t n)
{
	return span_of(s.p + n, s.n - n);
}

static bool
starts(struct span s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && memcmp(s.p, word, n) == 0;
}

/* The place of a word in s, s.n when it is not there. */
static size_t
find(struct span s, const char *word)
{
	const char *at = s.n ? memmem(s.p, s.n, word, strlen(word)) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

/* influxdb quotes a line without the blanks before it. */
static struct span
without_blanks(struct span s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t' || *s.p == '\0'))
		s = drop(s, 1);
	return s;
}

/*
 * Takes a byte of line that stands at the front of text off both. One that is no UTF-8 stands
 * there as U+FFFD, which may begin with the same byte and may also be meant.
 */
static bool
match_byte(struct span *text, struct span *line)
{
	static const char replacement[] = "\xef\xbf\xbd";
	bool replaced = (*line->p & 0x80) && starts(*text, replacement)
	    && !starts(*line, replacement);

	if (!replaced && *text->p != *line->p)
		return false;
	*text = drop(*text, replaced ? sizeof replacement - 1 : 1);
	*line = drop(*line, 1);
	return true;
}

/* The length of line as it stands at the front of text, closing quote included; 0: it does not. */
static size_t
quotation(struct span text, struct span line)
{
	struct span t = text;

	while (line.n && t.n && match_byte(&t, &line))
		;
	return line.n == 0 && starts(t, tail) ? text.n - t.n + sizeof tail - 1 : 0;
}

/* What a quotation gives as reason: up to the next one, or to the " dropped=0" at the end. */
static struct span
reason_at(struct span text)
{
	struct span r = span_of(text.p, find(text, next));
	static const char none[] = " dropped=0";

	if (r.n == text.n && r.n >= sizeof none - 1
	    && !memcmp(r.p + r.n - (sizeof none - 1), none, sizeof none - 1))
		r.n -= sizeof none - 1;
	return r;
}

size_t
naming_by_quote(struct naming *m, struct span message, const struct batch *b, size_t from,
    size_t to)
{
	struct span rest = drop(message, find(message, lead)), reason;
	size_t quotations = 0, i, used;

	while (rest.n) {
		quotations++;
		rest = drop(rest, sizeof lead - 1);
		for (used = 0, i = from; i < to && !used; i++)
			used = quotation(rest, without_blanks(batch_text(b, i)));
		if (used) {
			rest = drop(rest, used);
			reason = reason_at(rest);
			naming_add(m, i - 1, reason);
			rest = drop(rest, reason.n);
			from = i;
		}
		rest = drop(rest, find(rest, next));
		rest = drop(rest, rest.n ? 1 : 0);
	}
	return quotations;
}

void
naming_by_check(struct naming *m, const struct batch *b, size_t from, size_t to,
    bool unsigned_fields)
{
	struct buf why = { 0 };
	size_t i;

	for (i = from; i < to; i++) {
		why.len = 0;
		if (!check_line(batch_text(b, i), unsigned_fields, &why))
			naming_add(m, i, buf_span(&why));
	}
	buf_free(&why);
}

void
naming_all(struct naming *m, size_t from, size_t to, struct span reason)
{
	struct naming all = { 0 };
	size_t i, k = 0;

	for (i = from; i < to; i++) {
		bool named = k < m->count && m->line[k].line == i;

		naming_add(&all, i, named ? naming_reason(m, k) : reason);
		k += named;
	}
	naming_free(m);
	*m = all;
}
