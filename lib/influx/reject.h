#ifndef INFLUX_REJECT_H
#define INFLUX_REJECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The file of refused lines: each as it was to be sent, behind a comment line with the reason.
 * It is line protocol: mended, it can be fed in again. Where nobody knows which lines of a batch
 * were refused, all of them go into a file beside it, PATH.suspect, which is made when needed.
 *
 * What cannot be written is kept and tried again: until then, nothing of it may be recorded as
 * dealt with (reject_sync()), and when much of it waits (reject_full()), nothing more be sent.
 */
struct reject_file {
	int fd;			/* -1: not there yet */
	struct buf b;		/* waits to be written */
	bool dirty;		/* written since the last reject_sync() */
};

struct reject {
	const char *path;	/* borrowed; NULL: none */
	struct reject_file lines;
	char *suspect_path;
	struct reject_file suspects;
	const char *failing;	/* of the two paths, after an error */
	bool cut;		/* half a line of a process that was killed has been cut off */
};

/* Opens path to append to, made with mode 0600. 0, or an errno. */
int reject_open(struct reject *r, const char *path);
/* Without a file nothing happens. */
void reject_line(struct reject *r, struct span line, struct span reason);
/* A remark without a line that can be used: text, too, becomes part of the comment. */
void reject_remark(struct reject *r, struct span reason, struct span text);
/* Lines of which some were refused follow: reject_suspect() for each. */
void reject_suspects(struct reject *r, struct span reason);
void reject_suspect(struct reject *r, struct span line);
/* Writes what waits. 0, or an errno: some of it still does. */
int reject_flush(struct reject *r);
/* The same, and what was written is on the disk afterwards. */
int reject_sync(struct reject *r);
/* More waits than should. */
bool reject_full(const struct reject *r);
/* Closes it, whatever waits. 0, or the errno of a late failure. */
int reject_close(struct reject *r);

#endif
