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
 * folder. Of a symbolic link the file that it leads to is replaced, and one that leads nowhere is
 * replaced itself. mode as for open(2). 0, or an errno with the old file untouched; ENOTSUP where
 * path is something else than a file, as a device.
 */
int file_replace(const char *path, const void *p, size_t n, unsigned mode);

/* What to say of such an errno. */
const char *file_fault(int err);

/* A file being written that will take the place of another one, or make it, in one step. */
struct file_swap {
	int fd;			/* to write to */
	char *path, *tmp;	/* tmp is beside path */
};

/* As file_replace(). 0, or an errno. */
int file_swap_begin(struct file_swap *f, const char *path, unsigned mode);
/* fsync, rename, fsync of the folder. 0, or an errno with the old file untouched. */
int file_swap_end(struct file_swap *f);
/* Leaves the old file as it is. */
void file_swap_drop(struct file_swap *f);

/* Makes a folder and those above it, as mkdir -p does. 0, or an errno. */
int file_make_folders(const char *path, unsigned mode);

/*
 * Opens a new file for reading and writing that has no name and is gone when it is closed. folder:
 * NULL for $TMPDIR, else /tmp. -1, and errno.
 */
int file_temporary(const char *folder);

/* "gzip", "xz", "zstd", "bzip2", "lz4", "zip" by the first bytes, NULL for anything else. */
const char *file_compression(const void *p, size_t n);

#endif
