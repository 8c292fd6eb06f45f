#ifndef PROM_REGISTRY_STATE_H
#define PROM_REGISTRY_STATE_H

#include "base/buf.h"
#include "base/pool.h"
#include "base/table.h"
#include "prom/labels.h"
#include "prom/registry.h"
#include "prom/snapshot.h"
#include "prom/units.h"

/*
 * The inside of struct registry, for lib/prom/{registry,family,help,snapshot}.c. Things refer to
 * each other by number:
 *
 *	source ---> message <--- family    source: measurement and tags as they stand in a line
 *	  ^                        ^
 *	  |                        |
 *	binding ------------> series       binding: a field of a source (a series has several when
 *	                                   its tags come in several orders)
 *
 * A series owns its bindings; a source goes with its last binding, a family with its last series,
 * a message is idle without source and family.
 */

enum { REGISTRY_TOLD = 1000, REGISTRY_GONE = 1024 };

/*
 * A measurement. Without users it is idle: remembered, in a list in order of that moment, so that
 * its points go on being counted when it comes again.
 */
struct registry_message {
	struct span name;		/* cleaned; owned */
	int64_t ttl;			/* of its series, ns; INT64_MAX: for ever */
	uint32_t cycle_ms;		/* the longest that #meta told */
	uint32_t users;			/* sources and families */
	uint32_t next, before;		/* idle list */
};

struct registry_family {
	char *text;			/* its name on the page, and behind it the field, cleaned */
	const struct units *base;	/* NULL, or what values are converted by */
	uint32_t name_n, field_n;
	uint32_t companion;		/* the reserved name of its states; TABLE_NONE: none */
	uint32_t message;		/* TABLE_NONE: a reserved name */
	uint32_t series, first;		/* how many; the list of them */
	uint32_t kind;
};

/* Its labels are those of the sources of its bindings, which are the same for all of them. */
struct registry_series {
	uint32_t family, next, before;	/* list of the family; TABLE_NONE at the ends */
	uint32_t binding;		/* list of the series, never empty */
	uint32_t described;		/* epoch in which name, labels or help came to be as they are */
};

/* What changes with each value. */
struct registry_life {
	int64_t seen;			/* when it last came: clock_mono() */
	uint32_t count;			/* how often, modulo 2^32 */
	uint32_t epoch;			/* in which it last came */
};

struct registry_gone {
	uint32_t series, epoch;
};

struct registry_source {
	struct span raw, labels;	/* owned */
	uint32_t message;
	uint32_t count, cap;
	uint32_t *binding;		/* in the order in which the fields came first */
};

struct registry_binding {
	const char *key;		/* raw; owned, unless it is the family's field */
	uint32_t key_n;
	uint32_t source, place;		/* where it stands there */
	uint32_t series, next;		/* list of the series */
};

/* What #meta told of a field. */
struct registry_hint {
	struct span measurement, field;	/* cleaned; owned */
	struct span tags;		/* of the #meta line, raw; owned */
	bool mixed;			/* lines with several tags came: the text is empty */
	bool given;			/* not from the stream; stays */
	struct registry_meta text;	/* cleaned; owned */
};

struct registry {
	struct registry_config config;
	uint64_t seed;
	struct pool message, family, series, source, binding, hint;
	struct table by_measurement;	/* message */
	struct table by_field;		/* family: message, field, kind */
	struct table by_name;		/* family */
	struct table by_labels;		/* series: family, labels */
	struct table by_raw;		/* source */
	struct table by_key;		/* binding: source, raw field */
	struct table by_hint;		/* hint: measurement, field */
	struct snapshot_value *value;	/* by number of series, REGISTRY_NONE where there is none */
	struct registry_life *life;	/* by number of series */
	int64_t *time;			/* its own time, INT64_MIN without one; NULL: not kept */
	uint32_t values;		/* their length */
	struct snapshot_traffic *traffic;	/* by number of message */
	uint32_t traffics;		/* their length */
	uint64_t generation;		/* changes with names, labels and help, not with values */
	uint32_t epoch;			/* ends when somebody takes note of all that has changed */
	struct registry_gone gone[REGISTRY_GONE];	/* a ring of the series that went */
	uint64_t gones;			/* how many went */
	size_t text_bytes;		/* of all owned texts but strings, hints and idle messages */
	size_t string_bytes;
	uint32_t idle_first, idle_last, idle;	/* the list of idle messages */
	size_t idle_bytes;
	int64_t ttl_min;		/* no series lives shorter */
	int64_t arrived;		/* clock_mono() of the point being taken */
	int64_t due;			/* no series expires before */
	size_t hint_bytes;
	uint32_t hint_hand;		/* where room was last looked for */
	uint32_t hints_given;		/* of the hints, those that no bound applies to */
	struct registry_counts counts;
	uint64_t told[REGISTRY_TOLD];	/* hashes of what has been told; when full, no more is */
	uint32_t tolds;
	struct labels labels;		/* scratch, as are these */
	struct buf measurement, field, text, help;
};

