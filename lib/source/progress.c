#include "source/progress.h"

#include <inttypes.h>

#include "base/calendar.h"
#include "base/clock.h"

void
progress_init(struct progress *p, int64_t mono)
{
	*p = (struct progress){ .begun = mono, .shown = mono };
}

bool
progress_due(const struct progress *p, int64_t mono)
{
	return mono - p->shown >= (p->shown == p->begun ? CLOCK_SECOND : CLOCK_SECOND / 5);
}

static void
put_rate(struct buf *b, double rate)
{
	if (rate >= 1e6)
		buf_printf(b, "%.1f M frames/s", rate / 1e6);
	else if (rate >= 1e4)
		buf_printf(b, "%.0f k frames/s", rate / 1e3);
	else
		buf_printf(b, "%.0f frames/s", rate);
}

static void
put_left(struct buf *b, double seconds)
{
	uint64_t s = seconds < 1e9 ? (uint64_t)seconds : 1000000000;

	if (s >= 3600)
		buf_printf(b, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64 " left", s / 3600, s / 60 % 60,
		    s % 60);
	else
		buf_printf(b, "%" PRIu64 ":%02" PRIu64 " left", s / 60, s % 60);
}

void
progress_line(struct progress *p, int64_t mono, uint64_t done, uint64_t total, uint64_t frames,
    int64_t ns, struct buf *b)
{
	double share = (double)done / (double)total, took = (double)(mono - p->begun) / 1e9;
	double since = (double)(mono - p->shown) / 1e9;
	struct calendar c = calendar_at(ns);

	share = share > 1 ? 1 : share;
	buf_printf(b, "%.0f %%  ", share * 100);
	put_rate(b, since > 0 ? (double)(frames - p->frames) / since : 0);
	buf_puts(b, "  ");
	put_left(b, share > 0 ? took / share - took : 1e9);
	buf_printf(b, "  %04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
	    c.second);
	p->shown = mono;
	p->frames = frames;
}
