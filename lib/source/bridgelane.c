#include "source/bridge.h"

#include <errno.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "source/link.h"

enum { DATAGRAM_MAX = 65536, RECEIVE_BUFFER = 8 << 20, BUSES = 1 << 16, BAD_MOST = 8 };

/* Bridges send a heartbeat each second. */
#define SILENCE (5 * CLOCK_SECOND)
/* Interfaces that came up are joined to the group. */
#define JOIN_EVERY (5 * CLOCK_SECOND)
/* Frames of one datagram were not sent at one moment, and are to stay different points. */
#define APART INT64_C(1000)

static const char silent[] = "no bridge was heard for 5 seconds";

struct bridge {
	struct bridge_name name;
	const char **bus;		/* "busN" by number, once it was met */
	uint16_t number;		/* of what is being taken apart */
	uint32_t drops;
	int64_t heard;			/* clock_mono() */
	/* TCP */
	bool beats;			/* it sends heartbeats here too, so silence means something */
	unsigned bad;			/* records in a row that were none: the place was lost */
	struct link link;
	uint64_t client;
	/* UDP */
	struct sockaddr_storage to;
	socklen_t to_len;
	int64_t join_at;
	unsigned char *datagram;
	size_t len, at;			/* of it; what lies before at is done */
	int64_t ns;			/* when it came */
};

static const char *
bus_name(struct live *c, struct bridge *b)
{
	char name[16];

	if (!b->bus[b->number]) {
		snprintf(name, sizeof name, "bus%u", (unsigned)b->number);
		b->bus[b->number] = live_name(c, span_str(name));
	}
	return b->bus[b->number];
}

/* One record. True when a frame is at *it. */
static bool
take_record(struct live *c, struct live_lane *l, const unsigned char *p, int64_t ns,
    struct merge_item *it)
{
	struct bridge *b = l->state;

	*it = (struct merge_item){ .ns = ns };
	b->bad++;
	switch (bridge_record(p, it)) {
	case BRIDGE_FRAME:
		b->bad = 0;
		it->bus = bus_name(c, b);
		return live_takes(l, it);
	case BRIDGE_HEARTBEAT:
		b->beats = true;
		b->bad = 0;
		live_other(c, "heartbeats of bridges");
		break;
	case BRIDGE_SETTING:
		b->bad = 0;
		live_other(c, "settings of bridges");
		break;
	case BRIDGE_BAD:
		live_skip(c, l, "the record of a frame, not id %08X flags %02X length %u",
		    (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3], p[4], p[5]);
		break;
	}
	return false;
}

static void
hear(struct live *c, struct live_lane *l)
{
	struct bridge *b = l->state;

	b->heard = c->mono;
	live_back(l, "the bridge is heard again");
}

/* --- UDP ------------------------------------------------------------------------------------- */

/* On every interface that is up: a bridge may be behind any of them. True when one is joined. */
static bool
join(int fd, const struct sockaddr_in *group)
{
	struct ifaddrs *list, *i;
	bool any = false;

	if (getifaddrs(&list) != 0)
		return false;
	for (i = list; i; i = i->ifa_next) {
		struct ip_mreqn r = { .imr_multiaddr = group->sin_addr,
			.imr_ifindex = (int)if_nametoindex(i->ifa_name) };

		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP)
		    || !(i->ifa_flags & (IFF_MULTICAST | IFF_LOOPBACK)))
			continue;
		any |= setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof r) == 0
		    || errno == EADDRINUSE;
	}
	freeifaddrs(list);
	return any;
}

static bool
is_group(const struct sockaddr_storage *a)
{
	const struct sockaddr_in *in = (const void *)a;

	return a->ss_family == AF_INET && IN_MULTICAST(ntohl(in->sin_addr.s_addr));
}

