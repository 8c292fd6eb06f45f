#include "db/dbc_raw.h"

#include <stdio.h>

#include "base/num.h"

/*
 * BO_ and SG_. What follows on a line that breaks off is taken as missing, with one diagnostic for
 * all of it; a signal whose place or scale is not certain is left out, because a wrong value is
 * worse than none.
 */

enum {
	PSEUDO = 0x40000000,	/* with or without bit 31: signals that belong to no frame */
	ID_MAX = 0x1fffffff,
	PLACE_MAX = 1 << 20,	/* far behind the last bit of any frame */
};

dbc_key
dbc_key_of(uint64_t id)
{
	bool extended = id >> 31 & 1;

	if (id > UINT32_MAX || (id & 0x7fffffff) > ID_MAX)
		return DBC_KEY_NONE;
	id &= ID_MAX;
	return (dbc_key)(id | (uint64_t)(extended || id > 0x7ff) << 31);
}

/* Ids as some programs write them: hexadecimal, or 32 bits with a sign. */
static bool
read_odd_id(struct dbc *d, uint64_t *id)
{
	struct lexer *l = &d->lex;
	const char *p = l->p, *what;
	struct span s;
	int64_t v;

	if (!lex_name(l, &s))
		return false;
	l->p = p;
	if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x'
	    && num_hex(span_of(s.p + 2, s.n - 2), id)) {
		what = "a decimal id";
	} else if (num_i64(s, &v) && v >= INT32_MIN && dbc_key_of((uint32_t)v) >= 0) {
		*id = (uint32_t)v;
		what = "an id without a sign";
	} else {
		return false;
	}
	lex_expected(l, what, "read as %llu", (unsigned long long)*id);
	l->p = s.p + s.n;
	return true;
}

bool
dbc_read_id(struct dbc *d, struct dbc_ref *ref)
{
	uint64_t id;

	lex_skip_blank(&d->lex);
	ref->at = lex_at(&d->lex);
	if (!lex_uint(&d->lex, &id) && !read_odd_id(d, &id))
		return false;
	ref->key = dbc_key_of(id);
	return true;
}

static bool
read_message_id(struct dbc *d, struct dbc_message *m)
{
	struct lexer *l = &d->lex;
	uint64_t id;
	size_t at;

	lex_skip_blank(l);
	at = lex_at(l);
	if (lex_breaks_off(l) || (!lex_uint(l, &id) && !read_odd_id(d, &id))) {
		lex_expected(l, "the id of a message", "message left out");
		return false;
	}
	m->key = dbc_key_of(id);
	if (m->key < 0) {
		if ((id & 0x7fffffff) != PSEUDO)
			diag_add(&d->diag, at, "expected an id of at most 29 bits, found %llu: "
			    "message left out", (unsigned long long)id);
		return false;
	}
	m->m.extended = m->key >> 31;
	m->m.id = (uint32_t)m->key & ID_MAX;
	if (m->m.extended && !(id >> 31))
		diag_add(&d->diag, at, "expected bit 31 in an id above 2047, found %llu: "
		    "taken as an extended one", (unsigned long long)id);
	return true;
}

static bool
is_identifier(struct span s)
{
	unsigned all = LEX_WORD;
	size_t i;

	for (i = 0; i < s.n; i++)
		all &= lex_kind[(unsigned char)s.p[i]];
	return s.n && all && !(lex_kind[(unsigned char)s.p[0]] & LEX_DIGIT);
}

/* The name that a definition gives. */
static bool
read_name(struct dbc *d, const char *of, struct span *name)
{
	struct lexer *l = &d->lex;
	char quote[DIAG_QUOTE], what[64];

	if (lex_breaks_off(l) || !lex_name(l, name)) {
		snprintf(what, sizeof what, "the name of a %s", of);
		lex_expected(l, what, "%s left out", of);
		return false;
	}
	if (!is_identifier(*name))
		diag_add(&d->diag, (size_t)(name->p - l->text), "expected a name of letters, digits "
		    "and '_' without a digit in front, found '%s': kept", diag_quote(*name, quote));
	return true;
}

static void
read_sender(struct dbc *d, struct dbc_message *m)
{
	struct lexer *l = &d->lex;

	if (lex_breaks_off(l) || lex_statement(l, l->p) || !lex_name(l, &m->m.sender)) {
		lex_expected(l, "the node that sends the message", "taken as none");
		return;
	}
	if (span_is(m->m.sender, "Vector__XXX"))
		m->m.sender = span_of(NULL, 0);
}

