#ifndef SOURCE_REPORT_H
#define SOURCE_REPORT_H

#include "base/buf.h"
#include "base/log.h"
#include "source/feed.h"

/* What is to be done about a result that is no frame. */
struct report_row {
	enum log_level level;
	bool failed;		/* status 1 */
	bool partial;		/* status 3 */
	bool few;		/* only the first few are shown */
	/* What the feed has just given, in words: "drive.log:7: expected ..." */
	void (*words)(const struct feed *f, struct buf *b);
};

/* NULL: nothing is to be said. */
const struct report_row *report_about(enum source_result r);
/* "12 markers, 3 LIN frames"; nothing when there are none. */
void report_kinds(const struct source_kind kind[static SOURCE_KINDS], struct buf *b);

#endif
