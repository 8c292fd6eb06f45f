#ifndef INFLUX_CHECK_H
#define INFLUX_CHECK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Whether a server would take a line (comments and blank ones it skips), said without asking one:
 * the grammar of influxdb 1.6.7 (models/points.go), as observed. unsigned_fields: 12u is a value
 * there; not in InfluxDB 1, which is sent 12i in its place (normal.h) where that is the same. The
 * reason is appended to *why when the answer is no. A type conflict cannot be seen here.
 */
bool check_line(struct span line, bool unsigned_fields, struct buf *why);

/*
 * Measurement and field keys are UTF-8. A line that is not must never be sent: influxdb 1.6.7
 * stores it with 204 and cannot read the whole shard again after its next start, because the
 * list of fields is a protobuf. (Tag values and strings do no harm.) Quick for ASCII.
 */
bool check_names(struct span line);

/*
 * No field's value is a single double quote. Such a line, as m \\="=", must never be sent: influxdb
 * 1.6.7 takes it apart once as if it had none, then as if it had, and ends. Quick for lines without
 * strings.
 */
bool check_quotes(struct span line);

/* How many bytes there are before the first that is not ASCII. */
size_t check_ascii(struct span s);

#endif
