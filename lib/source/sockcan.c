#include "source/sockcan.h"

#include <errno.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/stop.h"
#include "source/merge.h"

enum {
	BATCH = 256,			/* frames asked of one recvmmsg(2) */
	RECEIVE_BUFFER = 32 << 20,	/* bytes; the kernel doubles it: some 60,000 frames */
	HOLD_MS = 1,			/* next round for frames that merge holds */
};

struct sock {
	int fd;				/* -1: gone */
	char name[IF_NAMESIZE];		/* "any", or the interface */
	uint32_t drops;			/* as the kernel counts them */
	uint64_t lost;			/* not yet reported */
	bool down;
	unsigned tell;			/* 1 << DOWN, BACK, GONE: not yet reported */
};

/* Names of interfaces by index: an "any" socket tells only the index. */
struct ifname {
	int ifindex;
	char name[IF_NAMESIZE];
};

/* What recvmmsg(2) fills. */
struct batch {
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_can from[BATCH];
	struct canfd_frame frame[BATCH];
	char control[BATCH][CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t))]
	    __attribute__((aligned(8)));
};

struct sockcan {
	struct sock *sock;
	struct pollfd *poll;		/* one for each socket, and the last for signals */
	size_t socks;
	struct ifname *names;
	size_t name_count;
	struct merge merge;
	struct batch batch;
	int64_t stop_at;		/* real time of the signal; 0: none yet */
	int64_t newest;			/* stamp of what was read last */
	size_t round_frames;		/* read in this round */
	bool end;			/* nothing is read any more */
};

static bool
set(int fd, int level, int option, const void *v, size_t n)
{
	return setsockopt(fd, level, option, v, (socklen_t)n) == 0;
}

/* A filter as the kernel takes it. Without id filters its default stays: all data frames. */
static bool
set_filter(int fd, const struct filter *f)
{
	struct can_filter *list;
	can_err_mask_t mask = f->error_mask;
	int join = f->join;
	bool good = true;
	size_t i;

	list = mem_zero(f->items + 1, sizeof *list);
	for (i = 0; i < f->items; i++)
		list[i] = (struct can_filter){ f->item[i].id, f->item[i].mask };
	if (f->items)
		good = set(fd, SOL_CAN_RAW, CAN_RAW_FILTER, list, f->items * sizeof *list);
	if (mask)
		good = good && set(fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &mask, sizeof mask);
	if (join)
		good = good && set(fd, SOL_CAN_RAW, CAN_RAW_JOIN_FILTERS, &join, sizeof join);
	free(list);
	return good;
}

static bool
set_options(int fd, const struct filter *f)
{
	static const int on = 1, size = RECEIVE_BUFFER;

	/* The first needs CAP_NET_ADMIN, the second stops at net.core.rmem_max. */
	if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		set(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	return set(fd, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof on)
	    && set(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on)
	    && set(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) && (!f || set_filter(fd, f));
}

static bool
refuse(struct sockcan_error *e, enum sockcan_failure failure)
{
	e->failure = failure;
	e->err = errno;
	return false;
}

static bool
open_sock(struct sock *s, const struct sockcan_bus *bus, struct sockcan_error *e)
{
	struct sockaddr_can to = { .can_family = AF_CAN };

	s->fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW);
	if (s->fd < 0 && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT))
		return refuse(e, SOCKCAN_NO_SUPPORT);
	if (s->fd < 0)
		return refuse(e, SOCKCAN_SYSTEM);
	errno = ENODEV;
	if (bus->name.n == 0 || bus->name.n >= sizeof s->name)
		return refuse(e, SOCKCAN_NO_INTERFACE);
	memcpy(s->name, bus->name.p, bus->name.n);
	if (strcmp(s->name, "any") != 0) {
		to.can_ifindex = (int)if_nametoindex(s->name);
		if (!to.can_ifindex)
			return refuse(e, SOCKCAN_NO_INTERFACE);
	}
	/* Options first: bound, it would already take frames that the filter does not want. */
	if (!set_options(s->fd, bus->filter))
		return refuse(e, SOCKCAN_SYSTEM);
	if (bind(s->fd, (const struct sockaddr *)&to, sizeof to) != 0)
		return refuse(e, errno == ENODEV ? SOCKCAN_NOT_CAN : SOCKCAN_SYSTEM);
	return true;
}

