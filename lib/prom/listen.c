#include "prom/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"

/* An address to listen on. */
struct place {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} u;
	bool optional;		/* no fault where this machine has no such address */
};

struct places {
	struct place at[LISTEN_MAX];
	size_t n;
};

static socklen_t
size_of(const struct place *p)
{
	return p->u.any.sa_family == AF_INET ? sizeof p->u.v4 : sizeof p->u.v6;
}

static bool
is_same(const struct place *a, const struct place *b)
{
	if (a->u.any.sa_family != b->u.any.sa_family)
		return false;
	if (a->u.any.sa_family == AF_INET)
		return a->u.v4.sin_addr.s_addr == b->u.v4.sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&a->u.v6.sin6_addr, &b->u.v6.sin6_addr)
	    && a->u.v6.sin6_scope_id == b->u.v6.sin6_scope_id;
}

/* What is there already is left out, other families than the two, and what is over LISTEN_MAX. */
static void
add(struct places *l, const void *address, bool optional)
{
	const struct sockaddr *sa = address;
	struct place p = { .optional = optional };
	size_t i;

	if (!sa || l->n == LISTEN_MAX || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return;
	p.u.any.sa_family = sa->sa_family;
	memcpy(&p.u, sa, size_of(&p));
	for (i = 0; i < l->n; i++)
		if (is_same(&l->at[i], &p))
			return;
	l->at[l->n++] = p;
}

static void
find_localhost(struct places *l)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	add(l, &v4, false);
	add(l, &v6, true);
}

static void
find_interface(struct places *l, const char *name)
{
	struct ifaddrs *list, *a;

	if (getifaddrs(&list) != 0)
		return;
	for (a = list; a; a = a->ifa_next)
		if (!strcmp(a->ifa_name, name))
			add(l, a->ifa_addr, false);
	freeifaddrs(list);
}

/* 0, or getaddrinfo's error. */
static int
find_name(struct places *l, const char *host)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *list, *a;
	int err = getaddrinfo(host, NULL, &hints, &list);

	if (err)
		return err;
	for (a = list; a; a = a->ai_next)
		add(l, a->ai_addr, false);
	freeaddrinfo(list);
	return 0;
}

/* All addresses of a host; false with a fault when it has none. */
static bool
find_places(struct listen *l, struct places *p, const char *host)
{
	size_t before = p->n;
	int err = 0;

	if (!strcmp(host, "localhost"))
		find_localhost(p);
	else if (if_nametoindex(host))
		find_interface(p, host);
	else
		err = find_name(p, host);
	if (err)
		snprintf(l->fault, sizeof l->fault, "host '%s': %s", host,
		    err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err));
	else if (p->n == before && !before)
		snprintf(l->fault, sizeof l->fault, "interface %s has no address", host);
	return !l->fault[0];
}

static void
set_port(struct place *p, uint16_t port)
{
	*(p->u.any.sa_family == AF_INET ? &p->u.v4.sin_port : &p->u.v6.sin6_port) = htons(port);
}

static uint16_t
port_of(int fd)
{
	struct place p = { 0 };
	socklen_t n = sizeof p.u;

	getsockname(fd, &p.u.any, &n);
	return ntohs(p.u.any.sa_family == AF_INET ? p.u.v4.sin_port : p.u.v6.sin6_port);
}

static bool
is_wide(const struct place *p)
{
	if (p->u.any.sa_family == AF_INET)
		return ntohl(p->u.v4.sin_addr.s_addr) >> 24 != 127;
	return !IN6_IS_ADDR_LOOPBACK(&p->u.v6.sin6_addr);
}

/* A listening socket, or -1 and errno. */
static int
open_place(const struct place *p)
{
	int on = 1, only = !IN6_IS_ADDR_UNSPECIFIED(&p->u.v6.sin6_addr), saved;
	int fd = socket(p->u.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
	    && (p->u.any.sa_family == AF_INET
	    || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == 0)
	    && bind(fd, &p->u.any, size_of(p)) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static void
tell(struct listen *l, const struct place *p, int err)
{
	char text[NI_MAXHOST] = "?";

	getnameinfo(&p->u.any, size_of(p), text, sizeof text, NULL, 0, NI_NUMERICHOST);
	snprintf(l->fault, sizeof l->fault, "cannot listen on %.200s port %u: %s%s", text, l->port,
	    err == EADDRNOTAVAIL ? "not an address of this machine" : strerror(err),
	    err == EADDRINUSE ? " (--port takes another one)" : "");
}

/* False with errno when a place cannot be had. */
static bool
open_all(struct listen *l, struct places *places, uint16_t port)
{
	size_t i;
	int fd;

	l->port = port;
	for (i = 0; i < places->n; i++) {
		struct place *p = &places->at[i];

		set_port(p, l->port);
		fd = open_place(p);
		if (fd < 0 && p->optional && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT))
			continue;
		if (fd < 0) {
			tell(l, p, errno);
			return false;
		}
		l->fd[l->n++] = fd;
		l->port = port_of(fd);
		l->wide |= is_wide(p);
	}
	return l->n > 0;
}

bool
listen_open(struct listen *l, const char *const *host, size_t hosts, uint16_t port)
{
	struct places places = { 0 };
	int attempts;
	size_t i;

	*l = (struct listen){ 0 };
	if (!hosts)
		find_localhost(&places);
	for (i = 0; i < hosts; i++)
		if (!find_places(l, &places, host[i]))
			return false;
	/* A port that is free at one address may be taken at the next. */
	for (attempts = port ? 1 : 20; attempts; attempts--) {
		if (open_all(l, &places, port))
			return true;
		listen_close(l);
	}
	return false;
}

/* How many sockets there are for this process. */
static size_t
count_inherited(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	uint64_t p, n;

	if (!pid || !fds || !num_u64(span_str(pid), &p) || p != (uint64_t)getpid()
	    || !num_u64(span_str(fds), &n))
		return 0;
	return n;
}

static bool
is_listening(int fd)
{
	int on = 0;
	socklen_t n = sizeof on;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 && on
	    && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0
	    && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

bool
listen_inherit(struct listen *l)
{
	enum { FIRST = 3 };
	size_t n = count_inherited();
	struct place p;
	socklen_t size;

	*l = (struct listen){ 0 };
	if (n > LISTEN_MAX)
		snprintf(l->fault, sizeof l->fault, "LISTEN_FDS: at most %d sockets", LISTEN_MAX);
	while (l->n < n && !l->fault[0]) {
		l->fd[l->n] = FIRST + (int)l->n;
		if (!is_listening(l->fd[l->n]))
			snprintf(l->fault, sizeof l->fault, "LISTEN_FDS: descriptor %d is no "
			    "listening socket", l->fd[l->n]);
		size = sizeof p.u;
		if (getsockname(l->fd[l->n++], &p.u.any, &size) == 0)
			l->wide |= p.u.any.sa_family != AF_UNIX && is_wide(&p);
	}
	return l->n && !l->fault[0];
}

void
listen_close(struct listen *l)
{
	while (l->n)
		close(l->fd[--l->n]);
}
