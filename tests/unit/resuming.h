#ifndef RESUMING_H
#define RESUMING_H

#include "influx/resume.h"

/* A run over text; all of it is acknowledged, or as many points as acked says. */
struct run {
	struct checkpoint c;
	enum resume_state state;
	unsigned skipped, sent;
	bool recorded;
};

static struct run
run(const struct checkpoint *old, const char *place, struct span text, size_t chunk, uint64_t acked)
{
	struct run x = { 0 };
	struct intake in = { 0 };
	struct intake_line l;
	struct resume r;
	size_t at = 0, there = 0, n;

	resume_init(&r, old, span_str(place), &in);
	do
		there = there + chunk < text.n ? there + chunk : text.n;
	while (!resume_look(&r, span_of(text.p, there), there == text.n));
	while (r.state != RESUME_MISMATCH) {
		n = intake_next(&in, span_of(text.p + at, text.n - at), true, 0, &l);
		if (l.kind == INTAKE_MORE)
			break;
		if ((l.kind == INTAKE_POINT || l.kind == INTAKE_REFUSED) && !l.torn) {
			if (resume_take(&r, span_of(text.p + at, n), l.number, l.kind == INTAKE_POINT))
				x.skipped++;
			else
				x.sent++;
		}
		at += n;
	}
	if (r.state != RESUME_MISMATCH)
		resume_end(&r);
	x.state = r.state;
	x.recorded = resume_checkpoint(&r, acked, &x.c);
	resume_free(&r);
	intake_free(&in);
	return x;
}

#endif
