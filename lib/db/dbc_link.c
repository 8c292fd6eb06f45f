#include "db/dbc_raw.h"

#include <stdlib.h>

static struct span
key_name(const dbc_key *key)
{
	return span_of((const char *)key, sizeof *key);
}

/* Two messages have one id: the later one counts, unless only it is damaged. */
static bool
replaces(struct dbc *d, struct dbc_message *old, struct dbc_message *m)
{
	char quote[DIAG_QUOTE];

	if (m->doubtful && !old->doubtful) {
		diag_add(&d->diag, m->at, "expected an id that is used once, found %lld again in a "
		    "damaged message: left out", (long long)m->key);
		m->left_out = true;
		return false;
	}
	diag_add(&d->diag, m->at, "expected an id that is used once, found %lld again: "
	    "this message replaces '%s'", (long long)m->key, diag_quote(old->m.name, quote));
	old->replaced = true;
	return true;
}

static void
link_messages(struct dbc *d)
{
	struct dbc_message *m = DBC_VEC(struct dbc_message, &d->message);
	size_t i, n = DBC_VEC_N(struct dbc_message, &d->message);
	int32_t *at;

	for (i = 0; i < n; i++) {
		if (m[i].key < 0)
			continue;
		at = names_put(&d->messages, 0, key_name(&m[i].key));
		if (*at != NAMES_NONE && m[i].left_out)
			continue;
		if (*at == NAMES_NONE || m[*at].left_out || replaces(d, &m[*at], &m[i]))
			*at = (int32_t)i;
	}
}

static void
link_signal(struct dbc *d, uint32_t owner, struct dbc_signal *g, int32_t index)
{
	struct dbc_signal *all = DBC_VEC(struct dbc_signal, &d->signal);
	int32_t *at = names_put(&d->signals, owner, g->s.name);
	char quote[DIAG_QUOTE];

	if (*at != NAMES_NONE && g->left_out)
		return;
	if (*at != NAMES_NONE && !all[*at].left_out) {
		diag_add(&d->diag, g->at, "expected a name that is used once in a message, found '%s' "
		    "again: this signal replaces the one before", diag_quote(g->s.name, quote));
		all[*at].replaced = true;
	}
	*at = index;
}

/* Names of signals, and their place in the message. */
static void
link_signals(struct dbc *d)
{
	struct dbc_message *m = DBC_VEC(struct dbc_message, &d->message);
	struct dbc_signal *g = DBC_VEC(struct dbc_signal, &d->signal);
	size_t i, k;
	int32_t n;

	for (i = 0; i < DBC_VEC_N(struct dbc_message, &d->message); i++) {
		if (m[i].replaced || m[i].left_out)
			continue;
		for (k = m[i].first; k < m[i].first + m[i].count; k++)
			link_signal(d, (uint32_t)i, &g[k], (int32_t)k);
		n = 0;
		for (k = m[i].first; k < m[i].first + m[i].count; k++)
			g[k].final = g[k].left_out || g[k].replaced ? -1 : n++;
	}
}

/* The number of a message, -1 without. */
static int32_t
find_message(struct dbc *d, const struct dbc_ref *ref, const char *done)
{
	struct dbc_message *m = DBC_VEC(struct dbc_message, &d->message);
	int32_t i;

	if (ref->key < 0)
		return -1;
	i = names_get(&d->messages, 0, key_name(&ref->key));
	if (i == NAMES_NONE)
		diag_add(&d->diag, ref->at, "expected the id of a message in the file, found %lld: %s",
		    (long long)ref->key, done);
	return i == NAMES_NONE || m[i].left_out ? -1 : i;
}

struct dbc_message *
dbc_find_message(struct dbc *d, const struct dbc_ref *ref, const char *done)
{
	int32_t i = find_message(d, ref, done);

	return i < 0 ? NULL : &DBC_VEC(struct dbc_message, &d->message)[i];
}

