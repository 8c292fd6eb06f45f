#include "test.h"

#include "source/blf.h"
#include "bytes.h"
#include "reading.h"

/* 2023-11-14 22:13:20.000 UTC, which the tests run in: 1700000000 */
static void
put_header(struct buf *b, uint64_t size)
{
	static const int start[] = { 2023, 11, 2, 14, 22, 13, 20, 0 };
	size_t i;

	buf_puts(b, "LOGG");
	put_int(b, 144, 4);
	put_zeroes(b, 8);
	put_int(b, size, 8);
	put_zeroes(b, 16);
	for (i = 0; i < 8; i++)
		put_int(b, (uint64_t)start[i], 2);
	put_zeroes(b, 144 - 56);
}

/* header: 32 (versions 1 and 3) or 40 (version 2). */
static void
put_object(struct buf *b, uint32_t type, unsigned header, uint32_t flags, uint64_t time,
    struct span body)
{
	buf_puts(b, "LOBJ");
	put_int(b, header, 2);
	put_int(b, header == 40 ? 2 : 1, 2);
	put_int(b, header + body.n, 4);
	put_int(b, type, 4);
	put_int(b, flags, 4);
	put_int(b, 0, 4);
	put_int(b, time, 8);
	put_zeroes(b, header - 32);
	buf_put_span(b, body);
}

static void
put_frame(struct buf *b, uint64_t ns, unsigned id)
{
	struct buf body = { 0 };

	put_int(&body, 1, 2);
	put_int(&body, 0, 1);
	put_int(&body, 2, 1);
	put_int(&body, id, 4);
	put_int(&body, 0x0000000000002211, 8);
	put_object(b, BLF_CAN_MESSAGE, 32, 2, ns, buf_span(&body));
	buf_free(&body);
}

static void
put_container(struct buf *b, struct span content, unsigned method, uint32_t said)
{
	struct buf packed = { 0 };

	if (method == 2)
		put_zlib(&packed, content, 6);
	else
		buf_put_span(&packed, content);
	buf_puts(b, "LOBJ");
	put_int(b, 16, 2);
	put_int(b, 1, 2);
	put_int(b, 32 + packed.len, 4);
	put_int(b, BLF_CONTAINER, 4);
	put_int(b, method, 2);
	put_zeroes(b, 6);
	put_int(b, said, 4);
	put_zeroes(b, 4);
	buf_put_span(b, buf_span(&packed));
	buf_free(&packed);
}

static const char *
frames(struct buf *file)
{
	static struct buf out;

	buf_free(&out);
	out = (struct buf){ 0 };
	read_bytes(buf_span(file), NULL, &out);
	buf_free(file);
	*file = (struct buf){ 0 };
	return buf_str(&out);
}
#define CHECK_FRAMES(file, want) CHECK_TEXT(span_str(frames(&file)), want)

