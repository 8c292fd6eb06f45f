#include "source/mf4_lane.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/load.h"
#include "base/mem.h"

enum {
	LOW = 256,			/* ids that are looked up at once */
	DATA_BEHIND = 64,		/* bytes of a frame in the record behind its own */
	CHAIN = 6,			/* records in a row that make sense */
	CHAIN_VIEW = 64 << 10,
	VLSD_LIKELY = 4096,		/* bytes of a record of variable length: of frames, or searching */
};

static const char want_rest[] = "the rest of a record: the data ends in it";
static const char want_record[] = "a record of one of the channel groups";
static const char want_count[] = "as many records as the channel group says it has";
static const char want_time[] = "a time within 146 years";
static const char want_data[] = "data that is in the file";
static const char want_small[] = "records of at most 1 MiB";

static int
order(const void *a, const void *b, void *arg)
{
	const struct mf4_group *g = arg;
	uint64_t x = g[*(const uint32_t *)a].id, y = g[*(const uint32_t *)b].id;

	return x < y ? -1 : x > y;
}

/* The number of the VLSD group that a group's data is in. */
static size_t
vlsd_of(const struct mf4_lane *l, const struct mf4_group *g)
{
	size_t i = 0;

	while (i < l->data->groups && (l->group[i].at != g->link || l->group[i].event != MF4_VLSD))
		i++;
	return i;
}

void
mf4_lane_init(struct mf4_lane *l, struct mf4_file *f, struct mf4_tree *t,
    struct mf4_data_group *d, struct mf4_scratch *scratch, size_t chunk)
{
	struct mf4_group *g;
	uint32_t i;

	*l = (struct mf4_lane){ .file = f, .tree = t, .data = d, .group = t->group + d->first };
	mf4_chain_init(&l->chain, f, t, d->data);
	if (!d->id_size && d->groups && (uint64_t)l->group[0].size + l->group[0].invalid
	    <= MF4_RECORD_MAX)
		l->chain.row = l->group[0].size + l->group[0].invalid;
	l->stream = (struct mf4_stream){ .chain = &l->chain, .scratch = scratch, .chunk = chunk };
	l->progress = mem_zero(d->groups, sizeof *l->progress);
	l->by_id = mem_zero(d->groups, sizeof *l->by_id);
	for (i = 0; i < d->groups; i++) {
		g = &l->group[i];
		l->by_id[i] = i;
		if (g->id < LOW && i < UINT16_MAX)
			l->low[g->id] = (uint16_t)(i + 1);
		if (g->storage == MF4_IN_GROUP) {
			l->progress[i].vlsd = vlsd_of(l, g);
			if (l->progress[i].vlsd < d->groups)
				l->progress[l->progress[i].vlsd].of_frames = true;
		}
		if (g->event != MF4_NO_EVENT && g->event != MF4_VLSD
		    && (uint64_t)g->size + g->invalid > MF4_RECORD_MAX) {
			mf4_tree_note(t, g->at, want_small);
			g->event = MF4_NO_EVENT;
		}
	}
	qsort_r(l->by_id, d->groups, sizeof *l->by_id, order, l->group);
}

void
mf4_lane_free(struct mf4_lane *l)
{
	size_t i;

	for (i = 0; l->progress && i < l->data->groups; i++) {
		mf4_stream_free(&l->progress[i].away);
		mf4_chain_free(&l->progress[i].chain);
	}
	free(l->progress);
	free(l->by_id);
	mf4_stream_free(&l->stream);
	mf4_chain_free(&l->chain);
}

