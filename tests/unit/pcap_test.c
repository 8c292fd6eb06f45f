#include "test.h"

#include "source/pcap.h"
#include "source/pcapng.h"
#include "bytes.h"
#include "reading.h"

/* --- pcap ------------------------------------------------------------------------------------ */

/* sign: 1 little-endian, -1 big-endian, for put_int(). */
static void
put_pcap(struct buf *b, int sign, uint32_t magic, unsigned link)
{
	put_int(b, magic, 4 * sign);
	put_int(b, 2, 2 * sign);
	put_int(b, 4, 2 * sign);
	put_int(b, 0, 4 * sign);
	put_int(b, 0, 4 * sign);
	put_int(b, 65535, 4 * sign);
	put_int(b, link, 4 * sign);
}

static void
put_packet(struct buf *b, int sign, unsigned fraction, struct span bytes, size_t full)
{
	put_int(b, 1700000000, 4 * sign);
	put_int(b, fraction, 4 * sign);
	put_int(b, bytes.n, 4 * sign);
	put_int(b, full, 4 * sign);
	buf_put_span(b, bytes);
}

static const char *
frames(struct buf *file)
{
	static struct buf out;

	out.len = 0;
	read_bytes(buf_span(file), NULL, &out);
	file->len = 0;
	return buf_str(&out);
}
#define CHECK_FRAMES(file, want) CHECK_TEXT(span_str(frames(&file)), want)
#define T "(1700000000.000001000) can0 "

static const char cut[] = "skip 1 all bytes of the frame: the packet was cut when it was captured\n";
static const char wrong[] = "skip 1 a packet as long as its CAN frame\n";
static const char other[] = "1 packets without a CAN frame\n";

/* One packet each, and what becomes of it; cut: bytes that were not captured. */
static void
packets(void)
{
#define SLL(type, protocol) #type "0118 0004 0000000000000000" #protocol
#define SLL2(protocol, type) #protocol "0000 00000007 0118" #type "04 0000000000000000"
	static const struct {
		const char *name;
		unsigned link;
		bool big;
		size_t cut;
		const char *bytes, *want;
	} row[] = {
		{ "classic", 227, false, 0, "00000123 08 000000 1122334455667788",
		  T "123#1122334455667788\n" },
		{ "classic, no padding", 227, false, 0, "00000123 02 000000 1122", T "123#1122\n" },
		{ "in a big-endian file", 227, true, 0, "80000123 01 000000 1100000000000000",
		  T "00000123#11\n" },
		{ "an id that must be extended", 227, false, 0, "00000800 00 000000", T "00000800#\n" },
		{ "remote", 227, false, 0, "40000123 03 000000 0000000000000000", T "123#R3\n" },
		{ "remote, without data", 227, false, 0, "c0000123 03 000000", T "00000123#R3\n" },
		{ "raw DLC", 227, false, 0, "00000123 08 00000d 1122334455667788",
		  T "123#1122334455667788_D\n" },
		{ "raw DLC of a remote frame", 227, false, 0, "40000123 08 00000d", T "123#R8_D\n" },
		{ "error", 227, false, 0, "20000004 08 000000 0010000000000000",
		  T "20000004#0010000000000000\n" },
		{ "FD by its flag", 227, false, 0, "00000123 02 05 0000 1122", T "123##51122\n" },
		{ "FD by its size", 227, false, 0, "00000123 01 01 0000 11000000000000000000000000000000"
		  "0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"
		  "0000000000000000", T "123##111\n" },
		{ "FD by its length", 227, false, 0, "00000123 0c 02 0000 000102030405060708090a0b",
		  T "123##2000102030405060708090A0B\n" },
		{ "XL", 227, false, 0, "00450123 81 02 0300 78563412 aabbcc",
		  T "45123#81:02:12345678#AABBCC\n" },
		{ "XL without data", 227, false, 0, "00450123 81 02 0000 78563412",
		  "skip 1 a CAN XL frame with 1 to 2048 bytes\n" },
		{ "XL, cut", 227, false, 4, "00450123 81 02 0300 78563412 aa", cut },
		{ "XL, header cut", 227, false, 4, "00450123 81 02 0300 7856", cut },
		{ "a length that cannot be", 227, false, 0, "00000123 41 000000", wrong },
		{ "less than a header", 227, false, 0, "00000123 08 00", wrong },
		{ "header cut", 227, false, 9, "00000123 08 00", cut },
		{ "data cut", 227, false, 4, "00000123 08 000000 11223344", cut },
		{ "data missing", 227, false, 0, "00000123 08 000000 11223344", wrong },
		{ "cooked, little-endian", 113, false, 0, SLL(0001, 000c) "23010000 02 000000 1122",
		  T "123#1122 R\n" },
		{ "cooked, big-endian", 113, true, 0, SLL(0000, 000c) "00000123 02 000000 1122",
		  T "123#1122 R\n" },
		{ "cooked, sent, FD", 113, false, 0, SLL(0004, 000d) "23010080 02 010000 1122",
		  T "00000123##11122 T\n" },
		{ "cooked XL", 113, false, 0, SLL(0001, 000e) "23014500 80 00 0100 78563412 11",
		  T "45123#80:00:12345678#11 R\n" },
		{ "cooked XL, big-endian", 113, true, 0, SLL(0001, 000e) "00450123 80 00 0001 12345678 11",
		  T "45123#80:00:12345678#11 R\n" },
		{ "cooked, another protocol", 113, false, 0, SLL(0001, 0800) "4500", other },
		{ "cooked, another device", 113, false, 0, "0001 0001 0006 0000000000000000 000c 4500",
		  other },
		{ "cooked, cut", 113, false, 4, "0001 0118 0004", cut },
		{ "cooked, frame cut", 113, false, 4, SLL(0001, 000c) "23010000", cut },
		{ "cooked 2", 276, false, 0, SLL2(000c, 01) "23010000 01 000000 11",
		  "(1700000000.000001000) can7 123#11 R\n" },
		{ "cooked 2, sent", 276, true, 0, SLL2(000d, 04) "00000123 01 060000 11",
		  "(1700000000.000001000) can7 123##611 T\n" },
		{ "cooked 2, another protocol", 276, false, 0, SLL2(0806, 04) "0001", other },
		{ "cooked 2, cut", 276, false, 4, "000c0000", cut },
		{ "Ethernet", 1, false, 0, "00000123 08 000000 1122334455667788", other },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct buf file = { 0 }, bytes = { 0 };
		int sign = row[i].big ? -1 : 1;
		const char *got;

		put_hex(&bytes, row[i].bytes);
		put_pcap(&file, sign, 0xa1b2c3d4, row[i].link);
		put_packet(&file, sign, 1, buf_span(&bytes), bytes.len + row[i].cut);
		got = frames(&file);
		CHECK_CASE(!strcmp(got, row[i].want), row[i].name);
		if (strcmp(got, row[i].want))
			fprintf(stderr, "%s%s", got, row[i].want);
		buf_free(&bytes);
		buf_free(&file);
	}
}

