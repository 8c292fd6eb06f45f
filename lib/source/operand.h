#ifndef SOURCE_OPERAND_H
#define SOURCE_OPERAND_H

#include "base/arena.h"
#include "source/live.h"

/* The SOURCEs of a command line, sorted into recordings and live buses. */
struct operand_list {
	const char **path;	/* recordings, in their order; NULL: standard input */
	size_t paths;
	struct live_want *bus;
	const char **bus_arg;	/* as it stands on the command line */
	size_t buses;
};

/* What is wrong with one of them. */
struct operand_error {
	const char *arg;
	const char *expected;	/* a constant */
	struct span got;
};

/*
 * None is standard input. filter: for live buses without one of their own, or NULL. What is made
 * lives in the arena and borrows from arg. False with *e filled.
 */
bool operand_collect(struct operand_list *l, char *const *arg, size_t args,
    const struct filter *filter, struct arena *a, struct operand_error *e);
/* It was taken as an interface because there is no file of that name. */
bool operand_guessed(const char *arg);

#endif
