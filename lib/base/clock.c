#include "base/clock.h"

#include <time.h>

static int64_t
clock_read(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

int64_t
clock_real(void)
{
	return clock_read(CLOCK_REALTIME);
}

int64_t
clock_mono(void)
{
	return clock_read(CLOCK_MONOTONIC);
}
