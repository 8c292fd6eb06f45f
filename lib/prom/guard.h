#ifndef PROM_GUARD_H
#define PROM_GUARD_H

#include <stdint.h>

#include "base/span.h"
#include "prom/webconfig.h"

/*
 * Who may pass: those with the name and password of a user, and everybody where there are no
 * users. Passwords are compared in a thread of its own, one at a time, and behind one that was
 * wrong it rests as long as it took: a flood of wrong ones takes half a processor at most, and who
 * has a password that was right before does not wait for it. A name that is none takes as long as
 * one that is.
 */
struct guard;

enum guard_verdict {
	GUARD_PASS,
	GUARD_DENY,	/* a name and password are needed, and these are not it */
	GUARD_BUSY,	/* too many wait, all together or from the same client */
	GUARD_LATER,	/* the verdict comes in a call */
};

struct guard_calls {
	void (*wait)(void *who);	/* before a verdict that comes later; in the asking thread */
	void (*verdict)(void *who, enum guard_verdict v);	/* in the guard's thread */
};

enum { GUARD_QUEUE = 64, GUARD_QUEUE_OF_ONE = 8 };

/* NULL and errno when there can be no thread. */
struct guard *guard_new(const struct guard_calls *calls);
/* Answers those that wait with GUARD_BUSY; and so is whoever asks from now on. */
void guard_stop(struct guard *g);
/* After guard_stop(). */
void guard_free(struct guard *g);

struct sockaddr;
/* A number for where a client comes from: its address, of IPv6 its network. NULL: not known. */
uint64_t guard_client(const struct sockaddr *a);

/*
 * authorization: the header's value, empty without one. client: guard_client().
 * Nothing is kept of what c and authorization refer to.
 */
enum guard_verdict guard_ask(struct guard *g, const struct webconfig *c, struct span authorization,
    uint64_t client, void *who);

#endif
