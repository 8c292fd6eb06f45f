#include "source/feed.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/stop.h"

enum { MERGE_MEMORY = 8 << 20, CHUNK_LEAST = 32 << 10 };	/* bytes: of all lanes; of one read */

struct feed_lane {
	struct track track;
	const char *name;
	bool open, has;		/* has: a frame is waiting for its turn */
	bool sought;		/* from was looked for */
};

void
feed_init(struct feed *f, const struct feed_options *o, const char *const *path, size_t paths,
    struct source *live)
{
	*f = (struct feed){ .o = o, .path = path, .paths = paths, .live = live, .first = INT64_MAX,
		.newest = INT64_MIN, .from = INT64_MIN, .until = INT64_MAX };
	f->lanes = o->merge ? paths : paths ? 1 : 0;
	f->lane = mem_zero(f->lanes + 1, sizeof *f->lane);
}

static void
add_counts(struct source_counts *sum, const struct source_counts *c)
{
	sum->bytes += c->bytes;
	sum->lines += c->lines;
	sum->records += c->records;
	sum->blank += c->blank;
	sum->other += c->other;
	sum->skipped += c->skipped;
	sum->unterminated += c->unterminated;
	sum->damaged += c->damaged;
	sum->received += c->received;
	sum->lost += c->lost;
}

static void
add_kinds(struct feed *f, const struct source *s)
{
	struct source sum = { 0 };
	size_t i, k;

	memcpy(sum.kind, f->kind, sizeof sum.kind);
	for (i = 0; i < SOURCE_KINDS && s->kind[i].name; i++) {
		source_other(&sum, s->kind[i].name);
		for (k = 0; strcmp(sum.kind[k].name, s->kind[i].name) && k < SOURCE_KINDS - 1; k++)
			;
		sum.kind[k].count += s->kind[i].count - 1;
	}
	memcpy(f->kind, sum.kind, sizeof sum.kind);
}

static void
close_lane(struct feed *f, struct feed_lane *l)
{
	if (!l->open)
		return;
	add_counts(&f->counts, &l->track.s.counts);
	add_kinds(f, &l->track.s);
	f->back += l->track.back;
	track_close(&l->track);
	l->open = l->has = false;
}

void
feed_close(struct feed *f)
{
	size_t i;

	for (i = 0; i < f->lanes; i++)
		close_lane(f, &f->lane[i]);
	if (f->live) {
		add_counts(&f->counts, &f->live->counts);
		add_kinds(f, f->live);
		source_close(f->live);
	}
	f->live = NULL;
	free(f->lane);
	f->lane = NULL;
	f->lanes = 0;
}

/* What is given next is about this lane. */
static void
about(struct feed *f, struct feed_lane *l)
{
	f->current = l;
	f->track = &l->track;
	f->source = &l->track.s;
	f->name = l->name;
	f->err = l->track.s.err;
}

/* Opens the next path into a lane. True, or FAILED is due. */
static bool
open_lane(struct feed *f, struct feed_lane *l)
{
	const char *path = f->path[f->opened++];
	size_t chunk = MERGE_MEMORY / f->lanes;

	*l = (struct feed_lane){ .name = path ? path : "standard input" };
	f->err = track_open(&l->track, path, &f->o->track);
	f->source = NULL;
	f->name = l->name;
	if (f->err)
		return false;
	if (f->lanes > 1 && chunk < LINEIN_READ)
		input_chunk(&l->track.s.input, chunk < CHUNK_LEAST ? CHUNK_LEAST : chunk);
	l->open = true;
	return true;
}

static int64_t
edge(const struct feed_edge *e, int64_t start, int64_t none)
{
	int64_t ns = e->ns;

	if (!e->given)
		return none;
	if (e->relative && __builtin_add_overflow(start, e->ns, &ns))
		return INT64_MAX;
	return ns;
}

/* start: the time of the first frame of all. */
static void
fix_edges(struct feed *f, int64_t start)
{
	f->edges_known = true;
	f->from = edge(&f->o->from, start, INT64_MIN);
	f->until = edge(&f->o->until, start, INT64_MAX);
}

/*
 * Whether a lane's frame is to be given. Where it is before `from`, the lane may have gone on to
 * there; where it is far behind `until`, the lane is closed.
 */
