#ifndef INFLUX_MISREAD_H
#define INFLUX_MISREAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Whether VictoriaMetrics, which says 204 to all, leaves out a line that InfluxDB takes, or stores
 * something else than it says: true, with the reason appended to *why. As observed of 1.79.5; what
 * is no point is not looked at.
 */
bool misread_line(struct span line, struct buf *why);

#endif
