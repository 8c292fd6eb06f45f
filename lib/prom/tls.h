#ifndef PROM_TLS_H
#define PROM_TLS_H

#include <stdint.h>

#include "base/buf.h"
#include "prom/webconfig.h"

/* What connections over TLS have in common: certificates, versions, suites. Does not change. */
struct tls;

enum { TLS_FAULT = 400 };

/* The files of a configuration, read. */
struct tls_files {
	struct buf cert, key, client_ca;	/* PEM */
};

/*
 * NULL when they do not do: fault then says which file of c, and what was expected. Warnings
 * (expired, not yet valid at now, seconds since 1970) go into warning, "" for none.
 */
struct tls *tls_new(const struct webconfig_tls *c, const struct tls_files *files, int64_t now,
    char fault[static TLS_FAULT], char warning[static TLS_FAULT]);
void tls_free(struct tls *t);

/* Gives a new server's session (gnutls_session_t) these properties. t outlives it. */
void tls_apply(const struct tls *t, void *session);

/* A digest (HMAC-SHA256) that only those can compute who have the key. */
enum { TLS_DIGEST = 32 };
void tls_digest(unsigned char out[static TLS_DIGEST], const unsigned char key[static TLS_DIGEST],
    struct span text);
/* Random bytes that nobody can guess. */
void tls_random(unsigned char *out, size_t n);

#endif
