#ifndef SOURCE_SOCKCAN_H
#define SOURCE_SOCKCAN_H

#include <stddef.h>

#include "can/filter.h"
#include "source/source.h"

/* Live buses through SocketCAN raw sockets. The only file that knows them. */

struct sockcan_bus {
	struct span name;		/* an interface, or "any": all CAN interfaces */
	const struct filter *filter;	/* NULL: all data frames */
};

enum sockcan_failure {
	SOCKCAN_NO_SUPPORT,	/* this kernel has no CAN */
	SOCKCAN_NO_INTERFACE,	/* none of that name */
	SOCKCAN_NOT_CAN,	/* one of that name, of another kind */
	SOCKCAN_SYSTEM,		/* something else: err */
};

struct sockcan_error {
	enum sockcan_failure failure;
	size_t bus;		/* index of the bus that could not be opened */
	int err;		/* errno */
};

/*
 * Opens all of them (count >= 1) as one source whose frames come in order of time, CAN FD
 * included, stamped by the kernel. The receive buffers are made as large as the system lets us.
 * False with *e filled; nothing is to be closed then. The filters are not needed afterwards.
 */
bool sockcan_open(struct source *s, const struct sockcan_bus *bus, size_t count,
    struct sockcan_error *e);

#endif
