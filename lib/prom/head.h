#ifndef PROM_HEAD_H
#define PROM_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The head of a request, held against what the server asks of it beyond what libmicrohttpd does
 * itself: RFC 9112, sections 3.2 (one Host) and 6.1 to 6.3 (one length). All zeroes before the
 * first header.
 */
struct head {
	size_t hosts, lengths, codings;
	uint64_t length;		/* the largest Content-Length */
	bool other_coding;
};

enum {
	HEAD_BYTES = 16 * 1024,		/* of a head */
	HEAD_BODY_BYTES = 1 << 20,	/* of a body, which is read and forgotten */
};

void head_take(struct head *h, struct span name, struct span value);

/* NULL, or a sentence about what is wrong with a head of so many bytes, and the status for that. */
const char *head_fault(const struct head *h, const char *version, size_t bytes, unsigned *status);

#endif
