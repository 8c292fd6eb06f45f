#ifndef PROM_EXPORTER_H
#define PROM_EXPORTER_H

#include "prom/expose.h"
#include "prom/ingest.h"
#include "prom/snapshot.h"

/*
 * Input on the one side, pages on the other, from different threads. One thread feeds, any may
 * ask for pages. A page is made of a copy of the values, which the feeding thread makes before its
 * next line, however long the block of lines is; when it is not feeding, whoever asks makes it.
 */
struct exporter;

struct exporter_config {
	struct registry_config registry;
	bool process;			/* pages have the process_ metrics */
	bool last_seen;			/* and when each message came last */
	bool history;			/* keep the last minutes for exporter_live() */
	/* A line that cannot be used, counted from 1; in the feeding thread. May be NULL. */
	void (*bad_line)(void *arg, uint64_t line, size_t where, const char *expected);
	void *bad_line_arg;
};

struct exporter *exporter_new(const struct exporter_config *c);
void exporter_free(struct exporter *e);

/*
 * Takes the #meta lines of a text, as can2line --list=meta writes them; before any input. Other
 * lines are passed over. Returns how many there were.
 */
size_t exporter_meta(struct exporter *e, struct span text);

/*
 * Uses the whole lines in front and returns their length; the caller brings the rest again with
 * what follows it. A line longer than LINEIN_MAX_LINE is bad, and used up to the first newline in
 * it.
 */
size_t exporter_feed(struct exporter *e, struct span input, struct registry_arrival at);
/* The input has ended; left: what exporter_feed() did not use. It is a bad line unless accepted. */
void exporter_end(struct exporter *e, struct span left, bool accept, struct registry_arrival at);

/* As registry_expire(), and keeps the history. Without it series go with the next page. */
int64_t exporter_expire(struct exporter *e, int64_t mono);

/*
 * Appends a page as of mono. False, with nothing appended, when other pages keep it from being
 * begun before deadline (a clock_mono() time, 0: none).
 */
bool exporter_page(struct exporter *e, enum expose_format format, int64_t mono, int64_t deadline,
    struct buf *out);

/*
 * Appends what has changed since a cursor that an answer before had ("": everything there is), as
 * JSON (live.h). False when that is no cursor. When many ask it may say that nothing has changed,
 * so that ingestion is not held up for more than a tenth of its time.
 */
bool exporter_live(struct exporter *e, struct span since, int64_t mono, struct buf *out);

/* Copies families and series for other uses than a page. */
void exporter_structure(struct exporter *e, struct snapshot *s);

struct exporter_counts {
	uint64_t lines, bad_lines, bytes, scrapes;
	struct registry_counts registry;
};
struct exporter_counts exporter_counts(struct exporter *e);

#endif
