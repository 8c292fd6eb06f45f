#ifndef DECODE_BIG_H
#define DECODE_BIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dec.h"

/*
 * Integers of any size that a scaled signal needs: raw x factor + offset where 128 bits do not
 * hold it, and the exact decimal value of an IEEE double. Base 10^9, least significant limb
 * first. An operation that would not fit sets full, which sticks; the value is then meaningless.
 */
enum { BIG_LIMBS = 400, BIG_DIGITS = 9 * BIG_LIMBS };

struct big {
	uint32_t limb[BIG_LIMBS];
	unsigned n;		/* limbs in use; 0: zero */
	bool minus;
	bool full;
};

void big_set(struct big *b, uint64_t v, bool minus);
/* The mantissa of d: its digits with sign, without its exponent. */
void big_set_dec(struct big *b, const struct dec *d);
/* b *= base^exp; 2 <= base <= 10. */
void big_mul_power(struct big *b, uint32_t base, unsigned exp);
/* out = a * b; out is neither of them. */
void big_mul(struct big *out, const struct big *a, const struct big *b);
/* a += b, with signs. */
void big_add(struct big *a, const struct big *b);
/* The digits of |b| without leading zeros into out; returns how many (0 for zero). */
size_t big_digits(const struct big *b, char out[static BIG_DIGITS]);

#endif
