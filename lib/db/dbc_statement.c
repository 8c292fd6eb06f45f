#include "db/dbc_raw.h"

#include "base/num.h"

/* CM_, VAL_, VAL_TABLE_, SIG_VALTYPE_, SG_MUL_VAL_: what is said about messages and signals. */

/* The rest of a statement that cannot be used. */
static void
skip(struct dbc *d, const char *what, const char *done)
{
	lex_expected(&d->lex, what, "%s", done);
	lex_resync(&d->lex);
}

/* "123 name" in front of what is said about a signal. */
static bool
read_signal_ref(struct dbc *d, struct dbc_ref *ref, const char *done)
{
	struct lexer *l = &d->lex;

	if (!dbc_read_id(d, ref)) {
		skip(d, "the id of a message", done);
		return false;
	}
	if (lex_breaks_off(l) || !lex_name(l, &ref->signal)) {
		skip(d, "the name of a signal", done);
		return false;
	}
	return true;
}

/* What a comment is about; false: nothing that has one. */
static bool
read_subject(struct dbc *d, struct dbc_comment *c)
{
	struct lexer *l = &d->lex;
	enum lex_object o = lex_object(l);
	struct span name;

	c->ref.key = DBC_KEY_NONE;
	if (o == OBJECT_NODE || o == OBJECT_ENVVAR)
		return lex_breaks_off(l) || lex_name(l, &name);
	if (o == OBJECT_NONE && lex_is_number(span_of(l->p, (size_t)(l->end - l->p))))
		lex_expected(l, "BO_ or SG_", "taken as if it were there");
	else if (o == OBJECT_NONE)
		return false;
	if (!dbc_read_id(d, &c->ref))
		return false;
	if (!lex_breaks_off(l) && !lex_name(l, &c->ref.signal) && o == OBJECT_SIGNAL) {
		lex_expected(l, "the name of a signal", "taken as a comment of the message");
		c->spare = true;
	}
	return true;
}

void
dbc_read_comment(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct dbc_comment c = { .ref.key = DBC_KEY_NONE };

	lex_skip(l);
	if (lex_peek(l) != '"' && !read_subject(d, &c)) {
		skip(d, "a text, or BU_, BO_, SG_ or EV_ and what it is about", "comment left out");
		return;
	}
	if (!lex_string(l, FOLLOW_END, &c.text)) {
		skip(d, "a text in quotes", "comment left out");
		return;
	}
	*DBC_VEC_ADD(struct dbc_comment, &d->comment) = c;
	dbc_read_end(d);
}

static bool
parse_key(struct dbc *d, struct span s, int64_t *key)
{
	struct dec v;
	uint64_t u;
	dec_int m;

	if (num_i64(s, key))
		return true;
	if (num_u64(s, &u) || (s.n > 2 && s.p[0] == '0' && s.p[1] == 'x'
	    && num_hex(span_of(s.p + 2, s.n - 2), &u))) {
		*key = (int64_t)u;
		return true;
	}
	/* 1.0, 1e3 */
	if (!dec_parse(s, d->arena, &v) || v.exp < 0 || v.exp > 18 || !dec_mantissa(&v, &m))
		return false;
	for (; v.exp; v.exp--)
		if (__builtin_mul_overflow(m, 10, &m))
			return false;
	*key = (int64_t)m;
	return m >= INT64_MIN && m <= INT64_MAX;
}

/* The text of a label; one word without quotes is taken, too. */
static bool
read_label_text(struct dbc *d, struct span *text)
{
	struct lexer *l = &d->lex;
	const char *p = l->p;

	if (lex_string(l, FOLLOW_LABEL, text))
		return true;
	if (!lex_breaks_off(l) && lex_number(l, text) && !lex_is_number(*text)) {
		p = l->p;
		l->p = text->p;
		lex_expected(l, "a label in quotes", "taken as the label");
		l->p = p;
		return true;
	}
	l->p = p;
	lex_expected(l, "a label in quotes", "value left out");
	return false;
}

static bool
read_label(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct dbc_label label = { 0 };
	struct span number, text;

	if (lex_breaks_off(l))
		return false;
	lex_skip(l);
	if (*l->p == ',') {
		lex_expected(l, "a blank between labels", "taken as one");
		lex_char(l, ',');
		lex_skip(l);
	}
	label.at = lex_at(l);
	if (l->p == l->end || *l->p == ';' || lex_statement(l, l->p))
		return false;
	if (*l->p == '"') {
		lex_expected(l, "a value before its label", "label left out");
		return lex_string(l, FOLLOW_LABEL, &text);
	}
	if (!lex_number(l, &number) || !lex_is_number(number)) {
		l->p = l->text + label.at;
		return false;
	}
	if (!parse_key(d, number, &label.l.key)) {
		l->p = number.p;
		lex_expected(l, "a whole number", "its label left out");
		l->p = number.p + number.n;
		return read_label_text(d, &text);
	}
	if (read_label_text(d, &label.l.text))
		*DBC_VEC_ADD(struct dbc_label, &d->label) = label;
	return !l->cut;
}

