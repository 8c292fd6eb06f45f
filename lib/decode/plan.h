#ifndef DECODE_PLAN_H
#define DECODE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "db/model.h"
#include "decode/scale.h"

/*
 * A database made ready for decoding: for each signal where to load eight bytes and how to shift
 * them, for each multiplexor a table from its value to the signals that are then there.
 */
struct plan_signal {
	uint16_t byte;		/* where the eight bytes begin: at the first where that will do */
	uint16_t need;		/* bytes of payload that it needs */
	uint8_t left, right;	/* shifts: left drops what lies above, right brings it down */
	bool big_endian, is_signed;
	bool ninth;		/* spans nine bytes: decoded by other means */
	bool wanted;		/* selected for output; if not, it is only looked at as a selector */
	/* For the consumer of the values: a text that stands before each value, and what else. */
	bool special;		/* more than that text and the value is to be written */
	uint32_t lead_len;
	const char *lead;
	struct scale scale;
	const void *view;
	struct plan_selector *selector;	/* what its value selects, NULL: nothing */
	const struct db_signal *db;
	uint32_t index;		/* dense, over all plans that share a plan_count */
};

/* Signals that are present together. */
struct plan_list {
	const struct plan_signal *const *signal;	/* the wanted ones, in the order of the file */
	const struct plan_signal *const *selector;	/* those that select others, wanted or not */
	uint32_t signals, selectors;
	const void *view;	/* for the consumer of the values: what it keeps of the list */
};

/* From a selector's value to a list: intervals in rising order, those without signals left out. */
struct plan_case {
	uint64_t first, last;
	struct plan_list list;
};

struct plan_selector {
	uint64_t mask;		/* selectors compare as unsigned bits of their own width */
	struct plan_case *cases;
	uint32_t count;
	const uint32_t *direct;	/* value -> index of its case + 1, 0: none */
	uint32_t direct_size;	/* larger values are searched in cases */
};

struct plan_message {
	const struct db_message *db;
	struct plan_list always;	/* the signals that depend on no selector */
	struct plan_signal *signal;	/* all that can be decoded */
	uint32_t signals;
	uint32_t selectors;
	uint32_t wanted;	/* how many signals are */
	uint32_t index;		/* dense, over all plans that share a plan_count */
	bool j1939;
};

struct plan {
	const struct db *db;
	struct plan_message *message;	/* as many and in the order of db->message */
};

/* What plans share: numbers that have been given out, tables. All zeroes at the start. */
struct plan_count {
	uint32_t messages, signals;
	struct scale_tables tables;	/* in the arena of the plans */
};

/* Calls f for every list of the message. */
void plan_each_list(struct plan_message *m, void (*f)(void *arg, struct plan_list *l), void *arg);

/* Says whether a signal is wanted for output. */
typedef bool plan_wants(const void *arg, const struct db_message *m, const struct db_signal *s);

/*
 * db is borrowed and must outlive the plan; the plan lives in the arena. j1939: every extended
 * message is taken as J1939. Signals of 0 and of more than 64 bits are left out.
 */
struct plan plan_compile(const struct db *db, bool j1939, plan_wants *wants, const void *arg,
    struct plan_count *count, struct arena *a);

#endif
