#include "source/blf.h"

#include <string.h>

#include "base/load.h"
#include "source/errorframe.h"

enum {
	FLAG_TX = 0x01, FLAG_REMOTE = 0x80,			/* of CAN messages */
	FD_EDL = 0x01, FD_BRS = 0x02, FD_ESI = 0x04,		/* of CAN_FD_MESSAGE */
	FD64_REMOTE = 0x0010, FD64_EDL = 0x1000, FD64_BRS = 0x2000, FD64_ESI = 0x4000,
	TEN_MICROSECONDS = 1, NANOSECONDS = 2,			/* of an object: the unit of its time */
};

static const char object_mark[] = "LOBJ";
const char blf_no_frame[] = "a frame";

static const char want_time[] = "a time within 292 years";
static const char want_length[] = "an object as long as its type asks for";

/* SYSTEMTIME of Windows: year, month, day of the week, day, hour, minute, second, milliseconds. */
static bool
system_time(const char *p, struct calendar *c)
{
	*c = (struct calendar){
		.year = load_le16(p), .month = load_le16(p + 2), .day = load_le16(p + 6),
		.hour = load_le16(p + 8), .minute = load_le16(p + 10), .second = load_le16(p + 12),
		.ns = load_le16(p + 14) * INT64_C(1000000),
	};
	return c->year && c->month && c->day;
}

bool
blf_header(struct span bytes, struct blf_header *h)
{
	if (bytes.n < BLF_HEADER_MIN || memcmp(bytes.p, "LOGG", 4) != 0)
		return false;
	h->size = load_le32(bytes.p + 4);
	h->file_size = load_le64(bytes.p + 16);
	h->dated = system_time(bytes.p + 40, &h->start);
	return true;
}

static bool
begins_object(const char *p)
{
	return memcmp(p, object_mark, 4) == 0;
}

bool
blf_marked(struct span bytes)
{
	return bytes.n >= 4 && begins_object(bytes.p);
}

enum blf_verdict
blf_object(struct span bytes, struct blf_object *o)
{
	const char *p = bytes.p;

	if (bytes.n < BLF_OBJECT_MIN)
		*o = (struct blf_object){ 0 };
	if (bytes.n < BLF_OBJECT_MIN)
		return bytes.n && memcmp(p, object_mark, bytes.n < 4 ? bytes.n : 4) != 0 ? BLF_NO_OBJECT
		    : BLF_PARTIAL;
	if (!begins_object(p))
		return BLF_NO_OBJECT;
	*o = (struct blf_object){ .p = p, .header = load_le16(p + 4), .size = load_le32(p + 8),
		.type = load_le32(p + 12) };
	if (o->header < BLF_OBJECT_MIN || o->size < o->header)
		return BLF_NO_OBJECT;
	return bytes.n < o->size ? BLF_PARTIAL : BLF_OBJECT;
}

size_t
blf_find(struct span bytes, size_t from)
{
	const char *end = span_end(bytes), *p = from ? bytes.p + from : bytes.p;
	struct blf_object o;

	for (; p && p < end; p++) {
		p = memchr(p, 'L', (size_t)(end - p));
		if (!p)
			break;
		if (blf_object(span_of(p, (size_t)(end - p)), &o) != BLF_NO_OBJECT)
			return (size_t)(p - bytes.p);
	}
	return bytes.n;
}

size_t
blf_padding(struct span bytes)
{
	size_t i;

	for (i = 1; i <= BLF_PADDING_MAX && i + 4 <= bytes.n; i++)
		if (begins_object(bytes.p + i))
			return i;
	return 0;
}

/* Header versions 1 to 3 differ in what is of no use here. */
static bool
object_time(const struct blf_object *o, int64_t *ns)
{
	uint32_t flags;
	uint64_t t;

	if (o->header < 32)
		return false;
	flags = load_le32(o->p + 16);
	t = load_le64(o->p + 24);
	if ((flags & (TEN_MICROSECONDS | NANOSECONDS)) == TEN_MICROSECONDS) {
		if (t > INT64_MAX / 10000)
			return false;
		t *= 10000;
	}
	*ns = (int64_t)t;
	return t <= INT64_MAX;
}

static unsigned
direction(bool sent)
{
	return sent ? FRAME_TX : FRAME_RX;
}

