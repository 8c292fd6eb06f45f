#ifndef PROM_UNITS_H
#define PROM_UNITS_H

#include "base/num.h"
#include "base/span.h"

/*
 * Units as databases write them, and the base units that Prometheus wants ("Metric and label
 * naming", "Base units").
 */
struct units;

/* The row of a unit's text, blanks around it left out; NULL for one without a base unit. */
const struct units *units_find(struct span text);

/* The id of the unit with this text in Grafana, NULL where none is known. */
const char *units_grafana(struct span text);
/* The same of its base unit; never NULL. */
const char *units_grafana_base(const struct units *u);

/* What a name in the base unit ends in, without its underscore: "volts". */
struct span units_suffix(const struct units *u);

/*
 * A decimal number in the base unit: the double nearest to the exact result, as the shortest text
 * that reads back the same. Returns its length. number: as scanner_next_field() gives it.
 */
size_t units_convert(const struct units *u, struct span number, char out[static NUM_DOUBLE_TEXT]);

#endif
