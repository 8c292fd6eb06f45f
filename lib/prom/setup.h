#ifndef PROM_SETUP_H
#define PROM_SETUP_H

#include "base/arena.h"
#include "base/cli.h"
#include "prom/exporter.h"
#include "prom/listen.h"

/* promexport's command line. */
enum { SETUP_META = 64, SETUP_RULES = 256 };

/* What becomes of the values. */
enum setup_way { SETUP_SERVE, SETUP_TEXTFILE, SETUP_ONCE, SETUP_BACKFILL };

struct setup {
	struct exporter_config exporter;	/* rules refer to rule: not to be moved */
	enum setup_way way;
	const char *file;		/* of SETUP_TEXTFILE and SETUP_BACKFILL */
	int64_t interval;		/* of SETUP_TEXTFILE, ns */
	const char *host[LISTEN_MAX];
	size_t hosts;
	uint64_t port;
	const char *path;
	const char *web_config;		/* file; NULL: none */
	const char *meta[SETUP_META];	/* files */
	size_t metas;
	struct ttl_rule rule[SETUP_RULES];
	struct arena arena;		/* the globs of the rules */
	bool exit_at_end, unterminated, no_page;
};

extern const struct cli_program setup_program;

/*
 * Fills in what the command line of a cli_init() says, and else the defaults. False when the
 * program is to end with c->status: after a message, --help or --version. setup_free() in both
 * cases; texts are those of the command line.
 */
bool setup_parse(struct setup *s, struct cli *c);
void setup_free(struct setup *s);

#endif
