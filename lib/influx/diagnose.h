#ifndef INFLUX_DIAGNOSE_H
#define INFLUX_DIAGNOSE_H

#include "influx/session.h"

/*
 * Walks the way that points would go, from the name of the server to the right to write, and says
 * on fd, a line a step, how it is; the first that fails is the last, and its line says what to do.
 * Written is only what every server refuses, so that nothing is left behind. login is borrowed.
 */
enum diagnose_result {
	DIAGNOSE_WELL,
	DIAGNOSE_REFUSED,	/* somebody must mend something */
	DIAGNOSE_AWAY,		/* not reached, or not for now */
	DIAGNOSE_UNTOLD,	/* fd took no more: errno */
};

enum diagnose_result diagnose(const struct session_config *c, const struct login *login, int fd);

#endif