/* One object each, its body in hex, and what becomes of it. */
static void
objects(void)
{
	static const struct {
		const char *name;
		unsigned type, header, flags;
		uint64_t time;
		const char *body, *want;
	} row[] = {
		{ "message", 1, 32, 2, 1500000000, "0100 00 08 23010000 1122334455667788",
		  "(1700000001.500000000) can1 123#1122334455667788 R\n" },
		{ "ten microseconds", 1, 32, 1, 150000, "0100 00 00 23010000 0000000000000000",
		  "(1700000001.500000000) can1 123# R\n" },
		{ "sent, extended, channel 300", 1, 32, 2, 0, "2c01 01 01 23010080 aa00000000000000",
		  "(1700000000.000000000) can300 00000123#AA T\n" },
		{ "an id that must be extended", 1, 32, 2, 0, "0100 00 01 00080000 aa00000000000000",
		  "(1700000000.000000000) can1 00000800#AA R\n" },
		{ "remote", 1, 32, 2, 0, "0100 80 05 23010000 0000000000000000",
		  "(1700000000.000000000) can1 123#R5 R\n" },
		{ "raw DLC", 1, 32, 2, 0, "0100 00 0c 23010000 1122334455667788",
		  "(1700000000.000000000) can1 123#1122334455667788_C R\n" },
		{ "a DLC that cannot be", 1, 32, 2, 0, "0100 00 33 23010000 1122334455667788",
		  "(1700000000.000000000) can1 123#1122334455667788 R\n" },
		{ "message 2, header 2", 86, 40, 2, 7, "0200 00 01 23010000 1100000000000000 0000000000000000",
		  "(1700000000.000000007) can2 123#11 R\n" },
		{ "header 3 and a channel 0", 86, 32, 2, 0, "0000 00 01 23010000 1100000000000000",
		  "(1700000000.000000000) can0 123#11 R\n" },
		{ "FD", 100, 32, 2, 0, "0100 01 09 23010080 00000000 00 07 0c 00 00000000"
		  "000102030405060708090a0b 00000000", "(1700000000.000000000) can1 00000123##3"
		  "000102030405060708090A0B T\n" },
		{ "FD with a DLC that cannot be", 100, 32, 2, 0, "0100 00 21 23010000 00000000 00 01 02 00"
		  "00000000 0001", "(1700000000.000000000) can1 123##00001 R\n" },
		{ "FD, fewer valid bytes", 100, 32, 2, 0, "0100 00 09 23010000 00000000 00 01 03 00 00000000"
		  "000102030405060708090a0b", "(1700000000.000000000) can1 123##0000102 R\n" },
		{ "FD object with a classic frame", 100, 32, 2, 0, "0100 80 04 23010000 00000000 00 00 00 00"
		  "00000000", "(1700000000.000000000) can1 123#R4 R\n" },
		{ "FD 64", 101, 32, 2, 0, "03 0a 10 00 23010000 00000000 00500000 00000000 00000000 00000000"
		  "00000000 0000 01 00 00000000 000102030405060708090a0b0c0d0e0f",
		  "(1700000000.000000000) can3 123##2000102030405060708090A0B0C0D0E0F T\n" },
		{ "FD 64, more behind the data", 101, 32, 2, 0, "03 0a 10 00 23010000 00000000 00300000"
		  "00000000 00000000 00000000 00000000 0000 00 50 00000000 0001020304050607"
		  "ffffffffffffffff", "(1700000000.000000000) can3 123##1"
		  "00010203040506070000000000000000 R\n" },
		{ "FD 64 with a remote frame", 101, 32, 2, 0, "03 02 00 00 23010080 00000000 10000000"
		  "00000000 00000000 00000000 00000000 0000 00 00 00000000",
		  "(1700000000.000000000) can3 00000123#R2 R\n" },
		{ "error", 2, 32, 2, 0, "0200 0000 00000000",
		  "(1700000000.000000000) can2 20000080#0000000000000000\n" },
		{ "overload", 3, 32, 2, 0, "0200 0000 00000000",
		  "(1700000000.000000000) can2 20000088#0000200000000000\n" },
		{ "error of the core: stuff", 73, 32, 2, 0, "0200 0000 0e000000 82 05 00 00 00000000"
		  "00000000 a220 0000 0000000000000000",
		  "(1700000000.000000000) can2 20000088#0000040000000000 R\n" },
		{ "error of the core: no ACK", 73, 32, 2, 0, "0200 0000 02000000 00 00 00 00 00000000"
		  "00000000 c011 0000 0000000000000000",
		  "(1700000000.000000000) can2 200000A0#0000001900000000 T\n" },
		{ "error of an SJA1000: form, sending", 73, 32, 2, 0, "0200 0000 01000000 5a 00 00 00"
		  "00000000 00000000 0000 0000 0000000000000000",
		  "(1700000000.000000000) can2 20000088#0000821A00000000 T\n" },
		{ "FD error", 104, 32, 2, 0, "02 00 00 00 0200 0021 0000 00 00 00000000",
		  "(1700000000.000000000) can2 20000088#0000000800000000 R\n" },
		{ "too short", 1, 32, 2, 0, "0100 00 08 23010000 11",
		  "skip 1 an object as long as its type asks for\n" },
		{ "a time far away", 1, 32, 2, UINT64_C(1) << 63, "0100 00 00 23010000 0000000000000000",
		  "skip 1 a time within 292 years\n" },
		{ "a time too far away", 1, 32, 2, INT64_MAX, "0100 00 00 23010000 0000000000000000",
		  "skip 1 a time within 292 years\n" },
		{ "a marker", 96, 32, 2, 0, "00000000", "1 markers\n" },
		{ "another bus", 11, 32, 2, 0, "00000000", "1 LIN events\n" },
		{ "what nobody knows", 4711, 32, 2, 0, "", "1 other objects\n" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct buf file = { 0 }, body = { 0 };
		const char *p;

		put_hex(&body, row[i].body);
		put_header(&file, 0);
		put_object(&file, row[i].type, row[i].header, row[i].flags, row[i].time, buf_span(&body));
		p = frames(&file);
		CHECK_CASE(!strcmp(p, row[i].want), row[i].name);
		if (strcmp(p, row[i].want))
			fprintf(stderr, "%s%s", p, row[i].want);
		buf_free(&body);
	}
}

#define F(n, id) "(1700000000.00000000" #n ") can1 " #id "#1122 R\n"

/* Frames 1 to 5, by the third byte across the border between the containers. */
static void
containers(void)
{
	size_t cut;

	for (cut = 0; cut <= 2 * 48 + 6; cut++) {
		struct buf content = { 0 }, file = { 0 };
		unsigned method = cut % 2 ? 2 : 0;

		put_frame(&content, 1, 0x101);
		put_zeroes(&content, 3);
		put_frame(&content, 2, 0x102);
		put_zeroes(&content, 3);
		put_header(&file, 0);
		put_container(&file, span_of(content.p, cut), method, (uint32_t)cut);
		put_zeroes(&file, 2);
		put_container(&file, span_of(content.p + cut, content.len - cut), 2, 1);
		put_frame(&file, 3, 0x103);
		CHECK_FRAMES(file, F(1, 101) F(2, 102) F(3, 103));
		buf_free(&content);
	}
}

static void
nested(void)
{
	struct buf a = { 0 }, b = { 0 }, file = { 0 };
	int i;

	put_frame(&a, 1, 0x101);
	put_frame(&a, 2, 0x102);
	put_container(&b, span_of(a.p, 60), 2, 60);
	put_container(&b, span_of(a.p + 60, a.len - 60), 2, 36);
	put_frame(&b, 3, 0x103);
	put_header(&file, 0);
	put_container(&file, buf_span(&b), 2, (uint32_t)b.len);
	CHECK_FRAMES(file, F(1, 101) F(2, 102) F(3, 103));

	/* four inside of each other are read, five are not */
	for (i = 0; i < 5; i++) {
		b.len = 0;
		put_container(&b, buf_span(&a), 2, (uint32_t)a.len);
		if (i < 4) {
			a.len = 0;
			buf_put_span(&a, buf_span(&b));
		}
		if (i == 3) {
			put_header(&file, 0);
			buf_put_span(&file, buf_span(&b));
			CHECK_FRAMES(file, F(1, 101) F(2, 102));
		}
	}
	put_header(&file, 0);
	buf_put_span(&file, buf_span(&b));
	CHECK_FRAMES(file, "damage 144 at most four containers inside of each other\n");
	buf_free(&a);
	buf_free(&b);
}

/* 50 frames in containers of 10. */
static void
put_fifty(struct buf *file)
{
	struct buf content = { 0 };
	unsigned i;

	put_header(file, 0);
	for (i = 0; i < 50; i++) {
		put_frame(&content, i, 0x100 + i);
		if (i % 10 == 9) {
			put_container(file, buf_span(&content), 2, (uint32_t)content.len);
			put_zeroes(file, file->len % 4);
			content.len = 0;
		}
	}
	buf_free(&content);
}

/* Wherever the file is cut: the frames from the beginning on, none wrong, and it is said. */
static void
cut_off(void)
{
	struct buf file = { 0 }, all = { 0 }, out = { 0 };
	size_t cut, seen = 0;
	unsigned n;

	put_fifty(&file);
	read_bytes(buf_span(&file), NULL, &all);
	CHECK(count_text(&all, "can1") == 50);
	for (cut = 145; cut < file.len; cut += 3) {
		out.len = 0;
		read_bytes(span_of(file.p, cut), NULL, &out);
		n = count_text(&out, "can1");
		CHECK(n >= seen && (n % 10 == 0 || count_text(&out, "damage") == 1));
		CHECK(count_text(&out, "damage") <= 1 && !count_text(&out, "skip"));
		seen = n;
	}
	CHECK(seen >= 49);
	/* The header knows how much there should be. */
	set_int(&file, 16, file.len + 4, 8);
	out.len = 0;
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, "can1") == 50 && count_text(&out, "its header says") == 1);
	set_int(&file, 16, file.len, 8);
	out.len = 0;
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, "damage") == 0);
	buf_free(&file);
	buf_free(&all);
	buf_free(&out);
}

