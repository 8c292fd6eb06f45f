/* Live buses: what is taken apart without a socket. */
#include "test.h"

#include <stdlib.h>

#include "base/clock.h"
#include "source/bridge.h"
#include "source/canerror.h"
#include "source/endpoint.h"
#include "source/sockcan.h"
#include "source/socketcand.h"

static void
endpoints(void)
{
	static const struct {
		const char *text, *host, *port;
	} row[] = {
		{ "car", "car", "7" }, { "car:80", "car", "80" }, { "10.0.0.1:65535", "10.0.0.1", "65535" },
		{ "[::1]", "::1", "7" }, { "[fe80::1%eth0]:80", "fe80::1%eth0", "80" },
	};
	static const char *const bad[] = { "", ":80", "car:", "car:0", "car:65536", "car:x", "a b", "[::1",
		"[]", "[::1]80", "[::1]:", "::1", "a\n" };
	struct endpoint e;
	char long_name[300];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(endpoint_parse(span_str(row[i].text), 7, &e), row[i].text);
		CHECK_TEXT(span_str(e.host), row[i].host);
		CHECK_TEXT(span_str(e.port), row[i].port);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_CASE(!endpoint_parse(span_str(bad[i]), 7, &e), bad[i]);
	memset(long_name, 'a', sizeof long_name);
	CHECK(endpoint_parse(span_of(long_name, 255), 7, &e) && strlen(e.host) == 255);
	CHECK(!endpoint_parse(span_of(long_name, 256), 7, &e));
	CHECK(!endpoint_parse(span_of("a\0b", 3), 7, &e));
}

static void
bridge_names(void)
{
	static const struct {
		const char *text, *host, *port;
		bool tcp;
		unsigned bus;
		uint32_t first, last;
	} row[] = {
		{ "", "239.255.60.60", "4876", false, 13, 0, 0x1fffffff },
		{ "239.1.2.3:99", "239.1.2.3", "99", false, 13, 0, 0x1fffffff },
		{ "tcp:car", "car", "4876", true, 13, 0, 0x1fffffff },
		{ "tcp:[::1]:99/5", "::1", "99", true, 5, 0, 0x1fffffff },
		{ "tcp:car/65535/100-1fF", "car", "4876", true, 65535, 0x100, 0x1ff },
	};
	static const struct {
		const char *text, *from;
	} bad[] = {
		{ ":99", ":99" }, { "tcp:", "" }, { "tcp:car/x", "x" }, { "tcp:car/65536", "65536" },
		{ "tcp:car/1/1", "1" }, { "tcp:car/1/2-1", "2-1" }, { "tcp:car/1/0-20000000", "0-20000000" },
		{ "tcp:car/1/-", "-" },
	};
	struct bridge_name n;
	struct span from;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(!bridge_parse(span_str(row[i].text), &n, &from), row[i].text);
		CHECK_TEXT(span_str(n.at.host), row[i].host);
		CHECK_TEXT(span_str(n.at.port), row[i].port);
		CHECK_CASE(n.tcp == row[i].tcp && n.bus == row[i].bus && n.first == row[i].first
		    && n.last == row[i].last, row[i].text);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_CASE(bridge_parse(span_str(bad[i].text), &n, &from) != NULL, bad[i].text);
		CHECK_TEXT(from, bad[i].from);
	}
}

/* Bytes from hex digits. */
static size_t
bytes(const char *hex, unsigned char *p)
{
	size_t n = 0;
	unsigned v;

	for (; sscanf(hex, " %2x", &v) == 1; hex += 2 + (hex[0] == ' '))
		p[n++] = (unsigned char)v;
	return n;
}

static void
bridge_headers(void)
{
	static const struct {
		const char *hex;
		int bus;
	} row[] = {
		{ "00 54726974697560 00 00000000000000", 0 }, { "00 5472697469756d 00 00fcc0cfc25000", 13 },
		{ "ff 5472697469756f ff ffffffffffffff", 15 }, { "00 547269fdd60000 00 00000000000000", 0 },
		{ "00 547269fdd6ffff 00 00000000000000", 65535 }, { "00 547269fdd7ffff 00 00000000000000", -1 },
		{ "00 54726974697460 00 00000000000000", -1 }, { "54 72697469756000 00 00000000000000", -1 },
	};
	unsigned char p[BRIDGE_HEADER];
	uint16_t bus;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK(bytes(row[i].hex, p) == BRIDGE_HEADER);
		bus = 0;
		CHECK_CASE(bridge_header(p, &bus) == (row[i].bus >= 0), row[i].hex);
		CHECK_CASE(row[i].bus < 0 || bus == row[i].bus, row[i].hex);
	}
}

