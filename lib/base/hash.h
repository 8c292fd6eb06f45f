#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/span.h"

/* A hash for tables in memory; it never leaves the process. seed makes collisions unpredictable. */
uint64_t hash_bytes(struct span s, uint64_t seed);
/*
 * A hash that files may keep: the same on every machine and in every version. h: 0, or the hash of
 * what came before; where one span ends and the next begins is part of it. Against accidents, not
 * against people.
 */
uint64_t hash_chain(uint64_t h, struct span s);
/* The same for long spans, several times as quick; not the same number. */
uint64_t hash_block(uint64_t h, struct span s);
/* A seed from the system's random source, the clock where there is none. */
uint64_t hash_seed(void);

#endif
