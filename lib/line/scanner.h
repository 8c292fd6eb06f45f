#ifndef LINE_SCANNER_H
#define LINE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Line protocol, read: InfluxDB's grammar ("Line protocol" in the InfluxDB v1 and v2 reference;
 * influxdb 1.6.7 models/points.go as observed). Spans into the caller's bytes, no allocation.
 */

/*
 * The length of the first line with its newline; a newline inside a quoted field value does not
 * end a line, nor one behind a backslash, just as influxd sees it; one in a comment or blank line
 * always does. 0: no whole line in the n bytes yet. A string that is never closed runs on for
 * ever: the caller bounds the length and then goes on behind the first newline.
 */
size_t scanner_line_end(const char *p, size_t n);

enum scanner_kind {
	SCANNER_POINT,
	SCANNER_COMMENT,	/* first byte behind blanks is # */
	SCANNER_BLANK,
	SCANNER_BAD,
};

/* What a line is by its first byte behind blanks; what is neither comment nor blank is a POINT. */
enum scanner_kind scanner_peek(const char *p, size_t n);

/*
 * The line without the newline at its end and the CRs before it, if any; behind a backslash they
 * belong to it.
 */
struct span scanner_trim(const char *p, size_t n);

/*
 * Whether the line (a point, as scanner_split() takes it) gives a timestamp. Much quicker than
 * taking it apart; of a line that is no point the answer may be either.
 */
bool scanner_has_time(const char *p, size_t n);

/* A line taken apart; raw means: escapes are still in it. */
struct scanner_point {
	struct span measurement;	/* raw */
	struct span tags;		/* raw "k=v,k=v", empty without tags */
	struct span series;		/* raw measurement and tags together, as written */
	struct span fields;		/* raw "k=v,k=v" */
	struct span time;		/* digits with optional sign; empty: none given */
};

/*
 * Takes a line apart (newline and CRs at the end, if any, do not count). BAD when it cannot be a
 * point: *expected is then a constant text and *where the offset. This judges the structure and
 * the timestamp; what the fields hold is judged by scanner_next_field(). What influxd takes is
 * never BAD.
 */
enum scanner_kind scanner_split(const char *p, size_t n, struct scanner_point *out, size_t *where,
    const char **expected);

/*
 * The next "key=value" of tags; rest shrinks. False at the end or at something that is no tag
 * (rest then still holds it).
 */
bool scanner_next_tag(struct span *rest, struct span *key, struct span *value);

enum scanner_type {
	SCANNER_FLOAT,
	SCANNER_INTEGER,	/* 12i */
	SCANNER_UNSIGNED,	/* 12u */
	SCANNER_BOOLEAN,
	SCANNER_STRING,		/* text: what is between the quotes, raw */
	SCANNER_INVALID,	/* no value of line protocol (NaN, 1.2.3, ...) */
};

struct scanner_value {
	enum scanner_type type;
	struct span text;	/* number without its suffix; string without its quotes */
	bool truth;		/* of a boolean */
};

/*
 * The next field; as scanner_next_tag(). A value that no server takes has the type INVALID and its
 * whole text.
 */
bool scanner_next_field(struct span *rest, struct span *key, struct scanner_value *value);

/* Appends a measurement, tag key, tag value or field key without its escapes. */
void scanner_unescape(struct buf *out, struct span raw);
/* The same for the inside of a string (\" and \\ only). */
void scanner_unescape_string(struct buf *out, struct span raw);

#endif
