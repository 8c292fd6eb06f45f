#include "db/dbc.h"

#include "db/dbc_raw.h"
#include "db/text.h"

void
dbc_read_end(struct dbc *d)
{
	struct lexer *l = &d->lex;

	if (l->cut || lex_char(l, ';'))
		return;
	lex_skip(l);
	if (l->p == l->end || lex_statement(l, l->p)) {
		lex_expected(l, "';'", "taken as if it were there");
		return;
	}
	lex_expected(l, "';'", "skipped up to the next statement");
	lex_resync(l);
}

static void
read_version(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span text;

	if (lex_string(l, FOLLOW_ANY, &text))
		return;
	lex_expected(l, "a text in quotes", "left out");
	if (!lex_breaks_off(l))
		(void)lex_name(l, &text);
}

/* The names of keywords, in whatever arrangement. */
static void
read_keywords(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span name;
	const char *p;

	for (;;) {
		lex_skip(l);
		p = l->p;
		if (lex_statement(l, p) || !lex_name(l, &name))
			return;
		if (name.p[name.n - 1] != '_' && !span_is(name, "FILTER")) {
			l->p = p;
			return;
		}
	}
}

static void
read_symbols(struct dbc *d)
{
	if (!lex_char(&d->lex, ':'))
		lex_expected(&d->lex, "':'", "taken as if it were there");
	read_keywords(d);
}

/* "BS_:" and perhaps "500000 : 1,2"; the rate of a bus is not the database's to say. */
static void
read_rate(struct dbc *d)
{
	struct lexer *l = &d->lex;
	uint64_t v;

	if (!lex_char(l, ':'))
		lex_expected(l, "':'", "taken as if it were there");
	while (lex_uint(l, &v) || lex_char(l, ':') || lex_char(l, ','))
		;
}

static void
read_nodes(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span name;

	if (!lex_char(l, ':'))
		lex_expected(l, "':'", "taken as if it were there");
	for (;;) {
		lex_skip(l);
		if (lex_statement(l, l->p))
			return;
		if (!lex_name(l, &name) && !lex_char(l, ','))
			return;
	}
}

/* Statements that say nothing about decoding. */
static void
read_other(struct dbc *d)
{
	struct lexer *l = &d->lex;

	if (!lex_pass(l) && !l->cut)
		lex_expected(l, "';'", "taken as if it were there");
}

static const struct {
	void (*read)(struct dbc *);
} statements[KW_COUNT] = {
	[KW_VERSION] = { read_version },
	[KW_NS] = { read_symbols },
	[KW_BS] = { read_rate },
	[KW_BU] = { read_nodes },
	[KW_VAL_TABLE] = { dbc_read_table },
	[KW_BO] = { dbc_read_message },
	[KW_SG] = { dbc_read_signal },
	[KW_CM] = { dbc_read_comment },
	[KW_BA_DEF] = { dbc_read_definition },
	[KW_BA_DEF_DEF] = { dbc_read_default },
	[KW_BA] = { dbc_read_attribute },
	[KW_VAL] = { dbc_read_values },
	[KW_SIG_VALTYPE] = { dbc_read_valtype },
	[KW_SG_MUL_VAL] = { dbc_read_mul },
	[KW_OTHER] = { read_other },
};

/* A keyword that stands alone: NS_ before the list is missing, or what belongs behind it is. */
static bool
is_alone(struct dbc *d)
{
	return lex_peek(&d->lex) == '\n' && !lex_statement(&d->lex, d->lex.text + d->at);
}

/* "12 Name: 8 Node", which only messages have behind their keyword. */
static bool
like_message(struct lexer *l, const char *p)
{
	struct lexer t = *l;
	struct span name;
	uint64_t v;
	bool like;

	t.p = p;
	t.quiet = true;
	like = lex_uint(&t, &v) && lex_name(&t, &name) && lex_char(&t, ':') && lex_uint(&t, &v)
	    && lex_peek(&t) != '|' && lex_peek(&t) != '\n' && lex_name(&t, &name);
	l->open_comment = t.open_comment;
	return like;
}

/* "Name m1 : 0|8@", which only signals have. */
static bool
like_signal(struct lexer *l, const char *p)
{
	struct lexer t = *l;
	struct span s;
	uint64_t v;
	bool like;

	t.p = p;
	t.quiet = true;
	like = lex_name(&t, &s) && (lex_char(&t, ':') || (lex_name(&t, &s) && lex_char(&t, ':')))
	    && lex_uint(&t, &v) && lex_char(&t, '|') && lex_uint(&t, &v) && lex_char(&t, '@');
	l->open_comment = t.open_comment;
	return like;
}

