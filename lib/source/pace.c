#include "source/pace.h"

void
pace_init(struct pace *p, double speed)
{
	*p = (struct pace){ .speed = speed };
}

int64_t
pace_due(struct pace *p, int64_t ns, int64_t mono)
{
	int64_t since, due;

	if (!p->begun)
		*p = (struct pace){ .speed = p->speed, .begun = true, .ns = ns, .mono = mono };
	if (__builtin_sub_overflow(ns, p->ns, &since))
		since = ns < p->ns ? 0 : INT64_MAX;
	if (p->speed < 1 || p->speed > 1) {
		double scaled = (double)since / p->speed;

		since = scaled < 9e18 ? (int64_t)scaled : INT64_MAX;
	}
	return __builtin_add_overflow(p->mono, since, &due) ? INT64_MAX : due;
}
