#ifndef INFLUX_CONFIG_H
#define INFLUX_CONFIG_H

#include "base/cli.h"
#include "http/url.h"
#include "influx/session.h"

/* What influxpush's command line and environment say, checked. */
struct config {
	struct session_config c;
	struct login login;
	struct reject reject;
	struct intake intake;
	struct resume resume;
	struct spool spool;		/* open where spool_config.path is set and points are moved */
	struct spool_config spool_config;
	struct session_spool way;
	bool check;			/* --check */
	bool status, json;		/* --status */
	bool expect_input;
	const char *reject_file;
	/* on the way there */
	struct url url;
	struct buf url_text, base;	/* as given; without user and password */
	int api;
	bool login_given;		/* user or password by an option */
};

/* For struct cli_program. */
extern const struct cli_option config_options[];

/*
 * Reads the environment and the options and opens what they name: file of refused lines,
 * checkpoint, spool; with --check and --status none of these. What is made borrows from c->argv, in
 * which a login in the URL is blotted out. False when the program is to end with c->status.
 */
bool config_read(struct config *s, struct cli *c);
void config_free(struct config *s);

#endif