/* Whether a message begins in what is skipped: its id is among the first numbers of a line. */
static bool
hides_message(struct lexer *l, const char *p, const char *end)
{
	bool before = false, digit;
	int numbers = 0;

	for (; p < end; p++) {
		digit = *p >= '0' && *p <= '9';
		if (digit && !before && ++numbers <= 3 && like_message(l, p))
			return true;
		before = digit;
		if (*p == '\n')
			numbers = 0;
	}
	return false;
}

/*
 * Signals behind the ruins of a BO_ must not become signals of the message before: they belong to
 * one that is left out.
 */
static void
skip_rubbish(struct dbc *d)
{
	struct lexer *l = &d->lex;
	const char *from = l->p, *to;
	struct dbc_message *m;
	bool message;

	lex_resync(l);
	to = l->p;
	message = hides_message(l, from, to);
	l->p = from;
	lex_expected(l, "a statement such as BO_ or VAL_", message ?
	    "skipped up to the next one, and the signals of a message" : "skipped up to the next one");
	l->p = to;
	if (message) {
		m = DBC_VEC_ADD(struct dbc_message, &d->message);
		m->key = DBC_KEY_NONE;
		m->first = DBC_VEC_N(struct dbc_signal, &d->signal);
		m->left_out = true;
	}
}

/* No keyword: a message or a signal with a damaged one, or rubbish. */
static enum lex_keyword
guess_keyword(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span word = lex_word(l);
	const char *behind = word.p + word.n;
	enum lex_keyword k = KW_NONE;

	if (word.n && like_message(l, behind))
		k = KW_BO;
	else if (word.n && like_signal(l, behind))
		k = KW_SG;
	if (k == KW_NONE)
		return k;
	lex_expected(l, k == KW_BO ? "BO_" : "SG_", "taken as if it were that");
	l->p = behind;
	return k;
}

static void
read_statement(struct dbc *d)
{
	struct lexer *l = &d->lex;
	enum lex_keyword k;

	d->at = lex_at(l);
	d->understood = d->understood || lex_statement(l, l->p);
	l->cut = false;
	k = lex_keyword(l);
	if (k == KW_NONE)
		k = guess_keyword(d);
	if (k == KW_NONE) {
		skip_rubbish(d);
	} else if (k != KW_NS && is_alone(d)) {
		lex_expected(l, "more behind the keyword", "skipped");
		read_keywords(d);
	} else {
		statements[k].read(d);
	}
	if (k != KW_NONE)
		d->apart = k != KW_BO && k != KW_SG;
}

static void
begin(struct dbc *d, struct db *db, struct span text)
{
	*d = (struct dbc){ .db = db, .arena = &db->arena, .j1939_format = 3 };
	d->diag = (struct diag){ .text = text, .arena = &db->arena };
	lex_init(&d->lex, text, &d->diag);
	names_init(&d->messages);
	names_init(&d->signals);
	names_init(&d->tables);
	names_init(&d->nodes);
}

static void
end(struct dbc *d)
{
	struct buf *b[] = { &d->message, &d->signal, &d->label, &d->range, &d->comment, &d->values,
		&d->table, &d->valtype, &d->mul, &d->attribute };
	size_t i;

	for (i = 0; i < sizeof b / sizeof *b; i++)
		buf_free(b[i]);
	names_free(&d->messages);
	names_free(&d->signals);
	names_free(&d->tables);
	names_free(&d->nodes);
	diag_finish(&d->diag, d->db);
}

/* No statement at all: one diagnostic about that, instead of those about all the rest. */
static void
refuse(struct dbc *d)
{
	d->diag.items.len = 0;
	d->lex.p = d->lex.text;
	lex_skip(&d->lex);
	lex_expected(&d->lex, "a statement of a DBC file such as BO_", "nothing in it is one");
}

bool
dbc_parse(struct span text, struct db *db)
{
	enum text_encoding encoding;
	struct span utf8;
	struct dbc d;
	size_t nul;

	encoding = text_decode(text, &db->arena, &utf8, &nul);
	begin(&d, db, utf8);
	if (encoding == TEXT_UTF16)
		diag_add(&d.diag, 0, "expected text in UTF-8 or code page 1252, found UTF-16: "
		    "read as that");
	if (nul < utf8.n)
		diag_add(&d.diag, nul, "expected text, found a NUL byte: "
		    "this and any other is read as a blank");
	for (lex_skip(&d.lex); d.lex.p < d.lex.end; lex_skip(&d.lex))
		read_statement(&d);
	if (d.understood)
		dbc_link(&d);
	else
		refuse(&d);
	end(&d);
	return d.understood;
}
