#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include "base/linein.h"

/*
 * Compressed input: gzip, and through libarchive, which only this file knows, xz, zstd, bzip2 and
 * lz4.
 */
struct unpack;

/* raw: borrowed, the compressed bytes; what was read of them already stands unconsumed in it. */
struct unpack *unpack_new(struct linein *raw);
void unpack_free(struct unpack *u);
/*
 * As linein's pull: appends some unpacked bytes to *b. libarchive cannot say whether it would
 * block, so without wait it is always IDLE, once for half a megabyte; gzip waits as linein_fill().
 */
enum linein_result unpack_pull(void *u, struct buf *b, bool wait, int64_t deadline);
/*
 * Why the unpacked bytes end before the compressed ones do, or that these are torn; NULL when all
 * is well. After a damage unpack_pull() says END: what came before it is good.
 */
const char *unpack_damage(const struct unpack *u);

#endif
