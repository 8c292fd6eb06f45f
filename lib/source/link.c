#include "source/link.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "base/clock.h"

#define PAUSE_FIRST (CLOCK_SECOND / 2)
#define PAUSE_MOST (5 * CLOCK_SECOND)
/* An attempt that nobody answers. */
#define CONNECT_TIME (5 * CLOCK_SECOND)

int
link_init(struct link *l, const struct endpoint *e)
{
	*l = (struct link){ .fd = -1, .pause = PAUSE_FIRST };
	return endpoint_resolve(e, SOCK_STREAM, &l->to, &l->to_len);
}

void
link_free(struct link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	buf_free(&l->in);
}

static void
set_alive(int fd)
{
	static const struct {
		int level, option, value;
	} row[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 }, { IPPROTO_TCP, TCP_KEEPIDLE, 5 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 3 }, { IPPROTO_TCP, TCP_KEEPCNT, 3 },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, 1000 * LINK_DEAD }, { IPPROTO_TCP, TCP_NODELAY, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		setsockopt(fd, row[i].level, row[i].option, &row[i].value, sizeof row[i].value);
}

int
link_start(struct link *l, int64_t mono)
{
	l->fd = socket(l->to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return errno;
	set_alive(l->fd);
	l->state = LINK_CONNECTING;
	l->retry_at = mono + CONNECT_TIME;
	l->at = l->in.len = 0;
	if (connect(l->fd, (const struct sockaddr *)&l->to, l->to_len) == 0 || errno == EINPROGRESS)
		return 0;
	return errno;
}

int
link_connected(struct link *l)
{
	socklen_t n = sizeof(int);
	int err = 0;

	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &err, &n) != 0)
		return errno;
	if (!err)
		l->state = LINK_UP;
	return err;
}

int
link_send(struct link *l, const void *p, size_t n)
{
	ssize_t w = send(l->fd, p, n, MSG_NOSIGNAL);

	if (w < 0)
		return errno;
	return (size_t)w < n ? ENOBUFS : 0;
}

struct span
link_data(const struct link *l)
{
	return l->in.p ? span_of(l->in.p + l->at, l->in.len - l->at) : span_of(NULL, 0);
}

void
link_use(struct link *l, size_t n)
{
	l->at += n;
}

int
link_read(struct link *l)
{
	ssize_t n;

	buf_consume(&l->in, l->at);
	l->at = 0;
	n = recv(l->fd, buf_reserve(&l->in, LINK_READ), LINK_READ, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	l->in.len += (size_t)n;
	return n ? (int)n : -ENODATA;
}

void
link_works(struct link *l)
{
	l->pause = PAUSE_FIRST;
}

void
link_break(struct link *l, int64_t mono)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->state = LINK_IDLE;
	l->retry_at = mono + l->pause;
	l->pause = 2 * l->pause < PAUSE_MOST ? 2 * l->pause : PAUSE_MOST;
}
