#ifndef PROM_REGISTRY_STATE_H
#define PROM_REGISTRY_STATE_H

#include "base/buf.h"
#include "base/pool.h"
#include "base/table.h"
#include "base/texts.h"
#include "prom/labels.h"
#include "prom/registry.h"
#include "prom/snapshot.h"
#include "prom/units.h"

/*
 * The inside of struct registry, for lib/prom/{registry,registry_texts,source,family,message,
 * help,snapshot,live,history}.c. Things refer to each other by number, and to names by their place
 * in texts:
 *
 *	             tags               labels, and tags as they first stood in a line
 *	              ^
 *	              |
 *	alias ---> source ---> message <--- family
 *	              ^                       ^     source: a message with certain labels
 *	              |                       |
 *	              +------- series --------+     series: a field of a source
 *
 * A source goes with its last series and takes its aliases along, tags go with their last source,
 * a family with its last series; a message is idle without source and family.
 */

enum { REGISTRY_TOLD = 1000, REGISTRY_GONE = 1024 };

/*
 * A measurement. Without users it is idle: remembered, in a list in order of that moment, so that
 * its points go on being counted when it comes again.
 */
struct registry_message {
	struct texts_place name;	/* cleaned */
	int64_t ttl;			/* of its series, ns; INT64_MAX: for ever */
	uint32_t cycle_ms;		/* the longest that #meta told */
	uint32_t users;			/* sources and families */
	uint32_t next, before;		/* idle list */
};

struct registry_family {
	/* Its name on the page, the field, cleaned, and as lines have it where that differs. */
	struct texts_place text;
	uint32_t name_n : 24, kind : 8;
	uint32_t field_n;
	const struct units *base;	/* NULL, or what values are converted by */
	uint32_t companion;		/* the reserved name of its states; TABLE_NONE: none */
	uint32_t message;		/* TABLE_NONE: a reserved name */
	uint32_t series;		/* how many */
	uint32_t described;		/* epoch in which its help came to be as it is */
};

struct registry_series {
	uint32_t family, source;
	uint32_t next, before;		/* ring of the source, in the order in which the fields came */
	uint32_t described;		/* epoch in which it came to be */
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

struct registry_tags {
	struct texts_place text;	/* tags, raw, and behind them labels: a="x",b="y" */
	uint32_t raw_n;
	uint32_t users;			/* sources */
};

/*
 * Lines that spell it as its message and tags do have it at once, others through an alias, which
 * is in the same table.
 */
struct registry_source {
	uint32_t message;		/* TABLE_NONE: this is an alias */
	union {
		struct {
			uint32_t tags;
			uint32_t first;		/* of its series */
			uint32_t aliases;	/* list */
			bool spelled;		/* the message's name is how lines have it */
			bool indexed;		/* its series are in by_key */
		};
		struct {
			uint32_t source, next;
			struct texts_place raw;
		} alias;
	};
};
enum { REGISTRY_FEW = 16 };		/* fields of a source that need no index */

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
	struct texts texts;		/* of all of these but hints */
	struct pool message, family, series, source, tags, hint;
	struct table by_measurement;	/* message */
	struct table by_field;		/* family: message, field, kind */
	struct table by_name;		/* family */
	struct table by_labels;		/* tags */
	struct table by_raw;		/* source, alias */
	struct table by_key;		/* series: source, raw field; of sources with many */
	struct table by_hint;		/* hint: measurement, field */
	struct snapshot_value *value;	/* by number of series, REGISTRY_NONE where there is none */
	struct pool longs;		/* of these, SNAPSHOT_LONG bytes each */
	struct registry_life *life;	/* by number of series */
	int64_t *time;			/* its own time, INT64_MIN without one; NULL: not kept */
	uint32_t values;		/* their length */
	struct snapshot_traffic *traffic;	/* by number of message */
	uint32_t traffics;		/* their length */
	uint64_t generation;		/* changes with names, labels and help, not with values */
	uint32_t epoch;			/* ends when somebody takes note of all that has changed */
	struct registry_gone gone[REGISTRY_GONE];	/* a ring of the series that went */
	uint64_t gones;			/* how many went */
	size_t text_bytes;		/* of all texts but strings, hints and idle messages */
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
	struct buf measurement, field, text, help, raw;
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

static inline struct registry_tags *
tags_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->tags, i);
}

static inline struct registry_hint *
hint_at(const struct registry *r, uint32_t i)
{
	return pool_at(&r->hint, i);
}

/* Spans of names are borrowed until a text is added. */
static inline struct span
message_name(const struct registry *r, uint32_t i)
{
	return texts_at(&r->texts, message_at(r, i)->name);
}

static inline struct span
family_name(const struct registry *r, const struct registry_family *f)
{
	return span_of(texts_at(&r->texts, f->text).p, f->name_n);
}

static inline struct span
family_field(const struct registry *r, const struct registry_family *f)
{
	return span_of(texts_at(&r->texts, f->text).p + f->name_n, f->field_n);
}

/* The field as lines have it. */
static inline struct span
family_key(const struct registry *r, const struct registry_family *f)
{
	uint32_t n = f->text.n - f->name_n - f->field_n;
	struct span field = family_field(r, f);

	return n ? span_of(field.p + field.n, n) : field;
}

static inline struct span
tags_raw(const struct registry *r, const struct registry_tags *t)
{
	return span_of(texts_at(&r->texts, t->text).p, t->raw_n);
}

static inline struct span
tags_labels(const struct registry *r, const struct registry_tags *t)
{
	return span_of(texts_at(&r->texts, t->text).p + t->raw_n, t->text.n - t->raw_n);
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
	return tags_labels(r, tags_at(r, source_at(r, series_at(r, series)->source)->tags));
}

/* The epoch in which name, labels or help of a series came to be as they are. */
static inline uint32_t
registry_described(const struct registry *r, uint32_t series)
{
	const struct registry_series *s = series_at(r, series);
	uint32_t family = family_at(r, s->family)->described;

	return registry_after(family, s->described) ? family : s->described;
}

/* A text among the others, and its end. */
struct texts_place registry_add_text(struct registry *r, struct span s);
void registry_drop_text(struct registry *r, struct texts_place *at);
/* Gives back the room of those that have been dropped, when it is much. All spans are void. */
void registry_tidy(struct registry *r);
/* An owned copy of s, its length added to *bytes, and its end. */
struct span registry_keep(size_t *bytes, struct span s);
void registry_drop(size_t *bytes, struct span *s);
/* Tells an event of "what" unless it has been told. */
void registry_tell_once(struct registry *r, enum registry_event event, struct span what,
    struct span instead);

/* The source of a point; made where it is not there yet. TABLE_NONE with too many tags. */
uint32_t source_get(struct registry *r, const struct scanner_point *p);
/* Takes a source without series away. */
void source_remove(struct registry *r, uint32_t i);

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

/*
 * The family of a message's field (cleaned) and kind; made where it is not there yet. raw: the
 * field as a line has it.
 */
uint32_t family_get(struct registry *r, uint32_t message, struct span field, struct span raw,
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
