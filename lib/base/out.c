#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/give.h"

void
out_widen(int fd)
{
	int size;

	for (size = OUT_SIZE; size > 65536; size /= 2)
		if (fcntl(fd, F_GETPIPE_SZ) >= size || fcntl(fd, F_SETPIPE_SZ, size) >= 0
		    || errno == EBADF)
			return;
}

void
out_init(struct out *o, int fd)
{
	*o = (struct out){ .fd = fd };
	out_widen(fd);
	o->gives = fcntl(fd, F_GETPIPE_SZ) > 0;
	buf_reserve(&o->b, OUT_SIZE);
}

bool
out_wants_color(int fd)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fd) && !(no && *no);
}

int
out_write_all(int fd, const void *p, size_t n)
{
	const char *at = p;
	ssize_t w;

	while (n) {
		w = write(fd, at, n);
		if (w >= 0) {
			at += w;
			n -= (size_t)w;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

/* All of b, after which it is empty. Pages that a pipe has taken over are not used again. */
static void
put(struct out *o, struct buf *b)
{
	size_t n = b->len, given = 0;

	if (b->pages && n >= GIVE_LEAST && o->gives) {
		o->err = give_all(o->fd, b, &given);	/* given stays 0 when all has gone */
		if (o->err && o->err != EPIPE)
			o->gives = false;
	}
	if (b->len && (!o->err || !o->gives))
		o->err = out_write_all(o->fd, b->p + given, b->len - given);
	if (!o->err)
		o->written += n;
	if (given)
		buf_free(b);	/* what the pipe has of it is not ours any more */
	b->len = 0;
	if (n >= GIVE_LEAST && o->gives)
		o->gives = give_room(b, n + n / 4);
}

bool
out_flush(struct out *o)
{
	return out_give(o, &o->b);
}

bool
out_give(struct out *o, struct buf *b)
{
	if (!o->err && o->b.len)
		put(o, &o->b);
	if (!o->err && b->len)
		put(o, b);
	b->len = o->b.len = 0;
	return !o->err;
}

bool
out_write(struct out *o, const void *p, size_t n)
{
	if (out_flush(o) && n) {
		o->err = out_write_all(o->fd, p, n);
		if (!o->err)
			o->written += n;
	}
	return !o->err;
}

bool
out_close(struct out *o)
{
	out_flush(o);
	buf_free(&o->b);
	if (o->fd == 1 && close(1) != 0 && !o->err)
		o->err = errno;
	return !o->err;
}
