#ifndef PROM_PASSWORD_H
#define PROM_PASSWORD_H

#include <stdbool.h>

#include "base/span.h"

/* bcrypt hashes of passwords: $2a$, $2b$ or $2y$, two digits of cost, salt and hash. */

/* The cost is the binary logarithm of the work: 10 takes about 70 ms, each step more double. */
enum { PASSWORD_COST_MIN = 4, PASSWORD_COST_MAX = 16 };

/* NULL for a hash, else what was expected. */
const char *password_hash_fault(struct span hash);

/*
 * True when the password has this hash, which is one. Takes the hash's time in any case; bytes
 * from the 73rd on make no difference, as everywhere with bcrypt. Never true with a NUL inside.
 */
bool password_fits(struct span password, const char *hash);

#endif
