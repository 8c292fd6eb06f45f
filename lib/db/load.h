#ifndef DB_LOAD_H
#define DB_LOAD_H

#include <stdbool.h>

#include "base/span.h"
#include "db/model.h"

/* A database file and the bus that it is for. */
struct load {
	const char *path;
	struct span bus;	/* empty: for all buses */
	struct db db;
};

enum { LOAD_MAX = 256 << 20 };	/* bytes of one file */

/*
 * arg: "[BUS=]FILE" (borrowed); a file that exists under the whole name is taken as it is. 0, an
 * errno when the file cannot be read, or -1 when it is no database: the last diagnostic of l->db
 * says why. l->db is to be freed with db_free() either way.
 */
int load_file(struct load *l, const char *arg);

#endif
