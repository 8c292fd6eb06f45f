#ifndef PROM_SERVE_H
#define PROM_SERVE_H

#include "prom/listen.h"
#include "prom/site.h"

/* The HTTP server, in threads of its own, one for each listening socket. */
struct serve;

/*
 * Serves the site on all sockets of l, which it takes over; the site is borrowed. The threads
 * take no signals. NULL, with the sockets closed, when no server could be started (errno).
 */
struct serve *serve_start(struct listen *l, const struct site *site);
/* Ends all connections. */
void serve_stop(struct serve *s);

#endif
