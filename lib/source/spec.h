#ifndef SOURCE_SPEC_H
#define SOURCE_SPEC_H

#include <stdbool.h>

#include "base/span.h"

/* A SOURCE of the command line, taken apart. Pure: whether a file exists is passed in. */
enum spec_kind {
	SPEC_STDIN,		/* "-" */
	SPEC_FILE,
	SPEC_CAN,		/* an interface or "any", in candump's notation */
};

struct spec {
	enum spec_kind kind;
	bool guessed;		/* CAN because there is no file of that name */
	struct span name;	/* of the file or interface, borrowed */
	struct span filter;	/* behind the interface's comma; p is NULL without one */
};

/*
 * "file:NAME" and "can:NAME[,FILTER]" say it outright; else it is a file when one of that name
 * exists, or when it cannot be the name of an interface; else an interface.
 */
struct spec spec_parse(struct span arg, bool exists);

#endif
