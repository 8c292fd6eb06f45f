#ifndef SOURCE_BUSMASTER_H
#define SOURCE_BUSMASTER_H

#include "source/daytime.h"
#include "source/text.h"

/*
 * The log of BUSMASTER (ETAS/Bosch), also written by SavvyCAN: a head of lines in ***, which says
 * the base of the numbers and what the times are, then "22:20:14:9920 Rx 1 0x21A s 8 FE 36 …".
 */
enum busmaster_mode {
	BUSMASTER_SYSTEM,	/* times of day */
	BUSMASTER_ABSOLUTE,	/* since the start */
	BUSMASTER_RELATIVE,	/* since the message before */
};

struct busmaster {
	bool known;		/* the head was there */
	bool opened;
	bool decimal;
	bool foreign;		/* the protocol is not CAN */
	enum busmaster_mode mode;
	bool dated;
	int64_t start;		/* ns since 1970 */
	int64_t at;		/* RELATIVE: since the start */
	struct daytime day;	/* SYSTEM */
};

/* As struct text_format has it; state is a struct busmaster. */
enum text_result busmaster_line(void *state, struct span line, struct frame *f,
    struct text_note *note);

#endif