static void
free_all(struct sockcan *c)
{
	size_t i;

	for (i = 0; i < c->socks; i++)
		if (c->sock[i].fd >= 0)
			close(c->sock[i].fd);
	merge_free(&c->merge);
	free(c->sock);
	free(c->poll);
	free(c->names);
	free(c);
}

static const char *
bus_name(struct sockcan *c, int ifindex)
{
	struct ifname *n;
	size_t i;

	for (i = 0; i < c->name_count; i++)
		if (c->names[i].ifindex == ifindex)
			return c->names[i].name;
	c->names = mem_resize(c->names, c->name_count + 1, sizeof *c->names);
	n = &c->names[c->name_count];
	*n = (struct ifname){ .ifindex = ifindex };
	if (!if_indextoname((unsigned)ifindex, n->name))
		return "unknown";	/* removed since; not remembered: the index may be used again */
	c->name_count++;
	return n->name;
}

static void
prepare(struct batch *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		b->iov[i] = (struct iovec){ &b->frame[i], sizeof b->frame[i] };
		b->msg[i].msg_hdr = (struct msghdr){ .msg_name = &b->from[i],
			.msg_namelen = sizeof b->from[i], .msg_iov = &b->iov[i], .msg_iovlen = 1,
			.msg_control = b->control[i], .msg_controllen = sizeof b->control[i] };
	}
}

static void
count_drops(struct sock *s, uint32_t drops)
{
	s->lost += drops - s->drops;	/* it wraps */
	s->drops = drops;
}

/* The kernel's stamp, or now where it gave none; and what it dropped before this frame. */
static int64_t
read_control(struct sock *s, struct msghdr *h, int64_t now)
{
	struct cmsghdr *m;
	struct timespec t;
	uint32_t drops;

	for (m = CMSG_FIRSTHDR(h); m; m = CMSG_NXTHDR(h, m)) {
		if (m->cmsg_level != SOL_SOCKET)
			continue;
		if (m->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(&t, CMSG_DATA(m), sizeof t);
			now = t.tv_sec * CLOCK_SECOND + t.tv_nsec;
		} else if (m->cmsg_type == SO_RXQ_OVFL) {
			memcpy(&drops, CMSG_DATA(m), sizeof drops);
			count_drops(s, drops);
		}
	}
	return now;
}

/* False for a message that is neither a classic nor an FD frame. */
static bool
take_frame(struct merge_item *it, const struct canfd_frame *f, size_t size)
{
	const struct can_frame *classic = (const void *)f;

	if (size != CAN_MTU && size != CANFD_MTU)
		return false;
	it->id = f->can_id;
	it->fd = size == CANFD_MTU;
	it->flags = it->fd ? f->flags & 15 : 0;
	it->len = it->fd ? f->len : classic->len;
	if (it->len > (it->fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN))
		return false;
	it->raw_dlc = it->fd || it->len != CAN_MAX_DLEN || classic->len8_dlc <= CAN_MAX_DLEN
	    || classic->len8_dlc > CAN_MAX_RAW_DLC ? 0 : classic->len8_dlc;
	memcpy(it->data, f->data, it->len);
	return true;
}

/* Copies the frames of a batch to where merge wants them; how many. */
static size_t
take_batch(struct sockcan *c, struct sock *s, struct merge_item *space, size_t n)
{
	size_t i, used = 0;

	for (i = 0; i < n; i++) {
		struct mmsghdr *m = &c->batch.msg[i];

		space[used].ns = read_control(s, &m->msg_hdr, c->merge.real);
		space[used].ifindex = c->batch.from[i].can_ifindex;
		used += take_frame(&space[used], &c->batch.frame[i], m->msg_len);
	}
	if (n && s->down) {
		s->down = false;
		s->tell |= 1u << SOURCE_BACK;
	}
	return used;
}

