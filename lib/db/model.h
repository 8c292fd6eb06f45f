#ifndef DB_MODEL_H
#define DB_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/dec.h"
#include "base/span.h"

/*
 * A CAN database: what every format's parser fills and the decoder reads. Immutable once parsed;
 * everything lives in its arena. All texts are UTF-8.
 */

/* A label of a value table. Keys compare with the raw value as the signal's type reads it. */
struct db_label {
	int64_t key;		/* a key above 2^63-1 is kept as the same 64 bits */
	struct span text;
};

/* A selector value range that a multiplexed signal is present for; raw bits, unsigned. */
struct db_range {
	uint64_t first, last;
};

enum db_type {
	DB_UNSIGNED,
	DB_SIGNED,
	DB_FLOAT,		/* IEEE 754 of 16, 32 or 64 bits, by size */
};

struct db_signal {
	struct span name;	/* the long name where there is one */
	struct span unit, comment;
	/*
	 * First bit in DBC numbering: little-endian, the least significant bit, byte start / 8,
	 * bit start % 8; big-endian, the most significant one in the same (sawtooth) numbering.
	 */
	uint32_t start;
	uint32_t size;		/* bits; 1 to 64 can be decoded, wider ones are kept and not decoded */
	bool big_endian;
	enum db_type type;
	struct dec factor, offset;	/* physical = raw * factor + offset */
	struct dec min, max;	/* both zero: no range given */
	struct db_label *label;	/* sorted by key, no key twice */
	size_t labels;
	/* Multiplexing. */
	bool multiplexor;	/* other signals depend on it */
	/*
	 * The index of the signal that selects this one, -1: always present. No chain of them is a
	 * circle. A signal is absent where its selector is, or cannot be decoded.
	 */
	int32_t selector;
	struct db_range *range;	/* values of the selector, rising, none touches the next */
	size_t ranges;
	uint32_t line;		/* where it is defined, for messages */
};

struct db_message {
	struct span name;	/* the long name where there is one */
	struct span comment;
	struct span sender;	/* node; empty where the file has none or says Vector__XXX */
	uint32_t id;		/* 11 or 29 bits */
	bool extended;
	bool j1939;		/* matches on its PGN (attribute VFrameFormat) */
	uint32_t len;		/* bytes as the database says; frames may be shorter or longer */
	uint32_t cycle_ms;	/* GenMsgCycleTime; 0: none */
	struct db_signal *signal;	/* in the order of the file, names unique */
	size_t signals;
	uint32_t line;
};

/* Something that broke the grammar or could not be kept, and what was done about it. */
struct db_diagnostic {
	uint32_t line, column;	/* from 1 */
	struct span text;	/* "expected ';': taken as if it were there" */
};

struct db {
	struct arena arena;
	struct db_message *message;	/* (id, extended) unique, in the order of the file */
	size_t messages;
	struct db_diagnostic *diagnostic;	/* in the order of the file */
	size_t diagnostics;
};

void db_free(struct db *db);
/* The label of a raw value, or NULL. */
const struct db_label *db_find_label(const struct db_signal *s, int64_t raw);

#endif
