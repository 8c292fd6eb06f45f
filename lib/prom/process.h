#ifndef PROM_PROCESS_H
#define PROM_PROCESS_H

#include "prom/expose.h"

/*
 * This process as Prometheus' client libraries show it ("Writing client libraries", "Standard and
 * runtime collectors"): process_cpu_seconds_total and so on. What cannot be found out is left out.
 */
void process_put(struct buf *out, enum expose_format format);

/* Keeps their names from becoming those of families. */
void process_reserve(struct registry *r);

#endif
