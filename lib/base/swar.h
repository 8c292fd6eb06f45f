#ifndef BASE_SWAR_H
#define BASE_SWAR_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Eight characters at a time in one 64-bit word, for hot paths: the first character is the lowest
 * byte, whatever the machine.
 */
#define SWAR_ALL(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The 8 bytes at p. */
static inline uint64_t
swar_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return le64toh(v);
}

/* The highest bit of the lowest byte that is c, and perhaps bits above it; 0 when none is. */
static inline uint64_t
swar_find(uint64_t v, char c)
{
	uint64_t x = v ^ SWAR_ALL((unsigned char)c);

	return (x - SWAR_ALL(1)) & ~x & SWAR_ALL(0x80);
}

/* Eight decimal digits as a number; false when one of them is none. */
static inline bool
swar_digits(uint64_t v, uint64_t *r)
{
	uint64_t d = v & SWAR_ALL(0x0f);
	bool good = ((v ^ SWAR_ALL('0')) & SWAR_ALL(0xf0)) == 0
	    && ((d + SWAR_ALL(6)) & SWAR_ALL(0xf0)) == 0;

	d = (d * (1 + (10 << 8))) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
	d = (d * (1 + (100 << 16))) >> 16 & UINT64_C(0x0000ffff0000ffff);
	*r = (d * (1 + (UINT64_C(10000) << 32))) >> 32;
	return good;
}

/* Eight hex digits of either case as numbers; the high bit of each that is one in *good. */
static inline uint64_t
swar_nibbles(uint64_t v, uint64_t *good)
{
	uint64_t b = v & SWAR_ALL(0x7f), l = b | SWAR_ALL(0x20), digit, alpha;

	digit = (b + SWAR_ALL(0x80 - '0')) & ~(b + SWAR_ALL(0x80 - '9' - 1));
	alpha = (l + SWAR_ALL(0x80 - 'a')) & ~(l + SWAR_ALL(0x80 - 'f' - 1));
	*good = (digit | alpha) & ~v & SWAR_ALL(0x80);
	return (b & SWAR_ALL(0x0f)) + (alpha >> 7 & SWAR_ALL(1)) * 9;
}

/*
 * Eight hex digits of either case as 4 bytes, the first pair in the lowest byte; false when one of
 * them is none.
 */
static inline bool
swar_hex(uint64_t v, uint32_t *r)
{
	uint64_t good, n = swar_nibbles(v, &good);

	n = (n << 4 | n >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	n = (n | n >> 8) & UINT64_C(0x0000ffff0000ffff);
	*r = (uint32_t)(n | n >> 16);
	return good == SWAR_ALL(0x80);
}

/*
 * Sixteen hex digits of either case as 8 bytes; false when one of them is none. In vectors, which
 * the compiler makes of whatever the machine has.
 */
static inline bool
swar_hex16(const char *p, uint8_t out[static 8])
{
	typedef uint8_t bytes __attribute__((vector_size(16)));
	typedef uint16_t pairs __attribute__((vector_size(16)));
	typedef uint64_t halves __attribute__((vector_size(16)));
	typedef uint8_t half __attribute__((vector_size(8)));
	bytes v, digit, alpha, is_digit, is_alpha;
	halves good;
	pairs n;
	half r;

	memcpy(&v, p, 16);
	digit = v - '0';
	alpha = (v | 0x20) - 'a';
	is_digit = (bytes)(digit <= 9);
	is_alpha = (bytes)(alpha <= 5);
	good = (halves)(is_digit | is_alpha);
	n = (pairs)((digit & is_digit) | ((alpha + 10) & is_alpha));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	n = (n << 4 | n >> 8) & 0xff;
#else
	n = (n >> 4 | n) & 0xff;
#endif
	r = __builtin_convertvector(n, half);
	memcpy(out, &r, 8);
	return (good[0] & good[1]) == UINT64_MAX;
}

/* The four bytes at p as eight hex digits, in capitals. */
static inline void
swar_put_hex(char *out, const void *p)
{
	uint32_t b;
	uint64_t v;

	memcpy(&b, p, 4);
	v = le32toh(b);
	v = (v | v << 16) & UINT64_C(0x0000ffff0000ffff);
	v = (v | v << 8) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v >> 4 | v << 8) & SWAR_ALL(0x0f);		/* the upper half comes first */
	v += SWAR_ALL('0') + ((v + SWAR_ALL(6)) >> 4 & SWAR_ALL(1)) * ('A' - '9' - 1);
	v = htole64(v);
	memcpy(out, &v, 8);
}

#endif
