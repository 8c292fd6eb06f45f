#include "source/track.h"

#include <sys/stat.h>

#include "base/clock.h"

enum {
	PROBE = 64 << 10,	/* bytes read to see what time it is somewhere in the file */
	PROBE_MOST = 1 << 20,	/* and at most, where the lines there are no frames */
	APART = 1000,		/* ns between frames without a time */
};

int
track_open(struct track *t, const char *path, const struct track_options *o)
{
	*t = (struct track){ .path = path, .o = o };
	stamp_init(&t->stamp, o->mode, o->start);
	return source_open(&t->s, path, &o->source);
}

void
track_close(struct track *t)
{
	source_close(&t->s);
}

static bool
is_relative(struct track *t)
{
	t->stamp.counted = t->s.relative;
	return stamp_is_relative(&t->stamp, &t->s.frame);
}

/* The next frame, whatever else is there; false at the end. */
static bool
next_frame(struct track *t)
{
	enum source_result r;

	do
		r = track_next(t, true);
	while (r != SOURCE_FRAME && r != SOURCE_END && r != SOURCE_FAILED);
	return r == SOURCE_FRAME;
}

/* Goes to the last frames of a file, as far back as there are some. */
static void
near_end(struct track *t)
{
	uint64_t start = source_tell(&t->s), size = input_size(&t->s.input), back = PROBE;

	for (; size > start && back < size - start; back *= 8)
		if (source_jump(&t->s, size - back) && next_frame(t))
			return;
	source_jump(&t->s, start);
}

/* The time of the last frame, counted from the start of the recording: by reading it. */
static int64_t
length_of(const char *path, const struct track_options *o)
{
	struct track_options zero = *o;
	struct track t;

	zero.started = true;
	zero.source.follow = false;
	zero.start = 0;
	if (track_open(&t, path, &zero) != 0)
		return 0;
	if (next_frame(&t) && source_jumps(&t.s) && o->mode != STAMP_DELTA)
		near_end(&t);
	while (next_frame(&t))
		;
	track_close(&t);
	return t.ns;
}

static void
find_start(struct track *t)
{
	struct stat st;
	int64_t ns = 0;

	if (t->o->started) {
		t->origin = TRACK_GIVEN;
		return;
	}
	if (t->path && t->s.input.regular && stat(t->path, &st) == 0) {
		ns = st.st_mtim.tv_sec * CLOCK_SECOND + st.st_mtim.tv_nsec;
		ns -= length_of(t->path, t->o);
	}
	t->origin = ns >= STAMP_FIRST_ABSOLUTE ? TRACK_MODIFIED : TRACK_PRESENT;
	t->stamp.start = t->origin == TRACK_MODIFIED ? ns : clock_real();
}

/* The time of a frame that does not say it itself, or something to tell first. */
static enum source_result
resolve(struct track *t)
{
	int64_t now = t->s.now > t->read_at + APART ? t->s.now : t->read_at + APART;
	bool relative = is_relative(t);

	if (relative && t->origin == TRACK_UNKNOWN)
		find_start(t);
	if (relative && t->origin != TRACK_GIVEN && !t->relative_told) {
		t->relative_told = true;
		return SOURCE_RELATIVE;
	}
	if (t->s.frame.flags & FRAME_NO_TIME && !t->timeless_told) {
		t->timeless_told = true;
		return SOURCE_TIMELESS;
	}
	t->ns = stamp_resolve(&t->stamp, &t->s.frame, now);
	if (t->ns == now)
		t->read_at = now;
	return SOURCE_FRAME;
}

enum source_result
track_next(struct track *t, bool wait)
{
	enum source_result r = t->held ? SOURCE_FRAME : source_next(&t->s, wait);
	int64_t before = t->ns;

	if (r != SOURCE_FRAME)
		return r;
	if (!t->s.relative && stamp_is_plain(&t->stamp, &t->s.frame))
		t->ns = t->s.frame.ns;
	else
		r = resolve(t);
	t->held = r != SOURCE_FRAME;
	if (t->held)
		return r;
	t->back += t->begun && t->ns < before;
	t->begun = true;
	return SOURCE_FRAME;
}

struct can_run
track_run(struct track *t, const struct can_run_limits *limits, struct span *piece)
{
	struct can_run_limits own = *limits;
	struct can_run r = { 0 };

	if (t->s.relative || t->held || !stamp_is_plain(&t->stamp, &t->s.frame))
		return r;
	own.from = t->ns;
	r = source_run(&t->s, &own, piece);
	if (r.count)
		t->ns = r.ns;
	return r;
}

/* The time of the first frame at offset or a bit behind it. */
static bool
probe(struct track *t, uint64_t offset, int64_t *ns)
{
	enum source_result r;

	input_limit(&t->s.input, PROBE_MOST);
	if (!source_jump(&t->s, offset))
		return false;
	do
		r = source_next(&t->s, true);
	while (r != SOURCE_END && r != SOURCE_FAILED
	    && (r != SOURCE_FRAME || t->s.frame.flags & FRAME_NO_TIME));
	*ns = r == SOURCE_FRAME ? stamp_resolve(&t->stamp, &t->s.frame, 0) : 0;
	return r == SOURCE_FRAME;
}

/* A place between low and high, before the first frame that is not before ns. */
static uint64_t
halve(struct track *t, uint64_t low, uint64_t high, int64_t ns)
{
	int64_t there;

	while (high - low > 2 * PROBE) {
		uint64_t middle = low + (high - low) / 2;

		if (probe(t, middle, &there) && there < ns)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool
track_seek(struct track *t, int64_t ns)
{
	uint64_t low = source_tell(&t->s), high = input_size(&t->s.input);
	struct source_counts counts = t->s.counts;
	struct source_kind kind[SOURCE_KINDS];
	bool good;

	if (!source_jumps(&t->s) || t->stamp.mode == STAMP_DELTA || t->stamp.mode == STAMP_NONE
	    || high < low || high - low <= 2 * LINEIN_READ)
		return false;
	memcpy(kind, t->s.kind, sizeof kind);
	input_chunk(&t->s.input, PROBE);
	low = halve(t, low, high, ns);
	input_chunk(&t->s.input, LINEIN_READ);
	input_limit(&t->s.input, UINT64_MAX);
	good = source_jump(&t->s, low);
	/* What was only looked at is not counted. */
	counts.bytes = t->s.counts.bytes;
	t->s.counts = counts;
	memcpy(t->s.kind, kind, sizeof kind);
	return good;
}
