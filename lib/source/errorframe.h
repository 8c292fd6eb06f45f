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
/*
 * The same of what Vector's BLF and ASC say: flags tells whether ecc, the error code capture of an
 * SJA1000, is valid (bit 0), or ext, the extended flags of Vector's CAN core (bit 1). The direction
 * is that of the error.
 */
void errorframe_vector(struct frame *f, unsigned flags, unsigned ecc, unsigned ext);
/*
 * The same of what PEAK's TRC says: type (1 bit, 2 form, 4 stuff, 8 other), whether it came while
 * sending, the segment as an SJA1000 counts them, and both error counters.
 */
void errorframe_peak(struct frame *f, unsigned type, bool sending, uint8_t segment, uint8_t rx,
    uint8_t tx);

#endif
