#include "db/lexer.h"

#include <stdio.h>

enum {
	BLANK = LEX_BLANK, EOL = LEX_EOL, WORD = LEX_WORD, DIGIT = LEX_DIGIT,
	ENDS_NAME = LEX_ENDS_NAME, ENDS_NUMBER = LEX_ENDS_NUMBER,
};

#define N ENDS_NAME
#define B (ENDS_NAME | ENDS_NUMBER)
#define Q LEX_QUOTES
#define W WORD
#define K (WORD | LEX_KEYWORD)
#define D (WORD | DIGIT)
#define D10 D, D, D, D, D, D, D, D, D, D
const unsigned char lex_kind[256] = {
	/* 0x1a ends a file in DOS */
	BLANK, 0, 0, 0, 0, 0, 0, 0, 0, BLANK, EOL | Q, BLANK, BLANK, EOL | Q, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BLANK, 0, 0, 0, 0, 0,
	BLANK, 0, B | Q, 0, 0, 0, 0, 0, ENDS_NUMBER, ENDS_NUMBER, 0, 0, B, 0, 0, 0,
	D10, N, B, 0, 0, 0, 0,
	ENDS_NUMBER, W, K, K, W, K, K, W, W, W, W, W, W, W, K, W,
	W, W, W, K, W, W, K, W, W, W, W, ENDS_NUMBER, Q, ENDS_NUMBER, 0, W,
	0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, 0, ENDS_NUMBER, 0, 0, 0,
};
#undef N
#undef B
#undef Q
#undef W
#undef K
#undef D
#undef D10

static bool
is(const struct lexer *l, const char *p, unsigned what)
{
	return p < l->end && lex_kind[(unsigned char)*p] & what;
}

static bool
is_char(const struct lexer *l, const char *p, char c)
{
	return p < l->end && *p == c;
}

static const char *
over(const struct lexer *l, const char *p, unsigned what)
{
	while (is(l, p, what))
		p++;
	return p;
}

static const char *
until(const struct lexer *l, const char *p, unsigned what)
{
	while (p < l->end && !(lex_kind[(unsigned char)*p] & what))
		p++;
	return p;
}

void
lex_init(struct lexer *l, struct span text, struct diag *diag)
{
	if (!text.n)
		text.p = "";
	*l = (struct lexer){ .p = text.p, .end = text.p + text.n, .text = text.p, .diag = diag };
}

/* Behind the comment that begins here. */
static const char *
comment(struct lexer *l, const char *p)
{
	const char *e = NULL;

	if (p[1] == '*' && !l->open_comment)
		e = memmem(p + 2, (size_t)(l->end - p - 2), "*/", 2);
	if (e)
		return e + 2;
	if (p[1] == '*') {
		l->open_comment = true;
		diag_add(l->diag, (size_t)(p - l->text), "expected '*/' behind a comment, "
		    "found the end of the file: taken to end with the line");
	}
	return until(l, p, EOL);
}

static __attribute__((noinline)) void
skip_all(struct lexer *l, unsigned what)
{
	const char *from = l->p;

	for (;;) {
		l->p = over(l, l->p, what);
		if (l->end - l->p < 2 || l->p[0] != '/' || (l->p[1] != '/' && l->p[1] != '*'))
			break;
		l->p = comment(l, l->p);
	}
	if (l->p > from) {
		l->gap = from;
		l->gap_end = l->p;
	}
}

/* True where something stands that is not to be skipped. */
static inline bool
stands(const struct lexer *l, const char *p, unsigned what)
{
	return p < l->end && *p != '/' && !(lex_kind[(unsigned char)*p] & what);
}

/* Mostly there is nothing to skip, or one blank. */
static inline void
skip(struct lexer *l, unsigned what)
{
	if (stands(l, l->p, what))
		return;
	if (is_char(l, l->p, ' ') && stands(l, l->p + 1, what)) {
		l->gap = l->p;
		l->gap_end = ++l->p;
		return;
	}
	skip_all(l, what);
}

void
lex_skip(struct lexer *l)
{
	skip(l, BLANK | EOL);
}

void
lex_skip_blank(struct lexer *l)
{
	skip(l, BLANK);
}

char
lex_peek(struct lexer *l)
{
	lex_skip_blank(l);
	return l->p == l->end || is(l, l->p, EOL) ? '\n' : *l->p;
}