static void
put_can(struct buf *b, int sign, unsigned fraction, unsigned id)
{
	struct buf p = { 0 };

	put_int(&p, id, -4);
	put_int(&p, 8, 4);
	put_int(&p, 0x11, 8);
	put_packet(b, sign, fraction, buf_span(&p), p.len);
	buf_free(&p);
}
#define F(t, id) "(1700000000." #t ") can0 " #id "#1100000000000000\n"

static void
pcap_headers(void)
{
	struct buf file = { 0 }, out = { 0 };

	put_pcap(&file, 1, 0xa1b23c4d, 227);	/* nanoseconds */
	put_can(&file, 1, 123456789, 0x123);
	CHECK_FRAMES(file, F(123456789, 123));
	put_pcap(&file, -1, 0xa1b23c4d, 227);
	put_can(&file, -1, 123456789, 0x123);
	CHECK_FRAMES(file, F(123456789, 123));
	put_pcap(&file, 1, 0xa1b2cd34, 227);	/* with more in a packet's header */
	put_can(&file, 1, 123456, 0x123);
	buf_reserve(&file, 8);
	memmove(file.p + 24 + 16 + 8, file.p + 24 + 16, file.len - 24 - 16);
	file.len += 8;
	CHECK_FRAMES(file, F(123456000, 123));
	put_pcap(&file, 1, 0xa1b2c3d4, 0x10000000 | 227);	/* a checksum's length beside the link */
	put_can(&file, 1, 5, 0x123);
	CHECK_FRAMES(file, F(000005000, 123));
	put_pcap(&file, 1, 0xa1b2c3d4, 227);
	CHECK_FRAMES(file, "");
	put_pcap(&file, 1, 0xa1b2c3d4, 227);
	file.len = 20;
	read_bytes(buf_span(&file), "pcap", &out);
	CHECK_TEXT(buf_span(&out), "damage 0 the header of a pcap file\n");
	buf_free(&file);
	buf_free(&out);
}