/* ": length sender" */
static void
read_length(struct dbc *d, struct dbc_message *m)
{
	struct lexer *l = &d->lex;
	struct span s;
	uint64_t len;
	const char *p;

	m->doubtful = true;
	if (lex_breaks_off(l)) {
		lex_expected(l, "':', length and sender", "taken as 0 bytes of no node");
		return;
	}
	if (lex_char(l, ':'))
		m->doubtful = false;
	else
		lex_expected(l, "':'", "taken as if it were there");
	p = l->p;
	if (!lex_breaks_off(l) && lex_number(l, &s) && num_u64(s, &len) && len <= UINT32_MAX) {
		m->m.len = (uint32_t)len;
	} else {
		l->p = p;
		lex_expected(l, "the length of the message in bytes", "taken as 0");
		if (lex_breaks_off(l))
			return;
		if (lex_number(l, &s) && !lex_is_number(s))
			l->p = p;	/* only the length is missing */
	}
	read_sender(d, m);
}

void
dbc_read_message(struct dbc *d)
{
	struct dbc_message *m = DBC_VEC_ADD(struct dbc_message, &d->message);

	m->at = d->at;
	m->key = DBC_KEY_NONE;
	m->first = DBC_VEC_N(struct dbc_signal, &d->signal);
	m->left_out = !read_message_id(d, m) || !read_name(d, "message", &m->m.name);
	if (m->left_out)
		lex_resync_line(&d->lex);
	else
		read_length(d, m);
}

/* M, m, m3, m3M. */
static bool
parse_mark(struct span s, struct dbc_signal *g)
{
	bool branch = s.p[0] == 'm', root = s.p[s.n - 1] == 'M';
	struct span digits = span_of(s.p + branch, s.n - branch - root);

	if (!branch && !(root && s.n == 1))
		return false;
	if (branch && digits.n && !num_u64(digits, &g->branch))
		return false;
	g->mark = (branch && digits.n ? MARK_BRANCH : 0) | (root ? MARK_ROOT : 0);
	if (branch && !digits.n)
		g->mark |= MARK_BARE;
	return true;
}

/* The mark, where there is one, and the colon. */
static bool
read_mark(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;
	struct span s;
	const char *p;

	for (; lex_peek(l) != ':'; l->p = s.p + s.n) {
		p = l->p;
		if (lex_breaks_off(l) || !lex_name(l, &s)) {
			lex_expected(l, "':'", "signal left out");
			return false;
		}
		l->p = p;
		if (lex_is_number(s)) {
			lex_expected(l, "':'", "taken as if it were there");
			return true;
		}
		if (!g->mark && parse_mark(s, g))
			continue;
		if (s.n > 1 && s.p[0] == 'm' && lex_is_number(span_of(s.p + 1, s.n - 1))) {
			lex_expected(l, "M, m or m and a number", "signal left out");
			return false;
		}
		lex_expected(l, "M, m or m and a number", "ignored");
	}
	return lex_char(l, ':');
}

static bool
read_small(struct lexer *l, uint64_t *v)
{
	const char *p = l->p;

	if (lex_uint(l, v) && *v <= PLACE_MAX)
		return true;
	l->p = p;
	return false;
}

/* 0|8@1+ */
static bool
read_place(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;
	uint64_t start, size, order;
	const char *what = NULL;

	if (!read_small(l, &start))
		what = "the start bit";
	else if (!lex_char(l, '|'))
		what = "'|' behind the start bit";
	else if (!read_small(l, &size))
		what = "the number of bits";
	else if (!lex_char(l, '@'))
		what = "'@' behind the number of bits";
	else if (!read_small(l, &order))
		what = "the byte order, 0 or 1";
	if (what) {
		lex_expected(l, what, "signal left out");
		return false;
	}
	if (order > 1)
		diag_add(&d->diag, lex_at(l) - 1, "expected 0 or 1 as byte order, found %llu: "
		    "taken as 1, little-endian", (unsigned long long)order);
	g->s.start = (uint32_t)start;
	g->s.size = (uint32_t)size;
	g->s.big_endian = order == 0;
	if (lex_char(l, '-'))
		g->s.type = DB_SIGNED;
	else if (!lex_char(l, '+') && !lex_breaks_off(l))
		lex_expected(l, "'+' or '-'", "taken as '+', unsigned");
	return true;
}

static bool
read_decimal(struct dbc *d, struct dec *v)
{
	struct lexer *l = &d->lex;
	const char *p = l->p;
	struct span s;

	if (!lex_breaks_off(l) && lex_number(l, &s) && dec_parse(s, d->arena, v))
		return true;
	l->p = p;
	return false;
}

