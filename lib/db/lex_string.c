#include "db/lexer.h"

/*
 * Texts in quotes, where a quote may be missing or one too many. Which quote ends a text is known
 * from what stands behind it; that one is missing, from a statement that begins within the text
 * and has quotes of its own.
 */

struct scan {
	const char *close;	/* the quote that ends the text, NULL: there is none */
	const char *cross;	/* the end of the line before the first statement within it */
	size_t inner;		/* quotes that belong to the text */
	const char *first, *last;	/* of them */
	bool dirty;		/* the text is not to be had by a span alone */
};

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
line_end(char c)
{
	return c == '\n' || c == '\r';
}

static bool
in_number(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.'
	    || c == '-' || c == '+';
}

/* A number and a quote, the next label of a value table; or a number and nothing more. */
static bool
label_follows(const struct lexer *l, const char *p)
{
	bool eol = false;

	while (p < l->end && (blank(*p) || *p == '-' || *p == '+'))
		p++;
	if (p == l->end || *p < '0' || *p > '9')
		return false;
	while (p < l->end && in_number(*p))
		p++;
	for (; p < l->end && (blank(*p) || line_end(*p)); p++)
		eol |= line_end(*p);
	return p == l->end || *p == '"' || *p == ';' || (eol && lex_statement(l, p));
}

static bool
is_comment(const struct lexer *l, const char *p)
{
	return l->end - p >= 2 && *p == '/' && (p[1] == '/' || p[1] == '*');
}

/* Whether the ';' at p ends a statement: nothing or another one is behind it on the line. */
static bool
is_last(const struct lexer *l, const char *p)
{
	for (p++; p < l->end && (blank(*p) || *p == ';'); p++)
		;
	return p == l->end || line_end(*p) || is_comment(l, p) || lex_keyword_at(l, p);
}

/* Whether a quote ends its text: p is behind it. */
static bool
closes(const struct lexer *l, const char *p, enum lex_follow follow, bool crossed)
{
	bool eol = false;

	if (follow == FOLLOW_UNIT)
		return !crossed && (p == l->end || *p != '"');
	for (; p < l->end && (blank(*p) || line_end(*p)); p++)
		eol |= line_end(*p);
	if (p < l->end && *p == ';')
		return follow != FOLLOW_END || is_last(l, p);
	if (p == l->end || is_comment(l, p))
		return true;
	if (follow == FOLLOW_ANY && !crossed)
		return true;
	if (follow == FOLLOW_LABEL && label_follows(l, p + (*p == ',')))
		return true;
	return (eol ? lex_keyword_at(l, p) : lex_statement(l, p)) != KW_NONE;
}

/* The end of the first line from p to end that a statement follows on. */
static const char *
find_cross(const struct lexer *l, const char *p, const char *end)
{
	for (; p < end; p++)
		if (line_end(*p) && lex_statement(l, p + 1))
			return p;
	return NULL;
}

/* One step of the scan at *p; false at the quote that decides. */
static bool
step(const struct lexer *l, enum lex_follow follow, const char **at, struct scan *s)
{
	const char *p = *at;

	if (*p == '\\' && p + 1 < l->end && (p[1] == '"' || p[1] == '\\')) {
		s->dirty |= p[1] == '"';
		*at = p + 1;
	} else if (line_end(*p)) {
		s->dirty |= *p == '\r';
		if (!s->cross && lex_statement(l, p + 1))
			s->cross = p;
	} else if (*p == '"') {
		if (closes(l, p + 1, follow, s->cross != NULL)) {
			s->close = p;
			return false;
		}
		if (s->cross)
			return false;
		if (!s->inner++)
			s->first = p;
		s->last = p;
		s->dirty = true;
	}
	return true;
}

static void
scan(struct lexer *l, enum lex_follow follow, struct scan *s)
{
	const char *p = l->p + 1;

	*s = (struct scan){ 0 };
	/* A scan before this one came to the same quote in vain: no second long way. */
	if (p < l->barren[follow] && (s->cross = find_cross(l, p, l->barren[follow])) != NULL)
		return;
	for (; p < l->end; p++)
		if (lex_kind[(unsigned char)*p] & LEX_QUOTES && !step(l, follow, &p, s))
			break;
	if (!s->close)
		l->barren[follow] = p;
	/* Quotes in pairs: not the last one is missing, there is more than should be behind it. */
	if (!s->close && s->inner % 2 == 1) {
		s->close = s->last;
		s->inner--;
	}
}

/* The text without what only a statement's end has, for one that lacks its quote. */
static const char *
trim(const char *p, const char *e)
{
	bool semicolon = false;

	for (; e > p && (blank(e[-1]) || line_end(e[-1]) || (e[-1] == ';' && !semicolon)); e--)
		semicolon |= e[-1] == ';';
	return semicolon && e - p >= 2 && e[-2] == '\\' && e[-1] == '"' ? e - 1 : e;
}

static struct span
clean(struct lexer *l, const char *p, const char *e)
{
	char *out = arena_alloc(l->diag->arena, (size_t)(e - p) + 1);
	size_t n = 0;

	for (; p < e; p++) {
		if (p + 1 < e && ((*p == '\\' && p[1] == '"') || (*p == '"' && p[1] == '"')
		    || (*p == '\r' && p[1] == '\n')))
			p++;
		else if (p + 1 < e && *p == '\\' && p[1] == '\\')
			out[n++] = *p++;
		out[n++] = *p;
	}
	return span_of(out, n);
}

/* Where a text that has no closing quote ends. */
static const char *
cut(struct lexer *l, enum lex_follow follow, const struct scan *s)
{
	const char *from = l->p + 1;

	l->cut = true;
	if (!l->quiet)
		diag_add(l->diag, lex_at(l), "expected '\"' at the end of the text, found %s: "
		    "%s", s->cross ? "the next statement" : "the end of the file",
		    follow == FOLLOW_UNIT ? "unit left out" : "ended before it");
	l->p = s->cross ? s->cross : l->end;
	return trim(from, l->p);
}

bool
lex_string(struct lexer *l, enum lex_follow follow, struct span *text)
{
	const char *before = l->p, *from, *to;
	struct scan s;

	lex_skip(l);
	if (l->p == l->end || *l->p != '"') {
		l->p = before;
		return false;
	}
	scan(l, follow, &s);
	from = l->p + 1;
	if (s.close) {
		l->p = s.close + 1;
		to = s.close;
	} else {
		to = cut(l, follow, &s);
		s.dirty = true;
	}
	if (s.close && s.inner && !l->quiet)
		diag_add(l->diag, (size_t)(s.first - l->text), "expected '\\\"' for a quote within a "
		    "text, found '\"': kept as part of the text");
	*text = s.dirty ? clean(l, from, to) : span_of(from, (size_t)(to - from));
	return true;
}
