#include "prom/ttl.h"

#include <fnmatch.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"

bool
ttl_parse(struct span text, struct ttl *t)
{
	enum { CYCLES_MAX = 1000000 };
	uint64_t cycles;

	if (text.n && text.p[text.n - 1] == 'x') {
		if (!num_u64(span_of(text.p, text.n - 1), &cycles) || !cycles || cycles > CYCLES_MAX)
			return false;
		*t = (struct ttl){ .cycles = (uint32_t)cycles };
		return true;
	}
	*t = (struct ttl){ 0 };
	return num_duration(text, &t->ns);
}

bool
ttl_parse_rule(struct span text, struct arena *a, struct ttl_rule *r)
{
	const char *eq = text.n ? memrchr(text.p, '=', text.n) : NULL;
	size_t n = eq ? (size_t)(eq - text.p) : 0;

	r->glob = eq ? arena_copy(a, span_of(text.p, n)).p : NULL;
	return ttl_parse(eq ? span_of(eq + 1, text.n - n - 1) : text, &r->ttl);
}

/* 0 where it cannot be told. */
static int64_t
length(const struct ttl *t, uint32_t cycle_ms)
{
	int64_t ns;

	if (!t->cycles)
		return t->ns ? t->ns : INT64_MAX;
	ns = (int64_t)t->cycles * cycle_ms * (CLOCK_SECOND / 1000);
	return ns && ns < CLOCK_SECOND ? CLOCK_SECOND : ns;
}

int64_t
ttl_of(const struct ttl_rule *rule, size_t rules, const char *measurement, uint32_t cycle_ms)
{
	int64_t general = 0, ns;
	size_t i;

	for (i = rules; i-- > 0; ) {
		ns = length(&rule[i].ttl, cycle_ms);
		if (rule[i].glob && ns && fnmatch(rule[i].glob, measurement, 0) == 0)
			return ns;
		if (!rule[i].glob && !general)
			general = ns;
	}
	return general ? general : INT64_MAX;
}
