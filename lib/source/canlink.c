#include "source/canlink.h"

#include <errno.h>
#include <linux/can/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEAD = sizeof(struct nlmsghdr),
	ANSWER = 32 << 10,		/* the most that the kernel gives at once */
	FD_MTU = 72,
};

static const char *const states[] = {
	[CAN_STATE_ERROR_ACTIVE] = "error-active", [CAN_STATE_ERROR_WARNING] = "error-warning",
	[CAN_STATE_ERROR_PASSIVE] = "error-passive", [CAN_STATE_BUS_OFF] = "bus-off",
	[CAN_STATE_STOPPED] = "stopped", [CAN_STATE_SLEEPING] = "sleeping",
};

/* Takes an attribute off the front. False at the end, or where one does not fit. */
static bool
take_attribute(struct span *s, unsigned *type, struct span *value)
{
	struct rtattr a;
	size_t whole;

	if (s->n < sizeof a)
		return false;
	memcpy(&a, s->p, sizeof a);
	if (a.rta_len < sizeof a || a.rta_len > s->n)
		return false;
	*type = a.rta_type & 0x3fff;		/* without the bits for nested and byte order */
	*value = span_of(s->p + sizeof a, a.rta_len - sizeof a);
	whole = RTA_ALIGN((size_t)a.rta_len);
	whole = whole < s->n ? whole : s->n;
	*s = span_of(s->p + whole, s->n - whole);
	return true;
}

/* The 32-bit number at the start of an attribute; 0 where it is too short. */
static uint32_t
number(struct span value)
{
	uint32_t v = 0;

	if (value.n >= sizeof v)
		memcpy(&v, value.p, sizeof v);
	return v;
}

static void
copy_name(char out[static CANLINK_NAME], struct span value)
{
	size_t n = value.n < CANLINK_NAME ? value.n : CANLINK_NAME - 1;

	memcpy(out, value.p, n);
	out[n] = '\0';
}

/* What drivers of adapters say; virtual buses say nothing. */
static void
take_driver(struct span data, struct canlink *link)
{
	struct can_ctrlmode mode = { 0 };
	struct span value;
	unsigned type;

	while (take_attribute(&data, &type, &value)) {
		if (type == IFLA_CAN_BITTIMING)
			link->bitrate = number(value);
		else if (type == IFLA_CAN_DATA_BITTIMING)
			link->data_bitrate = number(value);
		else if (type == IFLA_CAN_STATE && value.n >= 4)
			link->state = (int)number(value);
		else if (type == IFLA_CAN_CTRLMODE && value.n >= sizeof mode)
			memcpy(&mode, value.p, sizeof mode);
	}
	link->listen_only = mode.flags & CAN_CTRLMODE_LISTENONLY;
}

static void
take_info(struct span info, struct canlink *link)
{
	struct span value, driver = span_of("", 0);
	unsigned type;

	while (take_attribute(&info, &type, &value)) {
		if (type == IFLA_INFO_KIND)
			copy_name(link->kind, value);
		else if (type == IFLA_INFO_DATA)
			driver = value;
	}
	take_driver(driver, link);
}

/* The attributes behind the head of a message about a link. */
static void
take_link(struct span s, struct canlink *link)
{
	struct span value;
	unsigned type;

	while (take_attribute(&s, &type, &value)) {
		if (type == IFLA_IFNAME)
			copy_name(link->name, value);
		else if (type == IFLA_MTU)
			link->fd = number(value) >= FD_MTU;
		else if (type == IFLA_LINKINFO)
			take_info(value, link);
	}
}

enum canlink_verdict
canlink_take(struct span *messages, struct canlink *link)
{
	struct nlmsghdr head;
	struct ifinfomsg about;
	struct span body;
	size_t whole;

	if (messages->n < HEAD)
		return CANLINK_END;
	memcpy(&head, messages->p, HEAD);
	if (head.nlmsg_len < HEAD || head.nlmsg_len > messages->n || head.nlmsg_type == NLMSG_DONE
	    || head.nlmsg_type == NLMSG_ERROR)
		return CANLINK_END;
	body = span_of(messages->p + HEAD, head.nlmsg_len - HEAD);
	whole = NLMSG_ALIGN((size_t)head.nlmsg_len);
	whole = whole < messages->n ? whole : messages->n;
	*messages = span_of(messages->p + whole, messages->n - whole);
	if (head.nlmsg_type != RTM_NEWLINK || body.n < sizeof about)
		return CANLINK_OTHER;
	memcpy(&about, body.p, sizeof about);
	if (about.ifi_type != ARPHRD_CAN)
		return CANLINK_OTHER;
	*link = (struct canlink){ .up = about.ifi_flags & IFF_UP, .state = -1 };
	take_link(span_of(body.p + sizeof about, body.n - sizeof about), link);
	return CANLINK_FOUND;
}

