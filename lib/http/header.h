#ifndef HTTP_HEADER_H
#define HTTP_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The value of a header field in a block of "Name: value\r\n" lines, blanks around it cut; the
 * name in any case. False when there is none; the last one counts.
 */
bool header_find(struct span block, const char *name, struct span *value);

/*
 * A date as HTTP has it (RFC 9110, 5.6.7: all three forms) in nanoseconds since 1970 UTC; false
 * when it is none.
 */
bool header_date(struct span text, int64_t *ns);

/*
 * Retry-After (RFC 9110, 10.2.3): seconds, or a date; now is the time since 1970 in nanoseconds.
 * What is left to wait in nanoseconds goes into *wait, never below 0. False when it is neither.
 */
bool header_retry_after(struct span text, int64_t now, int64_t *wait);

#endif
