#ifndef INFLUX_ANSWER_H
#define INFLUX_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* What the body of an answer says, whichever server wrote it. The only file that knows jansson. */
struct answer {
	struct buf message;	/* v1 "error", v2 "message"; else the first line of plain text */
	struct buf code;	/* v2 "code" */
	struct buf status;	/* "status" of a health answer */
	uint64_t line;		/* "line": the number of the bad line, counted from 1; 0 without */
};

/* The body may be anything, also no JSON; nothing of it is kept. *a must be zero at first. */
void answer_parse(struct answer *a, struct span body);
void answer_free(struct answer *a);

#endif
