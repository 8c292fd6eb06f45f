#include "influx/rate.h"

#include <string.h>

int64_t
rate_due(const struct rate *r, uint64_t n, int64_t now)
{
	uint64_t room = n < r->bytes ? r->bytes - n : 0, sum = 0;
	unsigned i;

	if (!r->bytes)
		return now;
	/* from the newest back, until there is one too many: that one must be out of the window */
	for (i = r->count; i-- > 0 && r->sent[i].at + r->window > now;) {
		sum += r->sent[i].bytes;
		if (sum > room)
			return r->sent[i].at + r->window;
	}
	return now;
}

static void
drop_first(struct rate *r)
{
	r->count--;
	memmove(r->sent, r->sent + 1, r->count * sizeof *r->sent);
}

void
rate_sent(struct rate *r, uint64_t n, int64_t now)
{
	if (!r->bytes)
		return;
	while (r->count && r->sent[0].at + r->window <= now)
		drop_first(r);
	/* no room: the two oldest count as one, sent when the second was, which is never too early */
	if (r->count == RATE_SENDINGS) {
		r->sent[1].bytes += r->sent[0].bytes;
		drop_first(r);
	}
	r->sent[r->count++] = (struct rate_sending){ now, n };
}
