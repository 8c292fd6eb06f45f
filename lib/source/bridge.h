#ifndef SOURCE_BRIDGE_H
#define SOURCE_BRIDGE_H

#include "source/endpoint.h"
#include "source/live.h"

/*
 * CAN-Ethernet bridges of Tritium and Prohelion (Tritium TRI82.007; Prohelion's documentation,
 * CAN-UDP and CAN-TCP Bridging). Everything is big-endian. A datagram is a header of 16 bytes (a
 * bus identifier, who sent it) and one or more records of 14 bytes; a TCP stream has the header
 * once, if at all, and then records.
 *
 * A lane's name is what stands behind "bridge:", see bridge_parse().
 */
extern const struct live_kind bridge_kind;

enum { BRIDGE_HEADER = 16, BRIDGE_RECORD = 14, BRIDGE_PORT = 4876, BRIDGE_BUS = 13 };

/* "", "ADDRESS[:PORT]", "tcp:HOST[:PORT][/BUS[/FIRST-LAST]]". */
struct bridge_name {
	struct endpoint at;
	bool tcp;
	uint16_t bus;			/* TCP: the one to ask for; 13 is what bridges come with */
	uint32_t first, last;		/* TCP: the ids to ask for, all by default */
};

/* NULL, or what was expected, with *bad from where on. */
const char *bridge_parse(struct span s, struct bridge_name *n, struct span *bad);

/* The header of a datagram: false when it is not one of a bridge. Version 1 or 2. */
bool bridge_header(const unsigned char p[static BRIDGE_HEADER], uint16_t *bus);

enum bridge_result {
	BRIDGE_FRAME,
	BRIDGE_HEARTBEAT,	/* H: from the bridge itself, also an answer to a query */
	BRIDGE_SETTING,		/* S: for a bridge */
	BRIDGE_BAD,		/* flags that are none, more than 8 bytes, an id of too many bits */
};

/* A record; of *it, id, flags, len and data are set. */
enum bridge_result bridge_record(const unsigned char p[static BRIDGE_RECORD],
    struct merge_item *it);

/* What a client sends first on TCP: which ids it wants, and a header. */
enum { BRIDGE_HELLO = 8 + BRIDGE_HEADER };
void bridge_hello(const struct bridge_name *n, uint64_t client,
    unsigned char out[static BRIDGE_HELLO]);

#endif
