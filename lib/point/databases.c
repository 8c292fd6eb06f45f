#include "point/databases.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

static void
show(const struct load *l, enum log_level level)
{
	size_t i;

	for (i = 0; i < l->db.diagnostics; i++) {
		const struct db_diagnostic *x = &l->db.diagnostic[i];

		log_msg(level, "%s:%u:%u: %.*s", l->path, x->line, x->column, (int)x->text.n, x->text.p);
	}
}

static bool
load(struct load *l, const char *arg, bool strict)
{
	const struct db_diagnostic *first;
	int err = load_file(l, arg);

	if (err > 0)
		log_error("%s: %s", l->path, strerror(err));
	else if (err || (strict && l->db.diagnostics))
		show(l, LOG_ERROR);
	if (err || (strict && l->db.diagnostics))
		return false;
	first = l->db.diagnostic;
	if (l->db.diagnostics && !log_shows(LOG_DEBUG))
		log_warn("%s:%u:%u: %.*s (%zu such in all, -v shows them)", l->path, first->line,
		    first->column, (int)first->text.n, first->text.p, l->db.diagnostics);
	show(l, LOG_DEBUG);
	return true;
}

bool
databases_load(struct databases *d, const char *const *arg, size_t n, bool strict)
{
	size_t i;

	*d = (struct databases){ mem_zero(n, sizeof *d->load), mem_zero(n, sizeof *d->db), n };
	for (i = 0; i < n; i++) {
		if (!load(&d->load[i], arg[i], strict))
			return false;
		d->db[i] = (struct point_db){ d->load[i].bus, &d->load[i].db, d->load[i].path };
	}
	return true;
}

void
databases_free(struct databases *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		db_free(&d->load[i].db);
	free(d->load);
	free(d->db);
	*d = (struct databases){ 0 };
}
