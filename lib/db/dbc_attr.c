#include "db/dbc_raw.h"

#include "base/num.h"

/*
 * BA_DEF_, BA_DEF_DEF_, BA_: of the attributes there are, those are read that say how to decode or
 * what things are called.
 */

static const struct {
	const char *name;
	enum dbc_attribute_name attribute;
} attributes[] = {
	{ "VFrameFormat", ATTR_FRAME_FORMAT },
	{ "GenMsgCycleTime", ATTR_CYCLE_TIME },
	{ "SystemSignalLongSymbol", ATTR_SIGNAL_NAME },
	{ "SystemMessageLongSymbol", ATTR_MESSAGE_NAME },
	{ "SystemNodeLongSymbol", ATTR_NODE_NAME },
};

/* The attribute that a statement is about, in quotes; those without are skipped. */
static enum dbc_attribute_name
read_attribute_name(struct dbc *d)
{
	struct span s;
	size_t i;

	if (!lex_string(&d->lex, FOLLOW_ANY, &s)) {
		lex_expected(&d->lex, "the name of an attribute in quotes", "attribute left out");
		return ATTR_OTHER;
	}
	for (i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (span_is(s, attributes[i].name))
			return attributes[i].attribute;
	return ATTR_OTHER;
}

/* What the reader does not need, up to the ';'. */
static void
skip_rest(struct dbc *d)
{
	struct lexer *l = &d->lex;

	if (!l->cut && !lex_pass(l) && !l->cut)
		lex_expected(l, "';'", "taken as if it were there");
}

static bool
read_value(struct dbc *d, struct span *value, bool *is_text)
{
	struct lexer *l = &d->lex;

	*is_text = lex_string(l, FOLLOW_END, value);
	if (*is_text || lex_number(l, value)) {
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

/* BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN",...: which number is J1939PG. */
void
dbc_read_definition(struct dbc *d)
{
	struct lexer *l = &d->lex;
	struct span type, item;
	int64_t i = 0;

	(void)lex_object(l);
	if (read_attribute_name(d) != ATTR_FRAME_FORMAT || !lex_name(l, &type) || !span_is(type, "ENUM")) {
		skip_rest(d);
		return;
	}
	d->j1939_format = -1;
	for (; lex_string(l, FOLLOW_ANY, &item); i++) {
		if (is_j1939(item))
			d->j1939_format = i;
		if (!lex_char(l, ',') && lex_peek(l) == '"')
			lex_expected(l, "','", "taken as if it were there");
	}
	dbc_read_end(d);
}

void
dbc_read_default(struct dbc *d)
{
	enum dbc_attribute_name name = read_attribute_name(d);
	struct span value;
	bool is_text;

	if (name != ATTR_FRAME_FORMAT && name != ATTR_CYCLE_TIME) {
		skip_rest(d);
	} else if (read_value(d, &value, &is_text)) {
		if (name == ATTR_CYCLE_TIME)
			d->cycle_default = value;
		else
			d->format_default = value;
	}
}

/* What an attribute belongs to: false, where it is nothing that has such a one. */
static bool
read_owner(struct dbc *d, struct dbc_attribute *a, enum lex_object o)
{
	struct lexer *l = &d->lex;

	if (o == OBJECT_NODE || o == OBJECT_ENVVAR)
		return lex_name(l, &a->node) && o == OBJECT_NODE && a->name == ATTR_NODE_NAME;
	if (o == OBJECT_NONE)
		return false;
	if (!dbc_read_id(d, &a->ref)) {
		lex_expected(l, "the id of a message", "attribute left out");
		return false;
	}
	if (o == OBJECT_SIGNAL && !lex_name(l, &a->ref.signal)) {
		lex_expected(l, "the name of a signal", "attribute left out");
		return false;
	}
	return (o == OBJECT_SIGNAL) == (a->name == ATTR_SIGNAL_NAME) && a->name != ATTR_NODE_NAME;
}

void
dbc_read_attribute(struct dbc *d)
{
	struct dbc_attribute a = { .name = read_attribute_name(d) };
	bool is_text;

	if (a.name == ATTR_OTHER || !read_owner(d, &a, lex_object(&d->lex)))
		skip_rest(d);
	else if (read_value(d, &a.value, &is_text))
		*VEC_ADD(struct dbc_attribute, &d->attribute) = a;
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

	if (!m)
		return;
	if (a->name == ATTR_MESSAGE_NAME) {
		m->long_name = a->value;
	} else if (a->name == ATTR_CYCLE_TIME) {
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
		    (int32_t)(a - VEC(struct dbc_attribute, &d->attribute));
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
	struct dbc_attribute *a = VEC(struct dbc_attribute, &d->attribute);
	struct dbc_message *m = VEC(struct dbc_message, &d->message);
	bool j1939 = means_j1939(d, d->format_default);
	uint32_t cycle = milliseconds(d->cycle_default);
	size_t i, n = VEC_N(struct dbc_attribute, &d->attribute);
	int32_t node;

	for (i = 0; i < n; i++)
		link_attribute(d, &a[i]);
	for (i = 0; i < VEC_N(struct dbc_message, &d->message); i++) {
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
