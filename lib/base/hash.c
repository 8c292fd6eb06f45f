#include "base/hash.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

#define K1 UINT64_C(0x9e3779b97f4a7c15)
#define K2 UINT64_C(0xd6e8feb86659fd93)

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide m = (wide)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t
hash_bytes(struct span s, uint64_t seed)
{
	uint64_t h = seed ^ mix(s.n + K1, K2), w;
	const char *p = s.p;
	size_t n = s.n;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&w, p, 8);
		h = mix(h ^ w, K1);
	}
	if (n) {
		w = 0;
		memcpy(&w, p, n);
		h = mix(h ^ w, K1);
	}
	return mix(h, K2);
}

/* Little endian, whatever the machine. */
static uint64_t
word(const char *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	return le64toh(w);
}

uint64_t
hash_chain(uint64_t h, struct span s)
{
	size_t i;

	h = mix(h + K1, s.n ^ K2);
	for (i = 0; i + 8 <= s.n; i += 8)
		h = mix(h ^ word(s.p + i, 8), K1) + K2;
	if (i < s.n)
		h = mix(h ^ word(s.p + i, s.n - i), K1) + K2;
	return mix(h ^ K1, K2);
}

uint64_t
hash_block(uint64_t h, struct span s)
{
	enum { LANES = 4 };	/* side by side: none waits for another's product */
	uint64_t lane[LANES] = { h, h ^ K1, h ^ K2, ~h };
	size_t i, k;

	for (i = 0; i + 16 * LANES <= s.n; i += 16 * LANES)
		for (k = 0; k < LANES; k++)
			lane[k] = mix(lane[k] ^ word(s.p + i + 16 * k, 8), word(s.p + i + 16 * k + 8, 8) ^ K1)
			    + K2;
	h = s.n;
	for (k = 0; k < LANES; k++)
		h = mix(h ^ lane[k], K2) + K1;
	return hash_chain(h, span_of(s.p + i, s.n - i));
}

uint64_t
hash_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
		seed = (uint64_t)clock_real() * K1;
	return seed | 1;
}
