#ifndef BASE_OUT_H
#define BASE_OUT_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * A stream to a descriptor. Bytes collect in b and leave in large writes; an error sticks in err
 * (an errno) and what comes after it is dropped. Also a non-blocking descriptor is waited for.
 */
struct out {
	int fd;
	int err;
	bool gives;		/* a pipe that takes pages over (see give.h) */
	struct buf b;
	unsigned long long written;	/* bytes that the descriptor has taken */
};

/* What a pipe is widened to, and the size of writes: what a second-level cache keeps. */
enum { OUT_SIZE = 1 << 20, OUT_CHUNK = 1 << 18 };

/* Widens fd when it is a pipe (F_SETPIPE_SZ). fd is borrowed. */
void out_init(struct out *o, int fd);
/* Writes all of it. False once an error stands in err. */
bool out_flush(struct out *o);
/* What has collected, then these bytes, without a copy of them. */
bool out_write(struct out *o, const void *p, size_t n);
/* What has collected, then all that is in b, without a copy; b is empty then. */
bool out_give(struct out *o, struct buf *b);
/* Writes when OUT_CHUNK has collected. To be called after each line or block. */
static inline bool
out_poll(struct out *o)
{
	return o->b.len < OUT_CHUNK ? !o->err : out_flush(o);
}
/* Flushes and, for descriptor 1, closes it, so that a late error (NFS, quota) is seen. */
bool out_close(struct out *o);
/* Makes a pipe as large as the system lets us, at most OUT_SIZE; anything else is left alone. */
void out_widen(int fd);
/* A terminal whose user has not said no to colours (NO_COLOR, https://no-color.org). */
bool out_wants_color(int fd);
/* write(2) of everything: EINTR and EAGAIN are waited out. 0, or an errno. */
int out_write_all(int fd, const void *p, size_t n);

#endif
