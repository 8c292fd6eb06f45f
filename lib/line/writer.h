#ifndef LINE_WRITER_H
#define LINE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digits.h"
#include "base/span.h"

/*
 * Line protocol, written. What its grammar cannot hold (control characters, a backslash at the
 * end or before a comma, an equals sign or a blank, a # at the start of a measurement) becomes _.
 */
void writer_put_measurement(struct buf *out, struct span s); /* escapes comma and blank */
void writer_put_key(struct buf *out, struct span s);	/* tag key, tag value, field key: = too */
/* Only letters, digits, _, - and dots: written as it is. */
bool writer_is_plain(struct span s);
/* A string field value with its quotes; CR and LF become blanks, so that a point stays a line. */
void writer_put_string(struct buf *out, struct span s);

/* The digits of the seconds last written: most frames share them. All zeroes at the start. */
struct writer_time {
	int64_t start;		/* of that second */
	char digits[24];
	unsigned n;
};

char *writer_put_time_slow(char *out, struct writer_time *t, int64_t ns);

/* Nanoseconds since 1970 as digits; needs 32 bytes of room. Returns the end. */
static inline char *
writer_put_time(char *out, struct writer_time *t, int64_t ns)
{
	uint64_t rest = (uint64_t)(ns - t->start);

	if (__builtin_expect(rest >= 1000000000 || !t->n, 0))
		return writer_put_time_slow(out, t, ns);
	memcpy(out, t->digits, 16);
	out += t->n;
	*out = (char)('0' + rest / 100000000);
	return digits_put_eight(out + 1, (uint32_t)(rest % 100000000));
}

#endif
