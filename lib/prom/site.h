#ifndef PROM_SITE_H
#define PROM_SITE_H

#include "base/buf.h"
#include "prom/exporter.h"
#include "prom/page.h"

/* What stands under which path: from a request to its answer, without a socket. */
struct site {
	struct exporter *exporter;
	const char *path;		/* of the metrics, site_path_fault(); borrowed */
	bool page;			/* there is one for people, too */
};

struct site_request {
	const char *method, *path;	/* path: decoded, without query */
	/* headers, NULL without one */
	const char *accept, *accept_encoding;
	const char *timeout;		/* X-Prometheus-Scrape-Timeout-Seconds */
	const char *if_none_match;
	const char *since;		/* of the query, decoded; NULL without one */
	bool busy;			/* so many answers are on their way that no large one is made */
};

/* All zeroes before; body is the caller's to free. */
struct site_answer {
	unsigned status;		/* of HTTP */
	const char *content_type;	/* constant */
	const char *allow;		/* with 405: the methods that would do; else NULL */
	const char *encoding;		/* of the body: "gzip" or NULL */
	const char *vary;		/* the headers that would change the answer, or NULL */
	const char *cache;		/* Cache-Control, or NULL */
	const char *policy;		/* Content-Security-Policy, or NULL */
	char etag[PAGE_ETAG];		/* or empty */
	const char *authenticate;	/* with 401: how, else NULL */
	const char *retry_after;	/* with 503: seconds, or NULL */
	struct buf body;
};

/* now: clock_mono(). An answer to HEAD is that to GET; whoever sends it leaves the body out. */
void site_answer(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a);

/* An answer of one line of text. */
void site_refuse(struct site_answer *a, unsigned status, const char *text);

/*
 * NULL for what may be the path of the metrics, else what was expected: an absolute path of
 * visible ASCII without ? and #, other than the fixed ones.
 */
const char *site_path_fault(const char *path);

#endif
