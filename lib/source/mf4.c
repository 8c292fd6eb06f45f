#include "source/mf4.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "base/gzip.h"
#include "base/mem.h"
#include "source/mf4_lane.h"
#include "source/readers.h"

enum {
	LANES_MAX = 1024,		/* data groups with frames */
	BUFFERS = 24 << 20,		/* bytes that are read ahead, of all of them */
	CHUNK_MIN = 16 << 10, CHUNK_MAX = 4 << 20,
};

static const char want_version[] = "a file of MDF 4; older versions are not read";
static const char want_mdf[] = "a file of MDF 4";
static const char want_lanes[] = "at most 1024 data groups with frames";
static const char want_time[] = "a time within 292 years";

struct state {
	struct mf4_file file;
	struct source_window window;
	struct mf4_tree tree;
	struct mf4_scratch scratch;
	struct mf4_lane *lane;
	size_t lanes;
	/* Those with a record to give, the earliest one first: a heap. */
	struct mf4_lane **heap;
	size_t heaped, begun;
	bool begun_top;			/* the earliest one was given: it is to go on */
	unsigned notes;			/* as far as they were told */
	int64_t start;
};

static enum source_sniff
sniff(const struct source_reader *self, const struct source_head *head)
{
	enum source_sniff finished = source_sniff_text(head->bytes, "MDF     ");
	enum source_sniff open = source_sniff_text(head->bytes, "UnFinMF ");

	(void)self;
	return finished != SOURCE_NO ? finished : open;
}

/* mf4_file.get */
static bool
get(void *arg, uint64_t at, size_t n, struct span *p)
{
	struct source *s = arg;
	struct state *st = s->state;

	return source_window_at(s, &st->window, at, n, p) == SOURCE_DATA;
}

/* The start is a date and a time of day, as if it were UTC. */
static int64_t
from_local(int64_t ns)
{
	time_t t = ns / CLOCK_SECOND;
	struct tm tm;
	struct calendar c;

	if (!gmtime_r(&t, &tm))
		return ns;
	c = (struct calendar){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, ns % CLOCK_SECOND };
	calendar_local(&c, &ns);
	return ns;
}

/* How many streams a data group is read through: 0 where it has no frames. */
static size_t
streams_of(const struct mf4_tree *t, const struct mf4_data_group *d)
{
	const struct mf4_group *g;
	bool frames = false;
	size_t n = 1, i;

	for (i = d->first; i < d->first + d->groups; i++) {
		g = &t->group[i];
		frames |= g->event != MF4_NO_EVENT && g->event != MF4_VLSD;
		n += g->storage == MF4_IN_BLOCK;
	}
	return frames ? n : 0;
}

/* Counts the records of data groups without frames, by the length of what they have. */
static void
count_others(struct source *s, const struct mf4_data_group *d)
{
	struct state *st = s->state;
	const struct mf4_group *g;
	struct mf4_chain c;
	uint64_t size, n = 0;

	if (!d->groups)
		return;
	g = &st->tree.group[d->first];
	size = d->id_size + (uint64_t)g->size + g->invalid;
	mf4_chain_init(&c, &st->file, &st->tree, d->data);
	while (mf4_chain_more(&c))
		n = size ? c.size / size : 0;
	mf4_chain_free(&c);
	source_others(s, g->kind ? g->kind : "other records", n);
}

static void
make_lanes(struct source *s)
{
	struct state *st = s->state;
	struct mf4_tree *t = &st->tree;
	size_t i, streams = 1, chunk;

	for (i = 0; i < t->datas; i++)
		streams += streams_of(t, &t->data[i]);
	chunk = BUFFERS / streams;
	chunk = chunk < CHUNK_MIN ? CHUNK_MIN : chunk > CHUNK_MAX ? CHUNK_MAX : chunk;
	st->lane = mem_zero(streams, sizeof *st->lane);
	st->heap = mem_zero(streams, sizeof (struct mf4_lane *));
	for (i = 0; i < t->datas; i++) {
		if (!streams_of(t, &t->data[i]))
			count_others(s, &t->data[i]);
		else if (st->lanes == LANES_MAX)
			mf4_tree_note(t, t->data[i].at, want_lanes);
		else
			mf4_lane_init(&st->lane[st->lanes++], &st->file, t, &t->data[i], &st->scratch,
			    chunk);
	}
}

static enum source_result
failed(struct source *s)
{
	if (!s->err)
		s->err = EIO;
	return SOURCE_FAILED;
}

static enum source_result
begin(struct source *s, bool wait)
{
	struct state *st = s->state;
	unsigned version, unfinished;
	struct span p;
	enum source_result r = source_window_at(s, &st->window, 0, MF4_HEADER, &p);

	(void)wait;
	if (r == SOURCE_FAILED)
		return r;
	if (!mf4_header(p, &version, &unfinished)) {
		if (s->counts.damaged)
			return SOURCE_END;
		return source_damage(s, version ? want_version : want_mdf);
	}
	st->file = (struct mf4_file){ .size = s->size, .unfinished = unfinished, .get = get, .arg = s };
	mf4_tree_read(&st->tree, &st->file);
	st->start = st->tree.start;
	s->relative = !st->start;
	if (st->tree.local && st->start)
		st->start = from_local(st->start);
	make_lanes(s);
	return st->file.failed ? failed(s) : SOURCE_DATA;
}

