#include "prom/exporter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "line/lines.h"
#include "prom/frame.h"
#include "prom/live.h"
#include "prom/own.h"
#include "prom/process.h"

enum { CACHE_LINE = 64 };	/* what two threads write is as far apart */

/* Something that has to be done between two lines; see between(). */
struct turn {
	struct turn *next;
	void (*work)(struct exporter *e, void *arg);
	void *arg;
	atomic_bool done;
};

struct exporter {
	struct exporter_config config;
	pthread_mutex_t lock;		/* registry, ingest, own, history */
	char apart[CACHE_LINE];
	struct turn *_Atomic turns;	/* that wait, the last one first */
	char apart_too[CACHE_LINE];
	struct registry *registry;
	struct ingest ingest;
	struct own own;
	struct history history;
	int64_t ended;			/* clock_mono() of the end of the input, or 0 */
	struct lines lines;
	char apart_as_well[CACHE_LINE];

	pthread_mutex_t page;		/* one page is made at a time, with these */
	struct snapshot snapshot;
	struct frame frame;
	size_t bytes[EXPOSE_FORMATS];	/* that the next page will hardly exceed */
	atomic_uint_least64_t scrapes;
	atomic_int_least64_t scrape_time;	/* ns spent on pages */

	pthread_mutex_t look;		/* one exporter_live() at a time, with these */
	struct live live;
	struct live_state state;	/* as of the last one */
	uint64_t run;
	int64_t next_look;		/* when ingestion may be held up for it again */
};

struct exporter *
exporter_new(const struct exporter_config *c)
{
	struct exporter *e = mem_zero(1, sizeof *e);

	e->config = *c;
	pthread_mutex_init(&e->lock, NULL);
	pthread_mutex_init(&e->page, NULL);
	pthread_mutex_init(&e->look, NULL);
	e->registry = registry_new(&c->registry);
	e->ingest.registry = e->registry;
	e->run = hash_seed();
	e->own.series_limit = c->registry.max_series;
	e->own.last_seen = c->last_seen;
	own_reserve(e->registry);
	process_reserve(e->registry);
	return e;
}

void
exporter_free(struct exporter *e)
{
	if (!e)
		return;
	registry_free(e->registry);
	ingest_free(&e->ingest);
	history_free(&e->history);
	live_free(&e->live);
	snapshot_free(&e->snapshot);
	frame_free(&e->frame);
	pthread_mutex_destroy(&e->lock);
	pthread_mutex_destroy(&e->page);
	pthread_mutex_destroy(&e->look);
	free(e);
}

/* --- the lock --- */

/* With the lock, between two lines. */
static void
take_turns(struct exporter *e)
{
	struct turn *t, *next;

	if (!atomic_load_explicit(&e->turns, memory_order_relaxed))
		return;
	for (t = atomic_exchange(&e->turns, NULL); t; t = next) {
		next = t->next;
		t->work(e, t->arg);
		atomic_store_explicit(&t->done, true, memory_order_release);	/* it is gone */
	}
}

/*
 * Does some work with the lock, between two lines. While the feeding thread has lines it does the
 * work itself, when the one it is at ends: it waits for nobody, nor does it have to wake anybody,
 * which takes longer than most of the work. So whoever asks looks now and then whether it is done.
 */
static void
between(struct exporter *e, void (*work)(struct exporter *e, void *arg), void *arg)
{
	enum { BUSY_NS = 20000, REST_NS = 20000 };
	const struct timespec rest = { .tv_nsec = REST_NS };
	const int64_t busy = clock_mono() + BUSY_NS;
	struct turn t = { .work = work, .arg = arg, .next = atomic_load(&e->turns) };

	while (!atomic_compare_exchange_weak(&e->turns, &t.next, &t))
		;
	while (!atomic_load_explicit(&t.done, memory_order_acquire)) {
		if (pthread_mutex_trylock(&e->lock) == 0) {
			take_turns(e);
			pthread_mutex_unlock(&e->lock);
		} else if (clock_mono() > busy) {
			nanosleep(&rest, NULL);
		}
	}
}

/* --- input --- */

static void
bad_line(struct exporter *e, size_t where, const char *expected)
{
	e->own.bad_lines++;
	if (e->config.bad_line)
		e->config.bad_line(e->config.bad_line_arg, e->own.lines, where, expected);
}

static void
take_line(struct exporter *e, const char *p, size_t n, struct registry_arrival at)
{
	struct ingest_fault fault = { 0 };

	e->own.lines++;
	switch (ingest_line(&e->ingest, p, n, at, &fault)) {
	case INGEST_POINT:
		e->own.last_input = at.real;
		break;
	case INGEST_BAD:
		bad_line(e, fault.where, fault.expected);
		break;
	case INGEST_SILENT:
		break;
	}
}

size_t
exporter_meta(struct exporter *e, struct span text)
{
	size_t taken = 0, n;
	const char *nl;

	for (; text.n; text = span_of(text.p + n, text.n - n)) {
		nl = memchr(text.p, '\n', text.n);
		n = nl ? (size_t)(nl + 1 - text.p) : text.n;
		taken += ingest_meta(&e->ingest, text.p, n);
	}
	return taken;
}

