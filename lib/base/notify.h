#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdint.h>

/*
 * What a service manager wants to hear, sd_notify(3): datagrams to the socket that NOTIFY_SOCKET
 * names. Without it nothing is done. WATCHDOG_PID is not looked at: in a service that is a
 * pipeline it is the shell's, and the unit says who may speak (NotifyAccess=all).
 */

/* Says READY=1. */
void notify_ready(void);
/*
 * Says that this process is alive, WATCHDOG=1, when half of WATCHDOG_USEC has passed since the last
 * time. now and the result, when this is to be called again, are on clock_mono(); 0: never.
 */
int64_t notify_alive(int64_t now);

#endif
