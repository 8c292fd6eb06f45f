#include "can/logline.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/swar.h"

enum {
	TIME = 12,		/* where the fraction begins */
	BUS = 20,
	SHORTEST = BUS + 8,
	LONGEST = BUS + 8 + 10 + 2 * 64 + 8,	/* what may be read of a line, whatever is in it */
};

/* Bytes 8 to 11 of the time: the other four of the word vary. */
static const uint64_t time_mask = UINT64_C(0x00000000ffffffff);

void
logline_remember(struct logline *l, const char *p, size_t n, const struct frame *f)
{
	l->mask = 0;
	if (n < SHORTEST || p[0] != '(' || p[11] != '.' || f->bus.p != p + BUS || f->bus.n > 7
	    || p[BUS + f->bus.n] != ' ')
		return;
	l->time[0] = swar_load(p);
	l->time[1] = swar_load(p + 8) & time_mask;
	l->ns = f->ns / CLOCK_SECOND * CLOCK_SECOND;
	l->bus_len = f->bus.n;
	l->mask = UINT64_MAX >> (56 - 8 * f->bus.n);
	l->bus = swar_load(p + BUS) & l->mask;
}

/* True when the line begins as the one before did and its time has six digits of fraction. */
static inline bool
begins_alike(const char *p, const struct logline *l, uint64_t *micro)
{
	uint64_t v;

	if (!l->mask || swar_load(p) != l->time[0] || (swar_load(p + 8) & time_mask) != l->time[1]
	    || (swar_load(p + BUS) & l->mask) != l->bus)
		return false;
	v = swar_load(p + TIME);		/* "123456) " */
	return v >> 48 == (')' | ' ' << 8) && swar_digits(v << 16 | 0x3030, micro);
}

static inline bool
put_bytes(uint8_t *data, uint64_t digits)
{
	uint32_t v;
	bool good = swar_hex(digits, &v);

	v = htole32(v);
	memcpy(data, &v, 4);
	return good;
}

/* Up to 8 * words hex digits and the newline. What follows it; NULL for anything else. */
static inline const char *
take_data(const char *p, unsigned words, struct frame *f)
{
	uint64_t w, newline;
	unsigned i, n;

	for (i = 0; i <= words; i++, p += 8) {
		w = swar_load(p);
		newline = swar_find(w, '\n');
		if (newline)
			break;
		if (i == words || !put_bytes(f->data + 4 * i, w))
			return NULL;
	}
	n = (unsigned)__builtin_ctzll(newline | UINT64_C(1) << 63) / 8;
	f->len = (uint16_t)(4 * i + n / 2);
	w = (w & ~(UINT64_MAX << 8 * n)) | SWAR_ALL('0') << 8 * n;
	return newline && n % 2 == 0 && f->len <= 4 * words && put_bytes(f->data + 4 * i, w)
	    ? p + n + 1 : NULL;
}

/* "123#" or "12345678#": what follows the #, NULL for anything else. */
static inline const char *
take_id(const char *p, struct frame *f)
{
	unsigned a = num_hex_digit[(unsigned char)p[0]], b = num_hex_digit[(unsigned char)p[1]];
	unsigned c = num_hex_digit[(unsigned char)p[2]];
	uint32_t v;

	if (p[3] == '#') {
		f->flags = 0;
		f->id = a << 8 | b << 4 | c;
		return a <= 7 && (b | c) <= 15 ? p + 4 : NULL;
	}
	if (p[8] != '#' || !swar_hex(swar_load(p), &v))
		return NULL;
	f->flags = FRAME_EXTENDED;
	f->id = htobe32(htole32(v));
	return f->id <= FRAME_ID_MASK ? p + 9 : NULL;
}

const char *
logline_next(const struct logline *l, const char *p, const char *end, struct frame *f)
{
	uint64_t micro;
	unsigned flags;

	if (__builtin_expect(end - p < LONGEST, 0) || !begins_alike(p, l, &micro))
		return NULL;
	f->ns = l->ns + (int64_t)micro * 1000;
	f->bus = span_of(p + BUS, l->bus_len);
	p = take_id(p + BUS + l->bus_len + 1, f);
	if (!p)
		return NULL;
	if (p[16] == '\n') {
		f->len = 8;
		if (__builtin_expect(swar_hex16(p, f->data), 1))
			return p + 17;
	}
	if (*p != '#')
		return take_data(p, 2, f);
	flags = num_hex_digit[(unsigned char)p[1]];
	f->flags |= FRAME_FD;
	f->fd_flags = (uint8_t)flags;
	return flags <= 15 ? take_data(p + 2, 16, f) : NULL;
}