static void
bridge_records(void)
{
	static const struct {
		const char *hex;
		enum bridge_result result;
		uint32_t id;
		unsigned flags, len;
	} row[] = {
		{ "00000123 00 08 1122334455667788", BRIDGE_FRAME, 0x123, 0, 8 },
		{ "000007ff 00 00 1122334455667788", BRIDGE_FRAME, 0x7ff, 0, 0 },
		{ "1fffffff 01 01 1122334455667788", BRIDGE_FRAME, 0x1fffffff, FRAME_EXTENDED, 1 },
		{ "00000001 03 05 0000000000000000", BRIDGE_FRAME, 1, FRAME_EXTENDED | FRAME_REMOTE, 5 },
		{ "00000001 02 05 0000000000000000", BRIDGE_FRAME, 1, FRAME_REMOTE, 5 },
		{ "00000800 00 08 1122334455667788", BRIDGE_BAD, 0, 0, 0 },
		{ "20000000 01 08 1122334455667788", BRIDGE_BAD, 0, 0, 0 },
		{ "00000123 00 09 1122334455667788", BRIDGE_BAD, 0, 0, 0 },
		{ "00000123 04 08 1122334455667788", BRIDGE_BAD, 0, 0, 0 },
		{ "00000000 80 08 01f4fcc0cfc25000", BRIDGE_HEARTBEAT, 0, 0, 0 },
		{ "00000000 40 08 0000000000000000", BRIDGE_SETTING, 0, 0, 0 },
		/* the beginning of a header, of either version */
		{ "00547269 74 69 756d00fcc0cfc250", BRIDGE_BAD, 0, 0, 0 },
		{ "00547269 fd d6 000d00fcc0cfc250", BRIDGE_BAD, 0, 0, 0 },
	};
	unsigned char p[BRIDGE_RECORD];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct merge_item it = { 0 };

		CHECK(bytes(row[i].hex, p) == BRIDGE_RECORD);
		CHECK_CASE(bridge_record(p, &it) == row[i].result, row[i].hex);
		CHECK_CASE(it.id == row[i].id && it.flags == row[i].flags && it.len == row[i].len,
		    row[i].hex);
		CHECK_CASE(row[i].result != BRIDGE_FRAME || !memcmp(it.data, p + 6, 8), row[i].hex);
	}
}

static void
bridge_hellos(void)
{
	struct bridge_name n = { .bus = 13, .first = 0x100, .last = 0x1ff };
	unsigned char got[BRIDGE_HELLO], want[BRIDGE_HELLO];

	CHECK(bytes("00000100 00000100 00 5472697469756d 00 00020304050607", want) == BRIDGE_HELLO);
	bridge_hello(&n, UINT64_C(0x020304050607), got);
	CHECK(!memcmp(got, want, sizeof got));
	n = (struct bridge_name){ .bus = 256, .last = 0x1fffffff };
	CHECK(bytes("00000000 20000000 00 547269fdd60100 00 00020304050607", want) == BRIDGE_HELLO);
	bridge_hello(&n, UINT64_C(0x020304050607), got);
	CHECK(!memcmp(got, want, sizeof got));
}