static inline struct registry_message *
message_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->message, i);
}

static inline struct registry_family *
family_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->family, i);
}

static inline struct registry_series *
series_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->series, i);
}

static inline struct registry_source *
source_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->source, i);
}

static inline struct registry_binding *
binding_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->binding, i);
}

static inline struct registry_hint *
hint_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->hint, i);
}

static inline struct span
family_name(const struct registry_family *f)
{
	return span_of(f->text, f->name_n);
}

static inline struct span
family_field(const struct registry_family *f)
{
	return span_of(f->text + f->name_n, f->field_n);
}

/* Whether an epoch came after another; they are numbers modulo 2^32. */
static inline bool
registry_after(uint32_t epoch, uint32_t since)
{
	return epoch - since - 1 < UINT32_MAX / 2;
}

static inline bool
registry_lives(const struct registry *r, uint32_t series)
{
	return r->value[series].kind != REGISTRY_NONE;
}

static inline bool
registry_of_kind(const struct registry *r, uint32_t series, uint32_t kind)
{
	return r->value[series].kind == kind;
}

/* The labels of a series, a="x",b="y". */
static inline struct span
registry_labels(const struct registry *r, uint32_t series)
{
	return source_at(r, binding_at(r, series_at(r, series)->binding)->source)->labels;
}

/* An owned copy of s, its length added to *bytes, and its end. */
struct span registry_keep(size_t *bytes, struct span s);
void registry_drop(size_t *bytes, struct span *s);
/* Tells an event of "what" unless it has been told. */
void registry_tell_once(struct registry *r, enum registry_event event, struct span what,
    struct span instead);

/* The message of a measurement (cleaned), TABLE_NONE where it is not there. */
uint32_t registry_find_message(const struct registry *r, struct span measurement);
/* The same; made where it is not there yet, idle. */
uint32_t registry_get_message(struct registry *r, struct span measurement);
/* One user more. */
void registry_use_message(struct registry *r, uint32_t m);
/* One user less; without one it is idle. */
void registry_leave_message(struct registry *r, uint32_t m);
/* What #meta told of a message; measurement cleaned. */
void registry_set_cycle(struct registry *r, struct span measurement, uint32_t cycle_ms);
void registry_free_messages(struct registry *r);

/* The family of a message's field (cleaned) and kind; made where it is not there yet. */
uint32_t family_get(struct registry *r, uint32_t message, struct span field,
    enum registry_kind kind);
/* The same, TABLE_NONE where it is not there; measurement cleaned. */
uint32_t family_find(const struct registry *r, struct span measurement, struct span field,
    enum registry_kind kind);
/* Reserves the name of the states of a family; its number. */
uint32_t family_add_companion(struct registry *r, uint32_t f);
/* Takes a family without series away, its companion too. */
void family_remove(struct registry *r, uint32_t f);
/* Appends "Measurement.Field". */
void family_put_title(struct buf *out, const struct registry *r, const struct registry_family *f);

/* What #meta told of a field, names cleaned; NULL when it told nothing. */
const struct registry_hint *help_find(const struct registry *r, struct span measurement,
    struct span field);
/* The same of a family. */
const struct registry_hint *help_of(const struct registry *r, const struct registry_family *f);
/* Appends the text of HELP. */
void help_put(struct buf *out, const struct registry *r, const struct registry_family *f);
/* Appends the unit where the name ends in it: only then it may stand in # UNIT. */
void help_put_unit(struct buf *out, const struct registry *r, const struct registry_family *f);
/* Gives a family a companion, or takes it away, as the value table asks for. */
void help_make_states(struct registry *r, uint32_t f);
void help_free(struct registry *r);

#endif
