#ifndef PROM_ACCEPT_H
#define PROM_ACCEPT_H

#include <stdbool.h>

#include "base/span.h"
#include "prom/expose.h"

/*
 * What a client wants, from its headers (RFC 9110, sections 12.5.1 and 12.5.3). An element that
 * is none is passed over.
 */

/*
 * The format that has the highest q-value, the text format among equals, and also where none is
 * accepted or there is no header (empty): a page in a format that was not asked for is of more
 * use than none.
 */
enum expose_format accept_format(struct span accept);

/* True where gzip is accepted and not less than the plain page. */
bool accept_gzip(struct span accept_encoding);

#endif