static void
put_forty(struct buf *b)
{
	unsigned i;

	put_pcap(b, 1, 0xa1b2c3d4, 227);
	for (i = 0; i < 40; i++)
		put_can(b, 1, i * 1000, 0x100 + i);
}

/* Wherever it is cut; whichever byte of a packet's header is wrong. */
static void
pcap_damage(void)
{
	struct buf file = { 0 }, out = { 0 };
	size_t at;
	unsigned n, damage;

	put_forty(&file);
	for (at = 25; at < file.len; at++) {
		out.len = 0;
		read_bytes(span_of(file.p, at), NULL, &out);
		CHECK(count_text(&out, "can0") == (at - 24) / 32);
		CHECK(count_text(&out, "damage") == ((at - 24) % 32 != 0));
	}
	for (at = 24 + 20 * 32 + 4; at < 24 + 20 * 32 + 16; at++) {
		file.p[at] ^= 0x24;
		out.len = 0;
		read_bytes(buf_span(&file), NULL, &out);
		file.p[at] ^= 0x24;
		n = count_text(&out, "can0");
		damage = count_text(&out, "damage");
		CHECK(n + count_text(&out, "skip") >= 39 && damage <= 2);
		CHECK(n == 40 || damage + count_text(&out, "skip") >= 1);
		CHECK(count_text(&out, "can0 113#") == 1 && count_text(&out, "can0 115#") == 1);
		CHECK(count_text(&out, "can0 127#") == 1);
	}
	/* a length that leads far away, in a packet that is long enough for it */
	set_int(&file, 24 + 10 * 32 + 8, 400, 4);
	set_int(&file, 24 + 10 * 32 + 12, 400, 4);
	out.len = 0;
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, "can0") == 40 && count_text(&out, "damage") == 1);
	/* room that was never written */
	file.len = out.len = 0;
	put_forty(&file);
	put_zeroes(&file, 4096);
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, "can0") == 40 && count_text(&out, "damage") == 1);
	CHECK(count_text(&out, "damage 1288 the header of a packet") == 1);
	buf_free(&file);
	buf_free(&out);
}

/* --- pcapng ---------------------------------------------------------------------------------- */

static void
put_block(struct buf *b, int sign, uint32_t type, struct span body)
{
	size_t padded = (body.n + 3) & ~(size_t)3;

	put_int(b, type, 4 * sign);
	put_int(b, padded + 12, 4 * sign);
	buf_put_span(b, body);
	put_zeroes(b, padded - body.n);
	put_int(b, padded + 12, 4 * sign);
}

static void
put_section(struct buf *b, int sign)
{
	struct buf body = { 0 };

	put_int(&body, 0x1a2b3c4d, 4 * sign);
	put_int(&body, 1, 2 * sign);
	put_int(&body, 0, 2 * sign);
	put_int(&body, UINT64_MAX, 8 * sign);
	put_block(b, sign, PCAPNG_SECTION, buf_span(&body));
	buf_free(&body);
}

static void
put_option(struct buf *b, int sign, unsigned code, const void *p, size_t n)
{
	put_int(b, code, 2 * sign);
	put_int(b, n, 2 * sign);
	buf_put(b, p, n);
	put_zeroes(b, -n & 3);
}

/* resolution 0: none is said. */
static void
put_interface(struct buf *b, int sign, unsigned link, const char *name, unsigned resolution,
    int64_t offset)
{
	struct buf body = { 0 }, o = { 0 };
	char r = (char)resolution;

	put_int(&body, link, 2 * sign);
	put_zeroes(&body, 2);
	put_int(&body, 0, 4 * sign);
	put_option(&body, sign, 3, "a description", 13);
	if (name)
		put_option(&body, sign, 2, name, strlen(name));
	if (resolution)
		put_option(&body, sign, 9, &r, 1);
	if (offset) {
		put_int(&o, (uint64_t)offset, 8 * sign);
		put_option(&body, sign, 14, o.p, o.len);
	}
	put_option(&body, sign, 0, NULL, 0);
	put_block(b, sign, PCAPNG_INTERFACE, buf_span(&body));
	buf_free(&body);
	buf_free(&o);
}