/* One byte of a container wrong: its frames are missing, the others are there. */
static void
spoiled(void)
{
	struct buf file = { 0 }, out = { 0 };
	size_t second = 0, at;

	put_fifty(&file);
	for (at = 150; !second; at++)
		if (!memcmp(file.p + at, "LOBJ", 4))
			second = at;
	for (at = second; at < second + 120; at += 1) {
		if (at >= second + 6 && (at < second + 8 || at >= second + 18) && at < second + 32)
			continue;	/* without a meaning */
		file.p[at] ^= 0x40;
		out.len = 0;
		read_bytes(buf_span(&file), NULL, &out);
		file.p[at] ^= 0x40;
		CHECK(count_text(&out, "can1 100#") == 1 && count_text(&out, "can1 109#") == 1);
		CHECK(count_text(&out, "can1 114#") == count_text(&out, "can1 115#"));
		CHECK(count_text(&out, "can1 114#") == 1 || count_text(&out, "damage"));
		CHECK(count_text(&out, "can1 11E#") == 1 && count_text(&out, "can1 131#") == 1);
		CHECK(count_text(&out, "damage") <= 2 && count_text(&out, "can1") <= 50);
	}
	buf_free(&file);
	buf_free(&out);
}

/* Objects whose mark or length is wrong. */
static void
misleading(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint32_t value;
		const char *want;
	} row[] = {
		{ "mark", 0, 0x4a424f4d, F(1, 101) "damage 144 an object that begins with LOBJ\n"
		  F(3, 103) F(4, 104) },
		{ "length 0", 8, 0, F(1, 101) "damage 144 an object that begins with LOBJ\n"
		  F(3, 103) F(4, 104) },
		{ "length over all", 8, 1 << 20, F(1, 101)
		  "damage 244 the rest of an object: the file ends in it\n" F(3, 103) F(4, 104) },
		{ "length over the next one", 8, 48 + 20, F(1, 101) F(2, 102)
		  "damage 144 an object that begins with LOBJ\n" F(3, 103) F(4, 104) },
		{ "length of a gigabyte", 8, 1 << 30, F(1, 101)
		  "damage 144 an object that begins with LOBJ\n" F(3, 103) F(4, 104) },
		{ "type", 12, 250, F(1, 101) F(3, 103) F(4, 104) "1 other objects\n" },
	};
	struct buf content = { 0 }, file = { 0 };
	size_t i;
	unsigned k;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const char *got;

		content.len = 0;
		for (k = 1; k < 5; k++)
			put_frame(&content, k, 0x100 + k);
		set_int(&content, 48 + row[i].at, row[i].value, 4);
		put_header(&file, 0);
		put_container(&file, buf_span(&content), 2, (uint32_t)content.len);
		got = frames(&file);
		CHECK_CASE(!strcmp(got, row[i].want), row[i].name);
		if (strcmp(got, row[i].want))
			fprintf(stderr, "%s%s", got, row[i].want);
	}
	buf_free(&content);
}

