#include "source/packet.h"

#include <string.h>

enum {
	ARPHRD_CAN = 280,
	PROTOCOL_CAN = 0x0c, PROTOCOL_FD = 0x0d, PROTOCOL_XL = 0x0e,
	OUTGOING = 4,				/* the type of a cooked packet */
	HEADER = 8, HEADER_XL = 12,		/* before the data */
	CAN_SIZE = 16, FD_SIZE = 72,		/* struct can_frame, canfd_frame */
	XLF = 0x80,				/* in the byte that is the length of other frames */
	SLL_HEADER = 16, SLL2_HEADER = 20,
};

const char packet_no_frame[] = "a CAN frame";

static const char want_bytes[] = "all bytes of the frame: the packet was cut when it was captured";
static const char want_length[] = "a packet as long as its CAN frame";
static const char want_xl[] = "a CAN XL frame with 1 to 2048 bytes";

static const char *
too_short(const struct packet *p)
{
	return p->bytes.n < p->full ? want_bytes : want_length;
}

static void
set_id(struct frame *f, uint32_t id)
{
	f->id = id & FRAME_ID_MASK;
	if (id & FRAME_ERROR_BIT)
		f->flags |= FRAME_ERROR;
	else if (id >> 31 || f->id > FRAME_STANDARD_MAX)
		f->flags |= FRAME_EXTENDED;
}

/* b: a struct can_frame or canfd_frame whose id is this, or the part that has data. */
static const char *
set_frame(const struct packet *p, struct span b, uint32_t id, bool fd, struct frame *f)
{
	unsigned len = load_u8(b.p + 4), raw = load_u8(b.p + 7);

	set_id(f, id);
	fd |= len > 8;
	if (len > 64 || (fd && f->flags & FRAME_ERROR))
		return want_length;
	f->len = (uint16_t)len;
	if (fd) {
		f->flags |= FRAME_FD;
		f->fd_flags = load_u8(b.p + 5) & 15;
	} else {
		if (id & 0x40000000 && !(f->flags & FRAME_ERROR))
			f->flags |= FRAME_REMOTE;
		if (raw > 8 && raw < 16 && len == 8 && !(f->flags & FRAME_ERROR)) {
			f->flags |= FRAME_RAW_DLC;
			f->raw_dlc = (uint8_t)raw;
		}
	}
	if (f->flags & FRAME_REMOTE)
		return NULL;
	if (b.n < HEADER + len)
		return too_short(p);
	if (b.n >= HEADER + 8 && len <= 8)
		memcpy(f->data, b.p + HEADER, 8);
	else
		memcpy(f->data, b.p + HEADER, len);
	return NULL;
}

/* head: priority and virtual network; big: the order of length and acceptance field. */
static const char *
set_xl(const struct packet *p, struct span b, uint32_t head, bool big, struct frame *f)
{
	unsigned len;

	if (b.n < HEADER_XL)
		return too_short(p);
	len = packet_u16(b.p + 6, big);
	if (!len || len > FRAME_DATA_MAX)
		return want_xl;
	f->flags |= FRAME_XL;
	f->id = head & FRAME_STANDARD_MAX;
	f->xl_vcid = (uint8_t)(head >> 16);
	f->xl_flags = load_u8(b.p + 4) | FRAME_XL_XLF;
	f->xl_sdt = load_u8(b.p + 5);
	f->xl_af = packet_u32(b.p + 8, big);
	f->len = (uint16_t)len;
	if (b.n < HEADER_XL + len)
		return too_short(p);
	memcpy(f->data, b.p + HEADER_XL, len);
	return NULL;
}

static const char *
socketcan(const struct packet *p, struct frame *f)
{
	struct span b = p->bytes;

	if (b.n < HEADER)
		return too_short(p);
	if (load_u8(b.p + 4) & XLF)
		return set_xl(p, b, load_be32(b.p), false, f);
	/* Writers before the flag was defined tell FD frames by their size alone. */
	return set_frame(p, b, load_be32(b.p), load_u8(b.p + 5) & FRAME_FDF || b.n == FD_SIZE, f);
}

static const char *
cooked(const struct packet *p, struct span b, unsigned protocol, struct frame *f)
{
	if (protocol != PROTOCOL_CAN && protocol != PROTOCOL_FD && protocol != PROTOCOL_XL)
		return packet_no_frame;
	if (b.n < HEADER)
		return too_short(p);
	if (protocol == PROTOCOL_XL || load_u8(b.p + 4) & XLF)
		return set_xl(p, b, packet_u32(b.p, p->big), p->big, f);
	return set_frame(p, b, packet_u32(b.p, p->big), protocol == PROTOCOL_FD, f);
}

static struct span
behind(struct span b, size_t n)
{
	return span_of(b.p + n, b.n - n);
}

const char *
packet_frame(const struct packet *p, struct frame *f, uint32_t *ifindex)
{
	struct span b = p->bytes;

	*ifindex = 0;
	f->flags = 0;
	switch (p->link) {
	case PACKET_SOCKETCAN:
		return socketcan(p, f);
	case PACKET_SLL:
		if (b.n < SLL_HEADER)
			return too_short(p);
		if (load_be16(b.p + 2) != ARPHRD_CAN)
			return packet_no_frame;
		f->flags = load_be16(b.p) == OUTGOING ? FRAME_TX : FRAME_RX;
		return cooked(p, behind(b, SLL_HEADER), load_be16(b.p + 14), f);
	case PACKET_SLL2:
		if (b.n < SLL2_HEADER)
			return too_short(p);
		*ifindex = load_be32(b.p + 4);
		if (load_be16(b.p + 8) != ARPHRD_CAN)
			return packet_no_frame;
		f->flags = load_u8(b.p + 10) == OUTGOING ? FRAME_TX : FRAME_RX;
		return cooked(p, behind(b, SLL2_HEADER), load_be16(b.p), f);
	}
	return packet_no_frame;
}

bool
packet_is_long(const struct packet *p, const struct frame *f)
{
	size_t n = f->flags & FRAME_XL ? HEADER_XL + f->len : f->flags & FRAME_FD ? FD_SIZE : CAN_SIZE;

	n += p->link == PACKET_SLL ? SLL_HEADER : p->link == PACKET_SLL2 ? SLL2_HEADER : 0;
	return p->bytes.n > n;
}
