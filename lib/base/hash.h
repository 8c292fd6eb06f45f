#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/span.h"

/* A hash for tables in memory; it never leaves the process. seed makes collisions unpredictable. */
uint64_t hash_bytes(struct span s, uint64_t seed);
/* A seed from the system's random source, the clock where there is none. */
uint64_t hash_seed(void);

#endif
