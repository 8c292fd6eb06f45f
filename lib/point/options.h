#ifndef POINT_OPTIONS_H
#define POINT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "db/model.h"

/* What the points are to look like. */
enum point_layout {
	POINT_WIDE,		/* a line a frame, a field a signal */
	POINT_NARROW,		/* a line a signal, fields value and label */
	POINT_PROFINITY,	/* likewise, in the schema of Profinity's InfluxDB v2 logger */
};

enum point_labels {
	POINT_NUMBER,		/* signals with a value table as numbers */
	POINT_TEXT,		/* as the label, or the digits where the value has none */
	POINT_BOTH,		/* NAME and NAME_label */
};

/* Tags that say where a point came from; bits. */
enum point_tags {
	POINT_TAG_BUS = 1 << 0,
	POINT_TAG_ID = 1 << 1,		/* as candump writes it */
	POINT_TAG_NODE = 1 << 2,	/* the sender; left out where there is none */
	POINT_TAG_MESSAGE = 1 << 3,
	POINT_TAG_PGN = 1 << 4,		/* of J1939 messages, decimal */
	POINT_TAG_SA = 1 << 5,
	POINT_TAG_DA = 1 << 6,		/* where PF < 240 */
	POINT_TAG_COMPONENT = 1 << 7,	/* componentId: 0x and the id */
	POINT_TAG_SIGNAL = 1 << 8,	/* layouts of a line a signal */
};

enum { POINT_EXTRA_MAX = 32 };	/* -t options */

struct point_tag {
	struct span key, value;
};

/* A database and the bus that it is for; an empty bus: all that have none of their own. */
struct point_db {
	struct span bus;
	const struct db *db;
	const char *name;	/* for messages */
};

/* Signals whose Message.Signal matches glob must move by more than delta to count as changed. */
struct point_deadband {
	const char *glob;
	struct dec delta;	/* not negative */
};

enum point_raw {
	POINT_RAW_NO,
	POINT_RAW_HEX,		/* can_frame: dlc, data as hex text */
	POINT_RAW_BYTES,	/* and b0, b1 ... as integers */
};

struct point_options {
	enum point_layout layout;
	enum point_labels labels;
	bool integers;		/* whole signals as integer fields */
	bool no_meta;		/* no #meta lines */
	bool pretty, pretty_color;	/* for people instead of line protocol */
	bool j1939;		/* every extended message matches on its PGN */
	struct span measurement;	/* template; empty: the layout's default */
	unsigned tags;		/* enum point_tags; 0 with default_tags */
	bool default_tags;
	const struct point_tag *tag;	/* further ones, as given */
	size_t extra_tags;
	const char *const *select;	/* globs on Message.Signal; none: all */
	size_t selects;
	const char *const *exclude;
	size_t excludes;
	const struct point_db *db;
	size_t dbs;
	enum point_raw raw;	/* every frame as it is; unknown: only those without a message */
	bool unknown;
	bool drop_na;		/* leave out what J1939 marks as not available or as an error */
	/* Less data where less will do; durations in nanoseconds of the frames' own time. */
	bool changes;
	int64_t change_interval;	/* 0: no limit */
	int64_t repeat;		/* write an unchanged value again after that long; 0: never */
	const struct point_deadband *deadband;	/* the first that matches counts */
	size_t deadbands;
	int64_t snapshot;	/* interval; 0: none */
	int64_t stale;		/* older values are not in a snapshot */
};

/* "KEY=VALUE", neither empty, the key none that servers refuse. t borrows arg. */
bool options_tag(const char *arg, struct point_tag *t);
/* Names of automatic tags with commas between them, or nothing: the bits. */
bool options_tag_list(const char *arg, unsigned *bits);
/* "GLOB=DELTA", DELTA a decimal that is not negative; the glob may hold = itself. */
bool options_deadband(const char *arg, struct arena *a, struct point_deadband *d);

/* A field or tag of this name is refused or misunderstood by servers. */
bool options_reserved(struct span name);

#endif
