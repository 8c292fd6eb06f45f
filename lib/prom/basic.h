#ifndef PROM_BASIC_H
#define PROM_BASIC_H

#include <stdbool.h>

#include "base/buf.h"

/* Basic authentication (RFC 7617). */

/*
 * Takes the value of an Authorization header apart: name and password are spans of *text, which is
 * cleared first. False when it is none.
 */
bool basic_read(struct span header, struct buf *text, struct span *name, struct span *password);

#endif