bool
mf4_lane_group(const struct mf4_lane *l, const char *p, size_t *group)
{
	size_t lo = 0, hi = l->data->groups, mid;
	uint64_t id;

	switch (l->data->id_size) {
	case 0:
		*group = 0;
		return hi > 0;
	case 1:
		id = load_u8(p);
		break;
	case 2:
		id = load_le16(p);
		break;
	case 4:
		id = load_le32(p);
		break;
	default:
		id = load_le64(p);
	}
	if (id < LOW) {
		*group = l->low[id] - 1u;
		return l->low[id];
	}
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		*group = l->by_id[mid];
		if (l->group[*group].id == id)
			return true;
		if (l->group[*group].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static bool
is_frame(const struct mf4_group *g)
{
	return g->event != MF4_NO_EVENT && g->event != MF4_VLSD;
}

static enum mf4_lane_step
damage(struct mf4_lane *l, uint64_t place, const char *expected)
{
	l->place = place;
	l->expected = expected;
	l->told = true;
	return MF4_DAMAGE;
}

static bool
is_zero(struct span p)
{
	return !p.n || (!*p.p && !memcmp(p.p, p.p + 1, p.n - 1));
}

/* Whether nothing but zeroes follows: room that a logger had made. That is the end then. */
static bool
only_zeroes(struct mf4_lane *l)
{
	uint64_t pos = mf4_stream_tell(&l->stream);
	struct span v;

	if (pos < l->nonzero)
		return false;
	for (;;) {
		v = mf4_stream_view(&l->stream, 1);
		l->ended = !v.n;
		if (l->ended || !is_zero(v))
			break;
		mf4_stream_skip(&l->stream, v.n);
	}
	l->nonzero = mf4_stream_tell(&l->stream);
	if (!l->ended)
		mf4_stream_seek(&l->stream, pos);
	return l->ended;
}

/* What a record says of itself while one is looked for: its size. False: it is unlikely. */
static bool
likely(const struct mf4_lane *l, struct span v, size_t *size)
{
	size_t head = l->data->id_size, n;
	const struct mf4_group *g;
	int64_t ns;

	if (v.n < head + 4 || !mf4_lane_group(l, v.p, &n))
		return false;
	g = &l->group[n];
	if (g->event == MF4_VLSD) {
		*size = head + 4 + load_le32(v.p + head);
		return *size <= VLSD_LIKELY;
	}
	*size = head + g->size + g->invalid;
	if (*size > CHAIN_VIEW / CHAIN)
		return false;
	if (!is_frame(g) || v.n < *size || g->clock == MF4_NO_CLOCK)
		return true;
	return mf4_time(g, v.p + head, 0, &ns) && (g->clock == MF4_COUNT
	    || (ns < l->ns + 86400 * CLOCK_SECOND && ns > l->ns - 86400 * CLOCK_SECOND));
}

/* Records follow each other here; whole: the data ends with v. */
static bool
is_chain(const struct mf4_lane *l, struct span v)
{
	unsigned i;
	size_t size;

	for (i = 0; i < CHAIN; i++) {
		if (i && !v.n)
			return true;
		if (!likely(l, v, &size) || size > v.n)
			return false;
		v = span_of(v.p + size, v.n - size);
	}
	return true;
}

/* Goes to the next place from which on records make sense. */
static void
search(struct mf4_lane *l)
{
	struct span v;
	size_t i;

	for (;;) {
		v = mf4_stream_view(&l->stream, CHAIN_VIEW);
		for (i = 0; i < v.n && !is_chain(l, span_of(v.p + i, v.n - i)); i++)
			if (v.n >= CHAIN_VIEW && i > v.n - CHAIN_VIEW / 2)
				break;
		mf4_stream_skip(&l->stream, i);
		if (i < v.n && is_chain(l, span_of(v.p + i, v.n - i)))
			return;
		if (v.n < CHAIN_VIEW && !mf4_stream_leap(&l->stream))
			return;
	}
}

/* Behind a part that could not be read, or that makes no sense. */
static void
resume(struct mf4_lane *l)
{
	size_t i, size;

	for (i = 0; i < l->data->groups; i++)
		l->progress[i].unsure = true;
	if (l->data->id_size) {
		search(l);
		return;
	}
	size = l->group[0].size + l->group[0].invalid;
	if (size && mf4_stream_tell(&l->stream) % size)
		mf4_stream_skip(&l->stream, size - mf4_stream_tell(&l->stream) % size);
}

/* A view was too short: it ended in a gap, in half a record, or as it should. */
static enum mf4_lane_step
short_view(struct mf4_lane *l, struct span v)
{
	uint64_t place = mf4_stream_place(&l->stream);
	bool zero = is_zero(v);

	if (mf4_stream_leap(&l->stream)) {
		l->told = true;		/* what made the gap was noted */
		resume(l);
		return MF4_READY;
	}
	l->ended = true;
	return zero || l->file->failed ? MF4_READY : damage(l, place, want_rest);
}

/* No group has such a record. */
static enum mf4_lane_step
unknown(struct mf4_lane *l)
{
	uint64_t place = mf4_stream_place(&l->stream);

	if (only_zeroes(l))
		return MF4_READY;
	resume(l);
	return damage(l, place, want_record);
}

/* A record of a VLSD group; its bytes are kept for the frame that comes behind it. */
static enum mf4_lane_step
take_vlsd(struct mf4_lane *l, struct mf4_lane_progress *p, size_t group)
{
	size_t head = l->data->id_size + 4;
	struct span v = mf4_stream_view(&l->stream, head);
	uint32_t n = load_le32(v.p + head - 4);

	if (n > (p->of_frames ? VLSD_LIKELY : l->file->size))
		return unknown(l);
	p->had = n <= sizeof p->bytes;
	if (p->had) {
		v = mf4_stream_view(&l->stream, head + n);
		if (v.n < head + n)
			return short_view(l, v);
		memcpy(p->bytes, v.p + head, n <= 8 ? 8 : n);
		p->n = n;
	}
	p->key = p->next;
	p->next += l->file->unfinished & MF4_OFFSETS ? 1 : 4 + (uint64_t)n;
	p->records++;
	l->before = group + 1;
	mf4_stream_skip(&l->stream, head + n);
	return MF4_READY;
}

static enum mf4_lane_step
take_other(struct mf4_lane *l, const struct mf4_group *g, struct mf4_lane_progress *p)
{
	struct span v;

	if (l->size <= MF4_RECORD_MAX) {
		v = mf4_stream_view(&l->stream, (size_t)l->size);
		if (v.n < l->size)
			return short_view(l, v);
	}
	mf4_stream_skip(&l->stream, l->size);
	p->records++;
	l->before = 0;
	l->kind = g->kind;
	return MF4_OTHER;
}

static enum mf4_lane_step
take_frame(struct mf4_lane *l, const struct mf4_group *g, struct mf4_lane_progress *p)
{
	size_t behind = g->storage == MF4_IN_GROUP ? l->data->id_size + 4u + DATA_BEHIND : 0;
	struct span v = mf4_stream_view(&l->stream, (size_t)l->size + behind);
	const char *record = v.p + l->data->id_size;
	bool open = l->file->unfinished & (MF4_CYCLES | MF4_DATA_LENGTH) || p->records >= g->cycles;

	if (v.n < l->size)
		return short_view(l, v);
	if (open && !l->data->id_size && is_zero(span_of(record, g->size))) {
		if (only_zeroes(l))
			return MF4_READY;
		v = mf4_stream_view(&l->stream, (size_t)l->size + behind);
		record = v.p;
	}
	l->standing = true;
	l->timeless = g->clock == MF4_NO_CLOCK;
	if (!l->timeless && !mf4_time(g, record, p->records, &l->ns)) {
		l->place = mf4_stream_place(&l->stream);
		l->expected = want_time;
		return MF4_SKIP;
	}
	return MF4_READY;
}

/* At the end: whether there were as many records as was said. */
static enum mf4_lane_step
check(struct mf4_lane *l)
{
	const struct mf4_group *g;

	while (l->checked < l->data->groups && !l->told && !(l->file->unfinished & MF4_CYCLES)) {
		g = &l->group[l->checked];
		if (g->event != MF4_VLSD && l->progress[l->checked].records != g->cycles)
			return damage(l, g->at, want_count);
		l->checked++;
	}
	return MF4_END;
}

/* Goes on to the next record. READY without standing at one: call again. */
static enum mf4_lane_step
step(struct mf4_lane *l)
{
	size_t head = l->data->id_size, group = 0;
	struct span v = mf4_stream_view(&l->stream, head + (head ? 4 : 1));
	struct mf4_group *g;

	if (v.n < head + (head ? 0 : 1) || !v.n)
		return short_view(l, v);
	if (!mf4_lane_group(l, v.p, &group))
		return unknown(l);
	g = &l->group[group];
	l->at = group;
	l->size = head + (uint64_t)g->size + g->invalid;
	l->ended = !l->size;
	if (l->ended)
		return MF4_READY;
	if (g->event == MF4_VLSD)
		return v.n < head + 4 ? short_view(l, v) : take_vlsd(l, &l->progress[group], group);
	if (!is_frame(g))
		return take_other(l, g, &l->progress[group]);
	return take_frame(l, g, &l->progress[group]);
}

enum mf4_lane_step
mf4_lane_next(struct mf4_lane *l)
{
	enum mf4_lane_step r = MF4_READY;

	if (l->standing) {
		mf4_stream_skip(&l->stream, l->size);
		l->progress[l->at].records++;
		l->standing = false;
		l->before = 0;
	}
	while (r == MF4_READY && !l->standing)
		r = l->ended ? check(l) : step(l);
	return r;
}

const char *
mf4_lane_frame(struct mf4_lane *l, struct frame *f, unsigned *bus)
{
	const struct mf4_group *g = &l->group[l->at];
	struct span v = mf4_stream_view(&l->stream, (size_t)l->size), data = span_of("", 0);

	v = span_of(v.p + l->data->id_size, v.n - l->data->id_size);
	if (g->event == MF4_DATA_FRAME && !mf4_data_find(l, v, &data))
		return want_data;
	return mf4_frame(g, v.p, data, f, bus);
}
