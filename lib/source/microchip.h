#ifndef SOURCE_MICROCHIP_H
#define SOURCE_MICROCHIP_H

#include "source/text.h"

/*
 * The log of Microchip's CAN BUS Analyzer, also written by SavvyCAN: a head between two lines that
 * begin with //, then "166064;RX;0x21A;8;0xFE;0x36…": milliseconds, direction, id, length, data.
 */
struct microchip {
	bool known;		/* the head named the tool */
	bool in_head;
	bool dated;		/* zero is since 1970 */
	int64_t zero;
};

/* As struct text_format has it; state is a struct microchip. */
enum text_result microchip_line(void *state, struct span line, struct frame *f,
    struct text_note *note);

#endif
