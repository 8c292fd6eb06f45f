#ifndef INFLUX_PACKER_H
#define INFLUX_PACKER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Threads that compress batches: each one at a time, with no queue, for who finds all of them busy
 * does it alone. They are made when there is something for them to do, sleep without, and neither
 * allocate nor take signals.
 */
struct packer;

/* At most so many threads, at least 1. level: as gzip_new() has it. */
struct packer *packer_new(unsigned threads, int level);
/*
 * Has a thread append one gzip member of the bytes to *out; until packer_take() gives id back both
 * are its own. False, and nothing happens: no thread is idle.
 */
bool packer_start(struct packer *p, int id, struct span bytes, struct buf *out);
/* The id of one that is done, -1: there is none, as of NULL. */
int packer_take(struct packer *p);
/* Those that were started and not taken. NULL has none. */
unsigned packer_busy(const struct packer *p);
/* Can be read, by poll(2), as long as one is done that packer_take() has not given back. */
int packer_fd(const struct packer *p);
/* Waits for what is under way. */
void packer_free(struct packer *p);

#endif
