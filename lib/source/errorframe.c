#include "source/errorframe.h"

#include <string.h>

enum {
	CLASS_PROTOCOL = 0x08, CLASS_ACK = 0x20, CLASS_BUS = 0x80,	/* in the id */
	AT_TYPE = 2, AT_PLACE = 3,		/* in the data */
	TYPE_SENDING = 0x80,
};

static const struct {
	uint8_t class, type, place;
} kinds[] = {
	[ERRORFRAME_UNKNOWN] = { 0, 0, 0 },
	[ERRORFRAME_BIT] = { CLASS_PROTOCOL, 0x01, 0 },
	[ERRORFRAME_FORM] = { CLASS_PROTOCOL, 0x02, 0 },
	[ERRORFRAME_STUFF] = { CLASS_PROTOCOL, 0x04, 0 },
	[ERRORFRAME_CRC] = { CLASS_PROTOCOL, 0, 0x08 },
	[ERRORFRAME_ACK] = { CLASS_ACK, 0, 0x19 },
	[ERRORFRAME_OVERLOAD] = { CLASS_PROTOCOL, 0x20, 0 },
};

void
errorframe_fill(struct frame *f, enum errorframe_kind kind, unsigned direction)
{
	bool sending = direction & FRAME_TX && kinds[kind].class & CLASS_PROTOCOL;

	f->flags = (uint16_t)(FRAME_ERROR | direction);
	f->id = CLASS_BUS | kinds[kind].class;
	f->len = 8;
	memset(f->data, 0, 8);
	f->data[AT_TYPE] = (uint8_t)(kinds[kind].type | (sending ? TYPE_SENDING : 0));
	f->data[AT_PLACE] = kinds[kind].place;
}
