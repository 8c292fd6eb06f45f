#ifndef SOURCE_SETTINGS_H
#define SOURCE_SETTINGS_H

#include "base/cli.h"
#include "source/alter.h"
#include "source/feed.h"
#include "source/live.h"
#include "source/operand.h"
#include "source/pace.h"

/* What canread's command line says, checked. */
struct settings {
	bool list_formats, nanoseconds, paced, exit_on_down;
	bool sourceless;		/* no SOURCE was given */
	uint64_t limit;			/* -n; else no limit */
	struct feed_options feed;
	struct live_options live;
	struct alter alter;
	struct pace pace;
	struct operand_list operands;
	/* Times as they were given: they may be local, so --timezone comes first wherever it stands. */
	struct {
		const char *start, *date, *from, *until;
	} late;
};

/* For struct cli_program. */
extern const struct cli_option settings_options[];

/*
 * Reads options and SOURCEs. What is made lives in the arena and borrows from c->argv; changes the
 * process's time zone where --timezone says so. False when the program is to end with c->status.
 */
bool settings_read(struct settings *s, struct cli *c, struct arena *a);
void settings_free(struct settings *s);

#endif