/* flags: of the enhanced and the obsolete block, 0: none. Data: a classic frame, cut to n bytes. */
static void
put_ng(struct buf *b, int sign, uint32_t type, unsigned interface, uint64_t time, unsigned id,
    unsigned flags, size_t n)
{
	struct buf body = { 0 }, can = { 0 };

	put_int(&can, id, -4);
	put_int(&can, 8, 4);
	put_int(&can, 0x11, 8);
	if (type == PCAPNG_PACKET) {
		put_int(&body, interface, 2 * sign);
		put_int(&body, 0, 2 * sign);
	} else if (type == PCAPNG_ENHANCED) {
		put_int(&body, interface, 4 * sign);
	}
	if (type != PCAPNG_SIMPLE) {
		put_int(&body, time >> 32, 4 * sign);
		put_int(&body, time, 4 * sign);
		put_int(&body, n, 4 * sign);
	}
	put_int(&body, can.len, 4 * sign);
	buf_put(&body, can.p, n);
	put_zeroes(&body, -n & 3);
	if (flags) {
		put_option(&body, sign, 1, "comment", 7);
		put_int(&body, 2, 2 * sign);
		put_int(&body, 4, 2 * sign);
		put_int(&body, flags, 4 * sign);
		put_option(&body, sign, 0, NULL, 0);
	}
	put_block(b, sign, type, buf_span(&body));
	buf_free(&body);
	buf_free(&can);
}

#define MICRO UINT64_C(1700000000000000)
#define P(t, bus, id, more) "(1700000000." #t ") " #bus " " #id "#1100000000000000" more "\n"

static void
sections(void)
{
	struct buf file = { 0 };
	int sign;

	for (sign = -1; sign <= 1; sign += 2) {
		put_section(&file, sign);
		put_interface(&file, sign, 227, NULL, 0, 0);
		put_interface(&file, sign, 227, "vcan 3", 9, 0);
		put_interface(&file, sign, 1, "eth0", 0, 0);
		put_ng(&file, sign, PCAPNG_ENHANCED, 0, MICRO + 1, 0x101, 0, 16);
		put_ng(&file, sign, PCAPNG_ENHANCED, 1, MICRO * 1000 + 2, 0x102, 1, 16);
		put_ng(&file, sign, PCAPNG_ENHANCED, 2, MICRO, 0x103, 0, 16);
		put_ng(&file, sign, PCAPNG_PACKET, 0, MICRO + 4, 0x104, 2, 16);
		put_ng(&file, sign, PCAPNG_SIMPLE, 0, 0, 0x105, 0, 16);
		put_block(&file, sign, PCAPNG_NAMES, span_str(""));
		put_block(&file, sign, PCAPNG_STATISTICS, span_str("12345678"));
		put_block(&file, sign, 0xbad, span_str("something"));
		/* the next section has interfaces of its own, and the other byte order */
		put_section(&file, -sign);
		put_interface(&file, -sign, 227, "can9", 0, 0);
		put_ng(&file, -sign, PCAPNG_ENHANCED, 0, MICRO + 6, 0x106, 3, 16);
		put_ng(&file, -sign, PCAPNG_ENHANCED, 1, MICRO, 0x107, 0, 16);
		CHECK_FRAMES(file, P(000001000, can0, 101, "") P(000000002, vcan_3, 102, " R")
		    P(000004000, can0, 104, " T") "(0000000000.000000000) can0 105#1100000000000000\n"
		    P(000006000, can9, 106, "") "skip 16 a packet of an interface that was described\n"
		    "1 packets without a CAN frame\n1 lists of names\n1 statistics of interfaces\n"
		    "1 other blocks\n");
	}
	buf_free(&file);
}

static void
resolutions(void)
{
	static const struct {
		unsigned resolution;
		int64_t offset;
		uint64_t time;
		const char *want;
	} row[] = {
		{ 6, 0, MICRO + 5, P(000005000, can0, 101, "") },
		{ 3, 0, UINT64_C(1700000000005), P(005000000, can0, 101, "") },
		{ 9, 0, UINT64_C(1700000000000000005), P(000000005, can0, 101, "") },
		{ 10, 0, UINT64_C(17000000000000000059), P(000000005, can0, 101, "") },
		{ 6, 1700000000, 7, P(000007000, can0, 101, "") },
		{ 6, -100, MICRO + 100000000, P(000000000, can0, 101, "") },
		{ 0x80 | 10, 0, UINT64_C(1700000000) << 10 | 512, P(500000000, can0, 101, "") },
		{ 0x80, 0, 1700000000, P(000000000, can0, 101, "") },
		{ 19, 1700000000, 5, P(000000000, can0, 101, "") },
		{ 20, 0, 0, "skip 2 a resolution of time down to 10^-19 or 2^-63 seconds\n"
		  "skip 3 a packet of an interface that was described\n" },
		{ 0x80 | 64, 0, 0, "skip 2 a resolution of time down to 10^-19 or 2^-63 seconds\n"
		  "skip 3 a packet of an interface that was described\n" },
		{ 6, INT64_C(1) << 40, 0, "skip 2 times within 292 years\n"
		  "skip 3 a packet of an interface that was described\n" },
		{ 1, 0, UINT64_MAX, "skip 3 a time within 292 years\n" },
	};
	struct buf file = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const char *got;

		put_section(&file, 1);
		put_interface(&file, 1, 227, NULL, row[i].resolution, row[i].offset);
		put_ng(&file, 1, PCAPNG_ENHANCED, 0, row[i].time, 0x101, 0, 16);
		got = frames(&file);
		CHECK_CASE(!strcmp(got, row[i].want), row[i].want);
		if (strcmp(got, row[i].want))
			fprintf(stderr, "%s", got);
	}
	buf_free(&file);
}