/* recv failed: the interface went down or away, or there is nothing. An errno for anything else. */
static int
sock_error(struct sock *s, int err)
{
	switch (err) {
	case EAGAIN:
	case EINTR:
		return 0;
	case ENETDOWN:
		s->down = true;
		s->tell |= 1u << SOURCE_DOWN;
		return 0;
	case ENODEV:
		close(s->fd);
		s->fd = -1;
		s->tell |= 1u << SOURCE_GONE;
		return 0;
	}
	return err;
}

/* Empties a socket as far as there is room. 0, or an errno. */
static int
read_sock(struct sockcan *c, size_t lane)
{
	struct sock *s = &c->sock[lane];
	size_t space = 0, used;
	int n = BATCH;

	while (n == BATCH) {
		struct merge_item *at = merge_space(&c->merge, lane, &space);

		if (!space)
			break;
		space = space < BATCH ? space : BATCH;
		prepare(&c->batch, space);
		n = recvmmsg(s->fd, c->batch.msg, (unsigned)space, 0, NULL);
		if (n < 0)
			return sock_error(s, errno);
		used = take_batch(c, s, at, (size_t)n);
		merge_add(&c->merge, lane, used, (size_t)n == space);
		c->round_frames += used;
		c->newest = used ? at[used - 1].ns : c->newest;
	}
	return 0;
}

/* Waits at most timeout ms (-1: for ever); the number of sockets that can be read, or -errno. */
static int
wait_sockets(struct sockcan *c, int timeout)
{
	size_t i;
	int n;

	for (i = 0; i < c->socks; i++)
		c->poll[i].fd = c->sock[i].fd;
	n = poll(c->poll, c->socks + 1, timeout);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n > 0 && c->poll[c->socks].revents)
		stop_drain();
	return n - (c->poll[c->socks].revents != 0);
}

/* Reads every socket once. 0, or an errno. */
static int
round_of_reads(struct sockcan *c, struct source *s)
{
	int err = 0;
	size_t i;

	c->round_frames = 0;
	s->now = clock_real();
	merge_round(&c->merge, s->now, clock_mono());
	for (i = 0; i < c->socks && !err; i++)
		if (c->sock[i].fd >= 0)
			err = read_sock(c, i);
	return err;
}

/* What was dropped behind the last frame that was read. */
static void
last_drops(struct sock *s)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t n = sizeof info;

	if (s->fd >= 0 && getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, info, &n) == 0
	    && n > SK_MEMINFO_DROPS * sizeof *info)
		count_drops(s, info[SK_MEMINFO_DROPS]);
}

static void
finish(struct sockcan *c)
{
	size_t i;

	for (i = 0; i < c->socks; i++)
		last_drops(&c->sock[i]);
	merge_release(&c->merge);
	c->end = true;
}

/* Something to tell about a socket; IDLE when there is nothing. */
static enum source_result
tell(struct sockcan *c, struct source *s)
{
	static const enum source_result what[] = { SOURCE_DOWN, SOURCE_BACK, SOURCE_GONE };
	size_t i, k;

	for (i = 0; i < c->socks; i++) {
		struct sock *sock = &c->sock[i];

		s->bus = sock->name;
		s->count = sock->lost;
		s->counts.lost += sock->lost;
		sock->lost = 0;
		if (s->count)
			return SOURCE_LOST;
		for (k = 0; sock->tell && k < sizeof what / sizeof *what; k++) {
			if (!(sock->tell & 1u << what[k]))
				continue;
			sock->tell &= ~(1u << what[k]);
			return what[k];
		}
	}
	return SOURCE_IDLE;
}

