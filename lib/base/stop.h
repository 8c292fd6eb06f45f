#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * SIGINT and SIGTERM, as DESIGN asks: the first one is a request that the program looks at,
 * a second one (more than 0.2 s later: timeout(1) signals both the process and its group) ends
 * the process as the signal would. SIGUSR1 asks for the counters.
 */

/* Installs the handlers. Signals that were ignored at the start (nohup, &) stay ignored. */
void stop_init(void);
/* The first signal came. */
bool stop_wanted(void);
/* When it came, on clock_mono(); 0 when none has. */
int64_t stop_since(void);
/*
 * The status, 128 + N as a shell has it, of a program that signal N kept from reading its input to
 * the end: not of one whose input has no end, or goes on being read after the signal.
 */
int stop_status(void);
/* True once after each SIGUSR1. */
bool stop_take_usr1(void);
/* A descriptor that is readable while a signal has not been seen by stop_drain(); for poll(2). */
int stop_fd(void);
void stop_drain(void);
/* Sleeps until a clock_mono() time has come. False when a signal came first. */
bool stop_sleep(int64_t until);
/*
 * True where the first signal must stop this stage itself: fd is no pipe (nor socket), so no
 * earlier stage will end it.
 */
bool stop_is_source(int fd);

#endif
