#ifndef INFLUX_API_H
#define INFLUX_API_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* The servers that speak line protocol: what differs between them is a row here. */
enum api_id { API_V1, API_V2, API_V3, API_VICTORIA, API_QUESTDB, API_COUNT };

/* How a server tells whether it is well (facts in influxpush(1), HEALTH). */
enum api_health {
	API_HEALTH_END,
	API_HEALTH_JSON,	/* 200 with "status":"pass", or the text OK; else the next rule */
	API_HEALTH_PING,	/* 204; anything else is an ill server */
	API_HEALTH_PROCESS,	/* 200 with "process_id" */
};

struct api_probe {
	const char *path;
	enum api_health rule;
};

struct api {
	enum api_id id;
	const char *name;	/* of --api */
	enum api_id other;	/* to be tried when a write finds no such endpoint */
	unsigned in_flight;	/* requests at once, unless a person says how many */
	const char *write_path;
	const char *bucket;	/* the query parameters; NULL where there is none */
	const char *org;
	const char *policy;
	const char *settings;	/* the rest of the query: nanoseconds, partial writes; may be empty */
	const char *scheme;	/* before a token in Authorization */
	bool prefers_login;	/* user and password rather than a token when both are given */
	bool unsigned_fields;	/* takes 12u */
	bool misreads;		/* lines that InfluxDB takes are left out or changed (misread.h) */
	size_t line_max;	/* a longer line is sent alone; 0: it need not */
	bool creates;		/* POST /query?q=CREATE DATABASE … */
	bool needs_bucket;
	const char *dropped;	/* a point that only the storage refuses, or NULL */
	struct api_probe probe[3];	/* the last one is API_HEALTH_END */
	const char *check_login, *check_right, *check_bucket;	/* what to check on 401, 403, 404 */
};

extern const struct api api_table[API_COUNT];

/* Where points go. Spans are borrowed. */
struct api_target {
	struct span base;	/* scheme://host:port/path, without login and last slash */
	struct span bucket;	/* v1: the database */
	struct span policy;	/* v1: the retention policy, empty for the server's default */
	struct span org;
};

/* For servers with retention policies "DB/RP" in bucket is taken apart, unless policy is given. */
void api_split_bucket(struct api_target *t);

/* The path of the API with which that of a URL ends, of several the longest; NULL without. */
const char *api_write_path(struct span path);
/* The URL that points are posted to. */
void api_write_url(struct buf *out, const struct api *a, const struct api_target *t);
/* The URL and the body (application/x-www-form-urlencoded) that create the database. */
void api_create_url(struct buf *out, const struct api_target *t);
void api_create_body(struct buf *out, const struct api_target *t);

struct api_login {
	struct span user, password, token;
};

/* "Authorization: …\n", or nothing without a login that this server takes. */
void api_authorization(struct buf *out, const struct api *a, const struct api_login *l);

/* What a server shows of itself. */
struct api_signs {
	int ping;		/* the status of /ping; 0: not asked */
	struct span version;	/* X-Influxdb-Version of /ping; empty without */
	bool process;		/* /ping told a process_id */
	bool settings;		/* /settings is there, and no page for a browser */
	bool plain_health;	/* /health says OK, and that in plain text */
};

/*
 * Which server this is: by its signs, else by what was given: a token or an organisation without
 * a user speaks for v2.
 */
const struct api *api_guess(const struct api_signs *s, const struct api_target *t,
    const struct api_login *l);
/* The one to try when a write finds no such endpoint. */
const struct api *api_other(const struct api *a);

/* How one answer to a probe is judged. */
enum api_state { API_UNSURE, API_WELL, API_ILL };
enum api_state api_judge(enum api_health rule, int status, struct span body);

#endif