/* A capture of all interfaces with cooked headers: the number in there tells them apart. */
static void
any_interface(void)
{
	struct buf file = { 0 }, body = { 0 };
	int named;

	for (named = 0; named < 2; named++) {
		put_section(&file, 1);
		put_interface(&file, 1, 276, named ? "vcan0" : "any", 0, 0);
		body.len = 0;
		put_int(&body, 0, 4);
		put_int(&body, MICRO >> 32, 4);
		put_int(&body, MICRO & 0xffffffff, 4);
		put_int(&body, 36, 4);
		put_int(&body, 36, 4);
		put_hex(&body, "000c0000 00000005 0118 01 04 0000000000000000");
		put_hex(&body, "01010000 08 000000 1100000000000000");
		put_block(&file, 1, PCAPNG_ENHANCED, buf_span(&body));
		CHECK_TEXT(span_str(frames(&file)), named ? P(000000000, vcan0, 101, " R")
		    : P(000000000, can5, 101, " R"));
	}
	buf_free(&file);
	buf_free(&body);
}

/* Wherever it is cut; whichever byte of a block's type or lengths is wrong. */
static void
ng_damage(void)
{
	enum { HEAD = 28 + 40, BLOCK = 48 };
	struct buf file = { 0 }, out = { 0 };
	size_t at, k;
	unsigned n;

	put_section(&file, 1);
	put_interface(&file, 1, 227, NULL, 0, 0);
	CHECK(file.len == HEAD + 4);
	for (k = 0; k < 20; k++)
		put_ng(&file, 1, PCAPNG_ENHANCED, 0, MICRO + k, (unsigned)(0x100 + k), 0, 16);
	for (at = HEAD + 5; at < file.len; at++) {
		out.len = 0;
		read_bytes(span_of(file.p, at), NULL, &out);
		CHECK(count_text(&out, "can0") == (at - HEAD - 4) / BLOCK);
		CHECK(count_text(&out, "damage") == ((at - HEAD - 4) % BLOCK != 0));
	}
	for (k = 0; k < BLOCK; k++) {
		at = HEAD + 4 + 10 * BLOCK + k;
		file.p[at] ^= 0x44;
		out.len = 0;
		read_bytes(buf_span(&file), NULL, &out);
		file.p[at] ^= 0x44;
		n = count_text(&out, "damage") + count_text(&out, "skip") + count_text(&out, "blocks");
		if (k < 8 || k >= BLOCK - 4)
			CHECK(n == 1 && count_text(&out, "can0") == 19);
		else
			CHECK(n <= 1 && count_text(&out, "can0") >= 19);
		CHECK(count_text(&out, "can0 109#") == 1 && count_text(&out, "can0 10B#") == 1);
	}
	file.len = out.len = 0;
	put_section(&file, 1);
	put_ng(&file, 1, PCAPNG_SIMPLE, 0, 0, 0x101, 0, 16);
	put_interface(&file, 1, 227, NULL, 0, 0);
	put_ng(&file, 1, PCAPNG_ENHANCED, 0, MICRO, 0x101, 0, 9);
	CHECK_FRAMES(file, "skip 2 a packet of an interface that was described\n"
	    "skip 4 all bytes of the frame: the packet was cut when it was captured\n");
	buf_puts(&file, "no section");
	read_bytes(buf_span(&file), "pcapng", &out);
	CHECK_TEXT(buf_span(&out), "damage 0 the rest of a block: the file ends in it\n");
	buf_free(&file);
	buf_free(&out);
}

int
main(void)
{
	TEST(packets);
	TEST(pcap_headers);
	TEST(pcap_damage);
	TEST(sections);
	TEST(resolutions);
	TEST(any_interface);
	TEST(ng_damage);
	return test_end();
}