static void
socketcand_messages(void)
{
	static const struct {
		const char *text;
		enum socketcand_result result;
		size_t used;
		const char *rest;	/* of a frame: "id flags len data"; else the text */
	} row[] = {
		{ "", SOCKETCAND_MORE, 0, "" }, { " \n", SOCKETCAND_MORE, 2, "" },
		{ "< hi", SOCKETCAND_MORE, 0, "" }, { "<", SOCKETCAND_MORE, 0, "" },
		{ "< hi >", SOCKETCAND_HI, 6, "hi" }, { "<hi>", SOCKETCAND_HI, 4, "hi" },
		{ "\r\n< ok >< ok >", SOCKETCAND_OK, 8, "ok" }, { "< echo >", SOCKETCAND_ECHO, 8, "echo" },
		{ "< ok now >", SOCKETCAND_BAD, 10, "ok now" },
		{ "< frame 123 1700000000.424242 11223344 >x", SOCKETCAND_FRAME, 40, "123 0 4 11223344" },
		{ "< frame 123 1700000000.424242 11 22 33 44 >", SOCKETCAND_FRAME, 43, "123 0 4 11223344" },
		{ "< frame 123 1700000000.424242 1 2 >", SOCKETCAND_FRAME, 35, "123 0 2 0102" },
		{ "< frame 1ABCDEF0 1700000000.424242 >", SOCKETCAND_FRAME, 36, "1abcdef0 1 0 " },
		{ "< frame 00000001 1700000000.424242 1122334455667788 >", SOCKETCAND_FRAME, 53,
		    "1 1 8 1122334455667788" },
		{ "< rtr 123 1700000000.424242 4 >", SOCKETCAND_FRAME, 31, "123 2 4 00000000" },
		{ "< error 040 1700000000.424242 >", SOCKETCAND_FRAME, 31, "40 4 8 0000000000000000" },
		{ "< fdframe 123 05 1700000000.424242 112233 >", SOCKETCAND_FRAME, 43, "123 8 3 112233" },
		{ "< frame 800 1700000000.424242 11 >", SOCKETCAND_BAD, 34, "frame 800 1700000000.424242 11" },
		{ "< frame 1234 1700000000.4 11 >", SOCKETCAND_BAD, 30, "frame 1234 1700000000.4 11" },
		{ "< frame FFFFFFFF 1700000000.4 11 >", SOCKETCAND_BAD, 34, "frame FFFFFFFF 1700000000.4 11" },
		{ "< frame 123 now 11 >", SOCKETCAND_BAD, 20, "frame 123 now 11" },
		{ "< frame 123 1.1 112233445566778899 >", SOCKETCAND_BAD, 36, "frame 123 1.1 112233445566778899" },
		{ "< frame 123 1.1 112 >", SOCKETCAND_BAD, 21, "frame 123 1.1 112" },
		{ "< frame 123 1.1 xx >", SOCKETCAND_BAD, 20, "frame 123 1.1 xx" },
		{ "< frame 123 >", SOCKETCAND_BAD, 13, "frame 123" }, { "< frame >", SOCKETCAND_BAD, 9, "frame" },
		{ "< rtr 123 1.1 9 >", SOCKETCAND_BAD, 17, "rtr 123 1.1 9" },
		{ "< rtr 123 1.1 1 2 >", SOCKETCAND_BAD, 19, "rtr 123 1.1 1 2" },
		{ "< error could not open bus >", SOCKETCAND_ERROR, 28, "could not open bus" },
		{ "< error >", SOCKETCAND_ERROR, 9, "" }, { "< >", SOCKETCAND_BAD, 3, "" },
		{ "< stat 1 2 3 4 >", SOCKETCAND_OTHER, 16, "stat" },
		{ "HTTP/1.1 400 Bad< hi >", SOCKETCAND_BAD, 16, "HTTP/1.1 400 Bad" },
		{ "< frame 123 < hi >", SOCKETCAND_BAD, 12, "< frame 123" },
		{ "x", SOCKETCAND_BAD, 1, "x" }, { ">>", SOCKETCAND_BAD, 2, ">>" },
	};
	size_t i, k;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct socketcand_message m;
		char text[100];
		int n;

		CHECK_CASE(socketcand_parse(row[i].text, strlen(row[i].text), &m) == row[i].result,
		    row[i].text);
		CHECK_CASE(m.used == row[i].used, row[i].text);
		if (row[i].result != SOCKETCAND_FRAME) {
			CHECK_TEXT(m.text, row[i].rest);
			continue;
		}
		n = sprintf(text, "%x %x %u ", m.it.id, m.it.flags, m.it.len);
		for (k = 0; k < m.it.len; k++)
			n += sprintf(text + n, "%02x", m.it.data[k]);
		CHECK_TEXT(span_str(text), row[i].rest);
		CHECK_CASE(m.it.ns == 1700000000 * CLOCK_SECOND + 424242000, row[i].text);
	}
}

/* A machine that counts from its start has no time to give; what never ends is not waited for. */
static void
socketcand_limits(void)
{
	static const char early[] = "< frame 123 23.424242 11 >";
	static char longest[4096];
	struct socketcand_message m;

	CHECK(socketcand_parse(early, sizeof early - 1, &m) == SOCKETCAND_FRAME && m.it.ns == 0);
	memset(longest, 'a', sizeof longest);
	longest[0] = '<';
	CHECK(socketcand_parse(longest, SOCKETCAND_MESSAGE_MAX - 1, &m) == SOCKETCAND_MORE);
	CHECK(socketcand_parse(longest, SOCKETCAND_MESSAGE_MAX, &m) == SOCKETCAND_BAD
	    && m.used == SOCKETCAND_MESSAGE_MAX);
	longest[4000] = '<';
	CHECK(socketcand_parse(longest, sizeof longest, &m) == SOCKETCAND_BAD && m.used == 4000);
}

