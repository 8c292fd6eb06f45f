#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Appends the whole file, at most max bytes. 0, or an errno (EFBIG past max). */
int file_read(const char *path, size_t max, struct buf *out);

/*
 * Replaces path in one step: a temporary file beside it, write, fsync, rename, fsync of the
 * folder. mode as for open(2). 0, or an errno with the old file untouched.
 */
int file_replace(const char *path, const void *p, size_t n, unsigned mode);

/* "gzip", "xz", "zstd", "bzip2", "lz4" by the first bytes, NULL when they are none of these. */
const char *file_compression(const void *p, size_t n);

#endif
