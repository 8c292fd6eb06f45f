#ifndef PROM_WEB_H
#define PROM_WEB_H

#include "prom/tls.h"
#include "prom/webconfig.h"

/*
 * The web configuration in force: the file and those that it names, read again when one of them
 * changes, as Prometheus' exporters do. For several threads.
 */
struct web;

/* What was read at one time; does not change. */
struct web_state {
	struct webconfig config;
	struct tls *tls;		/* NULL: without TLS */
	struct tls_files files;		/* of the certificate */
};

enum { WEB_FAULT = 1024 };

/*
 * path: borrowed, NULL for one that asks for nothing. Files in it are relative to its folder. NULL
 * with a message in fault when it cannot be read.
 */
struct web *web_open(const char *path, char fault[static WEB_FAULT]);
/* When no state is held any more. */
void web_free(struct web *w);

/*
 * The state at present, to be given back. When files have changed and do not do, that is said once
 * and the state before stays.
 */
const struct web_state *web_hold(struct web *w);
void web_release(struct web *w, const struct web_state *s);

#endif
