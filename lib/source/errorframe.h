#ifndef SOURCE_ERRORFRAME_H
#define SOURCE_ERRORFRAME_H

#include "can/frame.h"

/*
 * Error frames of recordings, which name the kinds of error in ways of their own, as SocketCAN has
 * them (linux/can/error.h). All of them are of the class "bus error", so that an error that is not
 * further known looks as in asc2log of can-utils: 20000080#0000000000000000.
 */
enum errorframe_kind {
	ERRORFRAME_UNKNOWN,
	ERRORFRAME_BIT,
	ERRORFRAME_FORM,
	ERRORFRAME_STUFF,
	ERRORFRAME_CRC,
	ERRORFRAME_ACK,
	ERRORFRAME_OVERLOAD,
};

/* Sets id, flags (FRAME_ERROR with direction, FRAME_RX or FRAME_TX or 0), len and data. */
void errorframe_fill(struct frame *f, enum errorframe_kind kind, unsigned direction);

#endif
