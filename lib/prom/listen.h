#ifndef PROM_LISTEN_H
#define PROM_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LISTEN_MAX = 16, LISTEN_TEXT = 300 };

/* Sockets that listen. */
struct listen {
	int fd[LISTEN_MAX];
	size_t n;
	uint16_t port;		/* the same for all; 0 for inherited ones */
	bool wide;		/* others than this machine can reach one of them */
	char fault[LISTEN_TEXT];	/* after a failure: a sentence that says what could not be done */
};

/*
 * Listens on a port (0: one that is free) of all addresses of the hosts, each an address, a name,
 * the name of a network interface, or "localhost" for 127.0.0.1 and, where there is one, ::1,
 * which no host at all means, too. The address :: takes IPv4 as well. False, with none left open,
 * when one of them cannot be had.
 */
bool listen_open(struct listen *l, const char *const *host, size_t hosts, uint16_t port);

/*
 * Takes the sockets that the service manager listens on (sd_listen_fds(3): LISTEN_PID and
 * LISTEN_FDS, descriptors from 3 on). False with an empty fault when there are none, with one
 * when they do not do.
 */
bool listen_inherit(struct listen *l);
void listen_close(struct listen *l);

#endif