static size_t
read_labels(struct dbc *d)
{
	size_t n = DBC_VEC_N(struct dbc_label, &d->label);

	while (read_label(d))
		;
	return DBC_VEC_N(struct dbc_label, &d->label) - n;
}

/* The name of a table in the place of labels. */
static void
read_table_name(struct dbc *d, struct span *table)
{
	struct lexer *l = &d->lex;

	if (!l->cut && !lex_breaks_off(l) && !lex_statement(l, l->p))
		(void)lex_name(l, table);
}

/* VAL_ id signal labels; VAL_ id signal table; VAL_ variable labels. */
void
dbc_read_values(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct dbc_values v = { .first = DBC_VEC_N(struct dbc_label, &d->label) };
	struct span variable;

	lex_skip(l);
	if (!lex_is_number(span_of(l->p, (size_t)(l->end - l->p))) && lex_name(l, &variable))
		v.ref.key = DBC_KEY_NONE;
	else if (!read_signal_ref(d, &v.ref, "labels left out"))
		return;
	v.count = read_labels(d);
	if (v.count == 0)
		read_table_name(d, &v.table);
	*DBC_VEC_ADD(struct dbc_values, &d->values) = v;
	dbc_read_end(d);
}

void
dbc_read_table(struct dbc *d)
{
	struct dbc_table t = { .at = d->at, .first = DBC_VEC_N(struct dbc_label, &d->label) };

	if (lex_breaks_off(&d->lex) || !lex_name(&d->lex, &t.name)) {
		skip(d, "the name of a table", "table left out");
		return;
	}
	t.count = read_labels(d);
	*DBC_VEC_ADD(struct dbc_table, &d->table) = t;
	dbc_read_end(d);
}

void
dbc_read_valtype(struct dbc *d)
{
	struct dbc_valtype v = { 0 };

	if (!read_signal_ref(d, &v.ref, "type left out"))
		return;
	(void)lex_char(&d->lex, ':');
	if (!lex_uint(&d->lex, &v.type)) {
		skip(d, "0, 1 or 2", "type left out");
		return;
	}
	*DBC_VEC_ADD(struct dbc_valtype, &d->valtype) = v;
	dbc_read_end(d);
}

/* 1-3, or only 1; false with all of it taken, where it is neither. */
static bool
parse_mul_range(struct dbc *d, struct db_range *r)
{
	struct lexer *l = &d->lex;

	if (lex_breaks_off(l) || !lex_uint(l, &r->first))
		return false;
	if (lex_char(l, '-'))
		return lex_uint(l, &r->last);
	r->last = r->first;
	lex_expected(l, "'-' and the end of a range", "taken as one value");
	return true;
}

static bool
read_mul_range(struct dbc *d)
{
	struct db_range r;
	struct span s;

	if (!parse_mul_range(d, &r)) {
		lex_expected(&d->lex, "a range such as 0-3", "left out");
		if (!lex_breaks_off(&d->lex))
			(void)lex_name(&d->lex, &s);
		return false;
	}
	if (r.last < r.first) {
		diag_add(&d->diag, lex_at(&d->lex) - 1, "expected a range that ends above its beginning, "
		    "found %llu-%llu: turned round", (unsigned long long)r.first,
		    (unsigned long long)r.last);
		r = (struct db_range){ r.last, r.first };
	}
	*DBC_VEC_ADD(struct db_range, &d->range) = r;
	return true;
}

void
dbc_read_mul(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct dbc_mul m = { .first = DBC_VEC_N(struct db_range, &d->range), .next = -1 };

	if (!read_signal_ref(d, &m.ref, "statement left out"))
		return;
	if (lex_breaks_off(l) || !lex_name(l, &m.selector)) {
		skip(d, "the name of a multiplexor", "statement left out");
		return;
	}
	while (read_mul_range(d)) {
		if (lex_char(l, ','))
			continue;
		if (lex_peek(l) < '0' || lex_peek(l) > '9')
			break;
		lex_expected(l, "',' between ranges", "taken as if it were there");
	}
	m.count = DBC_VEC_N(struct db_range, &d->range) - m.first;
	if (m.count)
		*DBC_VEC_ADD(struct dbc_mul, &d->mul) = m;
	dbc_read_end(d);
}
