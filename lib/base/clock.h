#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since 1970-01-01 UTC, from the system clock. */
int64_t clock_real(void);
/* Nanoseconds on a clock that never jumps. */
int64_t clock_mono(void);

/* *at becomes the other time when that is earlier; 0: there is none. */
static inline void
clock_earlier(int64_t *at, int64_t other)
{
	if (other && other < *at)
		*at = other;
}

#define CLOCK_SECOND INT64_C(1000000000)

#endif
