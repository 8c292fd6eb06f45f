#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include "base/linein.h"

/*
 * Compressed input: gzip, xz, zstd, bzip2, lz4. The only file that knows libarchive.
 */
struct unpack;

/* raw: borrowed, the compressed bytes; what was read of them already stands unconsumed in it. */
struct unpack *unpack_new(struct linein *raw);
void unpack_free(struct unpack *u);
/*
 * As linein's pull: appends some unpacked bytes to *b. It cannot know whether it would block, so
 * without wait it always says IDLE: once for half a megabyte.
 */
enum linein_result unpack_pull(void *u, struct buf *b, bool wait, int64_t deadline);
/*
 * Why the unpacked bytes end before the compressed ones do, or that these are torn; NULL when all
 * is well. After a damage unpack_pull() says END: what came before it is good.
 */
const char *unpack_damage(const struct unpack *u);

#endif
