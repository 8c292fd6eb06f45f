#ifndef BASE_GUNZIP_H
#define BASE_GUNZIP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * gzip (RFC 1952) piece by piece, with its checksums: one member after the other, zeroes between
 * and behind them. Pure.
 */
struct gunzip;

enum gunzip_result {
	GUNZIP_MADE,		/* something was appended, or further bytes of *in can be used at once */
	GUNZIP_WANTS,		/* what is left in *in, and what follows it */
	GUNZIP_END,		/* whole, and all is right */
	GUNZIP_BAD,		/* why says what is wrong; what was made before it is there */
};

struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *g);
/*
 * Takes bytes off *in and appends what they unpack to, a piece of some 64 KiB at most. whole: there
 * will be no more than *in. *why: a constant text. After END and BAD it is not to be called again.
 */
enum gunzip_result gunzip_more(struct gunzip *g, struct span *in, bool whole, struct buf *out,
    const char **why);

#endif