/* The same without containers: what matters is that the frames behind are there. */
static void
misleading_outside(void)
{
	static const struct {
		size_t at;
		uint32_t value;
		unsigned lost;
	} row[] = {
		{ 0, 0x4a424f4d, 1 }, { 8, 0, 1 }, { 8, 1 << 24, 1 }, { 8, 1 << 30, 1 },
		{ 8, 48 + 20, 0 }, { 12, 250, 1 }, { 12, BLF_CONTAINER, 1 },
	};
	struct buf file = { 0 }, out = { 0 };
	size_t i, k;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		file.len = out.len = 0;
		put_header(&file, 0);
		for (k = 1; k < 5; k++)
			put_frame(&file, k, (unsigned)(0x100 + k));
		set_int(&file, 144 + 48 + row[i].at, row[i].value, 4);
		read_bytes(buf_span(&file), NULL, &out);
		CHECK(count_text(&out, "can1") == 4 - row[i].lost);
		CHECK(count_text(&out, F(4, 104)) == 1);
		CHECK(count_text(&out, "damage") + count_text(&out, "other objects") == 1);
	}
	buf_free(&file);
	buf_free(&out);
}

/* A container that would unpack to more than it may. */
static void
bomb(void)
{
	struct buf content = { 0 }, file = { 0 };

	put_zeroes(&content, BLF_CONTAINER_MAX + 1);
	put_header(&file, 0);
	put_container(&file, buf_span(&content), 2, UINT32_MAX);
	put_frame(&file, 1, 0x101);
	CHECK_FRAMES(file, "damage 144 a container that can be unpacked, to at most 16 MiB\n" F(1, 101));

	/* what a container says of its length need not be right */
	content.len = 0;
	put_frame(&content, 1, 0x101);
	put_header(&file, 0);
	put_container(&file, buf_span(&content), 2, 0);
	put_container(&file, buf_span(&content), 2, UINT32_MAX);
	put_container(&file, buf_span(&content), 7, 48);
	CHECK_FRAMES(file, F(1, 101) F(1, 101)
	    "damage 286 a container that can be unpacked, to at most 16 MiB\n");
	buf_free(&content);
}

