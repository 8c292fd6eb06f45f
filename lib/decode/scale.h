#ifndef DECODE_SCALE_H
#define DECODE_SCALE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "db/model.h"

/*
 * raw -> the text of raw * factor + offset, exactly: computed in integers and written as the
 * decimal that it is, without trailing zeros. IEEE signals: the exact float value * factor +
 * offset rounded once to double, as the shortest text that reads back the same.
 */
enum scale_kind {
	SCALE_SMALL,		/* at most 8 bits, and every text fits 7 characters: a table of texts */
	SCALE_WHOLE,		/* 64 bits hold raw * factor + offset, no fraction */
	SCALE_FRACTION,		/* 64 bits hold it in units of 10^-places, places 1 to 16 */
	SCALE_SLOW,		/* anything else: see exact */
};

struct scale {
	const uint64_t *small;	/* SCALE_SMALL: for each raw value its text and, in the highest byte,
				 * its length */
	uint8_t kind;		/* enum scale_kind */
	uint8_t places;
	bool is_signed;		/* how raw is to be read */
	bool integer;		/* every value is whole and fits 64 signed bits */
	bool beyond_double;	/* some value is beyond 2^53, where doubles have gaps */
	uint8_t small_mask;
	int64_t factor, offset;	/* in units of 10^-places */
	uint64_t power;		/* 10^places */
	const struct scale_exact *exact;
};

/* The most bytes that scale_put() may touch. */
enum { SCALE_TEXT_MAX = 4096 };

enum { SCALE_SEEN = 64 };

/* What signals scaled alike share. All zeroes at the start; points into the arena. */
struct scale_tables {
	struct scale_table *first;
	struct {
		const struct db_signal *signal;		/* NULL: none yet */
		struct scale scale;
	} seen[SCALE_SEEN];		/* the last signals, by their size and factor */
};

/* Of a signal of 1 to 64 bits. What must outlive the call goes into the arena. */
struct scale scale_compile(const struct db_signal *s, struct scale_tables *t, struct arena *a);

/* What one scale_put() may touch, in bytes. */
unsigned scale_room(const struct scale *s);

/* The value as a double (nearest, or nearly), for comparisons; NaN for what is no number. */
double scale_double(const struct scale *s, uint64_t raw);

/* What scale_put() does for all kinds but SCALE_SMALL. */
char *scale_put_computed(char *out, const struct scale *s, uint64_t raw);

/*
 * raw: sign-extended for signed signals, the bits for floats. Writes the text and returns its
 * end; NULL when the value is no finite number. out must have room for scale_room() bytes.
 */
static inline char *
scale_put(char *out, const struct scale *s, uint64_t raw)
{
	uint64_t text;

	if (s->kind != SCALE_SMALL)
		return scale_put_computed(out, s, raw);
	text = s->small[raw & s->small_mask];
	memcpy(out, &text, 8);
	return out + (text >> 56);
}

#endif