/* (factor,offset) */
static bool
read_scale(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;
	const char *what = NULL;

	if (!lex_char(l, '('))
		lex_expected(l, "'(' before the factor", "taken as if it were there");
	if (!read_decimal(d, &g->s.factor))
		what = "a factor";
	else if (!lex_char(l, ','))
		what = "',' behind the factor";
	else if (!read_decimal(d, &g->s.offset))
		what = "an offset";
	else if (lex_peek(l) == ',')
		what = "')' behind the offset";		/* decimal commas? */
	if (what)
		lex_expected(l, what, "signal left out");
	else if (!lex_char(l, ')') && !lex_breaks_off(l))
		lex_expected(l, "')' behind the offset", "taken as if it were there");
	return !what;
}

/* [minimum|maximum]; what is wrong with it is skipped up to the unit. */
static void
read_range(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;
	char c;

	if (lex_char(l, '[') && read_decimal(d, &g->s.min) && lex_char(l, '|')
	    && read_decimal(d, &g->s.max) && lex_char(l, ']'))
		return;
	g->s.min = g->s.max = (struct dec){ 0 };
	if (lex_breaks_off(l))
		return;
	lex_expected(l, "[minimum|maximum]", "taken as no range");
	for (c = lex_peek(l); c != '\n' && c != '"'; c = lex_peek(l)) {
		l->p++;
		if (c == ']')
			break;
	}
}

static void
read_unit(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;

	if (!lex_string(l, FOLLOW_UNIT, &g->s.unit))
		lex_expected(l, "a unit in quotes", "taken as none");
	if (l->cut)
		g->s.unit = span_of(NULL, 0);
}

/* Names with commas or blanks between them, on one line or behind a comma on the next. */
static void
read_receivers(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span name;
	size_t n = 0;
	bool comma = false;

	while (!lex_breaks_off(l) && (comma || n == 0 || lex_peek(l) != '\n')) {
		if (lex_statement(l, l->p) || !lex_name(l, &name))
			break;
		n++;
		comma = lex_char(l, ',');
	}
	if (comma || n == 0)
		lex_expected(l, "a node that receives the signal", "taken as none");
	if (lex_peek(l) == '\n' || lex_statement(l, l->p))
		return;
	lex_expected(l, "the end of the line", "rest of the line ignored");
	lex_resync_line(l);
}

/* What is not needed for decoding. A line that breaks off is one deviation. */
static void
read_rest(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;
	const char *missing = "[minimum|maximum], unit and receivers";

	if (!lex_breaks_off(l)) {
		read_range(d, g);
		missing = "unit and receivers";
	}
	if (lex_breaks_off(l)) {
		lex_expected(l, missing, "taken as none");
		return;
	}
	read_unit(d, g);
	if (!l->cut)
		read_receivers(d);
}

static bool
read_layout(struct dbc *d, struct dbc_signal *g)
{
	struct lexer *l = &d->lex;

	if (!read_mark(d, g) || !read_place(d, g))
		return false;
	if (lex_breaks_off(l)) {
		lex_expected(l, "(factor,offset)", "signal left out");
		return false;
	}
	return read_scale(d, g);
}

static bool
check_size(struct dbc *d, const struct dbc_signal *g)
{
	char quote[DIAG_QUOTE];

	if (g->s.size >= 1 && g->s.size <= 64)
		return true;
	diag_add(&d->diag, g->at, "expected 1 to 64 bits, found %u: signal '%s' %s", g->s.size,
	    diag_quote(g->s.name, quote), g->s.size ? "kept, but not decoded" : "left out");
	return g->s.size > 0;
}

static struct dbc_message *
last_message(struct dbc *d)
{
	size_t n = DBC_VEC_N(struct dbc_message, &d->message);

	return n ? &DBC_VEC(struct dbc_message, &d->message)[n - 1] : NULL;
}

void
dbc_read_signal(struct dbc *d)
{
	struct dbc_message *m = last_message(d);
	struct dbc_signal *g, read = { .at = d->at, .mul = -1, .final = -1 };

	if (!m || m->left_out) {
		if (!m)
			diag_add(&d->diag, d->at, "expected BO_ before a signal, found SG_: "
			    "signal left out");
		lex_resync_line(&d->lex);
		return;
	}
	if (d->apart)
		diag_add(&d->diag, d->at, "expected BO_ before a signal, found another statement: "
		    "taken as a signal of the last message");
	if (!read_name(d, "signal", &read.s.name)) {
		lex_resync_line(&d->lex);
		return;
	}
	read.left_out = !read_layout(d, &read);
	if (read.left_out)
		lex_resync_line(&d->lex);
	else
		read_rest(d, &read);
	read.left_out = read.left_out || !check_size(d, &read);
	g = DBC_VEC_ADD(struct dbc_signal, &d->signal);
	*g = read;
	m->count++;
}