static void
headers(void)
{
	struct buf file = { 0 }, out = { 0 };

	put_header(&file, 0);
	put_zeroes(&file, 6);
	put_frame(&file, 1, 0x101);
	put_zeroes(&file, 5);
	CHECK_FRAMES(file, F(1, 101));

	put_header(&file, 0);
	set_int(&file, 40, 0, 8);		/* no date */
	put_frame(&file, 1, 0x101);
	CHECK_FRAMES(file, "(0000000000.000000001) can1 101#1122 R\nrelative\n");

	put_header(&file, 0);
	set_int(&file, 4, 200, 4);		/* a longer header */
	put_zeroes(&file, 56);
	put_frame(&file, 1, 0x101);
	CHECK_FRAMES(file, F(1, 101));

	put_header(&file, 0);
	set_int(&file, 4, UINT32_MAX, 4);
	put_frame(&file, 1, 0x101);
	CHECK_FRAMES(file, F(1, 101));

	put_header(&file, 0);
	file.len = 60;
	CHECK_FRAMES(file, "damage 0 a header that begins with LOGG\n");
	read_bytes(span_str("no such file"), "blf", &out);
	CHECK_TEXT(buf_span(&out), "damage 0 a header that begins with LOGG\n");
	buf_free(&out);
}

int
main(void)
{
	setenv("TZ", "UTC", 1);
	TEST(objects);
	TEST(containers);
	TEST(nested);
	TEST(cut_off);
	TEST(spoiled);
	TEST(misleading);
	TEST(misleading_outside);
	TEST(bomb);
	TEST(headers);
	return test_end();
}
