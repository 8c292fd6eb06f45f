#include "can/run.h"

#include "base/clock.h"
#include "base/swar.h"
#include "can/frame.h"

enum { FRACTION = 12, MICRO = 6, NANO = 9 };	/* offset, and digits, of a time's fraction */

/* "(1700000000." as it stands in a line, and what it says. */
struct second {
	uint64_t text;
	uint32_t more;
	int64_t ns;
};

/* The high bit of each byte that is not one of 0 to 9 and A to F. */
static inline uint64_t
not_hex(uint64_t v)
{
	uint64_t b = v & SWAR_ALL(0x7f);
	uint64_t digit = (b + SWAR_ALL(0x80 - '0')) & ~(b + SWAR_ALL(0x80 - '9' - 1));
	uint64_t alpha = (b + SWAR_ALL(0x80 - 'A')) & ~(b + SWAR_ALL(0x80 - 'F' - 1));

	return (~(digit | alpha) | v) & SWAR_ALL(0x80);
}

static inline unsigned
first_byte(uint64_t high_bits)
{
	return (unsigned)__builtin_ctzll(high_bits) / 8;
}

static bool
read_second(const char *p, struct second *s)
{
	uint64_t hundreds;
	unsigned tens = (unsigned)p[9] - '0', ones = (unsigned)p[10] - '0';

	if (p[0] != '(' || p[11] != '.' || !swar_digits(swar_load(p + 1), &hundreds) || tens > 9
	    || ones > 9 || hundreds >= INT64_MAX / (100 * CLOCK_SECOND))
		return false;
	memcpy(&s->more, p + 8, 4);
	s->text = swar_load(p);
	s->ns = (int64_t)(hundreds * 100 + tens * 10 + ones) * CLOCK_SECOND;
	return true;
}

/* The time at p; what follows it and one blank, or NULL. */
static inline const char *
take_time(const char *p, struct second *s, bool nanoseconds, int64_t *ns)
{
	uint64_t v = swar_load(p + FRACTION), frac;
	uint32_t more;
	unsigned last;

	memcpy(&more, p + 8, 4);
	if ((swar_load(p) != s->text || more != s->more) && !read_second(p, s))
		return NULL;
	if (nanoseconds) {
		last = (unsigned)p[FRACTION + NANO - 1] - '0';
		p += FRACTION + NANO;
		if (!swar_digits(v, &frac) || last > 9 || p[0] != ')' || p[1] != ' ')
			return NULL;
		*ns = s->ns + (int64_t)frac * 10 + last;
	} else {
		p += FRACTION + MICRO;
		if (!swar_digits(v << 16 | 0x3030, &frac) || v >> 48 != (')' | ' ' << 8))
			return NULL;
		*ns = s->ns + (int64_t)frac * 1000;
	}
	return p + 2;
}

/* The name of a bus and one blank. */
static inline const char *
take_bus(const char *p)
{
	const char *start = p;
	uint64_t v, low;

	do {
		v = swar_load(p);
		low = (v - SWAR_ALL(' ' + 1)) & ~v & SWAR_ALL(0x80);	/* exact up to the first one */
		p += low ? first_byte(low) : 8;
	} while (!low && p - start <= FRAME_BUS_MAX);
	return p > start && p - start <= FRAME_BUS_MAX && *p == ' ' ? p + 1 : NULL;
}

/* Pairs of digits, at most max of these. */
static inline const char *
take_data(const char *p, size_t max)
{
	size_t n = 0;
	uint64_t other;

	do {
		other = not_hex(swar_load(p + n));
		n += other ? first_byte(other) : 8;
	} while (!other && n <= max);
	return n <= max && n % 2 == 0 ? p + n : NULL;
}

static inline const char *
take_frame(const char *p)
{
	uint64_t other = not_hex(swar_load(p));
	bool error = false;

	if (p[3] == '#') {
		if (other << 40 || *p > '7')
			return NULL;
		p += 4;
	} else {
		if (other || *p > '3' || p[8] != '#')
			return NULL;
		error = *p > '1';
		p += 9;
	}
	if (*p != '#')
		return take_data(p, 2 * 8);
	return error || not_hex(swar_load(p)) & 0x8000 ? NULL : take_data(p + 2, 2 * 64);
}

/* The newline, or a direction before it. */
static inline const char *
take_end(const char *p)
{
	if (*p == '\n')
		return p + 1;
	return *p == ' ' && (p[1] == 'R' || p[1] == 'T') && p[2] == '\n' ? p + 3 : NULL;
}

static inline struct can_run
find(const char *p, size_t n, const struct can_run_limits *limits, bool nanoseconds)
{
	struct can_run r = { .ns = limits->from };
	const char *start = p, *end = p + n;
	struct second s = { 0 };
	int64_t ns;

	while (end - p >= CAN_RUN_LINE && r.count < limits->count) {
		if (!(p = take_time(p, &s, nanoseconds, &ns)) || ns < r.ns || ns > limits->until
		    || !(p = take_bus(p)) || !(p = take_frame(p)) || !(p = take_end(p)))
			break;
		r.bytes = (size_t)(p - start);
		r.count++;
		r.ns = ns;
	}
	return r;
}

struct can_run
can_run_find(const char *p, size_t n, const struct can_run_limits *limits)
{
	return limits->nanoseconds ? find(p, n, limits, true) : find(p, n, limits, false);
}
