#include "base/stats.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/log.h"

void
stats_print(const struct stats_row *rows)
{
	struct buf b = { 0 };

	for (; rows->name; rows++)
		buf_printf(&b, "%s%s=%" PRIu64, b.len ? " " : "", rows->name, rows->value);
	log_msg(LOG_ERROR, "%s", buf_str(&b));
	buf_free(&b);
}
