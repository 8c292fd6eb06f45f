#ifndef BASE_DISTANCE_H
#define BASE_DISTANCE_H

#include "base/span.h"

/*
 * How many characters must be put in, taken out or changed until the glob matches the name (after
 * Levenshtein), whatever their case; '*' stands for any. Texts beyond 255 bytes count up to there.
 */
unsigned distance_glob(struct span glob, struct span name);

#endif
