#include "prom/history.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "prom/registry_state.h"

static float *
samples_of(const struct history *h, uint32_t series)
{
	return h->sample + (size_t)series * HISTORY_SAMPLES;
}

static void
forget(struct history *h, uint32_t series)
{
	float *s = samples_of(h, series);
	int i;

	for (i = 0; i < HISTORY_SAMPLES; i++)
		s[i] = NAN;
}

static void
grow(struct history *h, uint32_t wanted)
{
	uint32_t cap = wanted + wanted / 4 + 16, i;

	if (wanted <= h->series || h->series == HISTORY_SERIES)
		return;
	if (cap > HISTORY_SERIES)
		cap = HISTORY_SERIES;
	h->sample = mem_resize(h->sample, (size_t)cap * HISTORY_SAMPLES, sizeof *h->sample);
	h->described = mem_resize(h->described, cap, sizeof *h->described);
	for (i = h->series; i < cap; i++) {
		h->described[i] = 0;
		forget(h, i);
	}
	h->series = cap;
}

/* NAN for what is no number, too large for a float, or has not come. */
static float
sample(const struct registry *r, uint32_t i, int64_t now)
{
	const struct snapshot_value *v = &r->value[i];
	double d;

	if (now - r->life[i].seen > HISTORY_SILENT * CLOCK_SECOND
	    || !num_double(snapshot_number(v, r->longs.item), &d) || fabs(d) > 3e38)
		return NAN;
	return (float)d;
}

int64_t
history_tick(struct history *h, struct registry *r, int64_t now)
{
	uint32_t i, described;

	if (h->ticks && now < h->at + HISTORY_STEP * CLOCK_SECOND)
		return h->at + HISTORY_STEP * CLOCK_SECOND;
	grow(h, r->series.used);
	for (i = 0; i < h->series && i < r->series.used; i++) {
		if (!registry_of_kind(r, i, REGISTRY_NUMBER))
			continue;
		described = registry_described(r, i);
		if (h->described[i] != described)
			forget(h, i);
		h->described[i] = described;
		samples_of(h, i)[h->ticks % HISTORY_SAMPLES] = sample(r, i, now);
	}
	r->epoch++;		/* a series described from now on is another one */
	h->ticks++;
	h->at = now;
	return now + HISTORY_STEP * CLOCK_SECOND;
}

bool
history_of(const struct history *h, const struct registry *r, uint32_t series,
    float out[static HISTORY_SAMPLES])
{
	size_t first = h->ticks % HISTORY_SAMPLES;

	if (series >= h->series || h->described[series] != registry_described(r, series))
		return false;
	memcpy(out, samples_of(h, series) + first, (HISTORY_SAMPLES - first) * sizeof *out);
	memcpy(out + HISTORY_SAMPLES - first, samples_of(h, series), first * sizeof *out);
	return true;
}

void
history_put(struct buf *out, const float s[static HISTORY_SAMPLES], int64_t age)
{
	const int64_t step = HISTORY_STEP * 1000;
	const char *comma = "";
	float last = NAN;
	int i;

	buf_putc(out, '[');
	for (i = 0; i < HISTORY_SAMPLES; i++) {
		if (s[i] == last || (isnan(s[i]) && isnan(last)))
			continue;
		buf_printf(out, "%s[%" PRIi64 ",", comma, (HISTORY_SAMPLES - 1 - i) * step + age);
		if (isnan(s[i]))
			buf_puts(out, "null]");
		else
			buf_printf(out, "%.6g]", (double)s[i]);
		last = s[i];
		comma = ",";
	}
	buf_putc(out, ']');
}

void
history_free(struct history *h)
{
	free(h->sample);
	free(h->described);
	*h = (struct history){ 0 };
}
