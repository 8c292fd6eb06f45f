#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* RFC 4648, section 4. */

/* Appends s, padded. */
void base64_put(struct buf *out, struct span s);
/* How many bytes s stands for, padded or not, if it is base64 at all. */
size_t base64_size(struct span s);
/* Exactly n bytes into data. False where s has other characters or stands for another number. */
bool base64_take(struct span s, uint8_t *data, size_t n);

#endif
