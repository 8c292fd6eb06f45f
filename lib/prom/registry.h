#ifndef PROM_REGISTRY_H
#define PROM_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "line/scanner.h"
#include "prom/ttl.h"

/*
 * What is on the page: of each series (measurement, tags, field) the value that came last. Pure:
 * no clock, no descriptor, no lock; who shares one between threads brings the lock.
 *
 * A family is what Prometheus calls a metric name. Each measurement and field has its own, and
 * another one for strings than for numbers; where two would have the same name, the later gets a
 * mark behind it that is made of its measurement and field. A family is there as long as it has
 * series, and a series until it has not come for the time to live.
 */
struct registry;

enum registry_event {
	REGISTRY_NAME_TAKEN,	/* what: Measurement.Field, instead: the name it got */
	REGISTRY_LABEL_TAKEN,	/* what: the tag's key, instead: the label's name */
	REGISTRY_FULL,		/* what: Measurement.Field: the first that found no room */
	REGISTRY_TOO_LONG,	/* what: Measurement.Field: name and labels are over REGISTRY_TEXT_MAX */
};

enum {
	REGISTRY_TEXT_MAX = 8192,	/* bytes of a series' name and labels */
	REGISTRY_STRING_MAX = 1024,	/* bytes of a string; what is longer is cut and ends in ... */
	REGISTRY_HELP_MAX = 4096,
	REGISTRY_IDLE_MAX = 10000,	/* messages without series of which something is remembered */
	REGISTRY_IDLE_BYTES = 4 << 20,	/* of their names */
	REGISTRY_TEXT_MEAN = 1024,	/* all texts together: at most this for each series allowed */
};

/* Each event is told once for each "what"; texts are borrowed for the call. */
typedef void registry_tell(void *arg, enum registry_event event, struct span what,
    struct span instead);

struct registry_field;

/*
 * A value that has been taken into a series of a family, numbers as in snapshot.h. time: of the
 * point, raw.
 */
typedef void registry_taken(void *arg, uint32_t family, uint32_t series,
    const struct registry_field *field, struct span time);

struct registry_config {
	struct span space;		/* before all names, name_is_space(); copied */
	const struct ttl_rule *rule;	/* how long series live, ttl_of(); borrowed */
	size_t rules;
	bool timestamps;		/* keep the points' own times */
	bool states;			/* families for value tables */
	bool base_units;		/* values in base units, where the unit is known */
	bool keep_kinds;		/* a field that becomes a string keeps its numbers, and so on */
	registry_taken *taken;		/* told of each value; may be NULL */
	void *taken_arg;
	uint32_t max_series;		/* 1 to REGISTRY_SERIES_MAX */
	registry_tell *tell;
	void *tell_arg;
};
enum { REGISTRY_SERIES_MAX = 100 * 1000 * 1000 };

struct registry *registry_new(const struct registry_config *c);
void registry_free(struct registry *r);

/* Keeps a name for somebody else on the same page; before the first point. */
void registry_reserve(struct registry *r, struct span name);

enum registry_kind { REGISTRY_NONE, REGISTRY_NUMBER, REGISTRY_STRING };

/* A field of a point. text: a number as the page shall show it, or the inside of a string, raw. */
struct registry_field {
	struct span key;		/* raw */
	struct span text;
	enum registry_kind kind;
	bool truth;			/* a boolean: 1 or 0 */
};
enum { REGISTRY_NUMBER_MAX = 30 };	/* bytes of a number's text */

/* When something came: clock_mono() and clock_real(). */
struct registry_arrival {
	int64_t mono, real;
};

/* Takes a point. False when it is not taken: over LABELS_MAX tags. */
bool registry_point(struct registry *r, const struct scanner_point *p,
    const struct registry_field *field, size_t fields, struct registry_arrival at);

/* What #meta lines say of a field; any text, empty where there is none. */
struct registry_meta {
	struct span help, unit, values;
	struct span signal;		/* its original name, Message.Signal */
	uint32_t cycle_ms;		/* of the message, 0: not known */
	bool given;			/* not from the stream: what the stream says goes before */
};

/*
 * Takes what a #meta line says, for HELP: series and field raw. It holds for the field in all
 * series of the measurement, until the next line says otherwise. Lines that differ in the tags of
 * their series (can2line writes those that tell signals apart) cannot hold for one family: then
 * none does.
 */
void registry_meta(struct registry *r, struct span series, struct span field,
    const struct registry_meta *m);

/*
 * The name on the page of a field that has series; measurement and field raw. Empty where it has
 * none. base: NULL, or the unit that its values are converted to. Borrowed until the registry
 * changes.
 */
struct units;
struct span registry_name(struct registry *r, struct span measurement, struct span field,
    enum registry_kind kind, const struct units **base);

/*
 * Drops series whose time to live has passed at now (clock_mono()). Returns when it would do well
 * to be called again, so that memory comes back although nobody asks for a page.
 */
int64_t registry_expire(struct registry *r, int64_t now);

struct registry_counts {
	uint64_t points;
	uint64_t values;	/* fields of points, of which */
	uint64_t refused;	/* had no room, and */
	uint64_t cut;		/* strings were cut */
	uint64_t expired;	/* series */
	uint64_t clashes;	/* families that could not have their own name */
	uint32_t series, families;	/* at present */
};
struct registry_counts registry_counts(const struct registry *r);

#endif
