#ifndef SOURCE_ENDPOINT_H
#define SOURCE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/span.h"

/* An address in the network. */
struct endpoint {
	char host[256];		/* a name, or an address without brackets */
	char port[6];
};

/*
 * "HOST", "HOST:PORT", "[ADDRESS]", "[ADDRESS]:PORT". False when it is anything else; *e is then
 * unspecified.
 */
bool endpoint_parse(struct span s, uint16_t port, struct endpoint *e);
/* The first address of that name, for a socket of this type. 0, or an error of getaddrinfo(3). */
int endpoint_resolve(const struct endpoint *e, int type, struct sockaddr_storage *to,
    socklen_t *n);

#endif
