#ifndef SOURCE_TRC_H
#define SOURCE_TRC_H

#include "source/text.h"

/*
 * PEAK TRC, file versions 1.0 to 2.1 ("PEAK CAN TRC File Format", 2023): PCAN-View, PCAN-Explorer,
 * PCAN-Trace and others.
 */
enum { TRC_COLUMNS = 15 };

struct trc {
	bool known;			/* a version was said: */
	unsigned version;		/* 10, 11, 12, 13, 20, 21; 0: not said */
	char columns[TRC_COLUMNS + 1];	/* letters as in $COLUMNS, for every version */
	bool dated;			/* zero is since 1970 */
	bool days;			/* from $STARTTIME, which is more exact than a text */
	int64_t zero;			/* of the time offsets */
};

/* As struct text_format has it; state is a struct trc. */
enum text_result trc_line(void *state, struct span line, struct frame *f, struct text_note *note);

/*
 * Days since 1899-12-30 with a fraction, local time, as ns since 1970, to the nearest
 * microsecond. False when
 * it is none; 0 before 1980, where some writers put a count of their own.
 */
bool trc_days(struct span s, int64_t *ns);

#endif