/* Bit 31 says extended; an id that does not fit 11 bits is it anyway. */
static void
set_id(struct frame *f, uint32_t id)
{
	f->id = id & FRAME_ID_MASK;
	if (id >> 31 || f->id > FRAME_STANDARD_MAX)
		f->flags |= FRAME_EXTENDED;
}

/* Up to 8 bytes. A DLC above 8 also means 8; one that no frame can have is cut to that. */
static void
set_classic(struct frame *f, unsigned dlc, bool remote)
{
	f->len = (uint16_t)(dlc < 8 ? dlc : 8);
	if (remote)
		f->flags |= FRAME_REMOTE;
	if (dlc > 8 && dlc < 16) {
		f->flags |= FRAME_RAW_DLC;
		f->raw_dlc = (uint8_t)dlc;
	}
}

/* CAN_MESSAGE and, as far as it matters, CAN_MESSAGE2: channel, flags, DLC, id, data. */
static const char *
classic(struct span b, struct frame *f, unsigned *channel)
{
	unsigned flags;

	if (b.n < 16)
		return want_length;
	*channel = load_le16(b.p);
	flags = load_u8(b.p + 2);
	f->flags = (uint16_t)direction(flags & FLAG_TX);
	set_id(f, load_le32(b.p + 4));
	set_classic(f, load_u8(b.p + 3), flags & FLAG_REMOTE);
	memcpy(f->data, b.p + 8, 8);
	return NULL;
}

/*
 * What an FD object says of its data: the frame may be a classic one all the same. Bytes that the
 * frame has and the object has not are zeroes, as Vector's own tools show them.
 */
struct payload {
	unsigned dlc, valid;
	bool fd, brs, esi, remote;
	struct span data;
};

static void
set_payload(struct frame *f, const struct payload *p)
{
	unsigned len;

	if (p->fd) {
		f->flags |= FRAME_FD;
		f->fd_flags = (uint8_t)((p->brs ? 1 : 0) | (p->esi ? 2 : 0));
		len = frame_fd_len[p->dlc < 15 ? p->dlc : 15];
		f->len = (uint16_t)(p->valid < len ? p->valid : len);
	} else {
		set_classic(f, p->dlc, p->remote);
	}
	len = f->len < p->data.n ? f->len : (unsigned)p->data.n;
	memcpy(f->data, p->data.p, len);
	memset(f->data + len, 0, f->len - len);
}

static const char *
fd_message(struct span b, struct frame *f, unsigned *channel)
{
	unsigned flags, fd;

	if (b.n < 20)
		return want_length;
	*channel = load_le16(b.p);
	flags = load_u8(b.p + 2);
	fd = load_u8(b.p + 13);
	f->flags = (uint16_t)direction(flags & FLAG_TX);
	set_id(f, load_le32(b.p + 4));
	set_payload(f, &(struct payload){ .dlc = load_u8(b.p + 3), .valid = load_u8(b.p + 14),
		.fd = fd & FD_EDL, .brs = fd & FD_BRS, .esi = fd & FD_ESI, .remote = flags & FLAG_REMOTE,
		.data = span_of(b.p + 20, b.n - 20) });
	return NULL;
}

/* Behind the data there may be more, at an offset from the beginning of the object. */
static const char *
fd_message_64(const struct blf_object *o, struct span b, struct frame *f, unsigned *channel)
{
	enum { FIXED = 40 };
	unsigned flags, more;

	if (b.n < FIXED)
		return want_length;
	*channel = load_u8(b.p);
	flags = load_le32(b.p + 12);
	more = load_u8(b.p + 35);
	if (more >= o->header + FIXED && more < o->size)
		b.n = more - o->header;
	f->flags = (uint16_t)direction(load_u8(b.p + 34));
	set_id(f, load_le32(b.p + 4));
	set_payload(f, &(struct payload){ .dlc = load_u8(b.p + 1), .valid = load_u8(b.p + 2),
		.fd = flags & FD64_EDL, .brs = flags & FD64_BRS, .esi = flags & FD64_ESI,
		.remote = flags & FD64_REMOTE, .data = span_of(b.p + FIXED, b.n - FIXED) });
	return NULL;
}

