#include "source/canerror.h"

#include <linux/can/error.h>

struct word {
	unsigned bits;
	const char *text;
};

/* Each bit that is set; separated from what stands before from on. */
static void
put_bits(struct buf *b, size_t from, unsigned bits, const struct word *w)
{
	for (; w->text; w++)
		if (bits & w->bits)
			buf_printf(b, "%s%s", b->len > from ? ", " : "", w->text);
}

/* The one that it is. */
static void
put_value(struct buf *b, const char *lead, unsigned value, const struct word *w)
{
	for (; w->text; w++)
		if (value == w->bits)
			buf_printf(b, "%s%s", lead, w->text);
}

static void
put_arbitration(struct buf *b, const uint8_t *d)
{
	buf_printf(b, "%sarbitration lost", b->len ? ", " : "");
	if (d[0])
		buf_printf(b, " in bit %u", d[0]);
}

static void
put_controller(struct buf *b, const uint8_t *d)
{
	static const struct word words[] = {
		{ CAN_ERR_CRTL_RX_OVERFLOW, "receive buffer overflow" },
		{ CAN_ERR_CRTL_TX_OVERFLOW, "transmit buffer overflow" },
		{ CAN_ERR_CRTL_RX_WARNING, "many receive errors" },
		{ CAN_ERR_CRTL_TX_WARNING, "many transmit errors" },
		{ CAN_ERR_CRTL_RX_PASSIVE, "error passive for receive errors" },
		{ CAN_ERR_CRTL_TX_PASSIVE, "error passive for transmit errors" },
		{ CAN_ERR_CRTL_ACTIVE, "error active again" }, { 0, NULL },
	};
	size_t from = b->len;

	put_bits(b, 0, d[1], words);
	if (b->len == from)
		buf_printf(b, "%scontroller problem", from ? ", " : "");
}

static void
put_protocol(struct buf *b, const uint8_t *d)
{
	static const struct word kinds[] = {
		{ CAN_ERR_PROT_BIT, "single bit" }, { CAN_ERR_PROT_FORM, "frame format" },
		{ CAN_ERR_PROT_STUFF, "bit stuffing" }, { CAN_ERR_PROT_BIT0, "dominant bit not sent" },
		{ CAN_ERR_PROT_BIT1, "recessive bit not sent" }, { CAN_ERR_PROT_OVERLOAD, "bus overload" },
		{ CAN_ERR_PROT_ACTIVE, "active error announced" }, { CAN_ERR_PROT_TX, "on transmission" },
		{ 0, NULL },
	};
	static const struct word places[] = {
		{ CAN_ERR_PROT_LOC_SOF, "the start of frame" },
		{ CAN_ERR_PROT_LOC_ID28_21, "id bits 28 to 21" },
		{ CAN_ERR_PROT_LOC_ID20_18, "id bits 20 to 18" },
		{ CAN_ERR_PROT_LOC_SRTR, "the substitute RTR" },
		{ CAN_ERR_PROT_LOC_IDE, "the identifier extension" },
		{ CAN_ERR_PROT_LOC_ID17_13, "id bits 17 to 13" },
		{ CAN_ERR_PROT_LOC_ID12_05, "id bits 12 to 5" },
		{ CAN_ERR_PROT_LOC_ID04_00, "id bits 4 to 0" }, { CAN_ERR_PROT_LOC_RTR, "the RTR bit" },
		{ CAN_ERR_PROT_LOC_RES1, "reserved bit 1" }, { CAN_ERR_PROT_LOC_RES0, "reserved bit 0" },
		{ CAN_ERR_PROT_LOC_DLC, "the length" }, { CAN_ERR_PROT_LOC_DATA, "the data" },
		{ CAN_ERR_PROT_LOC_CRC_SEQ, "the CRC" },
		{ CAN_ERR_PROT_LOC_CRC_DEL, "the CRC delimiter" },
		{ CAN_ERR_PROT_LOC_ACK, "the acknowledgement slot" },
		{ CAN_ERR_PROT_LOC_ACK_DEL, "the acknowledgement delimiter" },
		{ CAN_ERR_PROT_LOC_EOF, "the end of frame" },
		{ CAN_ERR_PROT_LOC_INTERM, "the intermission" }, { 0, NULL },
	};
	size_t from;

	buf_printf(b, "%sprotocol error", b->len ? ", " : "");
	if (d[2])
		buf_puts(b, ": ");
	from = b->len;
	put_bits(b, from, d[2], kinds);
	put_value(b, " in ", d[3], places);
}

static void
put_transceiver(struct buf *b, const uint8_t *d)
{
	static const struct word words[] = {
		{ CAN_ERR_TRX_CANH_NO_WIRE, "CAN high not connected" },
		{ CAN_ERR_TRX_CANH_SHORT_TO_BAT, "CAN high shorted to battery" },
		{ CAN_ERR_TRX_CANH_SHORT_TO_VCC, "CAN high shorted to supply" },
		{ CAN_ERR_TRX_CANH_SHORT_TO_GND, "CAN high shorted to ground" },
		{ CAN_ERR_TRX_CANL_NO_WIRE, "CAN low not connected" },
		{ CAN_ERR_TRX_CANL_SHORT_TO_BAT, "CAN low shorted to battery" },
		{ CAN_ERR_TRX_CANL_SHORT_TO_VCC, "CAN low shorted to supply" },
		{ CAN_ERR_TRX_CANL_SHORT_TO_GND, "CAN low shorted to ground" },
		{ CAN_ERR_TRX_CANL_SHORT_TO_CANH, "CAN low shorted to CAN high" }, { 0, NULL },
	};
	size_t from = b->len;

	put_value(b, from ? ", " : "", d[4], words);
	if (b->len == from)
		buf_printf(b, "%stransceiver problem", from ? ", " : "");
}

/* Controllers put their error counters into most error frames. */
static void
put_counters(struct buf *b, uint32_t class, const uint8_t *d)
{
	if (class & CAN_ERR_CNT || d[6] || d[7])
		buf_printf(b, "%stransmit errors %u, receive errors %u", b->len ? ", " : "", d[6], d[7]);
}

void
canerror_words(const struct frame *f, struct buf *b)
{
	static const struct {
		uint32_t class;
		const char *text;
		void (*put)(struct buf *b, const uint8_t *d);
	} row[] = {
		{ CAN_ERR_BUSOFF, "bus off", NULL }, { CAN_ERR_RESTARTED, "controller restarted", NULL },
		{ CAN_ERR_ACK, "no acknowledgement", NULL },
		{ CAN_ERR_TX_TIMEOUT, "transmission timed out", NULL },
		{ CAN_ERR_LOSTARB, NULL, put_arbitration }, { CAN_ERR_CRTL, NULL, put_controller },
		{ CAN_ERR_PROT, NULL, put_protocol }, { CAN_ERR_TRX, NULL, put_transceiver },
		{ CAN_ERR_BUSERROR, "bus error", NULL },
	};
	struct buf words = { 0 };
	uint8_t d[8] = { 0 };
	size_t i;

	memcpy(d, f->data, f->len < 8 ? f->len : 8);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		if (!(f->id & row[i].class))
			continue;
		if (row[i].put)
			row[i].put(&words, d);
		else
			buf_printf(&words, "%s%s", words.len ? ", " : "", row[i].text);
	}
	put_counters(&words, f->id, d);
	if (!words.len)
		buf_printf(&words, "error of class %08X", (unsigned)f->id);
	buf_put_span(b, buf_span(&words));
	buf_free(&words);
}
