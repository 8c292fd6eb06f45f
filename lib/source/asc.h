#ifndef SOURCE_ASC_H
#define SOURCE_ASC_H

#include "source/text.h"

/*
 * Vector ASC: what CANoe and CANalyzer log as text, and python-can, SavvyCAN and others write
 * ("CAN, Log & Trigger ASC Logging Format" 1.4.6; deviations as seen in files of these tools).
 */
struct asc {
	bool known;		/* a line that only an ASC file has was there */
	bool decimal;		/* base dec: ids, lengths and data */
	bool deltas;		/* timestamps relative: each to the event before */
	bool dated;		/* zero is since 1970 */
	bool block_begun;	/* a Begin Triggerblock whose date is in block */
	int64_t zero;		/* of the times */
	int64_t block;
	int64_t at;		/* time of the last event */
};

/* As struct text_format has it; state is a struct asc. */
enum text_result asc_line(void *state, struct span line, struct frame *f, struct text_note *note);

#endif
