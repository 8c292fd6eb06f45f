#ifndef BASE_GIVE_H
#define BASE_GIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Bytes that a pipe takes over instead of copying them (vmsplice(2)). The memory that held them
 * is never written again and not used for anything else, so that it does not matter when they are
 * read, nor whether the reader passes the pages on (splice(2), tee(2)). It costs less than the
 * copy because it lies in huge pages; where the system has none to give, this is not done.
 */

/* Fewer bytes are cheaper copied, and each piece takes a place in the pipe. */
enum { GIVE_LEAST = 64 << 10 };

/*
 * Sees to it that b, which is empty, has pages with room for n bytes. False: none are to be had,
 * b is as it was.
 */
bool give_room(struct buf *b, size_t n);

/*
 * Into the pipe fd, all that is in b, which is in pages; b then has the rest of them. EINTR and
 * EAGAIN are waited out. 0, or an errno: *given bytes have gone, and all are still in b.
 */
int give_all(int fd, struct buf *b, size_t *given);

#endif