size_t
exporter_feed(struct exporter *e, struct span input, struct registry_arrival at)
{
	enum lines_kind kind;
	struct span rest;
	size_t n;

	if (!input.n)
		return 0;
	pthread_mutex_lock(&e->lock);
	for (rest = input; (kind = lines_next(&e->lines, rest, &n)) != LINES_NONE; ) {
		if (kind == LINES_LINE) {
			take_line(e, rest.p, n, at);
		} else if (kind == LINES_LONG) {
			e->own.lines++;
			bad_line(e, LINEIN_MAX_LINE, lines_expected);
		}
		rest = span_of(rest.p + n, rest.n - n);
		take_turns(e);
	}
	e->own.bytes += input.n - rest.n;
	pthread_mutex_unlock(&e->lock);
	return input.n - rest.n;
}

void
exporter_end(struct exporter *e, struct span left, bool accept, struct registry_arrival at)
{
	pthread_mutex_lock(&e->lock);
	if (left.n && !e->lines.skipping && accept) {
		take_line(e, left.p, left.n, at);
	} else if (left.n && !e->lines.skipping) {
		e->own.lines++;
		bad_line(e, left.n, "a newline (--accept-unterminated does without)");
	}
	e->own.bytes += left.n;
	e->own.input_ended = 1;
	e->ended = at.mono;
	pthread_mutex_unlock(&e->lock);
}

int64_t
exporter_expire(struct exporter *e, int64_t mono)
{
	int64_t next, tick;

	pthread_mutex_lock(&e->lock);
	next = registry_expire(e->registry, mono);
	if (e->config.history && !e->ended) {
		tick = history_tick(&e->history, e->registry, mono);
		next = tick < next ? tick : next;
	}
	pthread_mutex_unlock(&e->lock);
	return next;
}

/* --- pages --- */

/* A page to be copied. */
struct copy {
	uint64_t generation;		/* whose structure is known */
	int64_t mono;
	struct own own;
};

/* All that is read of what the feeding thread changes. */
static void
copy(struct exporter *e, void *arg)
{
	struct copy *c = arg;

	registry_expire(e->registry, c->mono);
	snapshot_values(&e->snapshot, e->registry);
	if (c->generation != e->snapshot.generation)
		snapshot_structure(&e->snapshot, e->registry);
	e->own.registry = registry_counts(e->registry);
	c->own = e->own;
}

static bool
begin_page(struct exporter *e, int64_t deadline)
{
	struct timespec t = { deadline / CLOCK_SECOND, deadline % CLOCK_SECOND };

	if (deadline)
		return pthread_mutex_clocklock(&e->page, CLOCK_MONOTONIC, &t) == 0;
	return pthread_mutex_lock(&e->page) == 0;
}

bool
exporter_page(struct exporter *e, enum expose_format format, int64_t mono, int64_t deadline,
    struct buf *out)
{
	struct frame *frame = &e->frame;
	struct copy c = { .mono = mono };
	int64_t start;

	if (!begin_page(e, deadline))
		return false;
	start = clock_mono();
	c.generation = frame->generation;
	buf_reserve(out, e->bytes[format]);
	between(e, copy, &c);
	c.own.scrapes = atomic_load(&e->scrapes);
	c.own.scrape_time = atomic_load(&e->scrape_time);
	if (frame->generation != e->snapshot.generation) {
		frame_make(frame, &e->snapshot);
		snapshot_drop_structure(&e->snapshot);
	}
	frame_put(out, frame, format, &e->snapshot);
	own_put(out, format, &c.own, &e->snapshot);
	if (e->config.process)
		process_put(out, format);
	expose_end(out, format);
	e->bytes[format] = out->len + out->len / 16;
	atomic_fetch_add(&e->scrapes, 1);
	atomic_fetch_add(&e->scrape_time, clock_mono() - start);
	pthread_mutex_unlock(&e->page);
	return true;
}

struct look {
	const struct live_cursor *since;
	int64_t mono;
};

/* For at most a tenth of the time. */
static void
look(struct exporter *e, void *arg)
{
	const struct look *l = arg;
	int64_t start = clock_mono();

	registry_expire(e->registry, l->mono);
	live_copy(&e->live, e->registry, &e->history, e->run, l->since, l->mono);
	e->own.registry = registry_counts(e->registry);
	e->state = (struct live_state){ e->own.registry.points, e->own.bad_lines,
		e->own.registry.refused, e->ended };
	e->next_look = l->mono + 10 * (clock_mono() - start);
}

bool
exporter_live(struct exporter *e, struct span since, int64_t mono, struct buf *out)
{
	struct live_cursor c = { 0 };
	struct look l = { since.n ? &c : NULL, mono };

	if (since.n && !live_read_cursor(since, &c))
		return false;
	pthread_mutex_lock(&e->look);
	if (mono >= e->next_look)
		between(e, look, &l);
	else
		live_clear(&e->live, &c, mono);
	live_put(out, &e->live, &e->state);
	if (e->live.reset)
		live_free(&e->live);	/* few are as large */
	pthread_mutex_unlock(&e->look);
	return true;
}

static void
copy_structure(struct exporter *e, void *arg)
{
	snapshot_structure(arg, e->registry);
}

void
exporter_structure(struct exporter *e, struct snapshot *s)
{
	between(e, copy_structure, s);
}

static void
count(struct exporter *e, void *arg)
{
	struct exporter_counts *c = arg;

	*c = (struct exporter_counts){ e->own.lines, e->own.bad_lines, e->own.bytes,
		atomic_load(&e->scrapes), registry_counts(e->registry) };
}

struct exporter_counts
exporter_counts(struct exporter *e)
{
	struct exporter_counts c;

	between(e, count, &c);
	return c;
}
