#ifndef SOURCE_GVRET_H
#define SOURCE_GVRET_H

#include "source/columns.h"

/*
 * GVRET CSV, the native log of SavvyCAN and of the EVTV/GVRET hardware: a header with the names of
 * the columns, of which there are more in newer versions; time stamps in microseconds.
 */
struct gvret {
	bool known;		/* there was a header */
	struct columns columns;
};

/* As struct text_format has it; state is a struct gvret. */
enum text_result gvret_line(void *state, struct span line, struct frame *f, struct text_note *note);

#endif
