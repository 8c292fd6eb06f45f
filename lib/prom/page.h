#ifndef PROM_PAGE_H
#define PROM_PAGE_H

#include "base/buf.h"

/*
 * The page for people: lib/prom/page/, put into one HTML document by scripts/make-page. It asks
 * no other host for anything, and its policy says so.
 */

/* Its Content-Security-Policy. */
extern const char page_policy[];

/* Appends the page, with a link to the path of the metrics. */
void page_put(struct buf *out, struct span metrics);

/* The value of its ETag header. */
enum { PAGE_ETAG = 40 };
void page_etag(char out[static PAGE_ETAG], struct span metrics);

#endif
