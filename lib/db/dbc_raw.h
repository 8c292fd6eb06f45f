#ifndef DB_DBC_RAW_H
#define DB_DBC_RAW_H

#include <stdint.h>

#include "base/buf.h"
#include "db/diag.h"
#include "db/lexer.h"
#include "db/model.h"
#include "db/names.h"

/*
 * What the statements of a DBC say, as they stand: sections come in any order, so names are looked
 * up when everything is read (dbc_link.c). Internal to the DBC parser.
 */

/* Which message: bit 31 is set for extended ids. */
enum { DBC_KEY_NONE = -1 };	/* no frame has this id */
typedef int64_t dbc_key;

enum dbc_mark {
	MARK_NONE,
	MARK_BRANCH = 1,	/* m3 */
	MARK_ROOT = 2,		/* M; both for m3M */
	MARK_BARE = 4,		/* m: branches are named elsewhere */
};

struct dbc_signal {
	struct db_signal s;
	size_t at;
	unsigned mark;		/* of enum dbc_mark */
	uint64_t branch;
	struct span long_name;
	int32_t mul;		/* the last of its SG_MUL_VAL_, -1 */
	int32_t final;		/* its place in the message, -1: not kept */
	bool left_out;		/* not readable; only known so that what refers to it is quiet */
	bool replaced;		/* a later one has the same name */
	bool labelled;
};

struct dbc_message {
	struct db_message m;
	size_t at;
	dbc_key key;
	size_t first, count;	/* its signals */
	struct span long_name;
	bool left_out;		/* not readable, or no frame: its signals are not kept either */
	bool replaced;		/* a later one has the same id */
	bool doubtful;		/* its BO_ is damaged: it replaces none that is not */
	bool cycle_known, format_known;	/* by values of their own */
};

/* The message and signal that a statement is about. */
struct dbc_ref {
	size_t at;		/* of the id */
	dbc_key key;
	struct span signal;	/* empty: the message itself */
};

struct dbc_comment {
	struct dbc_ref ref;
	struct span text;
	bool spare;		/* CM_ SG_ without a signal: only where the message has none */
};

/* VAL_: labels, or the name of a table. */
struct dbc_values {
	struct dbc_ref ref;
	size_t first, count;
	struct span table;
};

struct dbc_label {
	struct db_label l;
	size_t at;
};

struct dbc_table {
	struct span name;
	size_t at;
	size_t first, count;
	struct db_label *label;	/* sorted, from the first use on */
	size_t labels;
};

struct dbc_valtype {
	struct dbc_ref ref;
	uint64_t type;
};

struct dbc_mul {
	struct dbc_ref ref;
	struct span selector;
	size_t first, count;	/* ranges */
	int32_t selected_by;	/* the selector's place among the signals */
	int32_t next;		/* another one of the same signal and selector, -1 */
};

enum dbc_attribute_name {
	ATTR_FRAME_FORMAT, ATTR_CYCLE_TIME, ATTR_SIGNAL_NAME, ATTR_MESSAGE_NAME, ATTR_NODE_NAME,
};

struct dbc_attribute {
	struct dbc_ref ref;
	enum dbc_attribute_name name;
	struct span node, value;
};

struct dbc {
	struct db *db;
	struct arena *arena;
	struct diag diag;
	struct lexer lex;
	bool understood;	/* there was a statement */
	size_t at;		/* where the statement begins */
	bool apart;		/* something stands between the last message's signals and here */
	/* What was read: vectors of the structures above. */
	struct buf message, signal, label, range;
	struct buf comment, values, table, valtype, mul, attribute;
	/* The attribute VFrameFormat: the number of J1939PG in its list, and the default. */
	int64_t j1939_format;
	struct span format_default, cycle_default;
	/* For the look-ups. */
	struct names messages, signals, tables, nodes;
};

#define DBC_VEC(type, b) ((type *)(void *)(b)->p)
#define DBC_VEC_N(type, b) ((b)->len / sizeof(type))
/* A new element, cleared; it moves when the next is added. */
static inline void *
dbc_vec_add(struct buf *b, size_t size)
{
	void *p = memset(buf_reserve(b, size), 0, size);

	b->len += size;
	return p;
}
#define DBC_VEC_ADD(type, b) ((type *)dbc_vec_add(b, sizeof(type)))

/* Statements; the keyword is taken already (dbc_message.c, dbc_statement.c, dbc_attr.c). */
void dbc_read_message(struct dbc *d);
void dbc_read_signal(struct dbc *d);
void dbc_read_comment(struct dbc *d);
void dbc_read_values(struct dbc *d);
void dbc_read_table(struct dbc *d);
void dbc_read_valtype(struct dbc *d);
void dbc_read_mul(struct dbc *d);
void dbc_read_attribute(struct dbc *d);
void dbc_read_definition(struct dbc *d);
void dbc_read_default(struct dbc *d);

/* The key of an id as it stands in the file. */
dbc_key dbc_key_of(uint64_t id);
/* The id that a statement refers to. */
bool dbc_read_id(struct dbc *d, struct dbc_ref *ref);
/* The ';' that ends a statement, or what is done without it. */
void dbc_read_end(struct dbc *d);

/* Everything read becomes the database. */
void dbc_link(struct dbc *d);
/* Last: long names, and what is kept of the messages in the model's form. */
void dbc_build(struct dbc *d);
void dbc_link_attributes(struct dbc *d);
/* Finds out what selects the signals of a message; SG_MUL_VAL_ are linked to their signals. */
void dbc_link_mux(struct dbc *d, struct dbc_message *m);
void dbc_link_muls(struct dbc *d);

/*
 * What a statement refers to. A message that is not there, or a signal that is not, is a diagnostic
 * that ends with `done`; NULL then, and without one for what was left out on purpose.
 */
struct dbc_message *dbc_find_message(struct dbc *d, const struct dbc_ref *ref, const char *done);
struct dbc_signal *dbc_find_signal(struct dbc *d, const struct dbc_ref *ref, const char *done);
/* The same with those that are left out. */
struct dbc_signal *dbc_find_any_signal(struct dbc *d, const struct dbc_ref *ref, const char *done);

#endif