static const char *
error_frame(const struct blf_object *o, struct span b, struct frame *f, unsigned *channel)
{
	if (b.n < (o->type == BLF_CAN_ERROR_EXT ? 24 : o->type == BLF_CAN_FD_ERROR_64 ? 16 : 4))
		return want_length;
	*channel = o->type == BLF_CAN_FD_ERROR_64 ? load_u8(b.p) : load_le16(b.p);
	if (o->type == BLF_CAN_ERROR_EXT)
		errorframe_vector(f, load_le32(b.p + 4), load_u8(b.p + 8), load_le16(b.p + 20));
	else if (o->type == BLF_CAN_FD_ERROR_64)
		errorframe_vector(f, load_le16(b.p + 4), load_u8(b.p + 3), load_le16(b.p + 6));
	else
		errorframe_fill(f, o->type == BLF_CAN_OVERLOAD ? ERRORFRAME_OVERLOAD
		    : ERRORFRAME_UNKNOWN, 0);
	return NULL;
}

const char *
blf_frame(const struct blf_object *o, struct frame *f, unsigned *channel)
{
	struct span body = span_of(o->p + o->header, o->size - o->header);
	const char *why;

	switch (o->type) {
	case BLF_CAN_MESSAGE:
	case BLF_CAN_MESSAGE2:
		why = classic(body, f, channel);
		break;
	case BLF_CAN_FD_MESSAGE:
		why = fd_message(body, f, channel);
		break;
	case BLF_CAN_FD_MESSAGE_64:
		why = fd_message_64(o, body, f, channel);
		break;
	case BLF_CAN_ERROR:
	case BLF_CAN_OVERLOAD:
	case BLF_CAN_ERROR_EXT:
	case BLF_CAN_FD_ERROR_64:
		why = error_frame(o, body, f, channel);
		break;
	default:
		return blf_no_frame;
	}
	if (!why && !object_time(o, &f->ns))
		why = want_time;
	return why;
}

const char *
blf_kind(uint32_t type)
{
	static const struct {
		uint8_t first, last;
		const char *kind;
	} row[] = {
		{ 4, 4, "CAN statistics" }, { 5, 5, "triggers" }, { 6, 9, "environment variables" },
		{ 11, 21, "LIN events" }, { 22, 25, "MOST events" }, { 29, 30, "FlexRay events" },
		{ 31, 31, "CAN driver events" }, { 32, 39, "MOST events" }, { 40, 41, "FlexRay events" },
		{ 42, 43, "LIN events" }, { 44, 44, "CAN driver events" }, { 45, 45, "FlexRay events" },
		{ 46, 46, "GPS positions" }, { 47, 50, "FlexRay events" }, { 54, 54, "LIN events" },
		{ 55, 56, "J1708 messages" }, { 57, 64, "LIN events" }, { 65, 65, "texts" },
		{ 66, 66, "FlexRay events" }, { 67, 70, "MOST events" }, { 71, 71, "Ethernet frames" },
		{ 72, 72, "system variables" }, { 74, 74, "CAN driver events" }, { 75, 75, "LIN events" },
		{ 76, 85, "MOST events" }, { 87, 89, "LIN events" }, { 92, 92, "comments" },
		{ 93, 94, "WLAN frames" }, { 95, 95, "MOST events" }, { 96, 96, "markers" },
		{ 97, 98, "AFDX frames" }, { 102, 103, "Ethernet frames" }, { 105, 105, "LIN events" },
		{ 106, 109, "AFDX frames" }, { 110, 113, "ARINC 429 messages" },
		{ 114, 114, "Ethernet frames" }, { 120, 123, "Ethernet frames" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (type >= row[i].first && type <= row[i].last)
			return row[i].kind;
	return "other objects";
}

bool
blf_container(const struct blf_object *o, struct blf_container *c)
{
	const char *p = o->p + o->header;
	unsigned method;

	if (o->size - o->header < BLF_CONTAINER_HEADER)
		return false;
	method = load_le16(p);
	c->zlib = method == 2;
	c->unpacked = load_le32(p + 8);
	c->packed = span_of(p + BLF_CONTAINER_HEADER, o->size - o->header - BLF_CONTAINER_HEADER);
	return method == 0 || method == 2;
}
