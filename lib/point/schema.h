#ifndef POINT_SCHEMA_H
#define POINT_SCHEMA_H

#include "base/arena.h"
#include "decode/lookup.h"
#include "decode/plan.h"
#include "point/field.h"
#include "point/options.h"
#include "point/thin.h"

/* All that follows from databases and options alone; read only once it is there. */
struct schema {
	const struct point_options *o;
	struct arena arena;
	struct plan *plan;		/* one for each of o->db */
	struct point_field **fields;	/* by plan_message.index: for each of its signals */
	struct thin_band **bands;	/* likewise; NULL without --changes */
	struct schema_group *group;	/* the first is for buses that no database names */
	size_t groups;
	uint32_t messages;
	uint32_t most_wanted, most_selectors;	/* of one message */
	size_t wanted;			/* signals that are */
	bool meta_per_bus, meta_per_id;	/* the series in #meta lines differ with these */
};

/* o is borrowed. note is told what had to be named otherwise. */
void schema_build(struct schema *s, const struct point_options *o, field_note *note, void *arg);
void schema_free(struct schema *s);
/* What decodes the frames of a bus. */
const struct lookup *schema_lookup(const struct schema *s, struct span bus);

#endif
