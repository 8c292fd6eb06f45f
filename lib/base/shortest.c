#include "base/shortest.h"

#include <stdbool.h>
#include <string.h>

#include "base/pow10.h"

__extension__ typedef unsigned __int128 wide;

/* A product of 128 and 64 bits without its lowest 128; what is lost makes the result odd. */
static uint64_t
round_to_odd(uint64_t high, uint64_t low, uint64_t c)
{
	wide x = (wide)low * c, y = (wide)high * c;

	y += x >> 64;
	return (uint64_t)(y >> 64) | ((uint64_t)y > 1);
}

/* floor(x / 2^n), also below zero. */
static int
floor_shift(int x, int n)
{
	return x >> n;
}

static struct shortest
without_zeros(uint64_t digits, int exp)
{
	for (; digits && digits % 10 == 0; exp++)
		digits /= 10;
	return (struct shortest){ digits, exp };
}

/*
 * The value is c * 2^q; all decimals between the neighbours' midpoints read back as it. They are
 * looked for among the multiples of 10^k that are as coarse as the gap allows, then ten times
 * finer ones. lower, upper, middle: the midpoints and the value in units of 10^k / 4.
 */
static struct shortest
search(uint64_t c, int q, bool closer_below)
{
	int k = floor_shift(q * 1262611 - (closer_below ? 524031 : 0), 22);
	int h = q + floor_shift(-k * 1741647, 19) + 1;
	uint64_t high = pow10_table[-k - POW10_FIRST].high, low = pow10_table[-k - POW10_FIRST].low;
	bool odd = c & 1;
	uint64_t middle = round_to_odd(high, low, 4 * c << h);
	uint64_t lower = round_to_odd(high, low, (4 * c - 2 + closer_below) << h) + odd;
	uint64_t upper = round_to_odd(high, low, (4 * c + 2) << h) - odd;
	uint64_t s = middle / 4, ten = s / 10;
	bool below, above;

	if (s >= 10) {
		below = lower <= 40 * ten;
		above = 40 * ten + 40 <= upper;
		if (below != above)
			return without_zeros(ten + above, k + 1);
	}
	below = lower <= 4 * s;
	above = 4 * s + 4 <= upper;
	if (below != above)
		return without_zeros(s + above, k);
	above = middle > 4 * s + 2 || (middle == 4 * s + 2 && s & 1);
	return without_zeros(s + above, k);
}

struct shortest
shortest_of(double v)
{
	uint64_t bits, fraction;
	int exp;

	memcpy(&bits, &v, sizeof bits);
	fraction = bits & UINT64_C(0xfffffffffffff);
	exp = (int)(bits >> 52 & 0x7ff);
	if (!exp)
		return search(fraction, -1074, false);
	return search(fraction | UINT64_C(1) << 52, exp - 1075, fraction == 0 && exp > 1);
}
