#include "base/inflate.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/load.h"
#include "base/mem.h"

enum {
	LONGEST = 15,			/* bits of a code */
	QUICK = 10,			/* bits of those that are looked up at once */
	LITERALS = 288, DISTANCES = 32,	/* symbols that a code can have */
	END_OF_BLOCK = 256,
	COPY_MAX = 258,			/* bytes that one symbol can stand for */
	HISTORY = 32 << 10,		/* how far back it can reach */
	PIECE = 64 << 10,		/* bytes that are made at once */
};

/*
 * A canonical Huffman code: how many codes there are of each length, and their symbols in order;
 * and for the next QUICK bits, as they come, symbol * 16 + length, or 0.
 */
struct code {
	uint16_t count[LONGEST + 1];
	uint16_t symbol[LITERALS];
	uint16_t quick[1 << QUICK];
};

/* What is to be read next; where it is not all there, the same is tried again. */
enum step { BLOCK, STORED, SYMBOLS, DONE };

struct inflate {
	const unsigned char *p, *end;
	uint64_t bits;			/* taken from p and not used, the next one lowest */
	unsigned have;			/* so many of them */
	unsigned char *out;
	size_t made, room;
	size_t pause;			/* FULL before a step, once so many are made */
	enum inflate_result why;	/* it stopped, unless WHOLE */
	enum step step;
	unsigned last;			/* the block is the last one */
	size_t stored;			/* bytes of a block that are left to be copied */
	struct code literals, distances;
	unsigned char window[];		/* of inflate_more() */
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

/* At least 56 bits, or as many as are there. */
static inline void
refill(struct inflate *s)
{
	if (s->end - s->p >= 8) {
		s->bits |= load_le64((const char *)s->p) << s->have;
		s->p += (63 - s->have) >> 3;
		s->have |= 56;
		return;
	}
	for (; s->have <= 56 && s->p < s->end; s->have += 8)
		s->bits |= (uint64_t)*s->p++ << s->have;
}

/* Bytes that were taken from p as a whole and not used go back. */
static void
give_back(struct inflate *s)
{
	s->p -= s->have / 8;
	s->have %= 8;
	s->bits &= (1u << s->have) - 1;
}

/* n <= 16 bits as a number; false when they are not there. */
static inline bool
take(struct inflate *s, unsigned n, unsigned *v)
{
	if (s->have < n)
		refill(s);
	if (s->have < n)
		return stop(s, INFLATE_TORN);
	*v = (unsigned)s->bits & ((1u << n) - 1);
	s->bits >>= n;
	s->have -= n;
	return true;
}

/* A code's bits come with the highest one first: its places in the table, by the lowest. */
static void
set_quick(struct code *c, unsigned code, unsigned n, unsigned symbol)
{
	unsigned i, at = 0;

	for (i = 0; i < n; i++)
		at |= (code >> i & 1) << (n - 1 - i);
	for (; at < 1u << QUICK; at += 1u << n)
		c->quick[at] = (uint16_t)(symbol << 4 | n);
}

/* The code in which symbol i has length[i] bits, 0: none. False when two symbols share a code. */
static bool
build(struct code *c, const uint8_t *length, unsigned n)
{
	uint16_t next[LONGEST + 2] = { 0 }, code[LONGEST + 2] = { 0 };
	unsigned i;
	int left = 1;

	memset(c, 0, sizeof *c);
	for (i = 0; i < n; i++)
		c->count[length[i]]++;
	c->count[0] = 0;
	for (i = 1; i <= LONGEST; i++) {
		left = 2 * left - c->count[i];
		if (left < 0)
			return false;
		next[i + 1] = (uint16_t)(next[i] + c->count[i]);
		code[i + 1] = (uint16_t)((code[i] + c->count[i]) << 1);
	}
	for (i = 0; i < n; i++) {
		if (!length[i])
			continue;
		if (length[i] <= QUICK)
			set_quick(c, code[length[i]], length[i], i);
		code[length[i]]++;
		c->symbol[next[length[i]]++] = (uint16_t)i;
	}
	return true;
}

/* Bit by bit: the codes of a length are numbers in sequence, behind twice those of the last. */
static bool
decode_long(struct inflate *s, const struct code *c, unsigned *symbol)
{
	unsigned code = 0, first = 0, index = 0, n;

	for (n = 1; n <= LONGEST; n++) {
		if (s->have < n)
			return stop(s, INFLATE_TORN);
		code |= (unsigned)(s->bits >> (n - 1)) & 1;
		if (code - first < c->count[n]) {
			*symbol = c->symbol[index + code - first];
			s->bits >>= n;
			s->have -= n;
			return true;
		}
		index += c->count[n];
		first = (first + c->count[n]) << 1;
		code <<= 1;
	}
	return stop(s, INFLATE_BAD);
}

static inline bool
decode(struct inflate *s, const struct code *c, unsigned *symbol)
{
	unsigned entry;

	if (s->have < LONGEST)
		refill(s);
	entry = c->quick[s->bits & ((1 << QUICK) - 1)];
	if (!entry || (entry & 15) > s->have)
		return decode_long(s, c, symbol);
	*symbol = entry >> 4;
	s->bits >>= entry & 15;
	s->have -= entry & 15;
	return true;
}

static bool
put(struct inflate *s, unsigned byte)
{
	if (s->made == s->room)
		return stop(s, INFLATE_FULL);
	s->out[s->made++] = (unsigned char)byte;
	return true;
}

/* length bytes once more, from so far back. */
static bool
repeat(struct inflate *s, size_t length, size_t distance)
{
	unsigned char *to = s->out + s->made;
	size_t i;

	if (distance >= 8 && s->room - s->made >= COPY_MAX + 8) {
		for (i = 0; i < length; i += 8)
			memcpy(to + i, to + i - distance, 8);
		s->made += length;
		return true;
	}
	while (length--)
		if (!put(s, s->out[s->made - distance]))
			return false;
	return true;
}

/* A length symbol stands for bytes that came out before. */
static bool
copy(struct inflate *s, unsigned symbol)
{
	unsigned length, distance, extra;

	if (symbol > 28)
		return stop(s, INFLATE_BAD);
	if (!take(s, length_extra[symbol], &extra))
		return false;
	length = length_base[symbol] + extra;
	if (!decode(s, &s->distances, &symbol))
		return false;
	if (symbol > 29)
		return stop(s, INFLATE_BAD);
	if (!take(s, distance_extra[symbol], &extra))
		return false;
	distance = distance_base[symbol] + extra;
	if (distance > s->made)
		return stop(s, INFLATE_BAD);
	return repeat(s, length, distance);
}

static bool
end_block(struct inflate *s)
{
	s->step = s->last ? DONE : BLOCK;
	return true;
}

/* One step: a literal, a copy, or the end of the block. */
static inline bool
one_symbol(struct inflate *s)
{
	unsigned symbol;

	if (!decode(s, &s->literals, &symbol))
		return false;
	if (symbol < END_OF_BLOCK)
		return put(s, symbol);
	return symbol == END_OF_BLOCK ? end_block(s) : copy(s, symbol - 257);
}

static bool
stored(struct inflate *s)
{
	size_t n = s->stored, most = s->pause < s->room ? s->pause : s->room;

	give_back(s);
	n = n < most - s->made ? n : most - s->made;
	n = n < (size_t)(s->end - s->p) ? n : (size_t)(s->end - s->p);
	if (n)
		memcpy(s->out + s->made, s->p, n);
	s->p += n;
	s->made += n;
	s->stored -= n;
	if (!s->stored)
		return end_block(s);
	return stop(s, s->made == most ? INFLATE_FULL : INFLATE_TORN);
}

static bool
begin_stored(struct inflate *s)
{
	unsigned n, inverse, odd;

	if (!take(s, s->have % 8, &odd) || !take(s, 16, &n) || !take(s, 16, &inverse))
		return false;
	if (n != (~inverse & 0xffff))
		return stop(s, INFLATE_BAD);
	s->stored = n;
	s->step = STORED;
	return true;
}

/* The codes that the format knows without being told. */
static bool
begin_fixed(struct inflate *s)
{
	uint8_t length[LITERALS];
	unsigned i;

	for (i = 0; i < LITERALS; i++)
		length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	build(&s->literals, length, LITERALS);
	for (i = 0; i < DISTANCES; i++)
		length[i] = 5;
	build(&s->distances, length, DISTANCES);
	s->step = SYMBOLS;
	return true;
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
begin_dynamic(struct inflate *s)
{
	static const uint8_t order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1,
		15 };
	uint8_t length[LITERALS + DISTANCES] = { 0 };
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
	if (nliterals > LITERALS || !build(&s->literals, length, sizeof order))
		return stop(s, INFLATE_BAD);
	if (!read_lengths(s, &s->literals, length, nliterals + ndistances))
		return false;
	if (!build(&s->literals, length, nliterals)
	    || !build(&s->distances, length + nliterals, ndistances))
		return stop(s, INFLATE_BAD);
	s->step = SYMBOLS;
	return true;
}

static bool
begin_block(struct inflate *s)
{
	unsigned kind;

	if (!take(s, 1, &s->last) || !take(s, 2, &kind))
		return false;
	return kind == 0 ? begin_stored(s) : kind == 1 ? begin_fixed(s)
	    : kind == 2 ? begin_dynamic(s) : stop(s, INFLATE_BAD);
}

/* Step by step, as far as it goes; of one for which bytes are missing none are used. */
static void
run(struct inflate *s)
{
	const unsigned char *p;
	uint64_t bits;
	unsigned have;
	bool good = true;

	while (good && s->step != DONE) {
		p = s->p;
		bits = s->bits;
		have = s->have;
		if (s->made >= s->pause)
			good = stop(s, INFLATE_FULL);
		else
			good = s->step == SYMBOLS ? one_symbol(s) : s->step == BLOCK ? begin_block(s)
			    : stored(s);
		if (s->why == INFLATE_TORN && s->step != STORED) {
			s->p = p;
			s->bits = bits;
			s->have = have;
		}
	}
	give_back(s);
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
	struct inflate *s = mem_zero(1, sizeof *s);
	enum inflate_result why;

	s->out = (unsigned char *)out;
	s->room = room;
	s->pause = SIZE_MAX;
	s->p = (const unsigned char *)zlib.p;
	s->end = (const unsigned char *)span_end(zlib);
	if (header(s))
		run(s);
	*made = s->made;
	why = s->why;
	free(s);
	return why;
}

struct inflate *
inflate_new(void)
{
	struct inflate *s = mem_zero(1, sizeof *s + HISTORY + PIECE + COPY_MAX + 8);

	s->out = s->window;
	s->room = HISTORY + PIECE + COPY_MAX + 8;
	return s;
}

void
inflate_free(struct inflate *s)
{
	free(s);
}

void
inflate_begin(struct inflate *s)
{
	s->step = BLOCK;
	s->made = 0;
	s->bits = s->have = 0;
}

enum inflate_result
inflate_more(struct inflate *s, struct span *in, struct buf *b)
{
	size_t history = s->made < HISTORY ? s->made : HISTORY;

	memmove(s->out, s->out + s->made - history, history);
	s->made = history;
	s->pause = history + PIECE;
	s->why = INFLATE_WHOLE;
	s->p = (const unsigned char *)in->p;
	s->end = (const unsigned char *)span_end(*in);
	run(s);
	buf_put(b, s->out + history, s->made - history);
	*in = span_of((const char *)s->p, (size_t)(s->end - s->p));
	return s->why;
}