/* What is next after blanks, ends of lines and comments, without taking it. */
static inline const char *
next(struct lexer *l)
{
	const char *from = l->p, *p;

	skip(l, BLANK | EOL);
	p = l->p;
	l->p = from;
	return p;
}

bool
lex_char(struct lexer *l, char c)
{
	const char *p = is_char(l, l->p, c) ? l->p : next(l);

	if (!is_char(l, p, c))
		return false;
	l->p = p + 1;
	return true;
}

bool
lex_uint(struct lexer *l, uint64_t *v)
{
	const char *from = next(l), *p;
	uint64_t r = 0;

	for (p = from; is(l, p, DIGIT); p++)
		if (__builtin_mul_overflow(r, 10u, &r)
		    || __builtin_add_overflow(r, (unsigned)(*p - '0'), &r))
			return false;
	if (p == from || (p == from + 1 && *from == '0' && is(l, p, WORD)))
		return false;
	*v = r;
	l->p = p;
	if (is(l, p, WORD))
		lex_expected(l, "a blank behind a number", "taken as if there were one");
	return true;
}

static bool
take_until(struct lexer *l, unsigned what, struct span *s)
{
	const char *from = next(l), *p = until(l, from, what);

	*s = span_of(from, (size_t)(p - from));
	if (s->n)
		l->p = p;
	return s->n > 0;
}

bool
lex_name(struct lexer *l, struct span *name)
{
	return take_until(l, BLANK | EOL | ENDS_NAME, name);
}

bool
lex_number(struct lexer *l, struct span *number)
{
	return take_until(l, BLANK | EOL | ENDS_NUMBER, number);
}

bool
lex_is_number(struct span s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');

	i += s.n > i && s.p[i] == '.';
	return s.n > i && lex_kind[(unsigned char)s.p[i]] & DIGIT;
}

/* What a keyword is followed by where it begins a statement. */
enum {
	Q = 1,			/* a quote */
	D = 2,			/* a digit */
	C = 4,			/* a colon */
	W = 8,			/* a word on the same line that is no keyword itself */
	O = 16,			/* SG_ BO_ BU_ EV_, and with a quote behind it BU_SG_REL_ and such */
	S = 32,			/* a signal: a name, perhaps m1, a colon */
};

static const struct keyword {
	const char *name;
	unsigned char len;
	unsigned char shape;
	enum lex_keyword keyword;
} keywords[] = {	/* the frequent ones first; a longer name before one that begins it */
#define ROW(name, shape, keyword) { name, sizeof name - 1, shape, keyword }
	ROW("SG_", S, KW_SG),
	ROW("VAL_", D | W, KW_VAL),
	ROW("CM_", Q | D | O, KW_CM),
	ROW("BO_", D, KW_BO),
	ROW("BA_", Q, KW_BA),
	ROW("SG_MUL_VAL_", D, KW_SG_MUL_VAL),
	ROW("VAL_TABLE_", W, KW_VAL_TABLE),
	ROW("SIG_VALTYPE_", D, KW_SIG_VALTYPE),
	ROW("BA_DEF_", Q | O, KW_BA_DEF),
	ROW("BA_DEF_DEF_", Q, KW_BA_DEF_DEF),
	ROW("BO_TX_BU_", D, KW_OTHER),
	ROW("SIG_GROUP_", D, KW_OTHER),
	ROW("EV_", W, KW_OTHER),
	ROW("VERSION", Q, KW_VERSION),
	ROW("NS_", C, KW_NS),
	ROW("BS_", C, KW_BS),
	ROW("BU_", C, KW_BU),
	ROW("ENVVAR_DATA_", W, KW_OTHER),
	ROW("EV_DATA_", W, KW_OTHER),
	ROW("BA_DEF_REL_", Q | O, KW_OTHER),
	ROW("BA_REL_", Q | O, KW_OTHER),
	ROW("BA_DEF_DEF_REL_", Q | O, KW_OTHER),
	ROW("BA_DEF_SGTYPE_", Q, KW_OTHER),
	ROW("BA_SGTYPE_", Q, KW_OTHER),
	ROW("BA_SGTYPE_REL_", Q, KW_OTHER),
	ROW("SGTYPE_", W, KW_OTHER),
	ROW("SGTYPE_VAL_", W, KW_OTHER),
	ROW("SIG_TYPE_REF_", D, KW_OTHER),
	ROW("SIGTYPE_VALTYPE_", W, KW_OTHER),
	ROW("CAT_DEF_", D | W, KW_OTHER),
	ROW("CAT_", D | W, KW_OTHER),
	ROW("FILTER", D | W, KW_OTHER),
	ROW("NS_DESC_", Q | W, KW_OTHER),
	ROW("BU_SG_REL_", 0, KW_OTHER),
	ROW("BU_EV_REL_", 0, KW_OTHER),
	ROW("BU_BO_REL_", 0, KW_OTHER),
#undef ROW
};

