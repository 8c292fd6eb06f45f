#ifndef PROM_SERVE_H
#define PROM_SERVE_H

#include <stdint.h>

#include "prom/listen.h"
#include "prom/site.h"
#include "prom/web.h"

/*
 * The HTTP server, in threads of its own, one for each listening socket. What clients do is
 * bounded: connections, the head and time of a request, and the bytes of all answers that have
 * not been fetched yet.
 */
struct serve;

/*
 * Serves the site, behind what the web configuration asks for, on all sockets of l, which it takes
 * over; site and web are borrowed. The threads take no signals. NULL, with the sockets closed, when
 * no server could be started (errno).
 */
struct serve *serve_start(struct listen *l, const struct site *site, struct web *web);
/* Ends connections whose request takes too long at now (clock_mono()); called now and then. */
void serve_check(struct serve *s, int64_t now);
/* Ends all connections. */
void serve_stop(struct serve *s);

#endif
