#ifndef PROM_EXPOSE_H
#define PROM_EXPOSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "prom/registry.h"
#include "prom/text.h"

/* The formats that a page can have; Prometheus' "Exposition formats". */
enum expose_format {
	EXPOSE_TEXT,		/* text format 0.0.4 */
	EXPOSE_OPENMETRICS,	/* OpenMetrics 1.0 */
	EXPOSE_FORMATS
};

enum expose_type { EXPOSE_GAUGE, EXPOSE_COUNTER, EXPOSE_INFO, EXPOSE_STATESET, EXPOSE_TYPES };

/* What differs between the formats. */
struct expose_syntax {
	const char *type_name, *version;	/* of the media type, and the whole of it: */
	const char *content_type;
	const char *type[EXPOSE_TYPES];		/* the word behind # TYPE */
	const char *suffix[EXPOSE_TYPES];	/* of samples, that the family's name lacks */
	enum text_place help;
	bool unit;				/* has # UNIT */
	bool seconds;				/* times of samples are in seconds, else ms */
	const char *end;			/* the last line */
};
extern const struct expose_syntax expose_syntax[EXPOSE_FORMATS];

/* The lines above a family's samples; name as samples have it, help any text, unit or empty. */
void expose_head(struct buf *out, enum expose_format format, enum expose_type type,
    struct span name, struct span unit, struct span help);
/* Keeps the names of a metric, in all formats, from becoming those of the registry's families. */
void expose_reserve(struct registry *r, enum expose_type type, struct span name);
void expose_end(struct buf *out, enum expose_format format);

#endif
