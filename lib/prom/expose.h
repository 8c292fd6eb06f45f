#ifndef PROM_EXPOSE_H
#define PROM_EXPOSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "prom/snapshot.h"
#include "prom/text.h"

/* The formats that a page can have; Prometheus' "Exposition formats". */
enum expose_format {
	EXPOSE_TEXT,		/* text format 0.0.4 */
	EXPOSE_OPENMETRICS,	/* OpenMetrics 1.0 */
	EXPOSE_FORMATS
};

enum expose_type { EXPOSE_GAUGE, EXPOSE_COUNTER, EXPOSE_INFO, EXPOSE_TYPES };

/* What differs between the formats. */
struct expose_syntax {
	const char *type_name, *version;	/* of the media type, and the whole of it: */
	const char *content_type;
	const char *type[EXPOSE_TYPES];		/* the word behind # TYPE */
	const char *suffix[EXPOSE_TYPES];	/* of samples, that the family's name lacks */
	enum text_place help;
	bool unit;				/* has # UNIT */
	const char *end;			/* the last line */
};
extern const struct expose_syntax expose_syntax[EXPOSE_FORMATS];

/* The lines above a family's samples; name as samples have it, help any text, unit or empty. */
void expose_head(struct buf *out, enum expose_format format, enum expose_type type,
    struct span name, struct span unit, struct span help);
/* Keeps the names of a metric, in all formats, from becoming those of the registry's families. */
void expose_reserve(struct registry *r, enum expose_type type, struct span name);
void expose_end(struct buf *out, enum expose_format format);

/*
 * The part of a page that stays the same while no series comes or goes: what stands before each
 * value, in order of names. All zeroes is the one of no generation.
 */
struct expose_frame {
	uint64_t generation;
	struct buf text;
	struct expose_lead *lead;
	size_t leads, cap;
};

/* Makes the frame of a snapshot with its structure. The order of its families changes. */
void expose_frame(struct expose_frame *f, enum expose_format format, struct snapshot *s);
/* Appends all families and series with the values of a snapshot of the frame's generation. */
void expose_series(struct buf *out, const struct expose_frame *f, const struct snapshot *s);
void expose_frame_free(struct expose_frame *f);

#endif
