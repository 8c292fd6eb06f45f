#ifndef SOURCE_CANERROR_H
#define SOURCE_CANERROR_H

#include "base/buf.h"
#include "can/frame.h"

/*
 * What an error frame says (linux/can/error.h), in words: "bus off", "no acknowledgement, transmit
 * errors 128, receive errors 0". A frame that says nothing known gives "error of class 00001000".
 */
void canerror_words(const struct frame *f, struct buf *b);

#endif
