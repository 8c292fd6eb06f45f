#include "source/clockwatch.h"

#include "base/clock.h"

void
clockwatch_init(struct clockwatch *w, int64_t built)
{
	*w = (struct clockwatch){ .built = built };
}

enum clockwatch_verdict
clockwatch_look(struct clockwatch *w, int64_t real, int64_t mono)
{
	bool first = !w->begun;
	int64_t offset = real - mono;

	w->step = first ? 0 : offset - w->offset;
	w->offset = offset;
	w->begun = true;
	if (w->step > CLOCK_SECOND || w->step < -CLOCK_SECOND)
		return CLOCKWATCH_STEPPED;
	if (real >= w->built || w->early_told)
		return CLOCKWATCH_GOOD;
	w->early_told = true;
	return CLOCKWATCH_EARLY;
}
