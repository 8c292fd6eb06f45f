#ifndef POINT_TYPES_H
#define POINT_TYPES_H

#include "db/names.h"

/*
 * The types of the fields of all measurements. A server keeps one for each field of a measurement,
 * so messages that write to one measurement have to agree: text goes before floats, and these
 * before integers.
 */
enum types_kind { TYPES_NONE = NAMES_NONE, TYPES_INTEGER, TYPES_FLOAT, TYPES_TEXT };

struct types {
	struct names measurement, field;
	uint32_t measurements;
};

void types_init(struct types *t);
void types_free(struct types *t);
/* The number of a measurement. Its name is borrowed, and so are those of fields. */
uint32_t types_measurement(struct types *t, struct span name);
void types_add(struct types *t, uint32_t measurement, struct span field, enum types_kind kind);
/* What has been added of the field: the kind that goes before all others. */
enum types_kind types_of(const struct types *t, uint32_t measurement, struct span field);

#endif
