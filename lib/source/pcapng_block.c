#include "source/pcapng.h"

#include <string.h>

#include "base/clock.h"
#include "base/dec.h"
#include "source/packet.h"

enum {
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	OPTION_END = 0, OPTION_FLAGS = 2,	/* of packets */
	OPTION_NAME = 2, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14,	/* of interfaces */
	INBOUND = 1, OUTBOUND = 2,
	DIGITS_MAX = 19,			/* units of time: 10^19 in a second */
};

static const char want_packet[] = "a packet that lies within its block";
static const char want_interface[] = "an interface with a link type";
static const char want_resolution[] = "a resolution of time down to 10^-19 or 2^-63 seconds";
static const char want_offset[] = "times within 292 years";

enum pcapng_verdict
pcapng_block(struct span bytes, bool *big, struct pcapng_block *b)
{
	uint32_t magic;

	*b = (struct pcapng_block){ 0 };
	if (bytes.n < PCAPNG_BLOCK_MIN)
		return PCAPNG_PARTIAL;
	b->type = packet_u32(bytes.p, *big);
	if (b->type == PCAPNG_SECTION) {
		magic = load_le32(bytes.p + 8);
		*big = magic != BYTE_ORDER_MAGIC;
		if (*big && load_be32(bytes.p + 8) != BYTE_ORDER_MAGIC)
			return PCAPNG_NO_BLOCK;
	}
	b->size = packet_u32(bytes.p + 4, *big);
	if (b->size < PCAPNG_BLOCK_MIN || b->size % 4 || b->size > PCAPNG_BLOCK_MAX)
		return PCAPNG_NO_BLOCK;
	if (bytes.n < b->size)
		return PCAPNG_PARTIAL;
	b->body = span_of(bytes.p + 8, b->size - PCAPNG_BLOCK_MIN);
	return packet_u32(bytes.p + b->size - 4, *big) == b->size ? PCAPNG_BLOCK : PCAPNG_NO_BLOCK;
}

/* The next option, taken off *o. False at their end, or where they go wrong. */
static bool
option(struct span *o, bool big, unsigned *code, struct span *value)
{
	size_t padded;

	if (o->n < 4)
		return false;
	*code = packet_u16(o->p, big);
	value->n = packet_u16(o->p + 2, big);
	value->p = o->p + 4;
	padded = 4 + ((value->n + 3) & ~(size_t)3);
	if (*code == OPTION_END || padded > o->n)
		return false;
	*o = span_of(o->p + padded, o->n - padded);
	return true;
}

/* What cannot stand in the name of a bus becomes '_'. */
static void
set_name(char *out, struct span name)
{
	size_t i;

	for (i = 0; i < name.n && i < FRAME_BUS_MAX && name.p[i]; i++)
		out[i] = (unsigned char)name.p[i] > ' ' && name.p[i] != 0x7f ? name.p[i] : '_';
	out[i] = '\0';
}

static bool
set_resolution(struct pcapng_interface *i, unsigned v)
{
	unsigned n;

	i->shift = v & 0x80 ? v & 0x7f : 0;
	i->units = 1;
	for (n = 0; !(v & 0x80) && n < v && n < DIGITS_MAX; n++)
		i->units *= 10;
	return v & 0x80 ? i->shift < 64 : v <= DIGITS_MAX;
}

/* A 64-bit number. */
static uint64_t
wide(const char *p, bool big)
{
	return big ? load_be64(p) : load_le64(p);
}

const char *
pcapng_interface(struct span body, bool big, struct pcapng_interface *i)
{
	struct span o, v;
	unsigned code;

	*i = (struct pcapng_interface){ .units = 1000000 };
	if (body.n < 8)
		return want_interface;
	i->link = packet_u16(body.p, big);
	i->snap = packet_u32(body.p + 4, big);
	o = span_of(body.p + 8, body.n - 8);
	while (option(&o, big, &code, &v)) {
		if (code == OPTION_NAME)
			set_name(i->name, v);
		if (code == OPTION_RESOLUTION && v.n >= 1 && !set_resolution(i, load_u8(v.p)))
			return want_resolution;
		if (code == OPTION_OFFSET && v.n >= 8
		    && __builtin_mul_overflow((int64_t)wide(v.p, big), CLOCK_SECOND, &i->offset))
			return want_offset;
	}
	return NULL;
}

bool
pcapng_time(const struct pcapng_interface *i, uint64_t t, int64_t *ns)
{
	dec_uint v;

	if (i->units == 1000000000 && !i->shift)
		v = t;
	else if (i->units == 1000000 && !i->shift)
		v = (dec_uint)t * 1000;
	else if (i->shift)
		v = (dec_uint)t * CLOCK_SECOND >> i->shift;
	else
		v = (dec_uint)t * CLOCK_SECOND / i->units;
	return v <= INT64_MAX && !__builtin_add_overflow((int64_t)v, i->offset, ns);
}

/* The options behind a packet: whether it came in or went out. */
static unsigned
direction(struct span o, bool big)
{
	struct span v;
	unsigned code, flags;

	while (option(&o, big, &code, &v)) {
		if (code != OPTION_FLAGS || v.n != 4)
			continue;
		flags = packet_u32(v.p, big) & 3;
		return flags == INBOUND ? FRAME_RX : flags == OUTBOUND ? FRAME_TX : 0;
	}
	return 0;
}

static const char *
simple(struct span b, bool big, uint32_t snap, struct pcapng_packet *p)
{
	size_t n;

	if (b.n < 4)
		return want_packet;
	p->full = packet_u32(b.p, big);
	n = snap && snap < p->full ? snap : p->full;
	if (n > b.n - 4)
		return want_packet;
	p->bytes = span_of(b.p + 4, n);
	return NULL;
}

const char *
pcapng_packet(const struct pcapng_block *block, bool big, uint32_t snap, struct pcapng_packet *p)
{
	enum { FIXED = 20 };
	struct span b = block->body;
	size_t n, padded;

	*p = (struct pcapng_packet){ 0 };
	if (block->type == PCAPNG_SIMPLE)
		return simple(b, big, snap, p);
	if (b.n < FIXED)
		return want_packet;
	p->interface = block->type == PCAPNG_PACKET ? packet_u16(b.p, big) : packet_u32(b.p, big);
	p->time = (uint64_t)packet_u32(b.p + 4, big) << 32 | packet_u32(b.p + 8, big);
	p->timed = true;
	n = packet_u32(b.p + 12, big);
	p->full = packet_u32(b.p + 16, big);
	if (n > b.n - FIXED)
		return want_packet;
	p->bytes = span_of(b.p + FIXED, n);
	padded = (FIXED + n + 3) & ~(size_t)3;
	if (padded < b.n)
		p->direction = direction(span_of(b.p + padded, b.n - padded), big);
	return NULL;
}