static bool
open_udp(struct live_lane *l, struct live_error *e)
{
	static const int on = 1, size = RECEIVE_BUFFER;
	struct bridge *b = l->state;
	int fd, err = endpoint_resolve(&b->name.at, SOCK_DGRAM, &b->to, &b->to_len);

	e->why = err ? gai_strerror(err) : "cannot be listened to";
	if (err)
		return false;
	fd = socket(b->to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	l->fd = fd;
	/* Others on this machine may listen too. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
	    || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0
	    || bind(fd, (const struct sockaddr *)&b->to, b->to_len) != 0) {
		e->err = errno;
		return false;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
	if (is_group(&b->to))
		join(fd, (const void *)&b->to);
	b->datagram = mem_alloc(DATAGRAM_MAX);
	return true;
}

/* The kernel's stamp, or now where it gave none; and what it dropped before this datagram. */
static int64_t
read_control(struct live *c, struct live_lane *l, struct msghdr *h)
{
	struct bridge *b = l->state;
	int64_t ns = c->real;
	struct cmsghdr *m;
	struct timespec t;
	uint32_t drops;

	for (m = CMSG_FIRSTHDR(h); m; m = CMSG_NXTHDR(h, m)) {
		if (m->cmsg_level != SOL_SOCKET)
			continue;
		if (m->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(&t, CMSG_DATA(m), sizeof t);
			ns = t.tv_sec * CLOCK_SECOND + t.tv_nsec;
		} else if (m->cmsg_type == SO_RXQ_OVFL) {
			memcpy(&drops, CMSG_DATA(m), sizeof drops);
			live_lost(l, drops - b->drops, "datagrams");	/* it wraps */
			b->drops = drops;
		}
	}
	return ns;
}

/* The whole records of a datagram that has just come are left to be taken. */
static void
check_datagram(struct live *c, struct live_lane *l, size_t n)
{
	struct bridge *b = l->state;
	size_t rest;

	b->len = b->at = 0;
	if (n < BRIDGE_HEADER || !bridge_header(b->datagram, &b->number)) {
		live_skip(c, l, "the header of a bridge in a datagram of %zu bytes", n);
		return;
	}
	hear(c, l);
	rest = (n - BRIDGE_HEADER) % BRIDGE_RECORD;
	if (rest || n == BRIDGE_HEADER)
		live_skip(c, l, "whole records in a datagram of %zu bytes", n);
	b->at = BRIDGE_HEADER;
	b->len = n - rest;
}

/* The next datagram. 1, 0 when there is none, or -errno. */
static int
receive(struct live *c, struct live_lane *l)
{
	struct bridge *b = l->state;
	char control[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t))]
	    __attribute__((aligned(8)));
	struct iovec v = { b->datagram, DATAGRAM_MAX };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof control };
	ssize_t n = recvmsg(l->fd, &h, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED ? 0 : -errno;
	b->ns = read_control(c, l, &h);
	check_datagram(c, l, (size_t)n);
	return 1;
}

static int
read_udp(struct live *c, struct live_lane *l, struct merge_item *it, size_t space)
{
	struct bridge *b = l->state;
	size_t used = 0, datagrams = 0;
	int n;

	while (used < space && !live_is_full(l)) {
		if (b->at < b->len) {
			int64_t ns = b->ns + (int64_t)(b->at / BRIDGE_RECORD - 1) * APART;

			used += take_record(c, l, b->datagram + b->at, ns, &it[used]);
			b->at += BRIDGE_RECORD;
			continue;
		}
		/* Not for ever, where there is nothing in them. */
		if (datagrams++ == space)
			break;
		n = receive(c, l);
		if (n <= 0)
			return n ? n : (int)used;
	}
	l->more = true;
	return (int)used;
}

/* --- TCP ------------------------------------------------------------------------------------- */

static void
lose(struct live *c, struct live_lane *l, int err)
{
	struct bridge *b = l->state;

	live_down(l, "%s; trying again", err == ENODATA ? "the bridge closed the connection"
	    : strerror(err));
	link_break(&b->link, c->mono);
	l->fd = -1;
	l->wake = b->link.retry_at;
}

static void
connect_link(struct live *c, struct live_lane *l)
{
	struct bridge *b = l->state;
	int err = link_start(&b->link, c->mono);

	if (err) {
		lose(c, l, err);
		return;
	}
	l->fd = b->link.fd;
	l->events = POLLOUT;
	l->wake = b->link.retry_at;
	b->number = b->name.bus;
	b->beats = false;
}

static bool
open_tcp(struct live *c, struct live_lane *l, struct live_error *e)
{
	struct bridge *b = l->state;
	int err = link_init(&b->link, &b->name.at);

	if (err) {
		e->why = gai_strerror(err);
		return false;
	}
	/* One that is not taken: from what is set aside for local use. */
	if (getrandom(&b->client, sizeof b->client, 0) != sizeof b->client)
		b->client = (uint64_t)clock_real();
	b->client = (b->client & UINT64_C(0xfcffffffffff)) | UINT64_C(0x020000000000);
	c->mono = clock_mono();
	connect_link(c, l);
	return true;
}

/* Just connected, or not. */
static void
greet(struct live *c, struct live_lane *l)
{
	struct bridge *b = l->state;
	unsigned char hello[BRIDGE_HELLO];
	int err = link_connected(&b->link);

	bridge_hello(&b->name, b->client, hello);
	if (!err)
		err = link_send(&b->link, hello, sizeof hello);
	if (err) {
		lose(c, l, err);
		return;
	}
	live_back(l, "connected to the bridge again");
	l->events = POLLIN;
	b->heard = c->mono;
	b->bad = 0;
	l->wake = c->mono + CLOCK_SECOND;
}

/*
 * Headers and records as far as there are whole ones. They cannot be mixed up: the flags of a
 * record that began like a header would be none.
 */
