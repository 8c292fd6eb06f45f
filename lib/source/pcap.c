#include "source/pcap.h"

#include "base/clock.h"
#include "source/packet.h"
#include "source/readers.h"

/* Kuznetzov's files have more in the header of a packet; all others are alike. */
static const struct {
	uint32_t magic;
	uint32_t unit;
	size_t more;
} kinds[] = {
	{ 0xa1b2c3d4, 1000, 0 }, { 0xa1b23c4d, 1, 0 }, { 0xa1b2cd34, 1000, 8 },
};

static const char want_packet[] = "the header of a packet";
static const char want_rest[] = "the rest of a packet: the file ends in it";
static const char other_packets[] = "packets without a CAN frame";

enum { CHAIN_MAX = (PCAP_CHAIN + 1) * PCAP_PACKET_MAX };

struct state {
	struct pcap_file file;
	int64_t last;		/* ns of the last packet that was believed */
	size_t held;		/* bytes that are used; consumed late, for s->offset */
	bool lost;		/* the next packet is to be found */
};

bool
pcap_header(struct span bytes, struct pcap_file *f)
{
	size_t i;
	bool big;

	for (i = 0; bytes.n >= PCAP_HEADER && i < 2 * (sizeof kinds / sizeof *kinds); i++) {
		big = i % 2;
		if (packet_u32(bytes.p, big) != kinds[i / 2].magic)
			continue;
		*f = (struct pcap_file){ .unit = kinds[i / 2].unit, .more = kinds[i / 2].more,
			.big = big, .link = (uint16_t)packet_u32(bytes.p + 20, big) };
		return true;
	}
	return false;
}

void
pcap_packet(const struct pcap_file *f, struct span bytes, struct pcap_packet *p)
{
	uint32_t fraction = packet_u32(bytes.p + 4, f->big);

	p->ns = packet_u32(bytes.p, f->big) * CLOCK_SECOND + (int64_t)fraction * f->unit;
	p->captured = packet_u32(bytes.p + 8, f->big);
	p->full = packet_u32(bytes.p + 12, f->big);
	p->size = PCAP_PACKET + f->more + p->captured;
	p->likely = p->captured && p->captured <= PCAP_PACKET_MAX && p->full >= p->captured
	    && fraction < CLOCK_SECOND / f->unit;
}

static bool
near_in_time(int64_t a, int64_t b)
{
	return (a > b ? a - b : b - a) < 86400 * CLOCK_SECOND;
}

/* Whether packets in a row begin here, as far as there are bytes. */
static bool
is_chain(const struct pcap_file *f, struct span b, int64_t ns, bool whole)
{
	struct pcap_packet p;
	unsigned i;

	for (i = 0; i < PCAP_CHAIN && b.n >= PCAP_PACKET; i++) {
		pcap_packet(f, b, &p);
		if (!p.likely || (ns && !near_in_time(p.ns, ns)))
			return false;
		if (b.n < p.size)
			return !whole;
		ns = p.ns;
		b = span_of(b.p + p.size, b.n - p.size);
	}
	return i == PCAP_CHAIN || !whole || (i && !b.n);
}

size_t
pcap_find(const struct pcap_file *f, struct span bytes, size_t from, int64_t ns,
    bool whole)
{
	while (from < bytes.n
	    && !is_chain(f, span_of(bytes.p + from, bytes.n - from), ns, whole))
		from++;
	return from < bytes.n ? from : bytes.n;
}

static enum source_sniff
sniff(const struct source_reader *self, const struct source_head *head)
{
	char header[PCAP_HEADER] = "";
	struct pcap_file f;

	(void)self;
	if (head->bytes.n >= PCAP_HEADER)
		return pcap_header(head->bytes, &f) ? SOURCE_YES : SOURCE_NO;
	/* Four bytes tell; a line that comes from a live bus is not to wait for more. */
	if (head->bytes.n < 4)
		return SOURCE_MAYBE;
	memcpy(header, head->bytes.p, head->bytes.n);
	return pcap_header(span_of(header, PCAP_HEADER), &f) ? SOURCE_MAYBE : SOURCE_NO;
}

