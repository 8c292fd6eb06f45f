#ifndef BASE_CLI_H
#define BASE_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The command line, from one table per program: getopt_long, --help and the check of the manual
 * all read the same rows.
 */
struct cli_option {
	int id;			/* a letter is also the short option; above 255: long only; 0: a heading */
	const char *name;	/* long name; of a heading, its text */
	const char *arg;	/* NULL: takes none; "[X]" with brackets: optional; else its name, or
				   the words it may be: "asis|base" */
	const char *help;	/* one sentence fragment; \n continues on the next line */
};

struct cli_program {
	const char *name;
	const char *usage;	/* lines behind "Usage: NAME ", separated by \n */
	const char *about;	/* one sentence */
	const struct cli_option *options;	/* ends with a row of zeroes */
	const char *epilog;	/* printed at the end of --help, or NULL */
};

/* Ids of the options that every program has; handled by cli_next() itself. */
enum {
	CLI_STATS = 1000,	/* --stats */
	CLI_FIRST_LONG = 256,	/* programs number their long-only options from here */
};

struct cli {
	const struct cli_program *program;
	int argc;
	char **argv;
	const char *arg;	/* the argument of the option just returned, NULL without one */
	const char *option;	/* its name as the table has it */
	const struct cli_option *row;	/* its row */
	bool stats;		/* --stats was given */
	int index;		/* after the end: the first operand in argv */
	int status;		/* with CLI_EXIT: the status to end with */
	struct cli_tables *tables;
};

enum { CLI_END = -1, CLI_EXIT = -2 };

/*
 * Also sets up log with the program's name, and keeps what is opened later from being standard
 * input, output or error where these are closed. argv may be permuted.
 */
void cli_init(struct cli *c, const struct cli_program *p, int argc, char **argv);
/*
 * The id of the next option, CLI_END, or CLI_EXIT after --help, --version or a wrong option
 * (the message is out). -q, -v and --stats take effect and are not returned.
 *
 * The hidden option --list-options prints a line for each option: its letter (or nothing), long
 * name, argument as the table has it (or nothing), help in one line, separated by tabs. Lint
 * compares the manual with it, and scripts/completions makes the shells' files of it.
 */
int cli_next(struct cli *c);
/* Prints "PROGRAM: text" and "Try 'PROGRAM --help'."; returns STATUS_USAGE for main to return. */
int cli_usage_error(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The argument of the current option as a number; false after a message that says what was
 * expected and sets status. Ranges are inclusive.
 */
bool cli_arg_u64(struct cli *c, uint64_t min, uint64_t max, uint64_t *v);
bool cli_arg_size(struct cli *c, uint64_t min, uint64_t *v);
bool cli_arg_duration(struct cli *c, int64_t *ns);
/* "5M/5m": bytes, at least 1, in any such time. */
bool cli_arg_rate(struct cli *c, uint64_t *bytes, int64_t *ns);
bool cli_arg_time(struct cli *c, int64_t *ns);
/* Which of the words in the row's arg it is, counted from 0. */
bool cli_arg_choice(struct cli *c, int *v);

/* Says, where standard input is a terminal, that these ("points") are read from it. */
void cli_note_terminal(const char *what);

void cli_free(struct cli *c);

#endif