struct dbc_signal *
dbc_find_any_signal(struct dbc *d, const struct dbc_ref *ref, const char *done)
{
	struct dbc_signal *all = DBC_VEC(struct dbc_signal, &d->signal);
	int32_t m = find_message(d, ref, done), i;
	char quote[DIAG_QUOTE], message[DIAG_QUOTE];

	if (m < 0)
		return NULL;
	i = names_get(&d->signals, (uint32_t)m, ref->signal);
	if (i == NAMES_NONE)
		diag_add(&d->diag, (size_t)(ref->signal.p - d->lex.text), "expected a signal of "
		    "message '%s', found '%s': %s",
		    diag_quote(DBC_VEC(struct dbc_message, &d->message)[m].m.name, message),
		    diag_quote(ref->signal, quote), done);
	return i == NAMES_NONE ? NULL : &all[i];
}

struct dbc_signal *
dbc_find_signal(struct dbc *d, const struct dbc_ref *ref, const char *done)
{
	struct dbc_signal *g = dbc_find_any_signal(d, ref, done);

	return !g || g->left_out ? NULL : g;
}

/* SIG_VALTYPE_: 1 and 2 are floats, and the length says which; 16 bits are an IEEE half. */
static void
link_valtypes(struct dbc *d)
{
	struct dbc_valtype *v = DBC_VEC(struct dbc_valtype, &d->valtype);
	struct dbc_signal *g;
	size_t i;

	for (i = 0; i < DBC_VEC_N(struct dbc_valtype, &d->valtype); i++) {
		g = dbc_find_signal(d, &v[i].ref, "type left out");
		if (!g || v[i].type == 0)
			continue;
		if (v[i].type > 2) {
			diag_add(&d->diag, v[i].ref.at, "expected 0, 1 or 2 as type, found %llu: "
			    "taken as an integer", (unsigned long long)v[i].type);
			continue;
		}
		if (g->s.size != 16 && g->s.size != 32 && g->s.size != 64) {
			diag_add(&d->diag, v[i].ref.at, "expected a float of 16, 32 or 64 bits, found %u: "
			    "taken as an integer", g->s.size);
			continue;
		}
		if (g->s.size == (v[i].type == 1 ? 64 : 32))
			diag_add(&d->diag, v[i].ref.at, "expected %u bits for a float of type %llu, found "
			    "%u: taken as a float of that length", v[i].type == 1 ? 32 : 64,
			    (unsigned long long)v[i].type, g->s.size);
		g->s.type = DB_FLOAT;
	}
}