static const struct {
	const char *name;
	enum lex_object object;
} objects[] = {
	{ "SG_", OBJECT_SIGNAL }, { "BO_", OBJECT_MESSAGE }, { "BU_", OBJECT_NODE },
	{ "EV_", OBJECT_ENVVAR }, { "BU_SG_REL_", OBJECT_NONE }, { "BU_EV_REL_", OBJECT_NONE },
	{ "BU_BO_REL_", OBJECT_NONE },
};

static struct span
word_at(const struct lexer *l, const char *p)
{
	return span_of(p, (size_t)(over(l, p, WORD) - p));
}

struct span
lex_word(const struct lexer *l)
{
	return word_at(l, l->p);
}

/* Up to two words and a text, as behind BO_ in "CM_ BO_ 12" and behind SG_ in "CM_ SG_ 12 name". */
static bool
text_follows(const struct lexer *l, const char *p)
{
	int i;

	for (i = 0; i < 2; i++)
		p = over(l, until(l, p, BLANK | EOL | ENDS_NAME), BLANK | EOL);
	return is_char(l, p, '"');
}

/*
 * What is commented or has an attribute. On a line of its own it must not be mistaken for the
 * statement that begins with the same keyword, behind a list of symbols.
 */
static bool
object_follows(const struct lexer *l, const char *p, bool same_line)
{
	struct span w = word_at(l, p);
	size_t i;

	for (i = 0; i < sizeof objects / sizeof *objects; i++) {
		if (!span_is(w, objects[i].name))
			continue;
		p = over(l, p + w.n, BLANK | EOL);
		if (is_char(l, p, '"'))
			return true;
		return objects[i].object && (same_line ? is(l, p, WORD) : text_follows(l, p));
	}
	return false;
}

static bool
signal_follows(const struct lexer *l, const char *p)
{
	const char *e = until(l, p, BLANK | EOL | ENDS_NAME), *colon = over(l, e, BLANK);

	if (e == p)
		return false;
	if (is(l, colon, WORD))
		colon = over(l, over(l, colon, WORD), BLANK);
	return is_char(l, colon, ':');
}

/* Whether what stands behind a keyword makes it the beginning of a statement. */
static bool
has_shape(const struct lexer *l, const struct keyword *k, const char *p)
{
	const char *line = over(l, p, BLANK);
	struct span w;

	p = line;
	if (k->shape & S && is(l, p, WORD) && signal_follows(l, p))
		return true;
	if (k->shape & W && is(l, p, WORD)) {
		w = word_at(l, p);
		if (w.p[w.n - 1] != '_' && !span_is(w, "FILTER"))
			return true;
	}
	p = over(l, p, BLANK | EOL);
	if (p == l->end)
		return false;
	if (*p == '"')
		return k->shape & Q;
	if (*p == ':')
		return k->shape & C;
	if (is(l, p, DIGIT) || (*p == '-' && is(l, p + 1, DIGIT)))
		return k->shape & D;
	return k->shape & O && object_follows(l, p, p == line);
}

/* Whether only blanks are between p and the line's beginning, or the statement before. */
static bool
is_first(const struct lexer *l, const char *p)
{
	while (p > l->text && lex_kind[(unsigned char)p[-1]] & BLANK)
		p--;
	return p == l->text || p[-1] == ';' || is(l, p - 1, EOL);
}

static bool
ends_keyword(char c)
{
	return c == '_' || c == 'N' || c == 'R';
}

/*
 * The keyword that begins the word here; *rest is behind it. Without a blank behind it, it must be
 * the first word, because nodes may be called CM_1.
 */
