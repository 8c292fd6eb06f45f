#ifndef INFLUX_REJECT_H
#define INFLUX_REJECT_H

#include <stdbool.h>

#include "base/out.h"
#include "base/span.h"

/*
 * The file of refused lines: each as it was to be sent, behind a comment line with the reason.
 * It is line protocol: mended, it can be fed in again. Where nobody knows which lines of a batch
 * were refused, all of them go into a file beside it, PATH.suspect, which is made when needed.
 */
struct reject {
	const char *path;	/* borrowed; NULL: none */
	struct out out;
	char *suspect_path;
	struct out suspects;	/* fd -1: not there yet */
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
/* Writes what has collected. False once that has failed; out.err says why. */
bool reject_flush(struct reject *r);
/* Also closes it; false as reject_flush(). */
bool reject_close(struct reject *r);

#endif
