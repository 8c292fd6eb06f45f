#ifndef INFLUX_TELL_H
#define INFLUX_TELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "influx/health.h"
#include "influx/login.h"
#include "influx/push.h"
#include "influx/reject.h"

/*
 * What people are told, on stderr and in the file of refused lines. Servers repeat in their answers
 * what they were sent, a token too: nothing of a login is shown.
 */
struct tell {
	struct span place;		/* the URL as it is shown; borrowed, as all here */
	const struct login *login;
	struct reject *reject;
	uint64_t shown;			/* rejected lines, of which the first few are shown */
	bool ill;			/* that the server is ill was the last told of its health */
};

/* The callbacks of an engine; t must outlive it. */
struct push_events tell_events(struct tell *t);
/* A line that is not even sent. */
void tell_rejected(struct tell *t, uint64_t number, struct span line, const char *reason);
/*
 * A piece of a line, at its front or the unterminated last one: in the file it becomes part of the
 * comment, for a piece can look like a whole line.
 */
void tell_piece(struct tell *t, uint64_t number, struct span piece, const char *reason);
/* The server does not want us at all; check may be NULL. */
void tell_refused(const struct tell *t, struct span text, const char *check);
/* The end, with so many points left; text may be empty. */
void tell_gave_up(const struct tell *t, struct span text, uint64_t left);
/* A new finding. */
void tell_health(struct tell *t, const struct health *h);

#endif
