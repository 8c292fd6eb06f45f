#include "source/sockcan.h"

#include <errno.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "can/stamp.h"

enum {
	BATCH = 256,			/* frames asked of one recvmmsg(2) */
	RECEIVE_BUFFER = 32 << 20,	/* bytes; the kernel doubles it: some 60,000 frames */
};

/* How often an interface that is down or away is looked at. */
#define LOOK_EVERY (CLOCK_SECOND / 10)

/* What a frame of each kind may need of the batch's memory. */
#define CONTROL_SIZE (CMSG_SPACE(3 * sizeof(struct timespec)) \
	+ CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t)))

/* Names of interfaces by index: an "any" socket tells only the index. */
struct ifname {
	int ifindex;
	const char *name;
	struct sockcan_clock clock;
};

struct sockcan {
	char name[IF_NAMESIZE];
	uint32_t drops;			/* as the kernel counts them */
	struct ifname *known;
	size_t knowns;
	bool hardware_told;
	/* What recvmmsg(2) fills. */
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_can from[BATCH];
	char control[BATCH][CONTROL_SIZE] __attribute__((aligned(8)));
	size_t frame_size;		/* FD, or XL where the socket gives it */
	char *frame;			/* BATCH of them */
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

/* Adapter and kernel stamps, or the kernel's alone. */
static bool
set_stamps(int fd, bool hardware)
{
	static const int on = 1, both = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE
	    | SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE;

	if (hardware && set(fd, SOL_SOCKET, SO_TIMESTAMPING, &both, sizeof both))
		return true;
	return set(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

static bool
set_options(struct sockcan *k, int fd, const struct filter *f, bool hardware)
{
	static const int on = 1, size = RECEIVE_BUFFER;

	/* The first needs CAP_NET_ADMIN, the second stops at net.core.rmem_max. */
	if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		set(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	/* Kernels before 6.2 have no CAN XL. */
	if (set(fd, SOL_CAN_RAW, CAN_RAW_XL_FRAMES, &on, sizeof on))
		k->frame_size = CANXL_MTU;
	return set(fd, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof on) && set_stamps(fd, hardware)
	    && set(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) && (!f || set_filter(fd, f));
}

static bool
refuse(struct live_error *e, const char *why)
{
	e->why = why;
	e->err = errno;
	return false;
}

/* A socket for the interface as it is now; false with *e, and the socket closed. */
static bool
attach(struct live *c, struct live_lane *l, struct live_error *e)
{
	struct sockcan *k = l->state;
	struct sockaddr_can to = { .can_family = AF_CAN };
	const char *why = "cannot be opened";
	int fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW);

	if (fd < 0)
		return refuse(e, errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT
		    ? "this kernel has no CAN (modules can and can_raw)" : why);
	if (strcmp(k->name, "any") != 0) {
		to.can_ifindex = (int)if_nametoindex(k->name);
		why = "no network interface of that name";
		if (!to.can_ifindex)
			goto failed;
	}
	why = "cannot be opened";
	/* Options first: bound, it would already take frames that the filter does not want. */
	if (!set_options(k, fd, l->filter, c->o->hwtime))
		goto failed;
	if (bind(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
		why = errno == ENODEV ? "not a CAN interface" : why;
		goto failed;
	}
	l->fd = fd;
	k->drops = 0;
	return true;
failed:
	refuse(e, why);
	close(fd);
	return false;
}

static void
close_lane(struct live_lane *l)
{
	struct sockcan *k = l->state;

	if (l->fd >= 0)
		close(l->fd);
	free(k->known);
	free(k->frame);
	free(k);
}

static bool
open_lane(struct live *c, struct live_lane *l, struct span name, struct live_error *e)
{
	struct sockcan *k = l->state = mem_zero(1, sizeof *k);

	snprintf(l->name, sizeof l->name, "%.*s", (int)name.n, name.p);
	k->frame_size = CANFD_MTU;
	errno = ENODEV;
	if (name.n == 0 || name.n >= sizeof k->name) {
		refuse(e, "no network interface of that name");
	} else {
		memcpy(k->name, name.p, name.n);
		if (attach(c, l, e)) {
			k->frame = mem_alloc(BATCH * k->frame_size);
			return true;
		}
	}
	close_lane(l);
	return false;
}

static struct ifname *
known(struct live *c, struct sockcan *k, int ifindex)
{
	char name[IF_NAMESIZE];
	size_t i;

	for (i = 0; i < k->knowns; i++)
		if (k->known[i].ifindex == ifindex)
			return &k->known[i];
	if (!if_indextoname((unsigned)ifindex, name))
		return NULL;	/* removed since; not remembered: the index may be used again */
	k->known = mem_resize(k->known, k->knowns + 1, sizeof *k->known);
	k->known[k->knowns] = (struct ifname){ .ifindex = ifindex,
		.name = live_name(c, span_str(name)) };
	return &k->known[k->knowns++];
}

static void
prepare(struct sockcan *k, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		k->iov[i] = (struct iovec){ k->frame + i * k->frame_size, k->frame_size };
		k->msg[i].msg_hdr = (struct msghdr){ .msg_name = &k->from[i],
			.msg_namelen = sizeof k->from[i], .msg_iov = &k->iov[i], .msg_iovlen = 1,
			.msg_control = k->control[i], .msg_controllen = CONTROL_SIZE };
	}
}

static void
count_drops(struct live_lane *l, uint32_t drops)
{
	struct sockcan *k = l->state;

	live_lost(l, drops - k->drops, "frames");	/* it wraps */
	k->drops = drops;
}

static int64_t
in_ns(const struct timespec *t)
{
	return t->tv_sec * CLOCK_SECOND + t->tv_nsec;
}

/* Stamps (0: there is none) and what was dropped before this frame. */
static void
read_control(struct live_lane *l, struct msghdr *h, int64_t *kernel, int64_t *hardware)
{
	struct timespec t[3];
	struct cmsghdr *m;
	uint32_t drops;

	*kernel = *hardware = 0;
	for (m = CMSG_FIRSTHDR(h); m; m = CMSG_NXTHDR(h, m)) {
		if (m->cmsg_level != SOL_SOCKET)
			continue;
		if (m->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(t, CMSG_DATA(m), sizeof t[0]);
			*kernel = in_ns(&t[0]);
		} else if (m->cmsg_type == SO_TIMESTAMPING) {
			memcpy(t, CMSG_DATA(m), sizeof t);
			*kernel = in_ns(&t[0]);
			*hardware = in_ns(&t[2]);
		} else if (m->cmsg_type == SO_RXQ_OVFL) {
			memcpy(&drops, CMSG_DATA(m), sizeof drops);
			count_drops(l, drops);
		}
	}
}

int64_t
sockcan_stamp(struct sockcan_clock *k, int64_t hardware, int64_t kernel)
{
	if (!k->begun && hardware < STAMP_FIRST_ABSOLUTE)
		k->offset = kernel - hardware;
	k->begun = true;
	return hardware + k->offset;
}

/* The id and the flags that classic and FD frames share. */
static void
take_id(struct merge_item *it, uint32_t id)
{
	if (id & CAN_ERR_FLAG)
		it->flags |= FRAME_ERROR;
	else if (id & CAN_EFF_FLAG)
		it->flags |= FRAME_EXTENDED;
	if (id & CAN_RTR_FLAG && !(it->flags & FRAME_FD))
		it->flags |= FRAME_REMOTE;
	it->id = id & (it->flags & (FRAME_ERROR | FRAME_EXTENDED) ? CAN_EFF_MASK : CAN_SFF_MASK);
}

static bool
take_xl(const struct canxl_frame *f, size_t n, struct merge_item *it)
{
	if (n < CANXL_HDR_SIZE || f->len < CANXL_MIN_DLEN || f->len > CANXL_MAX_DLEN
	    || f->len > n - CANXL_HDR_SIZE)
		return false;
	it->flags = FRAME_XL;
	it->id = f->prio & CANXL_PRIO_MASK;
	it->xl_vcid = (uint8_t)(f->prio >> 16);
	it->xl_flags = f->flags;
	it->xl_sdt = f->sdt;
	it->xl_af = f->af;
	it->len = f->len;
	it->more = mem_alloc(f->len);
	memcpy(it->more, f->data, f->len);
	return true;
}

bool
sockcan_frame(const void *p, size_t n, struct merge_item *it)
{
	const struct canfd_frame *f = p;
	const struct can_frame *classic = p;

	*it = (struct merge_item){ 0 };
	/* Where the others have their length, XL has flags with a bit that no length has. */
	if (n >= CANXL_HDR_SIZE && f->len & CANXL_XLF)
		return take_xl(p, n, it);
	if (n == CANFD_MTU && f->len <= CANFD_MAX_DLEN) {
		it->flags = FRAME_FD;
		it->fd_flags = f->flags & 15;
	} else if (n != CAN_MTU || f->len > CAN_MAX_DLEN) {
		return false;
	}
	take_id(it, f->can_id);
	it->len = f->len;
	if (n == CAN_MTU && f->len == CAN_MAX_DLEN && classic->len8_dlc > CAN_MAX_DLEN
	    && classic->len8_dlc <= CAN_MAX_RAW_DLC) {
		it->flags |= FRAME_RAW_DLC;
		it->raw_dlc = classic->len8_dlc;
	}
	memcpy(it->data, f->data, it->len);
	return true;
}

/* Whether this machine sent it, and whether that is wanted. */
static bool
take_direction(const struct live_options *o, int msg_flags, struct merge_item *it)
{
	bool local = msg_flags & MSG_DONTROUTE;

	if (o->direction)
		it->flags |= local ? FRAME_TX : FRAME_RX;
	return o->local == LIVE_ALL || local == (o->local == LIVE_LOCAL);
}

static void
take_stamps(struct live *c, struct live_lane *l, struct msghdr *h, struct ifname *n,
    struct merge_item *it)
{
	struct sockcan *k = l->state;
	int64_t kernel, hardware;

	read_control(l, h, &kernel, &hardware);
	it->ns = kernel ? kernel : c->real;
	if (hardware && n)
		it->shown = sockcan_stamp(&n->clock, hardware, it->ns);
	if (c->o->hwtime && !hardware && !k->hardware_told) {
		k->hardware_told = true;
		live_note(l, "the adapter gives no time stamps: they are the kernel's");
	}
}

/* Copies the frames of a batch to where merge wants them; how many. */
static size_t
take_batch(struct live *c, struct live_lane *l, struct merge_item *space, size_t n)
{
	struct sockcan *k = l->state;
	size_t i, used = 0;

	for (i = 0; i < n; i++) {
		struct mmsghdr *m = &k->msg[i];
		struct merge_item *it = &space[used];
		struct ifname *name = known(c, k, k->from[i].can_ifindex);

		if (!sockcan_frame(k->iov[i].iov_base, m->msg_len, it))
			continue;
		take_stamps(c, l, &m->msg_hdr, name, it);
		it->bus = name ? name->name : "unknown";
		if (take_direction(c->o, m->msg_hdr.msg_flags, it))
			used++;
		else
			free(it->more);
	}
	if (n)
		live_back(l, "the interface is up again");
	return used;
}

/* recv failed: the interface went down or away, or there is nothing. An errno for anything else. */
static int
sock_error(struct live *c, struct live_lane *l, int err)
{
	switch (err) {
	case EAGAIN:
	case EINTR:
		return 0;
	case ENETDOWN:
		live_down(l, "the interface is down; waiting for it");
		l->wake = c->mono + LOOK_EVERY;
		return 0;
	case ENODEV:
		l->down = false;		/* as it is another thing to say */
		live_down(l, "the interface was removed; waiting for it");
		close(l->fd);
		l->fd = -1;
		l->wake = c->mono + LOOK_EVERY;
		return 0;
	}
	return err;
}

static int
read_lane(struct live *c, struct live_lane *l, struct merge_item *at, size_t space)
{
	struct sockcan *k = l->state;
	int n;

	space = space < BATCH ? space : BATCH;
	prepare(k, space);
	n = recvmmsg(l->fd, k->msg, (unsigned)space, 0, NULL);
	if (n < 0)
		return -sock_error(c, l, errno);
	l->more = (size_t)n == space;
	return (int)take_batch(c, l, at, (size_t)n);
}

static bool
is_up(const struct sockcan *k, int fd)
{
	struct ifreq r = { 0 };

	memcpy(r.ifr_name, k->name, sizeof k->name);
	return ioctl(fd, SIOCGIFFLAGS, &r) == 0 && r.ifr_flags & IFF_UP;
}

/* Away: is there one of that name again, maybe with another index? Down: is it up? */
static void
look(struct live *c, struct live_lane *l)
{
	struct live_error e;

	l->wake = c->mono + LOOK_EVERY;
	if (l->fd < 0 && !attach(c, l, &e))
		return;
	if (!is_up(l->state, l->fd))
		return;
	live_back(l, "the interface is up again");
	l->wake = 0;
}

/* What was dropped behind the last frame that was read. */
static void
last_drops(struct live *c, struct live_lane *l)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t n = sizeof info;

	(void)c;
	if (l->fd >= 0 && getsockopt(l->fd, SOL_SOCKET, SO_MEMINFO, info, &n) == 0
	    && n > SK_MEMINFO_DROPS * sizeof *info)
		count_drops(l, info[SK_MEMINFO_DROPS]);
}

const struct live_kind sockcan_kind = {
	.name = "SocketCAN",
	.open = open_lane,
	.read = read_lane,
	.tick = look,
	.finish = last_drops,
	.close = close_lane,
};
