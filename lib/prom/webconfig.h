#ifndef PROM_WEBCONFIG_H
#define PROM_WEBCONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

/*
 * The web configuration file of Prometheus' exporters (exporter-toolkit, web-configuration.md):
 * TLS, Basic auth, additional headers. What it knows and we do not is a fault and not passed over:
 * cert, key and client_ca (texts instead of files), client_allowed_sans, http2, rate_limit, TLS
 * before 1.2.
 */
enum webconfig_client {		/* client_auth_type */
	WEBCONFIG_NO_CERT, WEBCONFIG_REQUEST, WEBCONFIG_REQUIRE_ANY, WEBCONFIG_VERIFY_IF_GIVEN,
	WEBCONFIG_REQUIRE_AND_VERIFY,
};

enum webconfig_version { WEBCONFIG_TLS12, WEBCONFIG_TLS13 };

/* The rows of webconfig_cipher and webconfig_curve that were asked for, in that order. */
struct webconfig_list {
	unsigned char item[16];
	size_t n;
};

/* A TLS 1.2 suite: its name as Go has it, its number (IANA). */
extern const struct webconfig_suite {
	const char *name;
	unsigned char id[2];
} webconfig_suite[];
/* A curve: its name as Go has it, and as GnuTLS does. */
extern const struct webconfig_curve {
	const char *name, *group;
} webconfig_curve[];

struct webconfig_tls {
	const char *cert_file, *key_file;	/* both or neither: without TLS */
	const char *client_ca_file;		/* with a policy that verifies */
	enum webconfig_client client;
	enum webconfig_version min, max;
	struct webconfig_list suites, curves;	/* empty: the usual ones */
	bool client_order;			/* of suites: the client's preference goes first */
};

struct webconfig_pair {
	const char *name, *value;
};

enum { WEBCONFIG_HEADERS = 5, WEBCONFIG_USERS = 1000 };

struct webconfig {
	struct webconfig_tls tls;
	struct webconfig_pair header[WEBCONFIG_HEADERS];
	size_t headers;
	struct webconfig_pair *user;		/* name and password_is_hash() */
	size_t users;				/* 0: everybody may */
};

/* Where a file is wrong, counted from 1, and what was expected. */
struct webconfig_fault {
	size_t line, column;
	char text[200];
};

/* Reads a file's text; what w refers to is in a. False with a fault. */
bool webconfig_parse(struct webconfig *w, struct arena *a, struct span text,
    struct webconfig_fault *fault);

#endif
