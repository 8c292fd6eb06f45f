#ifndef SOURCE_TRACK_H
#define SOURCE_TRACK_H

#include "can/stamp.h"
#include "source/source.h"

/* A recording on the line of absolute time: a source, and what its times mean. */

struct track_options {
	struct source_options source;
	enum stamp_mode mode;	/* of candump logs; NONE of all */
	bool started;		/* start is given: what relative times count from */
	int64_t start;
};

/* What relative times were found to count from. */
enum track_origin {
	TRACK_UNKNOWN,		/* not asked for so far */
	TRACK_GIVEN,		/* the start of the options */
	TRACK_MODIFIED,		/* the file's modification time less its length */
	TRACK_PRESENT,		/* the moment that was asked: standard input, or no sensible file time */
};

struct track {
	struct source s;
	const char *path;		/* borrowed; NULL: standard input */
	const struct track_options *o;	/* borrowed */
	int64_t ns;			/* of the frame being given, since 1970 */
	struct stamp stamp;
	enum track_origin origin;
	uint64_t back;			/* frames whose time is before that of the one before */
	bool begun, held, relative_told, timeless_told;
	int64_t read_at;		/* the time that a frame without one was given last */
};

/* 0, or an errno; nothing is to be closed then. */
int track_open(struct track *t, const char *path, const struct track_options *o);
void track_close(struct track *t);
/*
 * As source_next(), with t->ns for a FRAME. Once, before the frame that it is about: RELATIVE
 * (t->stamp.start was found as t->origin says, not given) and TIMELESS. Frames without a time get
 * the time of reading, at least a microsecond apart, so that they stay different points.
 */
enum source_result track_next(struct track *t, bool wait);
/*
 * Behind a FRAME: as source_run(), where the times of lines are absolute; t->ns is that of the
 * last one then. What limits->from says does not matter: lines before t->ns are not among them.
 */
struct can_run track_run(struct track *t, const struct can_run_limits *limits, struct span *piece);
/*
 * Goes on shortly before the first frame that is not before ns, where the file allows to look for
 * it by halving: a few dozen reads whatever its size. The frames are taken to be in order of time.
 * To be called after a FRAME, which is then done with; false when nothing has changed.
 */
bool track_seek(struct track *t, int64_t ns);

#endif