static enum source_result
begin(struct source *s, bool wait)
{
	struct state *st = s->state;
	struct span p;
	enum source_result r = source_bytes(s, PCAP_HEADER, &p, wait);

	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	if (!pcap_header(p, &st->file)) {
		if (s->counts.damaged)
			return SOURCE_END;
		return source_damage(s, "the header of a pcap file");
	}
	source_eat(s, PCAP_HEADER);
	return SOURCE_DATA;
}

/*
 * END: it was only counted. When its length may be wrong, the search for the next one is to begin
 * inside of it.
 */
static enum source_result
take(struct source *s, struct span b, const struct pcap_packet *p)
{
	struct state *st = s->state;
	struct packet packet = { .full = p->full, .link = st->file.link, .big = st->file.big };
	uint32_t ifindex;
	const char *why;

	source_record(s);
	packet.bytes = span_of(b.p + p->size - p->captured, p->captured);
	why = packet_frame(&packet, &s->frame, &ifindex);
	if (why == packet_no_frame) {
		source_other(s, other_packets);
		return SOURCE_END;
	}
	if (why)
		return source_skip(s, why);
	if (packet_is_long(&packet, &s->frame))
		st->held = PCAP_PACKET;
	s->frame.ns = p->ns;
	source_bus(s, ifindex);
	return SOURCE_FRAME;
}

/* What is here is no packet: from the next byte on, one is looked for. */
static enum source_result
lose(struct source *s, const char *expected)
{
	struct state *st = s->state;

	st->lost = true;
	st->held = 1;
	return source_damage(s, expected);
}

/* Looks for the next packet. DATA: one begins here; END: go on, or the end. */
static enum source_result
search(struct source *s, struct span *b, bool wait)
{
	struct state *st = s->state;
	enum source_result r = source_bytes(s, CHAIN_MAX, b, wait);

	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	st->held = pcap_find(&st->file, *b, 0, st->last, r == SOURCE_END);
	st->lost = st->held > 0;
	return st->lost ? SOURCE_END : SOURCE_DATA;
}

/* All of the packet that begins here. DATA; END: fewer bytes; or what next() returns. */
static enum source_result
whole(struct source *s, struct span *b, struct pcap_packet *p, bool wait)
{
	struct state *st = s->state;
	enum source_result r = source_bytes(s, PCAP_PACKET, b, wait);

	if (r != SOURCE_DATA)
		return r;
	pcap_packet(&st->file, *b, p);
	return p->likely && b->n < p->size ? source_bytes(s, p->size, b, wait) : r;
}

/* A step through the file. END: go on, or the end, when no bytes are left. */
static enum source_result
step(struct source *s, struct span *b, bool wait)
{
	struct state *st = s->state;
	struct pcap_packet p, behind;
	enum source_result r = SOURCE_DATA;

	source_eat(s, st->held);
	st->held = 0;
	if (st->lost)
		r = search(s, b, wait);
	if (r == SOURCE_DATA)
		r = whole(s, b, &p, wait);
	if ((r != SOURCE_DATA && r != SOURCE_END) || !b->n || st->lost)
		return r;
	if (b->n < PCAP_PACKET || (p.likely && b->n < p.size))
		return lose(s, want_rest);
	if (!p.likely)
		return lose(s, want_packet);
	st->held = p.size;
	if (b->n >= p.size + PCAP_PACKET) {
		pcap_packet(&st->file, span_of(b->p + p.size, b->n - p.size), &behind);
		if (!behind.likely)
			st->held = PCAP_PACKET;
	}
	st->last = p.ns;
	return take(s, *b, &p);
}

static enum source_result
next(struct source *s, bool wait)
{
	enum source_result r;
	struct span b;

	do
		r = step(s, &b, wait);
	while (r == SOURCE_END && b.n);
	return r;
}

const struct source_reader source_pcap = {
	.name = "pcap",
	.about = "captures of tcpdump and Wireshark with CAN frames",
	.sniff = sniff,
	.open = begin,
	.next = next,
	.state = sizeof (struct state),
};
