#include "base/inflate.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	LONGEST = 15,			/* bits of a code */
	LITERALS = 288, DISTANCES = 32,	/* symbols that a code can have */
	END_OF_BLOCK = 256,
};

/* A canonical Huffman code: how many codes there are of each length, and their symbols in order. */
struct code {
	uint16_t count[LONGEST + 1];
	uint16_t symbol[LITERALS];
};

struct inflate {
	const unsigned char *p, *end;
	uint32_t bits;			/* taken from p and not used, the next one lowest */
	unsigned have;
	unsigned char *out;
	size_t made, room;
	enum inflate_result why;	/* it stopped, unless WHOLE */
};

/* RFC 1951, 3.2.5: the smallest length or distance of a symbol, and the bits that are added. */
static const uint16_t length_base[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31,
	35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const uint8_t length_extra[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3,
	4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const uint16_t distance_base[] = { 1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193,
	257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 };
static const uint8_t distance_extra[] = { 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8,
	8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13 };

static bool
stop(struct inflate *s, enum inflate_result why)
{
	if (s->why == INFLATE_WHOLE)
		s->why = why;
	return false;
}

/* n <= 16 bits as a number; false when they are not there. */
static bool
take(struct inflate *s, unsigned n, unsigned *v)
{
	while (s->have < n) {
		if (s->p == s->end)
			return stop(s, INFLATE_TORN);
		s->bits |= (uint32_t)*s->p++ << s->have;
		s->have += 8;
	}
	*v = s->bits & ((1u << n) - 1);
	s->bits >>= n;
	s->have -= n;
	return true;
}

/* The code in which symbol i has length[i] bits, 0: none. False when two symbols share a code. */
static bool
build(struct code *c, const uint8_t *length, unsigned n)
{
	uint16_t next[LONGEST + 2] = { 0 };
	unsigned i;
	int left = 1;

	*c = (struct code){ 0 };
	for (i = 0; i < n; i++)
		c->count[length[i]]++;
	c->count[0] = 0;
	for (i = 1; i <= LONGEST; i++) {
		left = 2 * left - c->count[i];
		if (left < 0)
			return false;
		next[i + 1] = (uint16_t)(next[i] + c->count[i]);
	}
	for (i = 0; i < n; i++)
		if (length[i])
			c->symbol[next[length[i]]++] = (uint16_t)i;
	return true;
}

/* Bit by bit: the codes of a length are numbers in sequence, behind twice those of the last. */
static bool
decode(struct inflate *s, const struct code *c, unsigned *symbol)
{
	unsigned code = 0, first = 0, index = 0, bit, n;

	for (n = 1; n <= LONGEST; n++) {
		if (!take(s, 1, &bit))
			return false;
		code |= bit;
		if (code - first < c->count[n]) {
			*symbol = c->symbol[index + code - first];
			return true;
		}
		index += c->count[n];
		first = (first + c->count[n]) << 1;
		code <<= 1;
	}
	return stop(s, INFLATE_BAD);
}

static bool
put(struct inflate *s, unsigned byte)
{
	if (s->made == s->room)
		return stop(s, INFLATE_FULL);
	s->out[s->made++] = (unsigned char)byte;
	return true;
}

/* A length symbol stands for bytes that came out before. */
static bool
copy(struct inflate *s, const struct code *distances, unsigned symbol)
{
	unsigned length, distance, extra;

	if (symbol > 28)
		return stop(s, INFLATE_BAD);
	if (!take(s, length_extra[symbol], &extra))
		return false;
	length = length_base[symbol] + extra;
	if (!decode(s, distances, &symbol))
		return false;
	if (symbol > 29)
		return stop(s, INFLATE_BAD);
	if (!take(s, distance_extra[symbol], &extra))
		return false;
	distance = distance_base[symbol] + extra;
	if (distance > s->made)
		return stop(s, INFLATE_BAD);
	while (length--)
		if (!put(s, s->out[s->made - distance]))
			return false;
	return true;
}

static bool
symbols(struct inflate *s, const struct code *literals, const struct code *distances)
{
	unsigned symbol;
	bool good = true;

	while (good) {
		if (!decode(s, literals, &symbol))
			return false;
		if (symbol == END_OF_BLOCK)
			return true;
		good = symbol < END_OF_BLOCK ? put(s, symbol) : copy(s, distances, symbol - 257);
	}
	return false;
}

static bool
stored(struct inflate *s)
{
	unsigned n, inverse, byte;

	s->have = s->bits = 0;		/* up to the end of the byte */
	if (!take(s, 16, &n) || !take(s, 16, &inverse))
		return false;
	if (n != (~inverse & 0xffff))
		return stop(s, INFLATE_BAD);
	while (n--)
		if (!take(s, 8, &byte) || !put(s, byte))
			return false;
	return true;
}

/* The codes that the format knows without being told. */
static bool
fixed(struct inflate *s)
{
	uint8_t length[LITERALS];
	struct code literals, distances;
	unsigned i;

	for (i = 0; i < LITERALS; i++)
		length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	build(&literals, length, LITERALS);
	for (i = 0; i < DISTANCES; i++)
		length[i] = 5;
	build(&distances, length, DISTANCES);
	return symbols(s, &literals, &distances);
}

/* The lengths of n codes, in a code of their own. */
static bool
read_lengths(struct inflate *s, const struct code *c, uint8_t *length, unsigned n)
{
	unsigned i = 0, symbol, times;
	uint8_t value;

	while (i < n) {
		if (!decode(s, c, &symbol))
			return false;
		value = (uint8_t)(symbol < 16 ? symbol : symbol == 16 && i ? length[i - 1] : 0);
		times = 0;
		if (symbol == 16 && !i)
			return stop(s, INFLATE_BAD);
		if (symbol >= 16 && !take(s, symbol == 16 ? 2 : symbol == 17 ? 3 : 7, &times))
			return false;
		times += symbol < 16 ? 1 : symbol < 18 ? 3 : 11;
		if (times > n - i)
			return stop(s, INFLATE_BAD);
		while (times--)
			length[i++] = value;
	}
	return true;
}

static bool
dynamic(struct inflate *s)
{
	static const uint8_t order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1,
		15 };
	uint8_t length[LITERALS + DISTANCES] = { 0 };
	struct code literals, distances;
	unsigned nliterals, ndistances, n, i, v;

	if (!take(s, 5, &nliterals) || !take(s, 5, &ndistances) || !take(s, 4, &n))
		return false;
	nliterals += 257;
	ndistances++;
	for (i = 0; i < n + 4; i++) {
		if (!take(s, 3, &v))
			return false;
		length[order[i]] = (uint8_t)v;
	}
	if (nliterals > LITERALS || !build(&literals, length, sizeof order))
		return stop(s, INFLATE_BAD);
	if (!read_lengths(s, &literals, length, nliterals + ndistances))
		return false;
	if (!build(&literals, length, nliterals)
	    || !build(&distances, length + nliterals, ndistances))
		return stop(s, INFLATE_BAD);
	return symbols(s, &literals, &distances);
}

/* CMF and FLG of RFC 1950: deflate, and no dictionary that would have to be known. */
static bool
header(struct inflate *s)
{
	unsigned cmf, flg;

	if (!take(s, 8, &cmf) || !take(s, 8, &flg))
		return false;
	if ((cmf & 15) != 8 || (cmf << 8 | flg) % 31 || flg & 0x20)
		return stop(s, INFLATE_BAD);
	return true;
}

enum inflate_result
inflate_torn(struct span zlib, char *out, size_t room, size_t *made)
{
	struct inflate s = { .out = (unsigned char *)out, .room = room };
	unsigned last = 0, kind;
	bool good;

	s.p = (const unsigned char *)zlib.p;
	s.end = s.p + zlib.n;
	good = header(&s);
	while (good && !last) {
		good = take(&s, 1, &last) && take(&s, 2, &kind);
		if (good)
			good = kind == 0 ? stored(&s) : kind == 1 ? fixed(&s)
			    : kind == 2 ? dynamic(&s) : stop(&s, INFLATE_BAD);
	}
	*made = s.made;
	return s.why;
}
