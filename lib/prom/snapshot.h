#ifndef PROM_SNAPSHOT_H
#define PROM_SNAPSHOT_H

#include "base/buf.h"
#include "prom/registry.h"

enum {
	SNAPSHOT_SHORT = 14,	/* bytes of a number that a value has room for; longer ones are */
	SNAPSHOT_LONG = 32,	/* in an array of their own, so many bytes each */
};

/* The last value of a series. */
struct snapshot_value {
	char text[SNAPSHOT_SHORT];	/* snapshot_number(), of a string snapshot_string_of() */
	uint8_t n : 5;
	uint8_t truth : 1;		/* 1 and 0 stand for true and false */
	uint8_t kind;			/* enum registry_kind; REGISTRY_NONE: no such series */
};

_Static_assert(REGISTRY_NUMBER_MAX < 1 << 5 && (int)REGISTRY_NUMBER_MAX <= (int)SNAPSHOT_LONG,
    "the length of a number");

static inline bool
snapshot_is_long(const struct snapshot_value *v)
{
	return v->n > SNAPSHOT_SHORT;
}

/* Where a long number is. */
static inline uint32_t
snapshot_place(const struct snapshot_value *v)
{
	uint32_t place;

	memcpy(&place, v->text, sizeof place);
	return place;
}

static inline void
snapshot_set_place(struct snapshot_value *v, uint32_t place)
{
	memcpy(v->text, &place, sizeof place);
}

/* longs: the array of long numbers. */
static inline struct span
snapshot_number(const struct snapshot_value *v, const char *longs)
{
	if (snapshot_is_long(v))
		return span_of(longs + (size_t)snapshot_place(v) * SNAPSHOT_LONG, v->n);
	return span_of(v->text, v->n);
}

/* A string as a label has it, escaped. */
struct snapshot_string {
	char *p;
	uint32_t n;
};

static inline struct snapshot_string
snapshot_string_of(const struct snapshot_value *v)
{
	struct snapshot_string s;

	memcpy(&s.p, v->text, sizeof s.p);
	memcpy(&s.n, v->text + sizeof s.p, sizeof s.n);
	return s;
}

static inline void
snapshot_set_string(struct snapshot_value *v, struct snapshot_string s)
{
	memcpy(v->text, &s.p, sizeof s.p);
	memcpy(v->text + sizeof s.p, &s.n, sizeof s.n);
}

/* A piece of a snapshot's text. */
struct snapshot_text {
	size_t at, n;
};

/* What changes with each point of a message. */
struct snapshot_traffic {
	uint64_t points;
	int64_t seen;			/* clock_real() of the last one */
};

struct snapshot_message {
	size_t at;			/* the measurement in names, as a label has it */
	uint32_t n;
	uint32_t number;		/* of its traffic */
};

struct snapshot_family {
	struct snapshot_text name, help, unit;
	struct snapshot_text states, state_name;	/* its value table and their family; or empty */
	const struct units *base;	/* NULL, or what values are converted by */
	uint32_t kind;			/* enum registry_kind */
	uint32_t first, count;		/* in series */
	uint32_t number;
};

struct snapshot_series {
	struct snapshot_text labels;	/* a="x",b="y", or empty */
	uint32_t number;		/* of its value */
};

/*
 * A copy of what a page needs: taken under the lock that guards the registry, rendered outside
 * it. All zeroes is an empty one; its memory serves the next copy.
 *
 * Values change all the time and names hardly ever, so they are copied apart: the values for
 * each page, names of messages when they are others than in the last copy, and the structure only
 * for who has not seen this generation of it.
 */
struct snapshot {
	uint64_t generation;
	struct snapshot_value *value;		/* by number of series */
	size_t value_cap;
	char *longs;
	size_t long_cap;
	int64_t *time;			/* by number of series, INT64_MIN without one; NULL: none is kept */
	size_t time_cap;
	struct buf strings;
	struct snapshot_traffic *traffic;	/* by number of message */
	size_t traffic_cap;
	struct snapshot_message *message;	/* that have come */
	size_t messages, message_cap;
	struct buf names;
	uint64_t named;			/* the generation of message and names */

	struct buf text;		/* of families and series */
	struct snapshot_family *family;
	size_t families, family_cap;
	struct snapshot_series *series;
	size_t all_series, series_cap;
};

/* Appends a text; where it is. */
static inline struct snapshot_text
snapshot_put(struct buf *to, struct span s)
{
	const size_t at = to->len;

	buf_put_span(to, s);
	return (struct snapshot_text){ at, s.n };
}

static inline struct span
snapshot_span(const struct buf *of, struct snapshot_text t)
{
	return span_of(of->p + t.at, t.n);
}

/* Copies values and traffic, names of messages where need be, and sets generation. */
void snapshot_values(struct snapshot *s, const struct registry *r);
/* Copies families and series, in no order. */
void snapshot_structure(struct snapshot *s, const struct registry *r);
/* Gives back the memory of the structure. */
void snapshot_drop_structure(struct snapshot *s);
void snapshot_free(struct snapshot *s);

#endif
