#ifndef SOURCE_PCAPNG_H
#define SOURCE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "can/frame.h"

/*
 * pcapng (draft-ietf-opsawg-pcapng): blocks, each with its length at both of its ends. A section
 * begins with a header that tells its byte order; interfaces are numbered from 0 in each section,
 * and packets name theirs. Pure: bytes in, verdicts out; pcapng.c does the reading.
 */
enum pcapng_type {
	PCAPNG_SECTION = 0x0a0d0d0a,	/* the same in both byte orders */
	PCAPNG_INTERFACE = 1,
	PCAPNG_PACKET = 2,		/* obsolete */
	PCAPNG_SIMPLE = 3,
	PCAPNG_NAMES = 4,
	PCAPNG_STATISTICS = 5,
	PCAPNG_ENHANCED = 6,
};

enum {
	PCAPNG_BLOCK_MIN = 12,
	PCAPNG_SECTION_MIN = 28,
	PCAPNG_BLOCK_MAX = 1 << 20,	/* longer ones are taken as damage */
};

struct pcapng_block {
	uint32_t type;
	uint32_t size;			/* with both lengths */
	struct span body;
};

enum pcapng_verdict {
	PCAPNG_BLOCK,
	PCAPNG_PARTIAL,			/* size bytes are needed, or PCAPNG_BLOCK_MIN where that is 0 */
	PCAPNG_NO_BLOCK,
};

/* The block that begins here. A section header sets *big, all others are in that byte order. */
enum pcapng_verdict pcapng_block(struct span bytes, bool *big, struct pcapng_block *b);

struct pcapng_interface {
	uint16_t link;
	uint32_t snap;			/* bytes that are captured of a packet; 0: all */
	uint64_t units;			/* of time in a second: 10^n */
	unsigned shift;			/* where not 0, a second has 2^shift of them */
	int64_t offset;			/* ns, added to all times */
	char name[FRAME_BUS_MAX + 1];	/* fit for a bus, or empty */
};

/* NULL, or what was expected. */
const char *pcapng_interface(struct span body, bool big, struct pcapng_interface *i);
/* Its time since 1970 in ns; false when that does not fit. */
bool pcapng_time(const struct pcapng_interface *i, uint64_t t, int64_t *ns);

struct pcapng_packet {
	uint32_t interface;
	uint64_t time;
	bool timed;
	struct span bytes;
	uint32_t full;
	unsigned direction;		/* FRAME_RX, FRAME_TX or 0 */
};

/*
 * Out of a block of one of the three types. snap: of interface 0, for PCAPNG_SIMPLE. NULL, or what
 * was expected.
 */
const char *pcapng_packet(const struct pcapng_block *b, bool big, uint32_t snap,
    struct pcapng_packet *p);

#endif
