#ifndef SOURCE_OPERAND_H
#define SOURCE_OPERAND_H

#include "base/arena.h"
#include "source/sockcan.h"

/* The SOURCEs of a command line, sorted into recordings and live buses. */
struct operand_list {
	const char **path;	/* recordings, in their order; NULL: standard input */
	size_t paths;
	struct sockcan_bus *bus;
	size_t buses;
};

/* What is wrong with one of them. */
struct operand_error {
	const char *arg;
	const char *expected;	/* a constant */
	struct span got;
};

/*
 * None is standard input. filter: for interfaces without one of their own, or NULL. What is made
 * lives in the arena and borrows from arg. False with *e filled.
 */
bool operand_collect(struct operand_list *l, char *const *arg, size_t args,
    const struct filter *filter, struct arena *a, struct operand_error *e);
/* A SOURCE of that name was taken as an interface because there is no file of that name. */
bool operand_guessed(char *const *arg, size_t args, struct span name);

#endif