static size_t
take_stream(struct live *c, struct live_lane *l, struct merge_item *it, size_t space)
{
	struct bridge *b = l->state;
	size_t used = 0;
	uint16_t bus;

	while (used < space && b->bad < BAD_MOST && !live_is_full(l)) {
		struct span d = link_data(&b->link);
		const unsigned char *p = (const void *)d.p;
		unsigned char start[BRIDGE_HEADER] = { 0 };

		if (d.n < BRIDGE_RECORD)
			break;
		memcpy(start, p, d.n < BRIDGE_HEADER ? d.n : BRIDGE_HEADER);
		if (bridge_header(start, &bus)) {
			if (d.n < BRIDGE_HEADER)
				break;
			b->number = bus;
			link_use(&b->link, BRIDGE_HEADER);
			continue;
		}
		used += take_record(c, l, p, c->real + (int64_t)used * APART, &it[used]);
		link_use(&b->link, BRIDGE_RECORD);
	}
	return used;
}

static int
read_tcp(struct live *c, struct live_lane *l, struct merge_item *it, size_t space)
{
	struct bridge *b = l->state;
	size_t used;
	int n;

	if (b->link.state == LINK_CONNECTING) {
		struct pollfd p = { .fd = l->fd, .events = POLLOUT };

		if (poll(&p, 1, 0) == 1)
			greet(c, l);
		return 0;
	}
	used = take_stream(c, l, it, space);
	if (b->bad >= BAD_MOST) {
		lose(c, l, EPROTO);
		return (int)used;
	}
	if (used == space || live_is_full(l)) {
		l->more = true;
		return (int)used;
	}
	n = link_read(&b->link);
	if (n > 0) {
		link_works(&b->link);
		hear(c, l);
		l->more = true;
		return (int)(used + take_stream(c, l, it + used, space - used));
	}
	if (n < 0) {
		if (link_data(&b->link).n)
			live_skip(c, l, "a whole record: the connection ended in it");
		lose(c, l, -n);
	}
	return (int)used;
}

/* --- both ------------------------------------------------------------------------------------ */

static void
close_lane(struct live_lane *l)
{
	struct bridge *b = l->state;

	if (!b->name.tcp && l->fd >= 0)
		close(l->fd);
	link_free(&b->link);
	free(b->datagram);
	free(b->bus);
	free(b);
}

static bool
open_lane(struct live *c, struct live_lane *l, struct span name, struct live_error *e)
{
	struct bridge *b = l->state = mem_zero(1, sizeof *b);

	snprintf(l->name, sizeof l->name, "bridge:%.*s", (int)name.n, name.p ? name.p : "");
	b->link.fd = -1;
	b->heard = clock_mono();
	e->why = bridge_parse(name, &b->name, &e->got);
	if (!e->why)
		e->got = span_of(NULL, 0);
	if (e->why || !(b->name.tcp ? open_tcp(c, l, e) : open_udp(l, e))) {
		close_lane(l);
		return false;
	}
	b->bus = mem_zero(BUSES, sizeof *b->bus);
	if (!b->name.tcp) {
		b->join_at = b->heard + JOIN_EVERY;
		l->wake = b->heard + CLOCK_SECOND;
	}
	return true;
}

static int
read_lane(struct live *c, struct live_lane *l, struct merge_item *it, size_t space)
{
	const struct bridge *b = l->state;

	return b->name.tcp ? read_tcp(c, l, it, space) : read_udp(c, l, it, space);
}

static void
tick_udp(struct live *c, struct live_lane *l)
{
	struct bridge *b = l->state;

	if (c->mono - b->heard > SILENCE)
		live_down(l, silent);
	if (c->mono >= b->join_at && is_group(&b->to)) {
		join(l->fd, (const void *)&b->to);
		b->join_at = c->mono + JOIN_EVERY;
	}
	l->wake = c->mono + CLOCK_SECOND;
}

static void
tick_tcp(struct live *c, struct live_lane *l)
{
	struct bridge *b = l->state;

	if (b->link.state == LINK_IDLE)
		connect_link(c, l);
	else if (b->link.state == LINK_CONNECTING)
		lose(c, l, ETIMEDOUT);
	else
		l->wake = c->mono + CLOCK_SECOND;
	if (b->link.state == LINK_UP && b->beats && c->mono - b->heard > SILENCE)
		live_down(l, silent);
}

static void
tick(struct live *c, struct live_lane *l)
{
	const struct bridge *b = l->state;

	if (b->name.tcp)
		tick_tcp(c, l);
	else
		tick_udp(c, l);
}

const struct live_kind bridge_kind = {
	.name = "bridge",
	.open = open_lane,
	.read = read_lane,
	.tick = tick,
	.close = close_lane,
};
