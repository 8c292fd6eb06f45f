#include "source/errorframe.h"

#include <string.h>

enum {
	CLASS_PROTOCOL = 0x08, CLASS_ACK = 0x20, CLASS_BUS = 0x80,	/* in the id */
	CLASS_COUNTERS = 0x200,
	AT_TYPE = 2, AT_PLACE = 3, AT_TX = 6, AT_RX = 7,		/* in the data */
	VALID_SJA1000 = 1, VALID_CORE = 2,	/* in Vector's flags */
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

/* The extended error flags of Vector's CAN core: bits 6 to 11 a code; bit 13: it is no NAK. */
static enum errorframe_kind
core_error(unsigned ext)
{
	static const uint8_t kind[] = { ERRORFRAME_BIT, ERRORFRAME_FORM, ERRORFRAME_STUFF,
		ERRORFRAME_UNKNOWN, ERRORFRAME_CRC, ERRORFRAME_FORM, ERRORFRAME_UNKNOWN, ERRORFRAME_ACK,
		ERRORFRAME_OVERLOAD, ERRORFRAME_BIT };
	unsigned code = ext >> 6 & 0x3f;

	if (!(ext & 0x2000))
		return ERRORFRAME_ACK;
	return code < sizeof kind ? kind[code] : ERRORFRAME_UNKNOWN;
}

static unsigned
direction(bool sending)
{
	return sending ? FRAME_TX : FRAME_RX;
}

void
errorframe_vector(struct frame *f, unsigned flags, unsigned ecc, unsigned ext)
{
	static const uint8_t sja1000[] = { ERRORFRAME_BIT, ERRORFRAME_FORM, ERRORFRAME_STUFF,
		ERRORFRAME_UNKNOWN };

	if (flags & VALID_CORE) {
		errorframe_fill(f, core_error(ext), direction(ext & 0x1000));
	} else if (flags & VALID_SJA1000) {
		errorframe_fill(f, sja1000[ecc >> 6 & 3], direction(!(ecc & 0x20)));
		f->data[AT_PLACE] = ecc & 0x1f;	/* the segment; SocketCAN has its numbers from there */
	} else {
		errorframe_fill(f, ERRORFRAME_UNKNOWN, 0);
	}
}

void
errorframe_peak(struct frame *f, unsigned type, bool sending, uint8_t segment, uint8_t rx,
    uint8_t tx)
{
	errorframe_fill(f, type & 1 ? ERRORFRAME_BIT : type & 2 ? ERRORFRAME_FORM
	    : type & 4 ? ERRORFRAME_STUFF : ERRORFRAME_UNKNOWN, direction(sending));
	f->id |= CLASS_COUNTERS;
	f->data[AT_PLACE] = segment;
	f->data[AT_TX] = tx;
	f->data[AT_RX] = rx;
}
