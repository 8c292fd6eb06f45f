/* What rtnetlink says of interfaces: messages made here, whole and cut off at every byte. */
#include "test.h"

#include <linux/can/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>

#include "source/canlink.h"

/* Opens an attribute, or a message, and says where; end_at() sets the length. */
static size_t
attribute(struct buf *b, unsigned type, const void *p, size_t n)
{
	struct rtattr a = { .rta_len = (unsigned short)(sizeof a + n),
		.rta_type = (unsigned short)type };
	size_t at = b->len;

	buf_put(b, &a, sizeof a);
	buf_put(b, p, n);
	while (b->len % 4)
		buf_put(b, "", 1);
	return at;
}

static void
end_at(struct buf *b, size_t at)
{
	unsigned short n = (unsigned short)(b->len - at);

	memcpy(b->p + at, &n, sizeof n);
}

static void
put_timing(struct buf *b, unsigned type, uint32_t bitrate)
{
	struct can_bittiming t = { .bitrate = bitrate };

	attribute(b, type, &t, sizeof t);
}

struct adapter {
	const char *name, *kind;
	unsigned type, flags;
	uint32_t mtu, bitrate, data_bitrate, state, mode;
	bool driver;
};

static void
put_message(struct buf *b, const struct adapter *a)
{
	struct nlmsghdr head = { .nlmsg_type = RTM_NEWLINK };
	struct ifinfomsg about = { .ifi_type = (unsigned short)a->type, .ifi_flags = a->flags };
	struct can_ctrlmode mode = { .mask = ~0u, .flags = a->mode };
	size_t at = b->len, info, data;
	uint32_t n;

	buf_put(b, &head, sizeof head);
	buf_put(b, &about, sizeof about);
	attribute(b, IFLA_IFNAME, a->name, strlen(a->name) + 1);
	attribute(b, IFLA_MTU, &a->mtu, sizeof a->mtu);
	info = attribute(b, IFLA_LINKINFO | NLA_F_NESTED, "", 0);
	attribute(b, IFLA_INFO_KIND, a->kind, strlen(a->kind) + 1);
	if (a->driver) {
		data = attribute(b, IFLA_INFO_DATA, "", 0);
		put_timing(b, IFLA_CAN_BITTIMING, a->bitrate);
		attribute(b, IFLA_CAN_STATE, &a->state, sizeof a->state);
		attribute(b, IFLA_CAN_CTRLMODE, &mode, sizeof mode);
		if (a->data_bitrate)
			put_timing(b, IFLA_CAN_DATA_BITTIMING, a->data_bitrate);
		end_at(b, data);
	}
	end_at(b, info);
	n = (uint32_t)(b->len - at);
	memcpy(b->p + at, &n, sizeof n);
}

static const struct {
	struct adapter is;
	const char *line;	/* NULL: no CAN interface */
} rows[] = {
	{ { "lo", "", ARPHRD_LOOPBACK, IFF_UP, 65536, 0, 0, 0, 0, false }, NULL },
	{ { "can0", "can", ARPHRD_CAN, IFF_UP, 16, 500000, 0, CAN_STATE_ERROR_ACTIVE, 0, true },
	  "  can0             up, error-active, 500000 bit/s\n" },
	{ { "can1", "can", ARPHRD_CAN, IFF_UP, 72, 500000, 2000000, CAN_STATE_BUS_OFF,
	    CAN_CTRLMODE_LISTENONLY, true },
	  "  can1             up, bus-off, 500000 bit/s, data 2000000 bit/s, listen-only\n" },
	{ { "can2", "can", ARPHRD_CAN, 0, 16, 0, 0, CAN_STATE_STOPPED, 0, true },
	  "  can2             down, no bit rate set (ip link set can2 up type can bitrate 500000)\n" },
	{ { "can3", "can", ARPHRD_CAN, 0, 16, 250000, 0, CAN_STATE_STOPPED, 0, true },
	  "  can3             down, 250000 bit/s (ip link set can3 up)\n" },
	{ { "can4", "can", ARPHRD_CAN, IFF_UP, 16, 250000, 0, 99, 0, true },
	  "  can4             up, 250000 bit/s\n" },
	{ { "vcan0", "vcan", ARPHRD_CAN, IFF_UP, 72, 0, 0, 0, 0, false },
	  "  vcan0            up, CAN FD, vcan\n" },
	{ { "a-name-15-bytes", "a-kind-with-too-many-bytes", ARPHRD_CAN, 0, 16, 0, 0, 0, 0, false },
	  "  a-name-15-bytes  down, a-kind-with-too (ip link set a-name-15-bytes up)\n" },
};

enum { ROWS = sizeof rows / sizeof *rows };

static void
lines(void)
{
	struct buf b = { 0 }, line = { 0 };
	struct span s;
	struct canlink link;
	size_t i;

	for (i = 0; i < ROWS; i++)
		put_message(&b, &rows[i].is);
	s = buf_span(&b);
	for (i = 0; i < ROWS; i++) {
		CHECK_CASE(canlink_take(&s, &link) == (rows[i].line ? CANLINK_FOUND : CANLINK_OTHER),
		    rows[i].is.name);
		line.len = 0;
		if (rows[i].line) {
			canlink_line(&link, &line);
			CHECK_TEXT(buf_span(&line), rows[i].line);
		}
	}
	CHECK(canlink_take(&s, &link) == CANLINK_END);
	buf_free(&line);
	buf_free(&b);
}

/* In memory that ends where it ends, for ASan; with each byte as it should not be. */
static void
damage(void)
{
	struct buf b = { 0 };
	struct canlink link;
	size_t n, at;

	put_message(&b, &rows[2].is);
	for (n = 0; n <= b.len; n++) {
		char *cut = malloc(n ? n : 1);
		struct span s = span_of(cut, n);

		memcpy(cut, b.p, n);
		CHECK((canlink_take(&s, &link) == CANLINK_FOUND) == (n == b.len));
		for (at = 0; at < n && n == b.len; at++) {
			cut[at] = (char)~cut[at];
			s = span_of(cut, n);
			if (canlink_take(&s, &link) == CANLINK_FOUND)
				CHECK(strlen(link.name) < CANLINK_NAME && strlen(link.kind) < CANLINK_NAME);
			cut[at] = (char)~cut[at];
		}
		free(cut);
	}
	/* the end of an answer, an error, and a length of nothing */
	((struct nlmsghdr *)(void *)b.p)->nlmsg_type = NLMSG_DONE;
	CHECK(canlink_take(&(struct span){ b.p, b.len }, &link) == CANLINK_END);
	((struct nlmsghdr *)(void *)b.p)->nlmsg_type = NLMSG_ERROR;
	CHECK(canlink_take(&(struct span){ b.p, b.len }, &link) == CANLINK_END);
	((struct nlmsghdr *)(void *)b.p)->nlmsg_type = RTM_NEWLINK;
	((struct nlmsghdr *)(void *)b.p)->nlmsg_len = 0;
	CHECK(canlink_take(&(struct span){ b.p, b.len }, &link) == CANLINK_END);
	buf_free(&b);
}

int
main(void)
{
	TEST(lines);
	TEST(damage);
	return test_end();
}
