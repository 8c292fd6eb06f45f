#ifndef CAN_FRAME_H
#define CAN_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* What a frame is. Exactly one of FD and XL, or neither: classic CAN. */
enum frame_flag {
	FRAME_EXTENDED = 1 << 0,	/* 29-bit id */
	FRAME_REMOTE = 1 << 1,		/* classic remote frame; len is the length asked for */
	FRAME_ERROR = 1 << 2,		/* error frame: id holds the error class bits (29 bits) */
	FRAME_FD = 1 << 3,
	FRAME_XL = 1 << 4,
	FRAME_RX = 1 << 5,		/* direction, when the source said it */
	FRAME_TX = 1 << 6,
	FRAME_NO_TIME = 1 << 7,		/* the line had no time: ns is 0 */
	FRAME_DATE = 1 << 8,		/* the time was a calendar date: absolute whatever --time says */
	FRAME_RAW_DLC = 1 << 9,		/* raw_dlc (9 to 15) was given for a classic frame of 8 bytes */
};

enum {
	FRAME_ID_MASK = 0x1fffffff,
	FRAME_STANDARD_MAX = 0x7ff,
	FRAME_ERROR_BIT = 0x20000000,	/* in the id that candump prints for an error frame */
	FRAME_FDF = 4,			/* in fd_flags; newer kernels set it in every FD frame */
	FRAME_XL_XLF = 0x80,		/* in xl_flags, always */
	FRAME_DATA_MAX = 2048,		/* CAN XL; FD 64, classic 8 */
	FRAME_BUS_MAX = 63,		/* longest bus name accepted */
};

struct frame {
	int64_t ns;			/* nanoseconds since 1970 (or as the log counts them) */
	struct span bus;		/* borrowed: the interface or channel name */
	uint32_t id;			/* without flag bits; CAN XL: priority (11 bits) */
	uint16_t flags;			/* enum frame_flag */
	uint16_t len;			/* bytes of data */
	uint8_t fd_flags;		/* FD: the flags nibble that candump prints (BRS 1, ESI 2, FDF 4) */
	uint8_t raw_dlc;		/* with FRAME_RAW_DLC */
	uint8_t xl_flags, xl_sdt;	/* CAN XL */
	uint8_t xl_vcid;
	uint32_t xl_af;			/* CAN XL acceptance field */
	/* Padded so that 8 bytes may be loaded at any data offset below FRAME_DATA_MAX. */
	uint8_t data[FRAME_DATA_MAX + 8];
};

/* The length in bytes of an FD DLC (0 to 15): 0..8 12 16 20 24 32 48 64. */
extern const uint8_t frame_fd_len[16];

/* The id as SocketCAN has it, with the flag bits 0x80000000, 0x40000000 and 0x20000000. */
static inline uint32_t
frame_socketcan_id(const struct frame *f)
{
	return f->id | (f->flags & FRAME_EXTENDED && !(f->flags & FRAME_ERROR) ? 0x80000000u : 0)
	    | (f->flags & FRAME_REMOTE ? 0x40000000u : 0) | (f->flags & FRAME_ERROR ? 0x20000000u : 0);
}

#endif
