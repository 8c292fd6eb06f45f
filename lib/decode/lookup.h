#ifndef DECODE_LOOKUP_H
#define DECODE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "decode/plan.h"

/*
 * From an id to its message, over several databases: an exact id wins over a match by PGN, a
 * database given earlier over a later one, and of several J1939 messages with one PGN the first.
 */
struct lookup_entry {
	uint64_t key;
	uint32_t order;
	const struct plan_message *message;
};

struct lookup {
	const struct lookup_entry *exact, *pgn;		/* sorted by key, no key twice */
	size_t exacts, pgns;
};

struct lookup lookup_build(const struct plan *const *plan, size_t plans, struct arena *a);

/* id of 11 or 29 bits without flags. NULL: no database has it. */
const struct plan_message *lookup_find(const struct lookup *l, uint32_t id, bool extended);

/* The J1939 message with the PGN of this id, NULL without one. */
const struct plan_message *lookup_find_pgn(const struct lookup *l, uint32_t id);

/*
 * The parameter group number of a 29-bit id (SAE J1939-21): for PF below 240 the PS field is the
 * destination and not part of it.
 */
static inline uint32_t
lookup_pgn(uint32_t id)
{
	uint32_t pgn = id >> 8 & 0x3ffff;

	return (pgn >> 8 & 0xff) < 240 ? pgn & 0x3ff00 : pgn;
}

#endif