static bool
is_within(struct feed *f, struct feed_lane *l)
{
	int64_t ns = l->track.ns;

	if (!f->edges_known)
		fix_edges(f, ns);
	if (ns >= f->from && ns <= f->until)
		return true;
	f->outside++;
	if (ns < f->from && !l->sought) {
		l->sought = true;
		track_seek(&l->track, f->from);
	} else if (ns > f->until && ns - f->until > FEED_SLACK) {
		close_lane(f, l);
	}
	return false;
}

static enum source_result
give_frame(struct feed *f, struct feed_lane *l)
{
	int64_t ns = l->track.ns;

	about(f, l);
	f->first = ns < f->first ? ns : f->first;
	f->newest = ns > f->newest ? ns : f->newest;
	f->frames++;
	if (__builtin_add_overflow(ns, f->offset, &f->ns))
		f->ns = INT64_MAX;
	return SOURCE_FRAME;
}

/* A result of a lane's that is no frame: IDLE and WAKE are about all of them. */
static enum source_result
give_other(struct feed *f, struct feed_lane *l, enum source_result r)
{
	about(f, l);
	if (r == SOURCE_FAILED)
		f->err = l->track.s.err;
	return r;
}

/* A file that has an end of its own. */
static bool
has_end(const struct feed_lane *l)
{
	const struct input *in = &l->track.s.input;

	return in->regular && !in->follow;
}

/* As track_next(); END after a signal also where a format seeks: it never waits, nor sees one. */
static enum source_result
next_of(struct feed *f, struct feed_lane *l, bool wait)
{
	bool seeks = l->track.s.file >= 0;
	enum source_result r = seeks && stop_wanted() ? SOURCE_END : track_next(&l->track, wait);

	f->cut |= r == SOURCE_END && stop_wanted()
	    && (seeks || (input_stopped(&l->track.s.input) && has_end(l)));
	return r;
}

/* A followed file was truncated, or has a successor: the same path is opened once more. */
static enum source_result
reopen(struct feed *f, struct feed_lane *l)
{
	close_lane(f, l);
	f->opened--;
	return SOURCE_REPLACED;
}

/* The recordings one after the other. END when all were read. */
static enum source_result
in_turn(struct feed *f, bool wait)
{
	struct feed_lane *l = f->lane;
	enum source_result r;

	for (;;) {
		if (!l->open && (f->opened == f->paths || stop_wanted()))
			return SOURCE_END;
		if (!l->open && !open_lane(f, l))
			return SOURCE_FAILED;
		r = next_of(f, l, wait);
		if (r == SOURCE_END && input_replaced(&l->track.s.input) && !stop_wanted())
			return reopen(f, l);
		if (r == SOURCE_END)
			close_lane(f, l);
		else if (r != SOURCE_FRAME)
			return give_other(f, l, r);
		else if (is_within(f, l))
			return give_frame(f, l);
	}
}

/* The lane whose waiting frame is the oldest, of equal ones the first; NULL when there is none. */
static struct feed_lane *
oldest(struct feed *f)
{
	struct feed_lane *best = NULL;
	size_t i;

	for (i = 0; i < f->lanes; i++)
		if (f->lane[i].has && (!best || f->lane[i].track.ns < best->track.ns))
			best = &f->lane[i];
	return best;
}

/* Makes every open lane have a frame; DATA then, or what one of them says. */
static enum source_result
fill_lanes(struct feed *f, bool wait)
{
	enum source_result r;
	size_t i;

	for (i = 0; i < f->lanes; i++) {
		struct feed_lane *l = &f->lane[i];

		if (i >= f->opened && !open_lane(f, l))
			return SOURCE_FAILED;
		while (l->open && !l->has) {
			r = next_of(f, l, wait);
			if (r == SOURCE_END)
				close_lane(f, l);
			else if (r != SOURCE_FRAME)
				return give_other(f, l, r);
			l->has = r == SOURCE_FRAME;
		}
	}
	return SOURCE_DATA;
}

