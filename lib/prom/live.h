#ifndef PROM_LIVE_H
#define PROM_LIVE_H

#include "base/buf.h"
#include "prom/history.h"
#include "prom/snapshot.h"

/*
 * What has changed since a client last asked, as JSON: GET /api/v1/live in promexport(1). Like a
 * page for Prometheus it is copied under the lock that guards the registry and written outside
 * it. Pure.
 */

/* Up to where a client knows everything. */
struct live_cursor {
	uint64_t run;			/* of the program; another one's cursor means nothing */
	uint32_t epoch;
};

enum { LIVE_CURSOR_TEXT = 32 };

/* Reads what live_put_cursor() writes; false for anything else. */
bool live_read_cursor(struct span text, struct live_cursor *c);
/* Returns the length, less than LIVE_CURSOR_TEXT; a NUL follows. */
size_t live_put_cursor(char out[static LIVE_CURSOR_TEXT], const struct live_cursor *c);

/* What changes with values. */
struct live_value {
	uint32_t number, count;
	int64_t seen;
	struct snapshot_value value;
};

/* What describes a series; texts in struct live. */
struct live_series {
	struct snapshot_text message, labels, field, metric, unit, help, states;
	uint32_t number, cycle_ms;
	uint32_t kind;			/* enum registry_kind */
	size_t history;			/* number of its samples; SIZE_MAX: none */
};

/* All zeroes is an empty one; its memory serves the next copy. */
struct live {
	struct live_cursor cursor;
	int64_t now;			/* clock_mono() of the copy */
	bool reset;			/* all there is, whatever the client knew */
	struct live_value *value;
	size_t values, value_cap;
	struct live_series *series;
	size_t all_series, series_cap;
	uint32_t *gone;
	size_t gones, gone_cap;
	float *sample;			/* HISTORY_SAMPLES each */
	size_t samples, sample_cap;
	int64_t sampled;		/* clock_mono() of the newest ones */
	struct buf text, strings;
};

/* What a client is told besides. */
struct live_state {
	uint64_t points, bad_lines, refused;
	int64_t ended;			/* clock_mono() of the end of the input; 0: it goes on */
};

/*
 * Copies what has changed since the cursor (NULL, or one that leads nowhere: everything, with what
 * the history has), and begins a new epoch.
 */
void live_copy(struct live *l, struct registry *r, const struct history *h, uint64_t run,
    const struct live_cursor *since, int64_t now);
/* Makes it an answer that says that nothing has changed. */
void live_clear(struct live *l, const struct live_cursor *since, int64_t now);
void live_put(struct buf *out, const struct live *l, const struct live_state *s);
void live_free(struct live *l);

#endif
