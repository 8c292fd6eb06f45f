#include "source/alter.h"

#include <stdlib.h>

#include "base/mem.h"

static bool
is_bus(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && s.n <= FRAME_BUS_MAX;
}

bool
alter_add_name(struct alter *a, struct span text)
{
	const char *equals = text.n ? memchr(text.p, '=', text.n) : NULL;
	struct span from, to;

	if (!equals)
		return false;
	from = span_of(text.p, (size_t)(equals - text.p));
	to = span_of(equals + 1, text.n - from.n - 1);
	if (!is_bus(from) || !is_bus(to))
		return false;
	a->name = mem_resize(a->name, a->names + 1, sizeof *a->name);
	a->name[a->names++] = (struct alter_name){ from, to };
	return true;
}

void
alter_free(struct alter *a)
{
	free(a->name);
}

bool
alter_time(struct alter *a, const struct frame *f, bool recorded, int64_t real, int64_t *ns)
{
	if (recorded && a->filtered && !filter_match(&a->filter, f)) {
		a->left_out++;
		return false;
	}
	if (recorded && a->now) {
		a->now = false;
		a->shift += real - *ns;
	}
	if (__builtin_add_overflow(*ns, a->shift, ns))
		*ns = a->shift < 0 ? 0 : INT64_MAX;
	return true;
}

struct span
alter_bus(const struct alter *a, struct span bus)
{
	size_t i;

	for (i = 0; i < a->names; i++)
		if (span_equal(a->name[i].from, bus))
			return a->name[i].to;
	return bus;
}
