#include "influx/meter.h"

#include <inttypes.h>

int64_t
meter_due(const struct meter *m)
{
	return m->shown + METER_INTERVAL;
}

void
meter_line(struct meter *m, int64_t now, const struct meter_state *s, struct buf *out)
{
	double seconds = (double)(now - m->shown) / 1e9;

	if (s->total)
		buf_printf(out, "%d %%  ", s->done >= s->total ? 100
		    : (int)((double)s->done * 100 / (double)s->total));
	buf_printf(out, "%.0f lines/s  %" PRIu64 " acknowledged  %" PRIu64 " in flight in %u request%s",
	    m->shown && seconds > 0 ? (double)(s->delivered - m->delivered) / seconds : 0.0,
	    s->delivered, s->pending, s->requests, s->requests == 1 ? "" : "s");
	if (s->spools)
		buf_printf(out, "  %" PRIu64 " in the spool", s->spooled);
	m->shown = now;
	m->delivered = s->delivered;
}
