#ifndef POINT_FIT_H
#define POINT_FIT_H

#include "point/point.h"

/*
 * Whether the databases fit the frames at all: looks at the first FIT_FRAMES data frames, or fewer
 * when one of them is known, or there are no more.
 */
enum { FIT_FRAMES = 1000, FIT_IDS = 256 };

struct fit {
	const struct point *point;	/* borrowed, as what it was made of */
	const struct point_options *o;
	unsigned frames;
	bool done;
	struct fit_id {
		uint32_t id;
		bool extended;
	} id[FIT_IDS];		/* different ones */
	unsigned ids;
	struct frame frame;
};

void fit_init(struct fit *f, const struct point *p, const struct point_options *o);

/*
 * Whole lines of candump. True once, when no database has a message for any of the first frames:
 * what there is to say about it, a line without its end, is then appended to out.
 */
bool fit_lines(struct fit *f, struct span lines, struct buf *out);

/* One without its newline. */
void fit_line(struct fit *f, struct span line);

/* At the end of the input: the same of all frames, where there were fewer than FIT_FRAMES. */
bool fit_end(struct fit *f, struct buf *out);

#endif
