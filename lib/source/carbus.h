#ifndef SOURCE_CARBUS_H
#define SOURCE_CARBUS_H

#include "source/text.h"

/*
 * Traces of CARBUS Analyzer (canhacker.com), versions 2 and 3: a head "@ TEXT @ 3 @ …", remarks
 * with #, then rows of columns with tabs between them: "27,337000 1 00000004 3D8 8 00 04 …". The
 * times go from 0 to 60 seconds and begin anew. Lines end with CR alone.
 */
struct carbus {
	bool opened, begun;
	bool clocked;		/* there was a remark $LocalTime */
	bool dated;		/* zero is since 1970 */
	bool endless;		/* the times go beyond 60 seconds after all */
	int64_t clock;		/* time of day of the first row */
	int64_t date;		/* local midnight, 0 when not given */
	int64_t last;		/* time of the row before, as it was written */
	int64_t minutes;	/* what the rows count from */
	int64_t zero;
};

/* As struct text_format has it; state is a struct carbus. */
enum text_result carbus_line(void *state, struct span line, struct frame *f,
    struct text_note *note);

#endif
