#ifndef SOURCE_IDCSV_H
#define SOURCE_IDCSV_H

#include "source/text.h"

/*
 * The generic CSV of SavvyCAN: "ID,Data Bytes", then rows like "0000021A,FE 36 12", all in hex.
 * There are no lengths and no marks of extended ids, and no times: frames count as 5 ms apart.
 */
struct idcsv {
	bool known;		/* there was a header */
	uint64_t frames;	/* so far */
};

/* As struct text_format has it; state is a struct idcsv. */
enum text_result idcsv_line(void *state, struct span line, struct frame *f, struct text_note *note);

#endif
