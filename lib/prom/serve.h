#ifndef PROM_SERVE_H
#define PROM_SERVE_H

#include <stdint.h>

#include "prom/listen.h"
#include "prom/site.h"

/*
 * The HTTP server, in threads of its own, one for each listening socket. What clients do is
 * bounded: connections, the size and time of a request, and the bytes of all answers that have
 * not been fetched yet.
 */
struct serve;

/*
 * Serves the site on all sockets of l, which it takes over; the site is borrowed. The threads
 * take no signals. NULL, with the sockets closed, when no server could be started (errno).
 */
struct serve *serve_start(struct listen *l, const struct site *site);
/* Ends connections whose request takes too long at now (clock_mono()); called now and then. */
void serve_check(struct serve *s, int64_t now);
/* Ends all connections. */
void serve_stop(struct serve *s);

#endif
