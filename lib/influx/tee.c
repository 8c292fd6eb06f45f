#include "influx/tee.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "base/out.h"

void
tee_open(struct tee *t, int fd)
{
	*t = (struct tee){ .open = true, .fd = fd };
	out_widen(fd);
}

static void
give_up(struct tee *t, int err)
{
	t->err = err;
	t->open = false;
	t->b.len = t->at = 0;
}

/*
 * O_NONBLOCK would hold for all who share the descriptor. A pipe that is ready takes PIPE_BUF
 * bytes without waiting (pipe(7)).
 */
static bool
is_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1;
}

void
tee_write(struct tee *t)
{
	size_t left;
	ssize_t n;

	while (tee_waits(t) && is_ready(t->fd)) {
		left = t->b.len - t->at;
		n = write(t->fd, t->b.p + t->at, left < PIPE_BUF ? left : PIPE_BUF);
		if (n > 0)
			t->at += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			break;
		else if (n < 0 && errno != EINTR)
			give_up(t, errno);
	}
	if (t->at == t->b.len || t->at >= TEE_MAX) {
		buf_consume(&t->b, t->at);
		t->at = 0;
	}
}

void
tee_put(struct tee *t, struct span bytes)
{
	if (!t->open)
		return;
	buf_put_span(&t->b, bytes);
	tee_write(t);
}

void
tee_free(struct tee *t)
{
	buf_free(&t->b);
}
