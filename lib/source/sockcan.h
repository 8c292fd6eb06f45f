#ifndef SOURCE_SOCKCAN_H
#define SOURCE_SOCKCAN_H

#include "source/live.h"

/*
 * Interfaces of this machine through SocketCAN raw sockets; the only file that knows them. The name
 * is that of an interface, or "any" for all of them. CAN FD, and CAN XL where the kernel has it.
 */
extern const struct live_kind sockcan_kind;

/*
 * What recvmsg(2) gave on a raw socket, into *it: data, id, flags. False when it is neither a
 * classic, nor an FD, nor an XL frame of the size that it says. p is aligned for these.
 */
bool sockcan_frame(const void *p, size_t n, struct merge_item *it);

/*
 * The adapter's stamps on the line of time. Some count from 1970, others from when it was plugged
 * in: those are moved so that the first one is the kernel's. Pure.
 */
struct sockcan_clock {
	bool begun;
	int64_t offset;
};

int64_t sockcan_stamp(struct sockcan_clock *k, int64_t hardware, int64_t kernel);

#endif
