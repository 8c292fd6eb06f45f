#ifndef SOURCE_PACKET_H
#define SOURCE_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/load.h"
#include "base/span.h"
#include "can/frame.h"

/*
 * CAN frames in captured packets, shared by pcap and pcapng. Pure. The link types are those of
 * tcpdump.org/linktypes.html:
 *
 * CAN_SOCKETCAN: struct can_frame, canfd_frame or canxl_frame of linux/can.h, the id big-endian; of
 * CAN XL priority and network are big-endian, length and acceptance field little-endian.
 * LINUX_SLL, LINUX_SLL2 ("cooked"): a header, big-endian, with protocol and direction, then the
 * same structs in the byte order of the capturing machine, which is that of the file.
 */
enum packet_link {
	PACKET_SLL = 113,
	PACKET_SOCKETCAN = 227,
	PACKET_SLL2 = 276,
};

struct packet {
	struct span bytes;		/* as far as they were captured */
	uint32_t full;			/* how many they were on the wire */
	uint16_t link;			/* enum packet_link, or another */
	bool big;			/* the file is big-endian */
};

/*
 * Fills f but for time and bus, and *ifindex, the number of the interface, with SLL2; 0 otherwise.
 * NULL; packet_no_frame where it is well-formed and something else; or what was expected.
 */
const char *packet_frame(const struct packet *p, struct frame *f, uint32_t *ifindex);
/* After packet_frame() said NULL: the packet has more bytes than the struct of such a frame. */
bool packet_is_long(const struct packet *p, const struct frame *f);
extern const char packet_no_frame[];

/* Numbers in the byte order of a file. */
static inline uint16_t
packet_u16(const char *p, bool big)
{
	return big ? load_be16(p) : load_le16(p);
}
static inline uint32_t
packet_u32(const char *p, bool big)
{
	return big ? load_be32(p) : load_le32(p);
}

#endif
