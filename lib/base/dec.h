#ifndef BASE_DEC_H
#define BASE_DEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

__extension__ typedef __int128 dec_int;
__extension__ typedef unsigned __int128 dec_uint;

/*
 * A decimal number, exactly as it was written: digits * 10^exp. digits has neither leading nor
 * trailing zeros; zero has none at all (and exp 0, no minus).
 */
struct dec {
	struct span digits;
	int exp;
	bool minus;
};

enum { DEC_EXP_MAX = 9999 };	/* larger ones behind the e are refused */

/*
 * Takes "12", "-1.5", ".25", "5.", "+1E-006". The digits are those of the text, which must last as
 * long as *d, or go into the arena. False when it is anything else; *d is then zero.
 */
bool dec_parse(struct span text, struct arena *a, struct dec *d);
static inline bool
dec_is_zero(const struct dec *d)
{
	return d->digits.n == 0;
}
/* The digits with their sign as an integer; false beyond 38 digits. */
bool dec_mantissa(const struct dec *d, dec_int *m);
/* True when it has no fraction. */
static inline bool
dec_is_whole(const struct dec *d)
{
	return d->exp >= 0;
}
/* The nearest double, infinite beyond the largest. Not for the hot path. */
double dec_double(const struct dec *d);
/* The shortest plain text: "-1.5", "0.000001", "12000". At most out_cap bytes, else empty. */
struct span dec_text(const struct dec *d, char *out, size_t out_cap);

#endif
