#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Several HTTP requests at once, without threads: each slot holds one. Connections are kept and
 * used again. Redirects are answers, never followed: no header goes to a host that the caller
 * did not name. The only file that knows libcurl.
 */
struct http;

struct http_request {
	bool post;		/* else GET, without a body */
	const char *url;
	const char *headers;	/* "Name: value" lines, each ended by \n */
	struct span body;	/* borrowed until the answer is there */
	int64_t timeout;	/* of the whole exchange, in ns */
};

/* What an exchange goes through. */
enum http_stage { HTTP_NAME, HTTP_CONNECTION, HTTP_TLS, HTTP_EXCHANGE };

struct http_answer {
	int status;		/* 0: there was none */
	bool torn;		/* the exchange broke off; status, if any, is all that is sure */
	const char *failure;	/* of a torn one, why: a phrase without the URL */
	enum http_stage stage;	/* of one torn on a new connection, where */
	struct buf head;	/* header lines */
	struct buf body;	/* its first HTTP_BODY_MAX bytes */
	char failure_text[256];
	char peer[80];		/* who was connected to, or its proxy: "[::1]:8086"; may be empty */
};

enum { HTTP_BODY_MAX = 16 << 20, HTTP_HEAD_MAX = 64 << 10, HTTP_WAIT_MAX = 4 };

/* How the other end is reached and trusted. Texts must outlive the requests; NULL: none. */
struct http_config {
	const char *agent;		/* User-Agent */
	const char *cacert;		/* file of authorities instead of the system's */
	const char *cert, *key;		/* files, for servers that want to know who we are */
	const char *unix_socket;	/* connect there, whatever the URL says */
	bool insecure;			/* any certificate will do */
};

/* Proxies are those of the environment (curl(1)). SIGPIPE must be ignored by the program (TLS). */
struct http *http_new(unsigned slots, const struct http_config *c);
/* Requests under way are broken off. */
void http_free(struct http *h);
/* The slot must be idle. What r points to is borrowed only where it says so. */
void http_start(struct http *h, unsigned slot, const struct http_request *r);
/*
 * Lets the requests go on until an answer is there, one of the n (at most HTTP_WAIT_MAX)
 * descriptors is ready (POLLIN, POLLOUT) or timeout ns have passed; returns at once when an
 * answer has not been taken yet. revents are set.
 */
void http_wait(struct http *h, struct pollfd *fds, unsigned n, int64_t timeout);
/*
 * An answer that has come, with its slot, which is idle from now on; NULL when there is none.
 * It is valid until the slot is started again.
 */
const struct http_answer *http_take(struct http *h, unsigned *slot);

#endif