/* After a signal a file is not read on, but what is in a pipe is. */
static bool
is_over(const struct feed *f)
{
	size_t i;

	for (i = 0; i < f->lanes; i++)
		if (f->lane[i].open && !f->lane[i].track.s.input.regular)
			return false;
	return stop_wanted();
}

/*
 * The recordings in order of time. Only the lane whose frame was given needs another one: so the
 * frame, and the line that it was, stay where they are until then.
 */
static enum source_result
merged(struct feed *f, bool wait)
{
	enum source_result r;
	struct feed_lane *l;

	for (;;) {
		r = fill_lanes(f, wait);
		if (r != SOURCE_DATA)
			return r;
		l = oldest(f);
		if (!l)
			return SOURCE_END;
		if (is_over(f)) {
			f->cut = true;
			return SOURCE_END;
		}
		l->has = false;
		if (is_within(f, l))
			return give_frame(f, l);
	}
}

/* Another round, its times behind those of the last one by as much as frames are apart. */
static bool
next_round(struct feed *f)
{
	size_t i;

	for (i = 0; i < f->lanes; i++)
		close_lane(f, &f->lane[i]);
	if (++f->round == f->o->rounds || !f->frames)
		return false;
	f->cut |= stop_wanted();
	if (f->cut)
		return false;
	f->offset += f->newest - f->first
	    + (f->frames > 1 ? (f->newest - f->first) / (int64_t)(f->frames - 1) : CLOCK_SECOND);
	f->opened = 0;
	f->frames = 0;
	return true;
}

static enum source_result
recorded(struct feed *f, bool wait)
{
	enum source_result r;

	do
		r = f->o->merge ? merged(f, wait) : in_turn(f, wait);
	while (r == SOURCE_END && next_round(f));
	return r;
}

enum source_result
feed_next(struct feed *f, bool wait)
{
	enum source_result r = SOURCE_END;

	/* A file that cannot be read further is done with once that was said. */
	if (f->current && f->err)
		close_lane(f, f->current);
	f->current = NULL;
	if (!f->live_now && f->paths)
		r = recorded(f, wait);
	if (r != SOURCE_END || !f->live || (stop_wanted() && !f->live_now))
		return r;
	f->live_now = true;
	f->track = NULL;
	f->source = f->live;
	f->name = f->live->reader->name;
	r = source_next(f->live, wait);
	f->err = f->live->err;
	f->ns = f->live->frame.ns;
	return r;
}

bool
feed_interrupted(const struct feed *f)
{
	bool left = f->cut || f->opened < f->paths;
	size_t i;

	for (i = 0; i < f->lanes; i++)
		left |= f->lane[i].open && has_end(&f->lane[i]);
	return left && f->o->rounds && stop_wanted();
}

uint64_t
feed_run(struct feed *f, uint64_t count, bool nanoseconds, struct span *piece)
{
	const struct can_run_limits limits = { .until = f->until, .count = count,
		.nanoseconds = nanoseconds };
	struct can_run r;

	if (!f->current || f->lanes != 1 || f->offset)
		return 0;
	r = track_run(&f->current->track, &limits, piece);
	if (r.count) {
		f->ns = r.ns;
		f->newest = r.ns > f->newest ? r.ns : f->newest;
		f->frames += r.count;
	}
	return r.count;
}

struct source_counts
feed_counts(const struct feed *f)
{
	struct source_counts sum = f->counts;
	size_t i;

	for (i = 0; i < f->lanes; i++)
		if (f->lane[i].open)
			add_counts(&sum, &f->lane[i].track.s.counts);
	if (f->live)
		add_counts(&sum, &f->live->counts);
	return sum;
}

void
feed_progress(const struct feed *f, uint64_t *done, uint64_t *total)
{
	uint64_t size;
	struct stat st;
	size_t i;

	*done = f->counts.bytes;
	*total = 0;
	for (i = 0; i < f->paths; i++) {
		size = f->path[i] && stat(f->path[i], &st) == 0 && S_ISREG(st.st_mode)
		    ? (uint64_t)st.st_size : 0;
		if (!size) {
			*total = 0;
			return;
		}
		*total += size * f->o->rounds;
	}
	for (i = 0; i < f->lanes; i++)
		if (f->lane[i].open)
			*done += f->lane[i].track.s.counts.bytes;
}
