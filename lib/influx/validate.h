#ifndef INFLUX_VALIDATE_H
#define INFLUX_VALIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/table.h"

/*
 * Whether a server would take a line, as far as can be known without asking it: for servers that
 * say 204 to anything. Beside the grammar (check_line()): strings of at most 64 KiB, names that
 * InfluxDB keeps for itself, and for each field of a measurement the type that it had first. All
 * zeroes begins.
 */
struct validate {
	bool unsigned_fields;	/* the server knows 12u, or may do so */
	bool integers_alike;	/* 12u is, or may be, sent as 12i */
	uint64_t seed;		/* hash_seed(): nobody can choose names that fall together */
	struct validate_field {
		size_t at, n;	/* measurement and field key, in names */
		int type;	/* enum scanner_type */
	} *field;
	size_t fields, room;
	struct buf names, key;
	struct table table;
};

/* So many fields are remembered; what comes after them may have any type. */
enum { VALIDATE_FIELDS_MAX = 1 << 20 };

/* False, with the reason appended to *why, for a line that would not be taken, or not as it is. */
bool validate_line(struct validate *v, struct span line, struct buf *why);
void validate_free(struct validate *v);

#endif
