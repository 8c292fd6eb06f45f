#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

/*
 * Integers to decimal digits for the hot path: eight digits at a time in one 64-bit word, no
 * branch on their number. All of them write up to 8 bytes behind what they return.
 */

/* The digits of v < 10^8 as bytes 0 to 9, the most significant one in the lowest byte. */
static inline uint64_t
digits_spread(uint32_t v)
{
	uint64_t hi = v * UINT64_C(109951163) >> 40;	/* v / 10000 */
	uint64_t x = (v - hi * 10000) << 32 | hi;
	uint64_t y = (x * 10486 >> 20) & UINT64_C(0x7f0000007f);

	x = y | (x - y * 100) << 16;
	y = (x * 103 >> 10) & UINT64_C(0x000f000f000f000f);
	return y | (x - y * 10) << 8;
}

#define DIGITS_ASCII UINT64_C(0x3030303030303030)

/* v < 10^8 without leading zeros; "0" for 0. Returns the end. */
static inline char *
digits_put_small(char *out, uint32_t v)
{
	uint64_t w = digits_spread(v);
	unsigned lead = (unsigned)__builtin_ctzll(w | UINT64_C(1) << 56) & 56;

	w = (w | DIGITS_ASCII) >> lead;
	memcpy(out, &w, 8);
	return out + 8 - lead / 8;
}

/* All eight digits of v < 10^8, with leading zeros. */
static inline char *
digits_put_eight(char *out, uint32_t v)
{
	uint64_t w = digits_spread(v) | DIGITS_ASCII;

	memcpy(out, &w, 8);
	return out + 8;
}

/* Any v. At most 20 digits. */
static inline char *
digits_put(char *out, uint64_t v)
{
	if (v < 100000000)
		return digits_put_small(out, (uint32_t)v);
	if (v < UINT64_C(10000000000000000)) {
		out = digits_put_small(out, (uint32_t)(v / 100000000));
		return digits_put_eight(out, (uint32_t)(v % 100000000));
	}
	out = digits_put_small(out, (uint32_t)(v / UINT64_C(10000000000000000)));
	v %= UINT64_C(10000000000000000);
	out = digits_put_eight(out, (uint32_t)(v / 100000000));
	return digits_put_eight(out, (uint32_t)(v % 100000000));
}

/*
 * The fraction r / 10^places, r < 10^places, places 1 to 8, as ".ddd" without trailing zeros;
 * nothing at all for 0.
 */
static inline char *
digits_put_fraction(char *out, uint32_t r, unsigned places)
{
	uint64_t w = digits_spread(r) >> (8 - places) * 8;
	/* bits up to the last non-zero digit, in whole bytes */
	unsigned n = w ? (unsigned)(71 - __builtin_clzll(w)) / 8 : 0;

	w |= DIGITS_ASCII;
	*out = '.';
	memcpy(out + 1, &w, 8);
	return out + n + (n != 0);
}

/*
 * v / 10^places, v < 10^8, places 0 to 7: at least one digit, then the fraction as
 * digits_put_fraction() writes it.
 */
static inline char *
digits_put_decimal(char *out, uint32_t v, unsigned places)
{
	uint64_t w = digits_spread(v), text = w | DIGITS_ASCII;
	unsigned before = (7 - places) * 8;	/* bits of what may be missing before the point */
	uint64_t fraction = w >> before >> 8;
	unsigned lead = (unsigned)__builtin_ctzll(w | UINT64_C(1) << before) & 56;
	unsigned n = fraction ? (unsigned)(71 - __builtin_clzll(fraction)) / 8 : 0;

	w = text >> lead;
	memcpy(out, &w, 8);
	out += (before - lead) / 8 + 1;
	w = text >> before >> 8;
	*out = '.';
	memcpy(out + 1, &w, 8);
	return out + n + (n != 0);
}

#endif
