#include "source/pcapng.h"

#include <stdlib.h>

#include "base/mem.h"
#include "source/packet.h"
#include "source/readers.h"

enum { INTERFACES_MAX = 1 << 16 };

static const char want_block[] = "a block whose length stands at both of its ends";
static const char want_rest[] = "the rest of a block: the file ends in it";
static const char want_section[] = "a section header of pcapng";
static const char want_interface[] = "a packet of an interface that was described";
static const char want_few[] = "at most 65536 interfaces in a section";
static const char want_time[] = "a time within 292 years";

struct state {
	struct pcapng_interface *interface;
	size_t interfaces, room;
	bool big;
	size_t held;		/* bytes that are used; consumed late, for s->offset */
	bool lost;		/* the next block is to be found */
};

static enum source_sniff
sniff(const struct source_reader *self, const struct source_head *head)
{
	struct pcapng_block b;
	enum source_sniff v = source_sniff_text(head->bytes, "\n\r\r\n");
	bool big = false;

	(void)self;
	if (v != SOURCE_YES)
		return v;
	if (head->bytes.n < PCAPNG_SECTION_MIN)
		return SOURCE_MAYBE;
	return pcapng_block(head->bytes, &big, &b) == PCAPNG_NO_BLOCK ? SOURCE_NO : SOURCE_YES;
}

/* END: it was only counted. */
static enum source_result
take_packet(struct source *s, const struct pcapng_block *b)
{
	struct state *st = s->state;
	const struct pcapng_interface *i;
	struct pcapng_packet p;
	struct packet packet;
	uint32_t ifindex;
	const char *why = pcapng_packet(b, st->big, st->interfaces ? st->interface->snap : 0, &p);

	if (why)
		return source_skip(s, why);
	if (p.interface >= st->interfaces)
		return source_skip(s, want_interface);
	i = &st->interface[p.interface];
	packet = (struct packet){ p.bytes, p.full, i->link, st->big };
	why = packet_frame(&packet, &s->frame, &ifindex);
	if (why == packet_no_frame) {
		source_other(s, "packets without a CAN frame");
		return SOURCE_END;
	}
	if (!why && p.timed && !pcapng_time(i, p.time, &s->frame.ns))
		why = want_time;
	if (why)
		return source_skip(s, why);
	if (!p.timed) {
		s->frame.ns = 0;
		s->frame.flags |= FRAME_NO_TIME;
	}
	if (!(s->frame.flags & (FRAME_RX | FRAME_TX)))
		s->frame.flags |= (uint16_t)p.direction;
	/* A capture of all interfaces has one description, by the name of "any". */
	if (i->name[0] && (!ifindex || strcmp(i->name, "any") != 0))
		s->frame.bus = span_str(i->name);
	else
		source_bus(s, ifindex ? ifindex : p.interface);
	return SOURCE_FRAME;
}

static enum source_result
take_interface(struct source *s, const struct pcapng_block *b)
{
	struct state *st = s->state;
	struct pcapng_interface i;
	const char *why = pcapng_interface(b->body, st->big, &i);

	if (st->interfaces == INTERFACES_MAX)
		why = want_few;
	if (st->interfaces == st->room && !why) {
		st->room = st->room ? 2 * st->room : 4;
		st->interface = mem_resize(st->interface, st->room, sizeof *st->interface);
	}
	if (why)
		return source_skip(s, why);
	st->interface[st->interfaces++] = i;
	source_blank(s);
	return SOURCE_END;
}

/* END: it was only counted. */
static enum source_result
take(struct source *s, const struct pcapng_block *b)
{
	struct state *st = s->state;

	source_record(s);
	switch ((enum pcapng_type)b->type) {
	case PCAPNG_ENHANCED:
	case PCAPNG_PACKET:
	case PCAPNG_SIMPLE:
		return take_packet(s, b);
	case PCAPNG_INTERFACE:
		return take_interface(s, b);
	case PCAPNG_SECTION:
		st->interfaces = 0;
		source_blank(s);
		return SOURCE_END;
	case PCAPNG_NAMES:
		source_other(s, "lists of names");
		return SOURCE_END;
	case PCAPNG_STATISTICS:
		source_other(s, "statistics of interfaces");
		return SOURCE_END;
	}
	source_other(s, "other blocks");
	return SOURCE_END;
}

/* Passes over what is no block, to one that is whole. END: go on. */
static enum source_result
search(struct source *s, struct span p, const char *expected)
{
	struct state *st = s->state;
	bool told = st->lost, big;
	struct pcapng_block b;
	size_t at = 4;

	for (; at < p.n; at += 4) {
		big = st->big;
		if (pcapng_block(span_of(p.p + at, p.n - at), &big, &b) != PCAPNG_NO_BLOCK)
			break;
	}
	st->held = at < p.n ? at : p.n;
	st->lost = true;
	return told ? SOURCE_END : source_damage(s, expected);
}

/* A step through the file. END: go on, or the end, when no bytes are left. */
static enum source_result
step(struct source *s, struct span *p, bool wait)
{
	struct state *st = s->state;
	struct pcapng_block b;
	enum pcapng_verdict v;
	enum source_result r;
	bool big = st->big;

	source_eat(s, st->held);
	st->held = 0;
	r = source_bytes(s, PCAPNG_BLOCK_MIN, p, wait);
	if ((r != SOURCE_DATA && r != SOURCE_END) || !p->n)
		return r;
	v = pcapng_block(*p, &big, &b);
	if (v == PCAPNG_PARTIAL && r == SOURCE_DATA) {
		r = source_bytes(s, b.size, p, wait);
		if (r != SOURCE_DATA && r != SOURCE_END)
			return r;
		v = pcapng_block(*p, &big, &b);
	}
	if (v == PCAPNG_PARTIAL)
		return search(s, *p, want_rest);
	if (v == PCAPNG_NO_BLOCK)
		return search(s, *p, s->offset ? want_block : want_section);
	st->lost = false;
	st->big = big;
	st->held = b.size;
	return take(s, &b);
}

static enum source_result
next(struct source *s, bool wait)
{
	enum source_result r;
	struct span p;

	do
		r = step(s, &p, wait);
	while (r == SOURCE_END && p.n);
	return r;
}

static void
end(struct source *s)
{
	struct state *st = s->state;

	free(st->interface);
}

const struct source_reader source_pcapng = {
	.name = "pcapng",
	.about = "captures of Wireshark and tcpdump with CAN frames",
	.sniff = sniff,
	.next = next,
	.close = end,
	.state = sizeof (struct state),
};
