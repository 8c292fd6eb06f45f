#include "point/options.h"

#include "point/series.h"

bool
options_reserved(struct span name)
{
	return span_is(name, "time") || span_is(name, "_field") || span_is(name, "_measurement");
}

bool
options_tag(const char *arg, struct point_tag *t)
{
	const char *eq = strchr(arg, '=');

	if (!eq || eq == arg || !eq[1])
		return false;
	*t = (struct point_tag){ span_of(arg, (size_t)(eq - arg)), span_str(eq + 1) };
	return !options_reserved(t->key);
}

bool
options_tag_list(const char *arg, unsigned *bits)
{
	unsigned bit;
	size_t n;

	*bits = 0;
	for (; *arg; arg += n + (arg[n] == ',')) {
		n = strcspn(arg, ",");
		bit = series_tag_bit(span_of(arg, n));
		if (!bit)
			return false;
		*bits |= bit;
	}
	return true;
}

bool
options_deadband(const char *arg, struct arena *a, struct point_deadband *d)
{
	const char *eq = strrchr(arg, '=');

	if (!eq || eq == arg || !dec_parse(span_str(eq + 1), a, &d->delta) || d->delta.minus)
		return false;
	d->glob = arena_copy(a, span_of(arg, (size_t)(eq - arg))).p;
	return true;
}