void
canlink_line(const struct canlink *link, struct buf *b)
{
	bool adapter = link->bitrate || link->state >= 0;

	buf_printf(b, "  %-15s  %s", link->name, link->up ? "up" : "down");
	if (link->state >= 0 && (size_t)link->state < sizeof states / sizeof *states && link->up)
		buf_printf(b, ", %s", states[link->state]);
	if (link->bitrate)
		buf_printf(b, ", %u bit/s", link->bitrate);
	else if (adapter)
		buf_puts(b, ", no bit rate set");
	if (link->data_bitrate)
		buf_printf(b, ", data %u bit/s", link->data_bitrate);
	else if (link->fd)
		buf_puts(b, ", CAN FD");
	if (link->listen_only)
		buf_puts(b, ", listen-only");
	if (!adapter && *link->kind)
		buf_printf(b, ", %s", link->kind);
	if (!link->up && adapter && !link->bitrate)
		buf_printf(b, " (ip link set %s up type can bitrate 500000)", link->name);
	else if (!link->up)
		buf_printf(b, " (ip link set %s up)", link->name);
	buf_puts(b, "\n");
}

static int
ask(int fd)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg about;
	} request = {
		.head = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	return send(fd, &request, sizeof request, 0) < 0 ? errno : 0;
}

/* One piece of the answer. False: it was the last one. */
static bool
read_piece(struct span s, struct buf *b, char first[static CANLINK_NAME], bool *first_up)
{
	enum canlink_verdict v;
	struct canlink link;

	if (!s.n)
		return false;
	while ((v = canlink_take(&s, &link)) != CANLINK_END) {
		if (v == CANLINK_OTHER)
			continue;
		canlink_line(&link, b);
		if (!*first || (link.up && !*first_up)) {
			memcpy(first, link.name, CANLINK_NAME);
			*first_up = link.up;
		}
	}
	return s.n == 0;
}

/*
 * Appends a line for each interface, and copies the name of one that is up (else of any) to first.
 * 0, or an errno.
 */
static int
list(struct buf *b, char first[static CANLINK_NAME])
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), err;
	struct buf answer = { 0 };
	bool first_up = false;
	ssize_t n = 0;

	if (fd < 0)
		return errno;
	err = ask(fd);
	do {
		answer.len = 0;
		n = err ? 0 : recv(fd, buf_reserve(&answer, ANSWER), ANSWER, 0);
	} while (n > 0 && read_piece(span_of(answer.p, (size_t)n), b, first, &first_up));
	if (n < 0)
		err = errno;
	buf_free(&answer);
	close(fd);
	return err;
}

int
canlink_survey(struct buf *b)
{
	char first[CANLINK_NAME] = "";
	struct buf lines = { 0 };
	int err = list(&lines, first);

	if (*first)
		buf_printf(b, "CAN interfaces of this machine:\n%s", buf_str(&lines));
	else
		buf_puts(b, "This machine has no CAN interface (to try one: ip link add vcan0 type "
		    "vcan).\n");
	buf_printf(b, "For example:\n"
	    "  canread %s\n"
	    "    writes its frames as lines like (1700000000.123456) can0 123#1122334455667788\n"
	    "  canread %s | can2line -d car.dbc\n"
	    "    writes what they mean\n"
	    "  canread drive.log.gz\n"
	    "    takes them out of a recording; 'canread --formats' lists the formats\n"
	    "'canread -' reads lines from this terminal, 'canread --help' says the rest.\n",
	    *first ? first : "can0", *first ? first : "can0");
	buf_free(&lines);
	return err;
}
