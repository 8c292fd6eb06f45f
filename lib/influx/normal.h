#ifndef INFLUX_NORMAL_H
#define INFLUX_NORMAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * For servers that know no unsigned integers (InfluxDB 1): each field 12u of a line, given without
 * its newline, becomes 12i where that is the same number, in place; where it is not the server
 * refuses it.
 */
void normal_unsigned(char *line, size_t n);
/* Whether there may be one in n bytes of lines. Quick. */
bool normal_may_change(const char *p, size_t n);

#endif