static const struct keyword *
find_keyword(const struct lexer *l, const char *p, const char **rest)
{
	const struct keyword *k, *best = NULL;
	struct span w;
	size_t i;

	if (!is(l, p, LEX_KEYWORD))
		return NULL;
	w = word_at(l, p);
	if (w.n < 3 || (!ends_keyword(w.p[w.n - 1]) && !is_first(l, p)))
		return NULL;
	*rest = p + w.n;
	for (i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		k = &keywords[i];
		if (k->name[1] != w.p[1] || k->len > w.n || memcmp(k->name, w.p, k->len) != 0)
			continue;
		if (k->len == w.n)
			return k;
		if ((!best || k->len > best->len) && has_shape(l, k, p + k->len))
			best = k;
	}
	if (!best || !is_first(l, p))
		return NULL;
	*rest = p + best->len;
	return best;
}

enum lex_keyword
lex_statement(const struct lexer *l, const char *p)
{
	const struct keyword *k;
	const char *rest;

	p = over(l, p, BLANK);
	k = find_keyword(l, p, &rest);
	return k && has_shape(l, k, rest) ? k->keyword : KW_NONE;
}

enum lex_keyword
lex_keyword_at(const struct lexer *l, const char *p)
{
	const struct keyword *k;
	const char *rest;

	k = find_keyword(l, over(l, p, BLANK), &rest);
	return k ? k->keyword : KW_NONE;
}

bool
lex_breaks_off(struct lexer *l)
{
	const char *p;

	if (stands(l, l->p, BLANK | EOL) || lex_peek(l) != '\n')
		return false;
	p = next(l);
	return p == l->end || lex_statement(l, p);
}

enum lex_keyword
lex_keyword(struct lexer *l)
{
	const struct keyword *k;
	const char *rest;

	lex_skip(l);
	k = find_keyword(l, l->p, &rest);
	if (!k)
		return KW_NONE;
	l->p = rest;
	if (is(l, rest, WORD))
		lex_expected(l, "a blank", "taken as if there were one");
	return k->keyword;
}

enum lex_object
lex_object(struct lexer *l)
{
	struct span w = word_at(l, next(l));
	size_t i;

	for (i = 0; i < sizeof objects / sizeof *objects; i++)
		if (span_is(w, objects[i].name)) {
			l->p = w.p + w.n;
			return objects[i].object;
		}
	return OBJECT_NONE;
}

/* Whether the blanks before p were skipped just now, and an end of a line with them. */
static bool
begins_line(const struct lexer *l)
{
	return l->p == l->gap_end && until(l, l->gap, EOL) < l->p;
}

bool
lex_pass(struct lexer *l)
{
	struct span text;

	if (begins_line(l) && lex_statement(l, l->p))
		return false;
	while (l->p < l->end) {
		if (*l->p == ';') {
			l->p++;
			return true;
		}
		if (is(l, l->p, EOL)) {
			lex_skip(l);
			if (lex_statement(l, l->p))
				return false;
		} else if (*l->p == '"') {
			l->cut = false;
			(void)lex_string(l, FOLLOW_ANY, &text);
			if (l->cut)
				return false;
		} else {
			l->p++;
		}
	}
	return false;
}

void
lex_resync(struct lexer *l)
{
	l->quiet = true;
	(void)lex_pass(l);
	l->quiet = false;
}

void
lex_resync_line(struct lexer *l)
{
	l->p = until(l, l->p, EOL);
}

/* What is next, or the end of the line that a statement breaks off in. */
static const char *
place(struct lexer *l)
{
	const char *p;

	lex_skip_blank(l);
	if (l->p != l->gap_end || (l->p < l->end && !lex_statement(l, l->p)))
		return l->p;
	p = over(l, l->gap, BLANK);
	return is(l, p, EOL) ? p : l->p;
}

void
lex_expected(struct lexer *l, const char *what, const char *done, ...)
{
	char quote[DIAG_QUOTE], text[160], found[DIAG_QUOTE + 2];
	const char *p, *e;
	va_list ap;

	if (l->quiet)
		return;
	va_start(ap, done);
	vsnprintf(text, sizeof text, done, ap);
	va_end(ap);
	p = place(l);
	e = until(l, p, BLANK | EOL | ENDS_NAME);
	if (e == p && e < l->end && !is(l, e, EOL))
		e++;
	if (l->p == l->end || over(l, p, BLANK | EOL) == l->end)
		snprintf(found, sizeof found, "the end of the file");
	else if (is(l, p, EOL))
		snprintf(found, sizeof found, "the end of the line");
	else
		snprintf(found, sizeof found, "'%s'", diag_quote(span_of(p, (size_t)(e - p)), quote));
	diag_add(l->diag, (size_t)(p - l->text), "expected %s, found %s: %s", what, found, text);
}