static enum source_result
give(struct sockcan *c, struct source *s, const struct merge_item *it)
{
	const char *name = bus_name(c, it->ifindex);
	struct frame *f = &s->frame;

	f->ns = it->ns;
	f->bus = span_str(name);
	f->flags = it->fd ? FRAME_FD : it->raw_dlc ? FRAME_RAW_DLC : 0;
	if (it->id & CAN_ERR_FLAG)
		f->flags |= FRAME_ERROR;
	else if (it->id & CAN_EFF_FLAG)
		f->flags |= FRAME_EXTENDED;
	if (it->id & CAN_RTR_FLAG && !it->fd)
		f->flags |= FRAME_REMOTE;
	f->id = it->id & (f->flags & (FRAME_ERROR | FRAME_EXTENDED) ? CAN_EFF_MASK : CAN_SFF_MASK);
	f->len = it->len;
	f->fd_flags = it->flags;
	f->raw_dlc = it->raw_dlc;
	memcpy(f->data, it->data, sizeof it->data);
	s->line = span_of(NULL, 0);
	s->counts.received++;
	return SOURCE_FRAME;
}

static bool
all_gone(const struct sockcan *c)
{
	size_t i;

	for (i = 0; i < c->socks; i++)
		if (c->sock[i].fd >= 0)
			return false;
	return true;
}

static enum source_result
fail(struct sockcan *c, struct source *s, int err)
{
	c->end = true;
	s->err = err;
	return SOURCE_FAILED;
}

/*
 * After the signal: what lies in the sockets was sent before it and still counts, up to the first
 * frame that came later.
 */
static enum source_result
drain(struct sockcan *c, struct source *s)
{
	int err;

	if (!c->stop_at)
		c->stop_at = clock_real();
	err = round_of_reads(c, s);
	if (err)
		return fail(c, s, err);
	if (!c->round_frames || c->newest > c->stop_at)
		finish(c);
	return SOURCE_DATA;
}

/* Reads more: DATA; or what next() has to return. */
static enum source_result
more(struct sockcan *c, struct source *s, bool wait)
{
	bool holds = merge_holds(&c->merge);
	int n;

	if (stop_wanted())
		return drain(c, s);
	n = wait_sockets(c, !wait ? 0 : holds ? HOLD_MS : -1);
	if (n < 0)
		return fail(c, s, -n);
	if (!n && !wait)
		return SOURCE_IDLE;
	if (!n && !holds)
		return SOURCE_WAKE;
	n = round_of_reads(c, s);
	if (n)
		return fail(c, s, n);
	if (all_gone(c))
		finish(c);
	return SOURCE_DATA;
}

static enum source_result
next(struct source *s, bool wait)
{
	struct sockcan *c = s->state;
	const struct merge_item *it;
	enum source_result r;

	for (;;) {
		r = tell(c, s);
		if (r != SOURCE_IDLE)
			return r;
		it = merge_next(&c->merge);
		if (it)
			return give(c, s, it);
		if (c->end)
			return SOURCE_END;
		r = more(c, s, wait);
		if (r != SOURCE_DATA)
			return r;
	}
}

static void
close_all(struct source *s)
{
	free_all(s->state);
}

static const struct source_reader live = {
	.name = "SocketCAN",
	.about = "live buses",
	.next = next,
	.close = close_all,
};

bool
sockcan_open(struct source *s, const struct sockcan_bus *bus, size_t count,
    struct sockcan_error *e)
{
	struct sockcan *c = mem_zero(1, sizeof *c);

	*s = (struct source){ .reader = &live, .state = c, .input = { .fd = -1 } };
	c->sock = mem_zero(count, sizeof *c->sock);
	c->poll = mem_zero(count + 1, sizeof *c->poll);
	merge_init(&c->merge, count);
	for (e->bus = 0; e->bus < count; e->bus++) {
		c->poll[c->socks].events = POLLIN;
		if (!open_sock(&c->sock[c->socks++], &bus[e->bus], e)) {
			free_all(c);
			return false;
		}
	}
	c->poll[count] = (struct pollfd){ .fd = stop_fd(), .events = POLLIN };
	return true;
}
