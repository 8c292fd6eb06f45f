#ifndef POINT_NEAREST_H
#define POINT_NEAREST_H

#include "point/field.h"
#include "point/options.h"

/*
 * Notes each glob of --select that matches no signal at all, with the names nearest to it, and
 * those of --exclude and --deadband that look like a mistyped name.
 */
void nearest_tell(const struct point_options *o, field_note *note, void *arg);

#endif