static void
error_words(void)
{
	static const struct {
		uint32_t class;
		uint8_t data[8];
		const char *words;
	} row[] = {
		{ 0x40, { 0 }, "bus off" }, { 0x100, { 0 }, "controller restarted" },
		{ 0x20, { 0 }, "no acknowledgement" }, { 0x01, { 0 }, "transmission timed out" },
		{ 0x02, { 0 }, "arbitration lost" }, { 0x02, { 7 }, "arbitration lost in bit 7" },
		{ 0x04, { 0 }, "controller problem" },
		{ 0x04, { 0, 0x03 }, "receive buffer overflow, transmit buffer overflow" },
		{ 0x204, { 0, 0x40, [6] = 1, 2 }, "error active again, transmit errors 1, receive errors 2" },
		{ 0x08, { 0 }, "protocol error" },
		{ 0x88, { 0, 0, 0x84, 0x0a }, "protocol error: bit stuffing, on transmission in the data, bus error" },
		{ 0x08, { 0, 0, 0, 0x19 }, "protocol error in the acknowledgement slot" },
		{ 0x10, { 0 }, "transceiver problem" }, { 0x10, { [4] = 0x80 }, "CAN low shorted to CAN high" },
		{ 0x60, { 0 }, "bus off, no acknowledgement" },
		{ 0x04000000, { 0 }, "error of class 04000000" }, { 0, { 0 }, "error of class 00000000" },
		{ 0, { [6] = 255, 3 }, "transmit errors 255, receive errors 3" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct frame f = { .id = row[i].class, .flags = FRAME_ERROR, .len = 8 };

		memcpy(f.data, row[i].data, 8);
		b.len = 0;
		canerror_words(&f, &b);
		CHECK_TEXT(buf_span(&b), row[i].words);
	}
	buf_free(&b);
}

/* Frames as the kernel gives them, of sizes that are right and wrong. */
static void
kernel_frames(void)
{
	/* id 0x123, length or flags, and so on, as struct can_frame and its successors have it */
	static const struct {
		const char *hex;
		size_t size;
		bool good;
		uint32_t id;
		unsigned flags, len;
	} row[] = {
		{ "23010000 02 000000 1122", 16, true, 0x123, 0, 2 },
		{ "23010080 02 000000 1122", 16, true, 0x123, FRAME_EXTENDED, 2 },
		{ "23010040 08 000000 1122", 16, true, 0x123, FRAME_REMOTE, 8 },
		{ "04000020 08 000000 1122", 16, true, 4, FRAME_ERROR, 8 },
		{ "23010000 08 00000f 1122", 16, true, 0x123, FRAME_RAW_DLC, 8 },
		{ "23010000 07 00000f 1122", 16, true, 0x123, 0, 7 },
		{ "23010000 08 000010 1122", 16, true, 0x123, 0, 8 },
		{ "23010000 09 000000 1122", 16, false, 0, 0, 0 },
		{ "23010000 02 000000 1122", 15, false, 0, 0, 0 },
		{ "23010000 40 050000 1122", 72, true, 0x123, FRAME_FD, 64 },
		{ "23010000 41 050000 1122", 72, false, 0, 0, 0 },
		{ "23010000 40 050000 1122", 16, false, 0, 0, 0 },
		{ "23010500 81 03 0800 78563412", 20, true, 0x123, FRAME_XL, 8 },
		{ "23010500 81 03 0900 78563412", 20, false, 0, 0, 0 },
		{ "23010500 81 03 0000 78563412", 20, false, 0, 0, 0 },
		{ "23010500 81 03 0008 78563412", 2060, true, 0x123, FRAME_XL, 2048 },
		{ "23010500 81 03 0108 78563412", 2060, false, 0, 0, 0 },
	};
	static union {
		uint64_t align;
		unsigned char p[2060];
	} u;
	struct merge_item it;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		memset(&u, 0, sizeof u);
		bytes(row[i].hex, u.p);
		CHECK_CASE(sockcan_frame(u.p, row[i].size, &it) == row[i].good, row[i].hex);
		if (!row[i].good)
			continue;
		CHECK_CASE(it.id == row[i].id && it.flags == row[i].flags && it.len == row[i].len,
		    row[i].hex);
		CHECK_CASE(!it.more == !(row[i].flags & FRAME_XL), row[i].hex);
		if (it.more)
			CHECK(it.xl_vcid == 5 && it.xl_flags == 0x81 && it.xl_sdt == 3
			    && it.xl_af == 0x12345678);
		free(it.more);
	}
}

static void
adapter_stamps(void)
{
	const int64_t now = 1700000000 * CLOCK_SECOND;
	struct sockcan_clock a = { 0 }, b = { 0 };

	/* one that counts from 1970, and one that counts from when it was plugged in */
	CHECK(sockcan_stamp(&a, now + 5, now) == now + 5);
	CHECK(sockcan_stamp(&a, now + 7, now + 90) == now + 7);
	CHECK(sockcan_stamp(&b, 1000, now) == now);
	CHECK(sockcan_stamp(&b, 1500, now + 9999) == now + 500);
}

int
main(void)
{
	TEST(endpoints);
	TEST(bridge_names);
	TEST(bridge_headers);
	TEST(bridge_records);
	TEST(bridge_hellos);
	TEST(socketcand_messages);
	TEST(socketcand_limits);
	TEST(error_words);
	TEST(kernel_frames);
	TEST(adapter_stamps);
	return test_end();
}
