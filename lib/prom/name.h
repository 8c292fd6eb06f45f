#ifndef PROM_NAME_H
#define PROM_NAME_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * How measurements, fields and tags become names of Prometheus (its "Metric names and labels":
 * [a-zA-Z_:][a-zA-Z0-9_:]*, labels without the colon). The rules are told in promexport(1) and
 * must never change: dashboards and alerts are built on the names.
 */

/*
 * Appends a measurement or field in snake case:
 *  - a word begins at a capital behind a small letter or a digit ("packVoltage", "Cell1Temp"),
 *    and at the last capital of several that a small letter follows ("BMSPack" is bms_pack);
 *  - each run of anything but ASCII letters and digits is one underscore, none at the ends;
 *  - all letters become small;
 *  - what has neither letters nor digits is "unnamed".
 */
void name_snake(struct buf *out, struct span s);

/*
 * Appends space_measurement_field, the two in snake case. An empty space is left out with its
 * underscore, and a digit then in front gets an underscore before it.
 */
void name_metric(struct buf *out, struct span space, struct span measurement, struct span field);

/*
 * Appends a tag key as the name of a label: every character but ASCII letters, digits and
 * underscore is an underscore; one is put before a digit in front, several in front are one
 * (Prometheus keeps names that begin with two for itself); what has neither letters nor digits is
 * "unnamed"; a name that has another meaning to Prometheus (job, instance, le, quantile, and
 * value, which the labels of strings use) gets one behind it.
 */
void name_label(struct buf *out, struct span tag);

/* True for what may stand as space: empty, or letters, digits and underscores, no digit first. */
bool name_is_space(struct span s);

#endif
