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
	uint64_t length;		/* the largest Content-Length, or of the body that came */
	bool other_coding;
};

enum {
	HEAD_BYTES = 16 * 1024,		/* of a head */
	HEAD_BODY_BYTES = 1 << 20,	/* of a body, which is read and forgotten */
};

/* Takes a header. */
void head_take(struct head *h, struct span name, struct span value);

/* NULL, or a sentence about what is wrong with a head of so many bytes, and the status for that. */
const char *head_fault(const struct head *h, const char *version, size_t bytes, unsigned *status);

/* The path in a request target that is a whole URL (RFC 9112, section 3.2.2), or target itself. */
const char *head_path(const char *target);

#endif
