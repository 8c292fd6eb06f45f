#ifndef SOURCE_SPEC_H
#define SOURCE_SPEC_H

#include <stdbool.h>

#include "base/span.h"

/* A SOURCE of the command line, taken apart. Pure: whether a file exists is passed in. */
enum spec_kind {
	SPEC_STDIN,		/* "-" */
	SPEC_FILE,
	SPEC_CAN,		/* an interface or "any", in candump's notation */
	SPEC_BRIDGE,		/* what follows "bridge:" */
	SPEC_SOCKETCAND,	/* what follows "socketcand:" */
};

struct spec {
	enum spec_kind kind;
	bool guessed;		/* CAN because there is no file of that name */
	struct span name;	/* of the file or live bus, borrowed */
	struct span filter;	/* behind the bus's comma; p is NULL without one */
};

/*
 * "file:NAME", "can:NAME[,FILTER]", "bridge:NAME[,FILTER]" and "socketcand:NAME[,FILTER]" say it
 * outright; else it is a file when one of that name exists, or when it cannot be the name of an
 * interface; else an interface.
 */
struct spec spec_parse(struct span arg, bool exists);

#endif
