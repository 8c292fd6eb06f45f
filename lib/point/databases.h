#ifndef POINT_DATABASES_H
#define POINT_DATABASES_H

#include <stdbool.h>
#include <stddef.h>

#include "db/load.h"
#include "point/options.h"

/* The databases of a command line. All zeroes has none. */
struct databases {
	struct load *load;
	struct point_db *db;	/* the same, as struct point_options takes them */
	size_t n;
};

/*
 * arg: n times "[BUS=]FILE" (borrowed). What is wrong in a file is told: the first diagnostic and
 * how many there are, with -v all of them. False, with a message: a file cannot be read or is no
 * database, or, when strict, has a diagnostic. To be freed either way.
 */
bool databases_load(struct databases *d, const char *const *arg, size_t n, bool strict);
void databases_free(struct databases *d);

#endif
