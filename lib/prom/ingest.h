#ifndef PROM_INGEST_H
#define PROM_INGEST_H

#include "base/buf.h"
#include "prom/registry.h"

/*
 * Lines of line protocol into a registry. All zeroes but for the registry; memory is used again
 * by the next line and given back by ingest_free().
 */
struct ingest {
	struct registry *registry;	/* borrowed */
	struct registry_field *field;
	size_t cap;
	struct buf numbers, meta, text;
};

enum ingest_result {
	INGEST_POINT,
	INGEST_SILENT,		/* a comment, #meta or not, or a blank line */
	INGEST_BAD,
};

/* Where a line cannot be used. */
struct ingest_fault {
	size_t where;		/* bytes from its start */
	const char *expected;	/* constant */
};

/*
 * One line with or without its newline, as scanner_line_end() finds it. A point is taken whole or
 * not at all; *fault is set for INGEST_BAD.
 */
enum ingest_result ingest_line(struct ingest *in, const char *p, size_t n,
    struct registry_arrival at, struct ingest_fault *fault);
/* A #meta line that does not come from the stream. False when it is none. */
bool ingest_meta(struct ingest *in, const char *p, size_t n);
void ingest_free(struct ingest *in);

#endif
