#ifndef INFLUX_CONFLICT_H
#define INFLUX_CONFLICT_H

#include <stddef.h>
#include <stdint.h>

#include "influx/batch.h"
#include "influx/naming.h"

/*
 * Finds the lines of [from, to) that influxdb 1 and 2 have dropped and of which they tell no more
 * than, of one of them (tsdb/shard.go, validateSeriesAndFields):
 * input field "F" on measurement "M" is type T, already exists as type U dropped=N
 * Those with a field F that is not of type U, or else those of type T, are added to m (which may
 * hold lines already: these are left out) with the reason, unless there are more than `dropped`:
 * then not all of them are meant. Returns how many were added.
 */
uint64_t conflict_name(struct naming *m, struct span message, const struct batch *b, size_t from,
    size_t to, uint64_t dropped);

#endif
