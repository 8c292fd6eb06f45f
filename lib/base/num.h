#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Numbers are parsed whole or refused: no leading blank, no sign where none is named, nothing
 * behind, no overflow, no locale. On failure the result is not touched.
 */
bool num_u64(struct span s, uint64_t *v);
bool num_i64(struct span s, int64_t *v);		/* an optional '-' */
bool num_hex(struct span s, uint64_t *v);		/* hex digits only, no 0x */
/* A decimal floating point number as strtod takes it, without hex, inf and nan. */
bool num_double(struct span s, double *v);

/*
 * The shortest decimal text that reads back as v, which is finite: "0.1", "1e+300", "-0". Returns
 * its length, at most 24; no NUL is counted.
 */
enum { NUM_DOUBLE_TEXT = 32 };
size_t num_put_double(char out[static NUM_DOUBLE_TEXT], double v);

/* Bytes: digits and optionally k, M or G (powers of 1024; either case). */
bool num_size(struct span s, uint64_t *v);
/* A duration in nanoseconds: a decimal number and optionally ms, s, m, h (seconds without). */
bool num_duration(struct span s, int64_t *ns);
/*
 * A time in nanoseconds since 1970 UTC: seconds with up to nine digits of fraction, or ISO 8601
 * (2026-03-04, 2026-03-04T05:06:07.5Z, with a blank for T, +01:00 for Z; local time without zone).
 */
bool num_time(struct span s, int64_t *ns);

/*
 * seconds[.fraction] in nanoseconds: digits before the point (at least one, result below 2^63),
 * up to nine behind it, further ones cut off.
 */
bool num_seconds(struct span s, int64_t *ns);

/* The value of a hex digit, or 255. */
extern const unsigned char num_hex_digit[256];

#endif
