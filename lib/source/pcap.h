#ifndef SOURCE_PCAP_H
#define SOURCE_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The capture files of libpcap (draft-ietf-opsawg-pcap): a header, and packets, each with a header
 * of its own, in the byte order of the machine that wrote them. Pure: bytes in, verdicts out;
 * pcap.c does the reading. Nothing marks where a packet begins: what makes sense as the headers of
 * several packets in a row is believed.
 */
enum {
	PCAP_HEADER = 24,
	PCAP_PACKET = 16,		/* the header of a packet */
	PCAP_PACKET_MAX = 256 << 10,	/* bytes captured of one; libpcap's MAXIMUM_SNAPLEN */
	PCAP_CHAIN = 3,			/* packets in a row that make sense */
};

struct pcap_file {
	uint32_t unit;			/* ns, of a packet's fraction of a second */
	size_t more;			/* bytes behind a packet's header, before the packet */
	uint16_t link;
	bool big;			/* big-endian */
};

/* From PCAP_HEADER bytes. False: not such a file. */
bool pcap_header(struct span bytes, struct pcap_file *f);

struct pcap_packet {
	int64_t ns;			/* since 1970 */
	uint32_t captured, full;
	size_t size;			/* with its header */
	bool likely;			/* the header makes sense */
};

/* From PCAP_PACKET bytes or more. */
void pcap_packet(const struct pcap_file *f, struct span bytes, struct pcap_packet *p);

/*
 * The first place at or behind from where packets follow each other; where it cannot be told, for
 * want of bytes, that place. ns: the time of a packet before, which they must be within a day of;
 * 0: none is known. whole: the file ends with the bytes. At most bytes.n.
 */
size_t pcap_find(const struct pcap_file *f, struct span bytes, size_t from, int64_t ns,
    bool whole);

#endif
