#ifndef SOURCE_LINK_H
#define SOURCE_LINK_H

#include "base/buf.h"
#include "source/endpoint.h"

/*
 * A TCP connection that is made again when it breaks: never waited for, driven by the times at
 * which it is looked at. A peer that is gone without a word is noticed within LINK_DEAD seconds.
 */
enum { LINK_READ = 64 << 10, LINK_DEAD = 15 };

enum link_state {
	LINK_IDLE,		/* broken: to be made again at retry_at */
	LINK_CONNECTING,
	LINK_UP,
};

struct link {
	struct sockaddr_storage to;
	socklen_t to_len;
	int fd;			/* -1: IDLE */
	enum link_state state;
	int64_t retry_at;	/* clock_mono() */
	int64_t pause;		/* before the next attempt */
	struct buf in;		/* received, from at on not used */
	size_t at;
};

/* As endpoint_resolve(); nothing is connected. */
int link_init(struct link *l, const struct endpoint *e);
void link_free(struct link *l);
/* Begins to connect. 0, or an errno: then link_break() is due. */
int link_start(struct link *l, int64_t mono);
/* CONNECTING and poll(2) said something: 0 with state UP, or an errno. */
int link_connected(struct link *l);
/* Sends a few bytes. 0, or an errno (also where they do not fit, as the peer does not read). */
int link_send(struct link *l, const void *p, size_t n);
/* Reads once. The number of bytes; 0: nothing now; -errno, of which ENODATA is: closed. */
int link_read(struct link *l);
/* What was received and not used. */
struct span link_data(const struct link *l);
void link_use(struct link *l, size_t n);
/* It works: a pause before the next attempt is short again. */
void link_works(struct link *l);
/* Closes it; to be made again after a pause that grows from half a second to five. */
void link_break(struct link *l, int64_t mono);

#endif
