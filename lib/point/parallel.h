#ifndef POINT_PARALLEL_H
#define POINT_PARALLEL_H

#include "base/linein.h"
#include "base/out.h"
#include "point/convert.h"

/*
 * A log decoded by several threads: blocks of lines side by side, written in the order of the
 * input, byte for byte as one thread would. Each thread has its own struct convert over one
 * schema; #meta lines and messages about lines are put in when a block's turn has come, since only
 * then it is known what came before.
 */
struct parallel;

/* The best size of blocks: lines and points of one fit a second-level cache. */
enum { PARALLEL_BLOCK = 128 * 1024 };

/*
 * c: the sequential converter that the results are added to (counts, line numbers, messages,
 * #meta lines already written). threads: at least 1, the caller's among them; fewer where the
 * system has no more. Neither --changes nor --snapshot.
 */
struct parallel *parallel_new(struct convert *c, struct out *out, unsigned threads);

/*
 * Whole lines, as linein_block() has just given them; `in` gets other memory. Works itself while
 * all other threads have work; false once writing has failed.
 */
bool parallel_lines(struct parallel *p, struct linein *in, struct span lines);

/* Works or waits until all is written. The object can be used again. */
bool parallel_flush(struct parallel *p);

void parallel_free(struct parallel *p);

#endif