static bool
earlier(const struct mf4_lane *a, const struct mf4_lane *b)
{
	return a->ns < b->ns || (a->ns == b->ns && a < b);
}

static void
swap(struct mf4_lane **a, struct mf4_lane **b)
{
	struct mf4_lane *t = *a;

	*a = *b;
	*b = t;
}

/* Puts the first one of the heap into its place. */
static void
sink(struct state *st)
{
	size_t i = 0, least;

	for (;; i = least) {
		least = i;
		if (2 * i + 1 < st->heaped && earlier(st->heap[2 * i + 1], st->heap[least]))
			least = 2 * i + 1;
		if (2 * i + 2 < st->heaped && earlier(st->heap[2 * i + 2], st->heap[least]))
			least = 2 * i + 2;
		if (least == i)
			return;
		swap(&st->heap[i], &st->heap[least]);
	}
}

static void
rise(struct state *st)
{
	size_t i = st->heaped - 1;

	for (; i && earlier(st->heap[i], st->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&st->heap[i], &st->heap[(i - 1) / 2]);
}

/*
 * Takes a lane to its next record. DATA: it has one; END: it has no more; others are to be given,
 * and the same is to be done again.
 */
static enum source_result
advance(struct source *s, struct mf4_lane *l)
{
	for (;;) {
		switch (mf4_lane_next(l)) {
		case MF4_READY:
			return SOURCE_DATA;
		case MF4_OTHER:
			source_record(s);
			source_other(s, l->kind);
			break;
		case MF4_SKIP:
			source_record(s);
			s->offset = l->place;
			return source_skip(s, l->expected);
		case MF4_DAMAGE:
			s->offset = l->place;
			return source_damage(s, l->expected);
		case MF4_END:
			return SOURCE_END;
		}
	}
}

/* Makes the first lane of the heap the one with the earliest record. */
static enum source_result
settle(struct source *s)
{
	struct state *st = s->state;
	enum source_result r;

	while (st->begun < st->lanes) {
		r = advance(s, &st->lane[st->begun]);
		if (r != SOURCE_DATA && r != SOURCE_END)
			return r;
		if (r == SOURCE_DATA) {
			st->heap[st->heaped++] = &st->lane[st->begun];
			rise(st);
		}
		st->begun++;
	}
	if (!st->begun_top)
		return SOURCE_DATA;
	r = advance(s, st->heap[0]);
	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	st->begun_top = false;
	if (r == SOURCE_END)
		st->heap[0] = st->heap[--st->heaped];
	if (st->heaped > 1)
		sink(st);
	return SOURCE_DATA;
}

/* What is wrong with the tree; a link may lead anywhere. */
static enum source_result
tell(struct source *s, const struct mf4_note *n)
{
	s->offset = n->at < s->size ? n->at : s->size;
	return source_damage(s, n->expected);
}

static enum source_result
take(struct source *s, struct mf4_lane *l)
{
	struct state *st = s->state;
	unsigned bus = 0;
	const char *why;

	source_record(s);
	why = mf4_lane_frame(l, &s->frame, &bus);
	if (!why && __builtin_add_overflow(l->ns, st->start, &s->frame.ns))
		why = want_time;
	if (why) {
		s->offset = mf4_stream_place(&l->stream);
		return source_skip(s, why);
	}
	if (l->timeless) {
		s->frame.ns = 0;
		s->frame.flags |= FRAME_NO_TIME;
	}
	source_bus(s, bus);
	return SOURCE_FRAME;
}

static enum source_result
next(struct source *s, bool wait)
{
	struct state *st = s->state;
	enum source_result r;

	(void)wait;
	r = settle(s);
	if (st->file.failed)
		return failed(s);
	if (st->notes < st->tree.notes && r == SOURCE_DATA)
		return tell(s, &st->tree.note[st->notes++]);
	if (r != SOURCE_DATA)
		return r;
	if (!st->heaped)
		return SOURCE_END;
	st->begun_top = true;
	return take(s, st->heap[0]);
}

static void
end(struct source *s)
{
	struct state *st = s->state;
	size_t i;

	for (i = 0; i < st->lanes; i++)
		mf4_lane_free(&st->lane[i]);
	free(st->lane);
	free(st->heap);
	mf4_tree_free(&st->tree);
	mf4_scratch_free(&st->scratch);
	source_window_free(&st->window);
}

const struct source_reader source_mf4 = {
	.name = "mf4",
	.about = "ASAM MDF 4 with bus logging, of CANedge and other loggers",
	.sniff = sniff,
	.open = begin,
	.next = next,
	.close = end,
	.state = sizeof (struct state),
	.seeks = true,
};
