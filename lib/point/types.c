#include "point/types.h"

void
types_init(struct types *t)
{
	t->measurements = 0;
	names_init(&t->measurement);
	names_init(&t->field);
}

void
types_free(struct types *t)
{
	names_free(&t->measurement);
	names_free(&t->field);
}

uint32_t
types_measurement(struct types *t, struct span name)
{
	int32_t *number = names_put(&t->measurement, 0, name);

	if (*number == NAMES_NONE)
		*number = (int32_t)t->measurements++;
	return (uint32_t)*number;
}

void
types_add(struct types *t, uint32_t measurement, struct span field, enum types_kind kind)
{
	int32_t *was = names_put(&t->field, measurement, field);

	if (*was < (int32_t)kind)
		*was = (int32_t)kind;
}

enum types_kind
types_of(const struct types *t, uint32_t measurement, struct span field)
{
	return (enum types_kind)names_get(&t->field, measurement, field);
}
