#include "db/dbc_raw.h"

#include "base/num.h"

/*
 * BA_DEF_, BA_DEF_DEF_, BA_: of the attributes there are, those are read that say how to decode or
 * what things are called.
 */

static const struct attribute {
	const char *name;
	enum dbc_attribute_name attribute;
	enum lex_object object;		/* what has it */
} attributes[] = {
	{ "VFrameFormat", ATTR_FRAME_FORMAT, OBJECT_MESSAGE },
	{ "GenMsgCycleTime", ATTR_CYCLE_TIME, OBJECT_MESSAGE },
	{ "SystemSignalLongSymbol", ATTR_SIGNAL_NAME, OBJECT_SIGNAL },
	{ "SystemMessageLongSymbol", ATTR_MESSAGE_NAME, OBJECT_MESSAGE },
	{ "SystemNodeLongSymbol", ATTR_NODE_NAME, OBJECT_NODE },
};

/* The attribute that a statement is about; *row is NULL for one that says nothing to the reader. */
static bool
read_attribute_name(struct dbc *d, const struct attribute **row)
{
	struct lexer *l = &d->lex;
	struct span s;
	size_t i;

	*row = NULL;
	if (!lex_string(l, FOLLOW_ANY, &s)) {
		lex_expected(l, "the name of an attribute in quotes", "attribute left out");
		lex_resync(l);
		return false;
	}
	for (i = 0; i < sizeof attributes / sizeof *attributes && !*row; i++)
		if (span_is(s, attributes[i].name))
			*row = &attributes[i];
	return !l->cut;
}

/* A text or a number, and the end of the statement. */
static bool
read_value(struct dbc *d, struct span *value)
{
	struct lexer *l = &d->lex;

	if (!lex_breaks_off(l) && (lex_string(l, FOLLOW_END, value) || lex_number(l, value))) {
		dbc_read_end(d);
		return true;
	}
	lex_expected(l, "a value", "attribute left out");
	lex_resync(l);
	return false;
}

static bool
is_j1939(struct span s)
{
	return span_is(s, "J1939PG");
}

/* "StandardCAN","ExtendedCAN",...: which number is J1939PG. */
static void
read_formats(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span item;
	int64_t i;

	d->j1939_format = -1;
	for (i = 0; lex_string(l, FOLLOW_ANY, &item); i++) {
		if (is_j1939(item))
			d->j1939_format = i;
		if (!lex_char(l, ',') && lex_peek(l) == '"')
			lex_expected(l, "','", "taken as if it were there");
	}
	dbc_read_end(d);
}

void
dbc_read_definition(struct dbc *d)
{
	struct lexer *l = &d->lex;
	const struct attribute *row;
	struct span type;

	(void)lex_object(l);
	if (!read_attribute_name(d, &row))
		return;
	if (row && row->attribute == ATTR_FRAME_FORMAT && !lex_breaks_off(l) && lex_name(l, &type)
	    && span_is(type, "ENUM"))
		read_formats(d);
	else if (!lex_pass(l) && !l->cut)
		lex_expected(l, "';'", "taken as if it were there");
}

void
dbc_read_default(struct dbc *d)
{
	const struct attribute *row;
	struct span value;

	if (!read_attribute_name(d, &row) || !read_value(d, &value) || !row)
		return;
	if (row->attribute == ATTR_CYCLE_TIME)
		d->cycle_default = value;
	else if (row->attribute == ATTR_FRAME_FORMAT)
		d->format_default = value;
}

/* What an attribute belongs to. */
static bool
read_owner(struct dbc *d, struct dbc_attribute *a, enum lex_object o)
{
	struct lexer *l = &d->lex;
	const char *what = NULL;

	if (o == OBJECT_NODE || o == OBJECT_ENVVAR) {
		if (lex_breaks_off(l) || !lex_name(l, &a->node))
			what = "a name";
	} else if (o != OBJECT_NONE) {
		if (lex_breaks_off(l) || !dbc_read_id(d, &a->ref))
			what = "the id of a message";
		else if (o == OBJECT_SIGNAL && (lex_breaks_off(l) || !lex_name(l, &a->ref.signal)))
			what = "the name of a signal";
	}
	if (what) {
		lex_expected(l, what, "attribute left out");
		lex_resync(l);
	}
	return !what;
}

void
dbc_read_attribute(struct dbc *d)
{
	struct dbc_attribute a = { 0 };
	const struct attribute *row;
	enum lex_object o;

	if (!read_attribute_name(d, &row))
		return;
	o = lex_object(&d->lex);
	if (!read_owner(d, &a, o) || !read_value(d, &a.value) || !row || row->object != o)
		return;
	a.name = row->attribute;
	*DBC_VEC_ADD(struct dbc_attribute, &d->attribute) = a;
}

/* A value of VFrameFormat: the number of its text in the list, or the text itself. */
static bool
means_j1939(const struct dbc *d, struct span value)
{
	int64_t v;

	return is_j1939(value) || (num_i64(value, &v) && v >= 0 && v == d->j1939_format);
}

static uint32_t
milliseconds(struct span value)
{
	double v;

	if (!num_double(value, &v) || !(v > 0) || v > UINT32_MAX)
		return 0;
	return (uint32_t)(v + 0.5);
}

static void
link_message(struct dbc *d, const struct dbc_attribute *a)
{
	struct dbc_message *m = dbc_find_message(d, &a->ref, "attribute left out");
	char quote[DIAG_QUOTE];

	if (!m)
		return;
	if (a->name == ATTR_MESSAGE_NAME) {
		m->long_name = a->value;
	} else if (a->name == ATTR_CYCLE_TIME) {
		if (!num_double(a->value, &(double){ 0 }))
			diag_add(&d->diag, a->ref.at, "expected a number as GenMsgCycleTime, found '%s': "
			    "taken as none", diag_quote(a->value, quote));
		m->m.cycle_ms = milliseconds(a->value);
		m->cycle_known = true;
	} else {
		m->m.j1939 = means_j1939(d, a->value);
		m->format_known = true;
	}
}

static void
link_attribute(struct dbc *d, const struct dbc_attribute *a)
{
	struct dbc_signal *g;

	if (a->name == ATTR_NODE_NAME) {
		*names_put(&d->nodes, 0, a->node) =
		    (int32_t)(a - DBC_VEC(struct dbc_attribute, &d->attribute));
	} else if (a->name == ATTR_SIGNAL_NAME) {
		g = dbc_find_signal(d, &a->ref, "long name left out");
		if (g)
			g->long_name = a->value;
	} else {
		link_message(d, a);
	}
}

void
dbc_link_attributes(struct dbc *d)
{
	struct dbc_attribute *a = DBC_VEC(struct dbc_attribute, &d->attribute);
	struct dbc_message *m = DBC_VEC(struct dbc_message, &d->message);
	bool j1939 = means_j1939(d, d->format_default);
	uint32_t cycle = milliseconds(d->cycle_default);
	size_t i, n = DBC_VEC_N(struct dbc_attribute, &d->attribute);
	int32_t node;

	for (i = 0; i < n; i++)
		link_attribute(d, &a[i]);
	for (i = 0; i < DBC_VEC_N(struct dbc_message, &d->message); i++) {
		if (!m[i].cycle_known)
			m[i].m.cycle_ms = cycle;
		if (!m[i].format_known)
			m[i].m.j1939 = j1939;
		m[i].m.j1939 &= m[i].m.extended;
		node = names_get(&d->nodes, 0, m[i].m.sender);
		if (node != NAMES_NONE && a[node].value.n)
			m[i].m.sender = a[node].value;
	}
}
