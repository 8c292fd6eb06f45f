#ifndef SOURCE_PYTHONCAN_H
#define SOURCE_PYTHONCAN_H

#include "source/columns.h"

/*
 * CSV of python-can (can.CSVWriter): timestamp,arbitration_id,extended,remote,error,dlc,data with
 * the data in base64. Times count from 1970, or from wherever the interface did.
 */
struct pythoncan {
	bool known;		/* there was a header; appended files have none */
	struct columns columns;
};

/* As struct text_format has it; state is a struct pythoncan. */
enum text_result pythoncan_line(void *state, struct span line, struct frame *f,
    struct text_note *note);

#endif
