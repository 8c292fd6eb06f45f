#include "influx/conflict.h"

#include <stdbool.h>
#include <string.h>

#include "line/scanner.h"

static const char *const types[] = {
	[SCANNER_FLOAT] = "float", [SCANNER_INTEGER] = "integer", [SCANNER_UNSIGNED] = "unsigned",
	[SCANNER_BOOLEAN] = "boolean", [SCANNER_STRING] = "string", [SCANNER_INVALID] = "",
};

/* What the message speaks of: the names are as text, for they may hold anything. */
struct conflict {
	struct span names;	/* field "F" on measurement "M" */
	struct span type, existing;
};

/* The place of the last `word` in s; false when it is not there. */
static bool
find_last(struct span s, const char *word, size_t *at)
{
	size_t n = strlen(word), i;

	for (i = s.n >= n ? s.n - n + 1 : 0; i-- > 0;)
		if (!memcmp(s.p + i, word, n)) {
			*at = i;
			return true;
		}
	return false;
}

static struct span
word_at(struct span s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] >= 'a' && s.p[at + n] <= 'z')
		n++;
	return span_of(s.p + at, n);
}

static bool
read_message(struct span message, struct conflict *c)
{
	static const char begin[] = "input field \"", is[] = " is type ",
	    exists[] = ", already exists as type ";
	const char *field = message.n ? memmem(message.p, message.n, begin, sizeof begin - 1) : NULL;
	size_t at;

	if (!field)
		return false;
	message = span_of(field, (size_t)(message.p + message.n - field));
	if (!find_last(message, exists, &at))
		return false;
	c->existing = word_at(message, at + sizeof exists - 1);
	message.n = at;
	if (!find_last(message, is, &at))
		return false;
	c->type = word_at(message, at + sizeof is - 1);
	c->names = span_of(message.p + 6, at - 6);	/* behind "input " */
	return true;
}

static bool
is_named(const struct conflict *c, struct span measurement, struct span key, struct buf *names)
{
	names->len = 0;
	buf_puts(names, "field \"");
	scanner_unescape(names, key);
	buf_puts(names, "\" on measurement \"");
	scanner_unescape(names, measurement);
	buf_putc(names, '"');
	return span_equal(buf_span(names), c->names);
}

/* The line has that field, of a type that cannot be stored. exactly: of the type that is told. */
static bool
has_conflict(const struct conflict *c, struct span line, bool exactly, struct buf *names)
{
	struct scanner_point p;
	struct scanner_value v;
	const char *expected;
	struct span key;
	size_t where;

	if (scanner_split(line.p, line.n, &p, &where, &expected) != SCANNER_POINT)
		return false;
	while (scanner_next_field(&p.fields, &key, &v))
		if (span_is(exactly ? c->type : c->existing, types[v.type]) == exactly
		    && is_named(c, p.measurement, key, names))
			return true;
	return false;
}

/* m with the lines that fit, in *out; returns how many these are. */
static uint64_t
collect(struct naming *out, const struct naming *m, const struct conflict *c, struct span reason,
    const struct batch *b, size_t from, size_t to, bool exactly)
{
	struct buf names = { 0 };
	uint64_t found = 0;
	size_t i, k = 0;

	naming_clear(out);
	for (i = from; i < to; i++) {
		if (k < m->count && m->line[k].line == i) {
			naming_add(out, i, naming_reason(m, k++));
		} else if (has_conflict(c, batch_text(b, i), exactly, &names)) {
			naming_add(out, i, reason);
			found++;
		}
	}
	buf_free(&names);
	return found;
}

uint64_t
conflict_name(struct naming *m, struct span message, const struct batch *b, size_t from,
    size_t to, uint64_t dropped)
{
	struct naming all = { 0 };
	struct conflict c;
	uint64_t found;

	if (!read_message(message, &c))
		return 0;
	found = collect(&all, m, &c, message, b, from, to, false);
	if (found > dropped)
		found = collect(&all, m, &c, message, b, from, to, true);
	if (found > dropped) {
		naming_free(&all);
		return 0;
	}
	naming_free(m);
	*m = all;
	return found;
}
