#ifndef CAN_SCREEN_H
#define CAN_SCREEN_H

#include <stdbool.h>

#include "can/frame.h"

/*
 * The half of the candump grammar that is meant for people, used by candump.c alone: what
 * candump without -L prints behind the bus (can-utils lib.c sprint_long_canframe()).
 */

/* Steps over blanks, tabs and the colour sequences of -c. */
const char *screen_skip(const char *p, const char *end);
/*
 * "[TX B E]  123   [3]  11 22 33  [rest]" up to the end of the line. NULL, or what was expected.
 * Adds to f->flags.
 */
const char *screen_frame(const char *p, const char *end, struct frame *f);
/* The line is one of those that candump -e prints under an error frame. */
bool screen_is_error_words(const char *p, const char *end);

#endif
