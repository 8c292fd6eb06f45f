#ifndef INFLUX_CHECKPOINT_H
#define INFLUX_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* How far an input is delivered, in a file that is replaced in one step. */
struct checkpoint_mark {
	uint64_t points;	/* lines that are neither comment nor blank */
	uint64_t hash;		/* of all of them, in their order */
};

struct checkpoint {
	struct checkpoint_mark head;	/* the first 1 MiB, or less when less is delivered */
	struct checkpoint_mark done;	/* delivered or rejected with all before them */
};

/* Appends the text of the file. */
void checkpoint_put(struct buf *out, const struct checkpoint *c);
/* False for anything that checkpoint_put() has not written, and *c is untouched. */
bool checkpoint_parse(struct span text, struct checkpoint *c);
/*
 * Reads path; a file that is not there gives zeroes. 0, or an errno; EBADMSG for a file that is no
 * checkpoint or is damaged.
 */
int checkpoint_load(const char *path, struct checkpoint *c);
/* Replaces it, through to the disk. 0, or an errno with the old file untouched. */
int checkpoint_save(const char *path, const struct checkpoint *c);

#endif
