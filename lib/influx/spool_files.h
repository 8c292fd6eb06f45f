#ifndef INFLUX_SPOOL_FILES_H
#define INFLUX_SPOOL_FILES_H

#include "influx/spool.h"

/* The inside of a spool, for its files alone: the folder, and the list of what lies in it. */

/* openat(2) of a file of a segment: "lp" or "sum". */
int spool_files_open(const struct spool *s, uint64_t number, const char *suffix, int flags);
/* Afterwards *fd is -1, as one that is not open. */
void spool_files_close(int *fd);
/* Appends folder/name, with a NUL behind it. */
void spool_files_path(struct buf *b, const char *folder, const char *name);
/* Appends the bytes from `from` to `to`, or as many as there are. 0, or an errno. */
int spool_files_read(int fd, uint64_t from, uint64_t to, struct buf *out);

/* pwrite(2) of everything. 0, or an errno. */
int spool_files_write(int fd, struct span bytes, uint64_t at);

/* Appends a segment to the list; the pointer is good until the next one. */
struct spool_segment *spool_files_add(struct spool *s, uint64_t number);
/* Removes the files of a segment; the lines of a damaged one are kept under another name. */
void spool_files_remove(struct spool *s, const struct spool_segment *g);
void spool_files_forget_oldest(struct spool *s);

/*
 * Looks at what an earlier process has left; change: torn tails are cut off and what is dealt
 * with is removed. 0, or an errno.
 */
int spool_load(struct spool *s, bool change);

#endif
