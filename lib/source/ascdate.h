#ifndef SOURCE_ASCDATE_H
#define SOURCE_ASCDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The date of a Vector ASC file as ns since 1970: "Sam Sep 30 15:06:13.191 2017",
 * "Wed Apr 16 09:21:13.159 am 2014", the names of months as the writer's language has them; or
 * ISO 8601. Local time. False when it is none. 0 for one before 1980: some writers put the start of
 * their own count there.
 */
bool ascdate_parse(struct span s, int64_t *ns);

#endif
