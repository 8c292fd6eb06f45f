#ifndef INFLUX_TEE_H
#define INFLUX_TEE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The stream passed on, byte for byte, to a reader that may be slow or go away: writing never
 * waits. All zeroes is none at all.
 */
struct tee {
	bool open;		/* false: there is no reader (any more), and nothing happens */
	int fd;			/* borrowed */
	int err;		/* why it was closed; EPIPE: the reader went away */
	struct buf b;
	size_t at;		/* what lies before is written */
};

enum { TEE_MAX = 1 << 20 };

/* fd: a pipe is widened. SIGPIPE must be ignored. */
void tee_open(struct tee *t, int fd);
/* Takes bytes and writes what can be written now. */
void tee_put(struct tee *t, struct span bytes);
/* Writes what can be written now. */
void tee_write(struct tee *t);
/* Something waits to be written. */
static inline bool
tee_waits(const struct tee *t)
{
	return t->open && t->at < t->b.len;
}
/* So much waits that no more should be read. */
static inline bool
tee_full(const struct tee *t)
{
	return t->open && t->b.len - t->at >= TEE_MAX;
}
void tee_free(struct tee *t);

#endif
