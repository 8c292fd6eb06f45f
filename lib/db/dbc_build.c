#include "db/dbc_raw.h"

#include <stdio.h>

/*
 * The last step: long names take the place of the short ones, which everything else in the file
 * referred to, and what is kept becomes the model.
 */

static bool
is_taken(const struct names *n, struct span name)
{
	return names_get(n, 0, name) != NAMES_NONE;
}

/* The short name of a signal, with a number where another signal is called so by now. */
static struct span
free_name(struct dbc *d, const struct names *taken, struct span name, unsigned *serial)
{
	char *p;
	size_t n = name.n;

	if (!is_taken(taken, name))
		return name;
	p = arena_alloc(d->arena, name.n + 12);
	memcpy(p, name.p, name.n);
	do
		n = name.n + (size_t)snprintf(p + name.n, 12, "_%u", ++*serial);
	while (is_taken(taken, span_of(p, n)));
	return span_of(p, n);
}

static void
give_long_name(struct dbc *d, struct names *taken, struct dbc_signal *g, unsigned *serial)
{
	char quote[2][DIAG_QUOTE];

	if (!is_taken(taken, g->long_name)) {
		g->s.name = g->long_name;
	} else {
		g->s.name = free_name(d, taken, g->s.name, serial);
		diag_add(&d->diag, g->at, "expected a long name that is used once in a message, found "
		    "'%s' again: this signal is called '%s'", diag_quote(g->long_name, quote[0]),
		    diag_quote(g->s.name, quote[1]));
	}
	*names_put(taken, 0, g->s.name) = 1;
}

static void
give_long_names(struct dbc *d, struct dbc_signal *g, size_t n)
{
	struct names taken;
	unsigned serial = 1;
	size_t i;

	names_init(&taken);
	for (i = 0; i < n; i++)
		if (g[i].final >= 0 && !g[i].long_name.n)
			*names_put(&taken, 0, g[i].s.name) = 1;
	for (i = 0; i < n; i++)
		if (g[i].final >= 0 && g[i].long_name.n)
			give_long_name(d, &taken, &g[i], &serial);
	names_free(&taken);
}

static bool
has_long_names(const struct dbc_signal *g, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (g[i].long_name.n)
			return true;
	return false;
}

static void
build_message(struct dbc *d, const struct dbc_message *m, struct diag_cursor *c,
    struct db_message *out)
{
	struct dbc_signal *g = m->count ? DBC_VEC(struct dbc_signal, &d->signal) + m->first : NULL;
	struct db_signal *s;
	size_t i;

	if (has_long_names(g, m->count))
		give_long_names(d, g, m->count);
	*out = m->m;
	if (m->long_name.n)
		out->name = m->long_name;
	out->line = diag_line(c, m->at);
	out->signal = arena_array(d->arena, m->count, sizeof *out->signal);
	for (i = 0; i < m->count; i++) {
		if (g[i].final < 0)
			continue;
		s = &out->signal[out->signals++];
		*s = g[i].s;
		s->line = diag_line(c, g[i].at);
		if (s->selector >= 0)
			s->selector = g[s->selector].final;
	}
}

void
dbc_build(struct dbc *d)
{
	struct dbc_message *m = DBC_VEC(struct dbc_message, &d->message);
	size_t i, n = DBC_VEC_N(struct dbc_message, &d->message);
	struct diag_cursor c = { .text = d->diag.text };
	struct db *db = d->db;

	db->message = arena_array(d->arena, n, sizeof *db->message);
	for (i = 0; i < n; i++)
		if (!m[i].left_out && !m[i].replaced)
			build_message(d, &m[i], &c, &db->message[db->messages++]);
}
