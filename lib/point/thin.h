#ifndef POINT_THIN_H
#define POINT_THIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "decode/decode.h"
#include "point/options.h"

/*
 * Less data where less will do: values that J1939 marks as not there, values that have not
 * changed, and the store that snapshots are taken from. Pure; times are those of the frames.
 */

/* How far a signal's value must move to be written again. */
struct thin_band {
	uint64_t raw;		/* more than this many steps of the raw value */
	double value;		/* of IEEE signals: more than this */
};

/* The band of a signal after the --deadband globs; zero without one. */
struct thin_band thin_band_of(const struct point_options *o, const struct db_message *m,
    const struct db_signal *s);

/* What is remembered of a signal of one series. */
struct thin_state {
	uint64_t raw;		/* last seen, for snapshots */
	int64_t seen;
	uint64_t written;	/* last written */
	int64_t written_at;
	bool has_seen, has_written;
};

/*
 * Takes out values that SAE J1939-71 calls "error" or "not available": of 2 and 3 bits the two
 * highest, of 4 to 7 bits likewise, of 8 bits and more those whose highest byte is 0xFE or 0xFF.
 * IEEE signals stay. Returns how many are left.
 */
size_t thin_drop_na(struct decode_value *v, size_t n);

/*
 * Keeps the values that are to be written: never written before, moved by more than their band
 * and not written within o->change_interval, or not written for o->repeat. state and band are
 * parallel to the message's signals, first is the first of them. Marks them as written at ns.
 */
size_t thin_changes(struct decode_value *v, size_t n, const struct plan_signal *first,
    struct thin_state *state, const struct thin_band *band, const struct point_options *o,
    int64_t ns);

void thin_store(const struct decode_value *v, size_t n, const struct plan_signal *first,
    struct thin_state *state, int64_t ns);
/* The stored values that were seen at or after since; returns how many. */
size_t thin_load(struct decode_value *v, const struct plan_message *m,
    const struct thin_state *state, int64_t since);

#endif