static int
by_key(const void *a, const void *b)
{
	const struct dbc_label *x = a, *y = b;

	if (x->l.key != y->l.key)
		return x->l.key < y->l.key ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

/* +1: keys ascend, -1: they descend, 0: neither. */
static int
direction(const struct dbc_label *l, size_t n)
{
	bool up = true, down = true;
	size_t i;

	for (i = 1; i < n; i++) {
		up &= l[i - 1].l.key < l[i].l.key;
		down &= l[i - 1].l.key > l[i].l.key;
	}
	return up ? 1 : down ? -1 : 0;
}

/* Sorted labels without a key twice: the last one counts. */
static size_t
sort_labels(struct dbc *d, struct dbc_label *l, size_t n, struct db_label *out)
{
	int dir = direction(l, n);
	size_t i, k = 0;

	if (dir == 0)
		qsort(l, n, sizeof *l, by_key);
	for (i = 0; i < n; i++) {
		if (dir == 0 && k && out[k - 1].key == l[i].l.key) {
			diag_add(&d->diag, l[i].at, "expected a value that is used once in a table, "
			    "found %lld again: this label replaces the one before", (long long)l[i].l.key);
			k--;
		}
		out[k++] = l[dir < 0 ? n - 1 - i : i].l;
	}
	return k;
}

static void
link_tables(struct dbc *d)
{
	struct dbc_table *t = DBC_VEC(struct dbc_table, &d->table);
	char quote[DIAG_QUOTE];
	int32_t *at;
	size_t i;

	for (i = 0; i < DBC_VEC_N(struct dbc_table, &d->table); i++) {
		at = names_put(&d->tables, 0, t[i].name);
		if (*at != NAMES_NONE)
			diag_add(&d->diag, t[i].at, "expected a name that is used once, found '%s' again: "
			    "this table replaces the one before", diag_quote(t[i].name, quote));
		*at = (int32_t)i;
	}
}

static void
take_labels(struct dbc *d, size_t first, size_t count, struct db_label **label, size_t *labels)
{
	*label = arena_array(d->arena, count, sizeof **label);
	if (count)
		*labels = sort_labels(d, DBC_VEC(struct dbc_label, &d->label) + first, count, *label);
	else
		*labels = 0;
}

/* A signal has one table, the last. */
static void
note_labels(struct dbc *d, const struct dbc_values *v, struct dbc_signal *g)
{
	char quote[DIAG_QUOTE];

	if (g->labelled)
		diag_add(&d->diag, v->ref.at, "expected one VAL_ for a signal, found another for '%s': "
		    "it replaces the one before", diag_quote(g->s.name, quote));
	g->labelled = true;
}

static void
take_table(struct dbc *d, const struct dbc_values *v, struct dbc_signal *g)
{
	int32_t i = names_get(&d->tables, 0, v->table);
	struct dbc_table *t;
	char quote[DIAG_QUOTE];

	if (i == NAMES_NONE) {
		diag_add(&d->diag, (size_t)(v->table.p - d->lex.text), "expected labels or the name of a "
		    "value table, found '%s': labels left out", diag_quote(v->table, quote));
		return;
	}
	note_labels(d, v, g);
	t = &DBC_VEC(struct dbc_table, &d->table)[i];
	if (!t->label)
		take_labels(d, t->first, t->count, &t->label, &t->labels);
	g->s.label = t->label;
	g->s.labels = t->labels;
}

static void
link_values(struct dbc *d)
{
	struct dbc_values *v = DBC_VEC(struct dbc_values, &d->values);
	struct dbc_signal *g;
	size_t i;

	for (i = 0; i < DBC_VEC_N(struct dbc_values, &d->values); i++) {
		g = dbc_find_signal(d, &v[i].ref, "labels left out");
		if (!g)
			continue;
		if (v[i].table.n) {
			take_table(d, &v[i], g);
			continue;
		}
		note_labels(d, &v[i], g);
		take_labels(d, v[i].first, v[i].count, &g->s.label, &g->s.labels);
	}
}

static void
link_comments(struct dbc *d)
{
	struct dbc_comment *c = DBC_VEC(struct dbc_comment, &d->comment);
	struct dbc_message *m;
	struct dbc_signal *g;
	size_t i;

	for (i = 0; i < DBC_VEC_N(struct dbc_comment, &d->comment); i++) {
		if (c[i].ref.signal.n) {
			g = dbc_find_signal(d, &c[i].ref, "comment left out");
			if (g)
				g->s.comment = c[i].text;
		} else {
			m = dbc_find_message(d, &c[i].ref, "comment left out");
			if (m && (!c[i].spare || !m->m.comment.n))
				m->m.comment = c[i].text;
		}
	}
}

void
dbc_link(struct dbc *d)
{
	struct dbc_message *m = DBC_VEC(struct dbc_message, &d->message);
	size_t i;

	link_messages(d);
	link_signals(d);
	link_valtypes(d);
	link_tables(d);
	link_values(d);
	link_comments(d);
	dbc_link_muls(d);
	dbc_link_attributes(d);
	for (i = 0; i < DBC_VEC_N(struct dbc_message, &d->message); i++)
		if (!m[i].replaced && !m[i].left_out)
			dbc_link_mux(d, &m[i]);
	dbc_build(d);
}
