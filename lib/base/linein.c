#include "base/linein.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/out.h"
#include "base/stop.h"

void
linein_init(struct linein *l, int fd, int64_t grace)
{
	*l = (struct linein){ .fd = fd, .grace = grace, .stop_now = stop_is_source(fd),
		.newline = '\n', .chunk = LINEIN_READ, .left = UINT64_MAX };
	out_widen(fd);
}

void
linein_free(struct linein *l)
{
	buf_free(&l->b);
}

/* The moment at which a stop request ends this input; 0 when there is none. */
static int64_t
stop_deadline(const struct linein *l)
{
	int64_t since = stop_since();

	return since ? since + (l->stop_now ? 0 : l->grace) : 0;
}

static int
wait_ms(int64_t a, int64_t b)
{
	int64_t when = a && (!b || a < b) ? a : b, left;

	if (!when)
		return -1;
	left = (when - clock_mono() + 999999) / 1000000;
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

/* DATA when fd can be read. */
static enum linein_result
wait_readable(struct linein *l, bool wait, int64_t deadline)
{
	struct pollfd p[2] = {
		{ .fd = l->fd, .events = POLLIN }, { .fd = stop_fd(), .events = POLLIN },
	};
	int64_t stop = stop_deadline(l);
	int n;

	if (stop && clock_mono() >= stop) {
		l->stopped = true;
		return LINEIN_END;
	}
	n = poll(p, 2, wait ? wait_ms(stop, deadline) : 0);
	if (p[1].revents && n > 0) {
		stop_drain();
		return LINEIN_WAKE;
	}
	if (n > 0)
		return LINEIN_DATA;
	return wait ? LINEIN_WAKE : LINEIN_IDLE;
}

static void
drop_consumed(struct linein *l)
{
	if (l->at)
		buf_consume(&l->b, l->at);
	l->at = 0;
}

/* Reads once from fd. */
static enum linein_result
fill_fd(struct linein *l, bool wait, int64_t deadline)
{
	enum linein_result r = wait_readable(l, wait, deadline);
	size_t want = l->left < l->chunk ? (size_t)l->left : l->chunk;
	ssize_t n;

	if (r != LINEIN_DATA)
		return r;
	drop_consumed(l);
	n = read(l->fd, buf_reserve(&l->b, want), want);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return LINEIN_WAKE;
	if (n < 0) {
		l->err = errno;
		return LINEIN_ERROR;
	}
	l->b.len += (size_t)n;
	if (l->left != UINT64_MAX)
		l->left -= (size_t)n;
	else if (n == 0 && l->at_end)
		return l->at_end(l->end_arg, wait);
	return n ? LINEIN_DATA : LINEIN_END;
}

enum linein_result
linein_fill(struct linein *l, bool wait, int64_t deadline)
{
	size_t unread = linein_data(l).n;
	enum linein_result r;

	if (l->eof)
		return LINEIN_END;
	if (l->pull) {
		drop_consumed(l);
		r = l->pull(l->pull_arg, &l->b, wait, deadline);
	} else {
		r = fill_fd(l, wait, deadline);
	}
	l->bytes += linein_data(l).n - unread;
	l->eof = r == LINEIN_END;
	return r;
}

void
linein_trade(struct linein *l, struct buf *b)
{
	struct span rest = linein_data(l);
	struct buf given = l->b;

	l->b = *b;
	l->b.len = l->at = 0;
	buf_put_span(&l->b, rest);
	*b = given;
}

void
linein_give(struct linein *to, struct buf *b)
{
	struct buf old = to->b;

	to->b = *b;
	to->at = 0;
	old.len = 0;
	*b = old;
}

void
linein_pass(struct linein *to, struct linein *from, struct span bytes)
{
	size_t at = (size_t)(bytes.p - from->b.p);

	linein_trade(from, &to->b);
	to->at = at;
	to->b.len = at + bytes.n;
}

bool
linein_seek(struct linein *l, uint64_t offset)
{
	if (lseek(l->fd, (off_t)offset, SEEK_SET) < 0)
		return false;
	l->b.len = l->at = 0;
	l->eof = l->skipping = false;
	return true;
}

/* A line that is too long although its end has been read: no other than the first can be. */
static void
drop_long(struct linein *l)
{
	struct span d = linein_data(l);
	const char *nl = d.n > LINEIN_MAX_LINE ? memchr(d.p, l->newline, d.n) : NULL;

	if (!nl || nl - d.p <= LINEIN_MAX_LINE)
		return;
	l->long_lines++;
	linein_consume(l, (size_t)(nl + 1 - d.p));
}

/* Gives what is whole, or drops what has grown too long; false when more must be read. */
static bool
whole_lines(struct linein *l, struct span *block)
{
	struct span d = linein_data(l);
	const char *nl;

	if (l->skipping) {
		nl = d.n ? memchr(d.p, l->newline, d.n) : NULL;
		linein_consume(l, nl ? (size_t)(nl + 1 - d.p) : d.n);
		if (!nl)
			return false;
		l->skipping = false;
	}
	drop_long(l);
	d = linein_data(l);
	nl = d.n ? memrchr(d.p, l->newline, d.n) : NULL;
	if (nl) {
		*block = span_of(d.p, (size_t)(nl + 1 - d.p));
		linein_consume(l, block->n);
		return true;
	}
	if (d.n > LINEIN_MAX_LINE) {
		l->skipping = true;
		l->long_lines++;
		linein_consume(l, d.n);
	}
	return false;
}

enum linein_result
linein_block(struct linein *l, struct span *block, bool wait, int64_t deadline)
{
	enum linein_result r;

	for (;;) {
		if (whole_lines(l, block))
			return LINEIN_DATA;
		r = linein_fill(l, wait, deadline);
		if (r == LINEIN_DATA)
			continue;
		if (r != LINEIN_END || l->skipping || !linein_data(l).n)
			return r;
		*block = linein_data(l);
		linein_consume(l, block->n);
		return LINEIN_TAIL;
	}
}
