#ifndef INFLUX_ANSWER_H
#define INFLUX_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * What the body of an answer says, whichever server wrote it. The only file of its folder that
 * knows jansson.
 */
struct answer {
	struct buf message;	/* v1 "error", v2 "message"; else the first line of plain text */
	struct buf code;	/* v2 "code" */
	struct buf status;	/* "status" of a health answer */
	struct answer_line {
		uint64_t number;	/* counted from 1 */
		size_t at, n;		/* why, in reasons; none of its own: the message */
	} *line;		/* the bad ones: "line" and "message", or v3 "data"; rising, each once */
	size_t lines, room;
	struct buf reasons;
	bool object;		/* it is JSON */
	bool page;		/* for a browser: no server of points has written it */
	bool process;		/* with "process_id" */
};

/* The body may be anything, also no JSON; nothing of it is kept. *a must be zero at first. */
void answer_parse(struct answer *a, struct span body);
/*
 * Appends the message to text, which holds the status; some begin with that themselves: "404 page
 * not found".
 */
void answer_say(const struct answer *a, struct buf *text);
void answer_free(struct answer *a);

#endif
