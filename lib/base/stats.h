#ifndef BASE_STATS_H
#define BASE_STATS_H

#include <stdint.h>

/* A counter as --stats and SIGUSR1 show it. */
struct stats_row {
	const char *name;	/* lower case, words joined by _ */
	uint64_t value;
};

/*
 * One line on stderr, whatever -q says: "PROGRAM: name=value name=value ...". rows ends with a
 * NULL name.
 */
void stats_print(const struct stats_row *rows);

#endif
