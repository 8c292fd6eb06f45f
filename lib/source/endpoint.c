#include "source/endpoint.h"

#include <netdb.h>
#include <stdio.h>

#include "base/num.h"

/* Behind the host: nothing, or a colon and a port. */
static bool
take_port(struct span s, uint16_t port, struct endpoint *e)
{
	uint64_t v = port;

	if (s.n && (*s.p != ':' || !num_u64(span_of(s.p + 1, s.n - 1), &v) || v < 1 || v > 65535))
		return false;
	snprintf(e->port, sizeof e->port, "%u", (unsigned)v);
	return true;
}

static bool
is_host(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && s.n < sizeof ((struct endpoint *)0)->host;
}

bool
endpoint_parse(struct span s, uint16_t port, struct endpoint *e)
{
	bool bracket = s.n && *s.p == '[';
	const char *end = s.n ? memchr(s.p, bracket ? ']' : ':', s.n) : NULL;
	struct span host, rest;

	if (bracket && !end)
		return false;
	host = span_of(s.p + bracket, end ? (size_t)(end - s.p) - bracket : s.n);
	rest = end ? span_of(end + bracket, (size_t)(s.p + s.n - end) - bracket) : span_of(NULL, 0);
	if (!is_host(host) || !take_port(rest, port, e))
		return false;
	memcpy(e->host, host.p, host.n);
	e->host[host.n] = '\0';
	return true;
}

int
endpoint_resolve(const struct endpoint *e, int type, struct sockaddr_storage *to, socklen_t *n)
{
	const struct addrinfo hints = { .ai_socktype = type, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *list;
	int err = getaddrinfo(e->host, e->port, &hints, &list);

	if (err)
		return err;
	memcpy(to, list->ai_addr, list->ai_addrlen);
	*n = list->ai_addrlen;
	freeaddrinfo(list);
	return 0;
}
