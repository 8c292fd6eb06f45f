#include "test.h"

#include <time.h>

#include "base/load.h"
#include "source/mf4.h"
#include "bytes.h"
#include "mf4file.h"
#include "reading.h"

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

/* The frames of put_frame_record() from first on, n of them. */
static const char *
expected(unsigned first, unsigned n)
{
	static struct buf out;
	unsigned k;

	out.len = 0;
	for (k = first; k < first + n; k++)
		buf_printf(&out, "(1700000000.%03u000000) can%u %03X#%02X%02X000000000000 R\n", k, 1 + k % 3,
		    0x100 + k, k, k);
	return buf_str(&out);
}

static uint64_t
data_of(unsigned k)
{
	return k | k << 8;
}

/* --- ways to store data ---------------------------------------------------------------------- */

enum order { BEHIND, BEFORE, APART };

/*
 * One data group as loggers write it: frames, their data in a VLSD group, and a group of another
 * bus. id_size 1 to 8; unfinished -1: a finished file.
 */
static void
put_unsorted(struct buf *b, unsigned n, unsigned id_size, int unfinished, enum order order,
    uint64_t base)
{
	unsigned no_offset = unfinished >= 0 && unfinished & MF4_OFFSETS;
	struct mdf_channel lin = { "LIN_Frame", 0, 0, 10, 0, 0, 24, 0, 0, 0 };
	size_t bytes = 0, can, vlsd, other, dg, dt, si;
	bool open = unfinished >= 0;
	struct buf apart = { 0 };
	unsigned k;

	mdf_begin(b, unfinished);
	can = mdf_can_group(b, base + 1, open ? 0 : n, "CAN_DataFrame", 1, &bytes);
	vlsd = mdf_group(b, base + 2, open ? 0 : n, 1, 0, 0, 0);
	other = mdf_group(b, base + 3, open ? 0 : (n + 4) / 5, 6, 3, 0, mdf_channel(b, &lin));
	si = mdf_block(b, "SI", 3, span_of("\2\3\0\0\0\0\0", 8));
	mdf_link(b, other, 3, si);
	mdf_link(b, bytes, 5, vlsd);
	mdf_link(b, can, 0, other);
	mdf_link(b, other, 0, vlsd);
	dg = mdf_data_group(b, 0, id_size, can);
	dt = mdf_block(b, "DT", 0, span_of(NULL, 0));
	mdf_link(b, dg, 2, dt);
	for (k = 0; k < n; k++) {
		struct buf *to = order == APART ? &apart : b;

		if (k % 5 == 0) {
			put_int(b, base + 3, (int)id_size);
			buf_put(b, "lin", 3);
		}
		if (order == BEHIND) {
			put_int(b, base + 1, (int)id_size);
			put_frame_record(b, k, no_offset ? 4711 : 12 * k);
		}
		put_int(to, base + 2, (int)id_size);
		put_int(to, 8, 4);
		put_int(to, data_of(k), 8);
		if (order != BEHIND) {
			put_int(b, base + 1, (int)id_size);
			put_frame_record(b, k, no_offset ? 4711 : 12 * k);
		}
	}
	buf_put_span(b, buf_span(&apart));
	if (!open)
		set_int(b, dt + 8, b->len - dt, 8);
	buf_free(&apart);
}

static void
unsorted(void)
{
	struct buf file = { 0 }, want = { 0 };
	unsigned id_size;

	buf_printf(&want, "%s8 LIN events\n", expected(0, 40));
	for (id_size = 1; id_size <= 8; id_size *= 2) {
		uint64_t base = id_size == 1 ? 0 : id_size == 2 ? 1000 : UINT64_C(1) << (8 * id_size - 4);

		put_unsorted(&file, 40, id_size, 0x25, BEHIND, base);
		CHECK_FRAMES(file, buf_str(&want));
		put_unsorted(&file, 40, id_size, -1, BEFORE, base);
		CHECK_FRAMES(file, buf_str(&want));
		put_unsorted(&file, 40, id_size, -1, APART, base);
		CHECK_FRAMES(file, buf_str(&want));
	}
	buf_free(&file);
	buf_free(&want);
}

/* The offsets are not there: the n-th frame has the n-th data. */
static void
no_offsets(void)
{
	struct buf file = { 0 }, want = { 0 };
	int order;

	buf_printf(&want, "%s4 LIN events\n", expected(0, 20));
	for (order = BEHIND; order <= APART; order++) {
		put_unsorted(&file, 20, 1, 0x25 | MF4_OFFSETS, (enum order)order, 0);
		CHECK_FRAMES(file, buf_str(&want));
	}
	buf_free(&file);
	buf_free(&want);
}

/* A sorted data group; the records in whatever blocks. */
static size_t
put_sorted(struct buf *b, size_t last, unsigned cycles, unsigned storage, size_t *bytes)
{
	return mdf_data_group(b, last, 0, mdf_can_group(b, 0, cycles, "CAN_DataFrame", storage, bytes));
}

static void
put_records(struct buf *b, unsigned first, unsigned n, unsigned step)
{
	unsigned k;

	for (k = 0; k < n; k++)
		put_frame_record(b, first + k * step, data_of(first + k * step));
}

/* The same records in every kind of block. */
static void
blocks(void)
{
	static const struct {
		size_t part;		/* 0: one block */
		int packed;		/* -1: not, 0: deflate, else transposed with so many columns */
		bool head;		/* HL */
	} row[] = {
		{ 0, -1, false }, { 0, 0, false }, { 0, MDF_RECORD, false }, { 0, 7, false },
		{ MDF_RECORD * 10, -1, false }, { 100, -1, false }, { 1, -1, false },
		{ MDF_RECORD * 10, 0, true }, { 101, 0, true }, { MDF_RECORD * 7, MDF_RECORD, true },
		{ 505, MDF_RECORD, true }, { 505, 600, true },
	};
	struct buf file = { 0 }, records = { 0 };
	size_t i, bytes, dg, data, head;

	put_records(&records, 0, 40, 1);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		mdf_begin(&file, -1);
		dg = put_sorted(&file, 0, 40, 0, &bytes);
		if (row[i].part)
			data = mdf_list(&file, "DT", buf_span(&records), row[i].part, row[i].packed);
		else if (row[i].packed >= 0)
			data = mdf_packed(&file, "DT", buf_span(&records), (unsigned)row[i].packed);
		else
			data = mdf_block(&file, "DT", 0, buf_span(&records));
		if (row[i].head) {
			head = mdf_block(&file, "HL", 1, span_of("\0\0\0\0\0\0\0", 8));
			mdf_link(&file, head, 0, data);
			data = head;
		}
		mdf_link(&file, dg, 2, data);
		CHECK_FRAMES(file, expected(0, 40));
	}
	buf_free(&file);
	buf_free(&records);
}

/* DV blocks and lists LD of them: records without their invalidation bits, which DI blocks have. */
static void
values(void)
{
	struct buf file = { 0 }, records = { 0 }, want = { 0 };
	size_t bytes, cg, dg, ld, di, head, whole;
	int way;

	put_records(&records, 0, 40, 1);
	for (way = 0; way < 6; way++) {
		mdf_begin(&file, -1);
		cg = mdf_can_group(&file, 0, 40, "CAN_DataFrame", 0, &bytes);
		set_int(&file, cg + 24 + 8 * 6 + 28, (unsigned)way % 2, 4);
		dg = mdf_data_group(&file, 0, 0, cg);
		ld = way < 2 ? mdf_block(&file, "DV", 0, buf_span(&records))
		    : mdf_list(&file, "DV", buf_span(&records), MDF_RECORD * 7, way < 4 ? -1 : MDF_RECORD);
		head = mdf_block(&file, "HL", 1, span_of("\0\0\0\0\0\0\0", 8));
		mdf_link(&file, head, 0, ld);
		mdf_link(&file, dg, 2, way < 4 ? ld : head);
		CHECK_FRAMES(file, expected(0, 40));
	}
	/* with DI blocks behind the others; and with a block that is none, of which the place is known */
	mdf_begin(&file, -1);
	dg = put_sorted(&file, 0, 40, 0, &bytes);
	ld = mdf_list(&file, "DV", buf_span(&records), MDF_RECORD * 20, -1);
	di = mdf_block(&file, "DI", 0, span_of("\1\1\1\1", 4));
	head = mdf_block(&file, "LD", 5, span_of("\1\0\0\x80\2\0\0\0\x14\0\0\0\0\0\0\0", 16));
	set_int(&file, head + 24 + 8 * 1, load_le64(file.p + ld + 24 + 8 * 1), 8);
	set_int(&file, head + 24 + 8 * 2, load_le64(file.p + ld + 24 + 8 * 2), 8);
	mdf_link(&file, head, 3, di);
	mdf_link(&file, head, 4, di);
	mdf_link(&file, dg, 2, head);
	whole = file.len;
	CHECK_FRAMES(file, expected(0, 40));
	file.len = whole;
	mdf_link(&file, head, 1, 64);
	buf_printf(&want, "damage 64 a DT, DV, DZ, SD, DL, LD or HL block that no other one links to\n%s",
	    expected(20, 20));
	CHECK_FRAMES(file, buf_str(&want));
	buf_free(&file);
	buf_free(&records);
	buf_free(&want);
}

/* Data of variable length in SD blocks. */
static void
signal_data(void)
{
	struct buf file = { 0 }, records = { 0 }, sd = { 0 };
	size_t bytes = 0, dg;
	unsigned k;
	int way;

	for (k = 0; k < 40; k++) {
		put_frame_record(&records, k, sd.len);
		put_int(&sd, 8, 4);
		put_int(&sd, data_of(k), 8);
	}
	for (way = 0; way < 4; way++) {
		mdf_begin(&file, -1);
		dg = put_sorted(&file, 0, 40, 1, &bytes);
		mdf_link(&file, dg, 2, mdf_block(&file, "DT", 0, buf_span(&records)));
		mdf_link(&file, bytes, 5, way == 0 ? mdf_block(&file, "SD", 0, buf_span(&sd))
		    : way == 1 ? mdf_packed(&file, "SD", buf_span(&sd), 0)
		    : mdf_list(&file, "SD", buf_span(&sd), way == 2 ? 120 : 50, way == 2 ? -1 : 0));
		CHECK_FRAMES(file, expected(0, 40));
	}
	/* offsets that lead back and forth, and out of the blocks */
	mdf_begin(&file, -1);
	dg = put_sorted(&file, 0, 6, 1, &bytes);
	records.len = 0;
	for (k = 0; k < 6; k++)
		put_frame_record(&records, k, (uint64_t[]){ 0, 60, 12, 480, 477, 24 }[k]);
	mdf_link(&file, dg, 2, mdf_block(&file, "DT", 0, buf_span(&records)));
	mdf_link(&file, bytes, 5, mdf_list(&file, "SD", buf_span(&sd), 50, 0));
	CHECK_FRAMES(file, "(1700000000.000000000) can1 100#0000000000000000 R\n"
	    "(1700000000.001000000) can2 101#0505000000000000 R\n"
	    "(1700000000.002000000) can3 102#0101000000000000 R\n"
	    "skip 4 data that is in the file\nskip 5 data that is in the file\n"
	    "(1700000000.005000000) can3 105#0202000000000000 R\n");
	buf_free(&file);
	buf_free(&records);
	buf_free(&sd);
}

/* Several data groups come in order of time. */
static void
merging(void)
{
	struct buf file = { 0 }, records = { 0 };
	size_t dg = 0, bytes;
	unsigned g;

	mdf_begin(&file, -1);
	for (g = 0; g < 5; g++) {
		dg = put_sorted(&file, dg, g < 4 ? 10 : 0, 0, &bytes);
		records.len = 0;
		put_records(&records, 3 - g, g < 4 ? 10 : 0, 4);
		mdf_link(&file, dg, 2, mdf_list(&file, "DT", buf_span(&records), 50, (int)g - 1));
	}
	CHECK_FRAMES(file, expected(0, 40));
	/* the same time: in the order of the groups */
	mdf_begin(&file, -1);
	for (dg = g = 0; g < 3; g++) {
		dg = put_sorted(&file, dg, 2, 0, &bytes);
		records.len = 0;
		put_record(&records, &(struct mdf_frame){ .id = 1 + g, .ns = 5 });
		put_record(&records, &(struct mdf_frame){ .id = 4 + g, .ns = 5 });
		mdf_link(&file, dg, 2, mdf_block(&file, "DT", 0, buf_span(&records)));
	}
	CHECK_FRAMES(file, "(1700000000.000000005) can0 001# R\n(1700000000.000000005) can0 004# R\n"
	    "(1700000000.000000005) can0 002# R\n(1700000000.000000005) can0 005# R\n"
	    "(1700000000.000000005) can0 003# R\n(1700000000.000000005) can0 006# R\n");
	buf_free(&file);
	buf_free(&records);
}

/* --- what records mean ----------------------------------------------------------------------- */

static void
meanings(void)
{
	static const struct {
		const char *event;
		struct mdf_frame f;
		const char *want;
	} row[] = {
		{ "CAN_DataFrame", { .id = 0x123, .length = 2, .dlc = 2, .data = 0x2211, .bus = 2 },
		  "can2 123#1122 R\n" },
		{ "CAN_DataFrame", { .id = 0x123, .ide = true, .tx = true, .length = 1, .dlc = 1 },
		  "can0 00000123#00 T\n" },
		{ "CAN_DataFrame", { .id = 0x1234567, .dlc = 0 }, "can0 01234567# R\n" },
		{ "CAN_DataFrame", { .id = 0x123, .edl = true, .brs = true, .length = 8, .dlc = 8 },
		  "can0 123##10000000000000000 R\n" },
		{ "CAN_DataFrame", { .id = 0x123, .length = 8, .dlc = 12, .data = 1 },
		  "can0 123#0100000000000000_C R\n" },
		{ "CAN_DataFrame", { .id = 0x123, .length = 9, .dlc = 9 },
		  "skip 1 as many bytes of data as its length says\n" },
		{ "CAN_RemoteFrame", { .id = 0x123, .dlc = 3 }, "can0 123#R3 R\n" },
		{ "CAN_RemoteFrame", { .id = 0x123, .ide = true, .length = 4, .dlc = 4, .tx = true },
		  "can0 00000123#R4 T\n" },
		{ "CAN_RemoteFrame", { .id = 0x123, .dlc = 11 }, "can0 123#R8_B R\n" },
		{ "CAN_ErrorFrame", { .bus = 1, .tx = true }, "can1 20000080#0000000000000000 T\n" },
		{ "CAN_OverloadFrame", { .bus = 1 }, "can1 20000088#0000200000000000 R\n" },
		{ "LIN_Frame", { .id = 1 }, "1 other records\n" },
	};
	struct buf file = { 0 }, records = { 0 }, want = { 0 };
	size_t i, bytes, dg;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const char *got;

		records.len = want.len = 0;
		put_record(&records, &row[i].f);
		mdf_begin(&file, -1);
		dg = mdf_data_group(&file, 0, 0, mdf_can_group(&file, 0, 1, row[i].event, 0, &bytes));
		mdf_link(&file, dg, 2, mdf_block(&file, "DT", 0, buf_span(&records)));
		buf_printf(&want, "%s%s", strncmp(row[i].want, "can", 3) ? "" : "(1700000000.000000000) ",
		    row[i].want);
		got = frames(&file);
		CHECK_CASE(!strcmp(got, buf_str(&want)), row[i].want);
		if (strcmp(got, buf_str(&want)))
			fprintf(stderr, "%s", got);
	}
	buf_free(&file);
	buf_free(&records);
	buf_free(&want);
}

/* Other channels than a CANedge has: one record, its bytes in hex, of the channels given. */
static void
channels(void)
{
	static const struct {
		const char *name;
		struct mdf_channel c[8];
		unsigned size, invalid;
		const char *record, *want;
	} row[] = {
		{ "seconds as a double, plain names, the id with its kind in bit 31",
		  { { "t", 2, 1, 4, 0, 0, 64, 0, 0, 0 }, { "CAN_DataFrame.ID", 0, 0, 0, 0, 8, 32, 0, 0, 0 },
		    { "CAN_DataFrame.DataBytes", 0, 0, 10, 0, 12, 16, 0, 0, 0 },
		    { "CAN_DataFrame.DLC", 0, 0, 0, 0, 14, 8, 0, 0, 0 } }, 15, 0,
		  "000000000000f83f 23010080 1122 02", "(1700000001.500000000) can0 00000123#1122\n" },
		{ "milliseconds as an integer, big-endian, FD without its flag",
		  { { "t", 2, 1, 1, 0, 0, 32, 0, 0, 1e-3 }, { "CAN_DataFrame.ID", 0, 0, 1, 0, 4, 16, 0, 0, 0 },
		    { "CAN_DataFrame.DataBytes", 5, 0, 10, 0, 6, 96, 0, 0, 0 },
		    { "CAN_DataFrame.DataLength", 0, 0, 0, 0, 18, 8, 0, 0, 0 } }, 19, 0,
		  "000005dd 0123 000102030405060708090a0b 0b",
		  "(1700000001.501000000) can0 123##0000102030405060708090A\n" },
		{ "0.1 ms with an offset, bus by a conversion",
		  { { "t", 2, 1, 0, 0, 0, 64, 0, 2, 1e-4 }, { "CAN_DataFrame.ID", 0, 0, 0, 0, 8, 16, 0, 0, 0 },
		    { "CAN_DataFrame.BusChannel", 0, 0, 0, 0, 0, 0, 0, 7, 1 } }, 10, 0,
		  "1500000000000000 2301", "(1700000002.002100000) can7 123#\n" },
		{ "a float", { { "t", 2, 1, 4, 0, 0, 32, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 4, 16, 0, 0, 0 } }, 6, 0,
		  "0000c03f 2301", "(1700000001.500000000) can0 123#\n" },
		{ "a double, big-endian", { { "t", 2, 1, 5, 0, 0, 64, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 8, 16, 0, 0, 0 } }, 10, 0,
		  "3ff8000000000000 2301", "(1700000001.500000000) can0 123#\n" },
		{ "the time is the number of the record", { { "t", 3, 1, 0, 0, 0, 0, 0, 0.25, 1 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 0, 16, 0, 0, 0 } }, 2, 0,
		  "2301", "(1700000000.250000000) can0 123#\n" },
		{ "no time", { { "CAN_DataFrame.ID", 0, 0, 0, 0, 0, 16, 0, 0, 0 } }, 2, 0,
		  "2301", "(0000000000.000000000) can0 123#\n" },
		{ "a time that is none", { { "t", 2, 1, 4, 0, 0, 64, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 8, 16, 0, 0, 0 } }, 10, 0,
		  "000000000000f87f 2301", "skip 1 a time within 146 years\n" },
		{ "FDF and ESI", { { "t", 2, 1, 0, 0, 0, 8, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 0, 0, 0 },
		    { "CAN_DataFrame.FDF", 0, 0, 0, 0, 3, 1, 0, 0, 0 },
		    { "CAN_DataFrame.ESI", 0, 0, 0, 1, 3, 1, 0, 0, 0 } }, 4, 0,
		  "00 2301 03", "(1700000000.000000000) can0 123##2\n" },
		{ "invalid: bus and direction; valid: the id", { { "t", 2, 1, 0, 0, 0, 8, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 1, 0, 0 },
		    { "CAN_DataFrame.BusChannel", 0, 0, 0, 0, 3, 8, 2, 0, 0 },
		    { "CAN_DataFrame.Dir", 0, 0, 0, 0, 3, 1, 10, 0, 0 } }, 4, 2,
		  "00 2301 05 0202", "(1700000000.000000000) can0 123#\n" },
		{ "an invalid id", { { "t", 2, 1, 0, 0, 0, 8, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 1, 0, 0 } }, 3, 1,
		  "00 2301 01", "skip 1 an id\n" },
		{ "no data, but a length", { { "t", 2, 1, 0, 0, 0, 8, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 0, 0, 0 },
		    { "CAN_DataFrame.DLC", 0, 0, 0, 0, 3, 8, 0, 0, 0 } }, 4, 0,
		  "00 2301 02", "skip 1 as many bytes of data as its length says\n" },
		{ "kinds of error", { { "t", 2, 1, 0, 0, 0, 8, 0, 0, 0 },
		    { "CAN_ErrorFrame", 0, 0, 0, 0, 1, 16, 0, 0, 0 },
		    { "CAN_ErrorFrame.ErrorType", 0, 0, 0, 0, 1, 8, 0, 0, 0 } }, 2, 0,
		  "00 03", "(1700000000.000000000) can0 20000088#0000040000000000\n" },
		{ "a channel outside of the record", { { "t", 2, 1, 0, 0, 0, 8, 0, 0, 0 },
		    { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 0, 0, 0 },
		    { "CAN_DataFrame.Dir", 0, 0, 0, 1, 2, 8, 0, 0, 0 } }, 3, 0,
		  "00 2301", "damage 616 a channel that lies within its record\n"
		  "(1700000000.000000000) can0 123#\n" },
	};
	struct buf file = { 0 }, record = { 0 };
	size_t i, n, bytes, dg, first;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const char *got;

		for (n = 0; n < 8 && row[i].c[n].name; n++)
			continue;
		record.len = 0;
		put_hex(&record, row[i].record);
		mdf_begin(&file, -1);
		first = mdf_channels(&file, row[i].c, n, &bytes);
		dg = mdf_data_group(&file, 0, 0, mdf_group(&file, 0, 1, 6, row[i].size, row[i].invalid,
		    first));
		mdf_link(&file, dg, 2, mdf_block(&file, "DT", 0, buf_span(&record)));
		got = frames(&file);
		CHECK_CASE(!strcmp(got, row[i].want), row[i].name);
		if (strcmp(got, row[i].want))
			fprintf(stderr, "%s%s", got, row[i].want);
	}
	buf_free(&file);
	buf_free(&record);
}

/* Where the start is, and the bus when no channel says it. */
static void
headers(void)
{
	struct mdf_channel c[] = {
		{ "t", 2, 1, 0, 0, 0, 8, 0, 0, 1 }, { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 0, 0, 0 },
	};
	struct buf file = { 0 }, out = { 0 };
	size_t cg, si, bytes;
	int way;

	for (way = 0; way < 5; way++) {
		mdf_begin(&file, -1);
		cg = mdf_group(&file, 0, 1, 6, 3, 0, mdf_channels(&file, c, 2, &bytes));
		mdf_link(&file, mdf_data_group(&file, 0, 0, cg), 2,
		    mdf_block(&file, "DT", 0, span_of("\1\x23\1", 3)));
		if (way == 0)
			set_int(&file, 64 + 24 + 48 + 12, 1, 1);	/* local time */
		if (way == 1)
			set_int(&file, 64 + 24 + 48, 0, 8);		/* no start */
		if (way == 2)
			mdf_link(&file, cg, 2, mdf_text(&file, "CAN 12"));
		if (way > 2) {
			si = mdf_block(&file, "SI", 3, span_of("\2\2\0\0\0\0\0", 8));
			mdf_link(&file, cg, 3, si);
			mdf_link(&file, si, way == 3 ? 0 : 1, mdf_text(&file, way == 3 ? "CAN3" : "a/b4"));
		}
		setenv("TZ", way == 0 ? "UTC-2" : "UTC", 1);
		tzset();
		CHECK_FRAMES(file, way == 0 ? "(1699992801.000000000) can0 123#\n"
		    : way == 1 ? "(0000000001.000000000) can0 123#\nrelative\n"
		    : way == 2 ? "(1700000001.000000000) can12 123#\n"
		    : way == 3 ? "(1700000001.000000000) can3 123#\n"
		    : "(1700000001.000000000) can4 123#\n");
	}
	mdf_begin(&file, -1);
	set_int(&file, 28, 330, 2);
	CHECK_FRAMES(file, "damage 0 a file of MDF 4; older versions are not read\n");
	read_bytes(span_str("nothing of the kind"), "mf4", &out);
	CHECK_TEXT(buf_span(&out), "damage 0 a file of MDF 4\n");
	mdf_begin(&file, -1);
	CHECK_FRAMES(file, "");
	file.len = 0;
	mdf_begin(&file, -1);
	file.len = 70;
	CHECK_FRAMES(file, "damage 64 an HD block at offset 64\nrelative\n");
	buf_free(&file);
	buf_free(&out);
}

/* --- damage ---------------------------------------------------------------------------------- */

/* Wherever a logger was switched off: what was written before is there, and nothing else. */
static void
cut_off(void)
{
	struct buf file = { 0 }, out = { 0 };
	size_t at, start;
	unsigned n, last = 0;

	put_unsorted(&file, 30, 1, 0x25, BEHIND, 0);
	for (start = 200; memcmp(file.p + start, "##DT", 4) != 0; start += 8)
		continue;
	for (at = start + 24; at < file.len; at++) {
		out.len = 0;
		read_bytes(span_of(file.p, at), NULL, &out);
		n = count_text(&out, ") can");
		CHECK(n >= last && n <= last + 1 && count_text(&out, "damage") <= 1);
		CHECK(!strncmp(buf_str(&out), expected(0, n), strlen(expected(0, n))));
		last = n;
	}
	CHECK(last >= 29);
	/* room that was made and not written to is no damage */
	put_zeroes(&file, 5000);
	out.len = 0;
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, ") can") == 30 && count_text(&out, "damage") == 0);
	buf_puts(&file, "xyz");
	out.len = 0;
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, ") can") == 30 && count_text(&out, "damage") == 1);
	buf_free(&file);
	buf_free(&out);
}

/* The lengths of data blocks are wrong in each way. */
static void
lengths(void)
{
	static const struct {
		const char *name;
		int unfinished;
		int64_t length;			/* of the DT block; -1: as it is */
		unsigned zeroes;		/* behind */
		const char *damage;
	} row[] = {
		{ "right", -1, -1, 0, NULL },
		{ "right, and something behind", -1, -1, 64, NULL },
		{ "unfinished, 24", 0x25, 24, 0, NULL }, { "unfinished, 0", 0x25, 0, 0, NULL },
		{ "unfinished, from before", 0x25, 24 + 22 * 7 + 3, 0, NULL },
		{ "unfinished, too long", 0x25, 1 << 20, 0, NULL },
		{ "unfinished, and room behind", 0x25, 24, 640, NULL },
		{ "0", -1, 0, 0, "a data block with the length of its data" },
		{ "24", -1, 24, 0, "a data block with the length of its data" },
		{ "too long", -1, 1 << 20, 0, "a data block that ends before the file does" },
		{ "far too long", -1, INT64_MAX, 0, "a data block that ends before the file does" },
	};
	struct buf file = { 0 }, records = { 0 }, out = { 0 };
	size_t i, dg, dt, bytes;

	put_records(&records, 0, 40, 1);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		file.len = out.len = 0;
		mdf_begin(&file, row[i].unfinished);
		dg = put_sorted(&file, 0, row[i].unfinished < 0 ? 40 : 0, 0, &bytes);
		dt = mdf_block(&file, "DT", 0, buf_span(&records));
		mdf_link(&file, dg, 2, dt);
		if (row[i].length >= 0)
			set_int(&file, dt + 8, (uint64_t)row[i].length, 8);
		put_zeroes(&file, row[i].zeroes);
		read_bytes(buf_span(&file), NULL, &out);
		CHECK_CASE(count_text(&out, ") can") == 40, row[i].name);
		CHECK_CASE(count_text(&out, "damage") == (row[i].damage != NULL), row[i].name);
		CHECK_CASE(!row[i].damage || count_text(&out, row[i].damage) == 1, row[i].name);
	}
	/* a number of records that is not true */
	file.len = out.len = 0;
	mdf_begin(&file, -1);
	dg = put_sorted(&file, 0, 41, 0, &bytes);
	mdf_link(&file, dg, 2, mdf_block(&file, "DT", 0, buf_span(&records)));
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(count_text(&out, ") can") == 40);
	CHECK(count_text(&out, "as many records as the channel group says it has") == 1);
	buf_free(&file);
	buf_free(&records);
	buf_free(&out);
}

/* A packed block that cannot be unpacked, a link of a list to nowhere: the others are read. */
static void
bad_blocks(void)
{
	struct buf file = { 0 }, records = { 0 }, out = { 0 };
	size_t dg, dl, bytes, third;
	int way;

	put_records(&records, 0, 40, 1);
	for (way = 0; way < 6; way++) {
		file.len = out.len = 0;
		mdf_begin(&file, -1);
		dg = put_sorted(&file, 0, 40, 0, &bytes);
		/* blocks of less than four records each, so that these lie across the borders */
		dl = mdf_list(&file, "DT", buf_span(&records), 80, way < 4 ? way % 2 * MDF_RECORD : -1);
		mdf_link(&file, dg, 2, dl);
		third = (size_t)load_le64(file.p + dl + 24 + 24);
		if (way < 2)
			file.p[third + 60] ^= 1;			/* packed bytes */
		else if (way == 2)
			set_int(&file, third + 32, 1 << 30, 8);		/* what they unpack to */
		else if (way == 3)
			set_int(&file, third + 26, 2, 1);		/* how they are packed */
		else
			mdf_link(&file, dl, 3, way == 4 ? 0 : file.len + 8);
		read_bytes(buf_span(&file), NULL, &out);
		CHECK(count_text(&out, "damage") == 1);
		/* 160 to 240: records 7 to 10 */
		CHECK(!strncmp(buf_str(&out), expected(0, 7), strlen(expected(0, 7))));
		CHECK(strstr(buf_str(&out), expected(11, 29)) != NULL);
		CHECK(count_text(&out, ") can") == 36);
	}
	buf_free(&file);
	buf_free(&records);
	buf_free(&out);
}

/* Some bytes of the records of an unsorted group: the next ones that make sense are found. */
static void
spoiled_records(void)
{
	struct buf file = { 0 }, out = { 0 };
	size_t start, at;
	unsigned n;

	put_unsorted(&file, 60, 1, 0x25, BEHIND, 0);
	for (start = 200; memcmp(file.p + start, "##DT", 4) != 0; start += 8)
		continue;
	start += 24 + 10 * 36;
	for (at = start; at < start + 80; at++) {
		file.p[at] ^= 0x50;
		out.len = 0;
		read_bytes(buf_span(&file), NULL, &out);
		file.p[at] ^= 0x50;
		n = count_text(&out, ") can") + count_text(&out, "skip");
		CHECK(n >= 55 && n <= 60 && count_text(&out, "damage") <= 1);
		CHECK(n == 60 || count_text(&out, "damage") == 1);
		CHECK(strstr(buf_str(&out), expected(20, 40)) != NULL);
	}
	/* some are missing */
	out.len = 0;
	memmove(file.p + start + 50, file.p + start + 150, file.len - start - 150);
	file.len -= 100;
	read_bytes(buf_span(&file), NULL, &out);
	CHECK(strstr(buf_str(&out), expected(20, 40)) != NULL && count_text(&out, "damage") == 1);
	buf_free(&file);
	buf_free(&out);
}

/* Links that lead in circles, and to nowhere. */
static void
circles(void)
{
	struct buf file = { 0 }, records = { 0 };
	size_t dg, dg2, cg, bytes, dl, first, i;
	struct mdf_channel c[] = {
		{ "t", 2, 1, 0, 0, 0, 8, 0, 0, 1 }, { "CAN_DataFrame.ID", 0, 0, 0, 0, 1, 16, 0, 0, 0 },
	};
	static const char *const want[] = { "a DG block that no other one links to",
		"a CG block that no other one links to", "a CN block that no other one links to",
		"a CN block that no other one links to", "a DT, DV, DZ, SD, DL, LD or HL block that no other",
		"a DT, DV, DZ, SD, DL, LD or HL block that no other", "a DG block that no other one links to" };
	int way;

	buf_put(&records, "\1\x23\1\2\x23\1", 6);
	for (way = 0; way < 7; way++) {
		struct buf out = { 0 };

		file.len = 0;
		mdf_begin(&file, -1);
		first = mdf_channels(&file, c, 2, &bytes);
		cg = mdf_group(&file, 0, 2, 6, 3, 0, first);
		dg = mdf_data_group(&file, 0, 0, cg);
		dg2 = mdf_data_group(&file, dg, 0, mdf_can_group(&file, 0, 0, "CAN_DataFrame", 0, &bytes));
		dl = mdf_list(&file, "DT", buf_span(&records), 3, -1);
		mdf_link(&file, dg, 2, dl);
		if (way == 0)
			mdf_link(&file, dg2, 0, dg);
		else if (way == 1)
			mdf_link(&file, cg, 0, cg);
		else if (way == 2)
			mdf_link(&file, (size_t)load_le64(file.p + first + 24), 0, first);
		else if (way == 3)
			mdf_link(&file, first, 1, first);
		else if (way == 4)
			mdf_link(&file, dl, 0, dl);
		else if (way == 5)
			mdf_link(&file, dg2, 2, (size_t)load_le64(file.p + dl + 32));
		else
			mdf_link(&file, dg2, 0, file.len - 8);
		read_bytes(buf_span(&file), NULL, &out);
		CHECK(count_text(&out, want[way]) == 1 && count_text(&out, "damage") == 1);
		CHECK(count_text(&out, " can0 123#") == 2);
		buf_free(&out);
	}
	/* every byte of a small file, changed: it ends, and says nothing that is not there */
	file.len = 0;
	put_unsorted(&file, 3, 1, -1, BEHIND, 0);
	for (i = 0; i < file.len; i++) {
		struct buf out = { 0 };

		file.p[i] ^= (char)(1 + i % 255);
		read_bytes(buf_span(&file), "mf4", &out);
		CHECK(count_text(&out, ") can") <= 3);
		file.p[i] ^= (char)(1 + i % 255);
		buf_free(&out);
	}
	buf_free(&file);
	buf_free(&records);
}

int
main(void)
{
	setenv("TZ", "UTC", 1);
	TEST(unsorted);
	TEST(no_offsets);
	TEST(blocks);
	TEST(values);
	TEST(signal_data);
	TEST(merging);
	TEST(meanings);
	TEST(channels);
	TEST(headers);
	TEST(cut_off);
	TEST(lengths);
	TEST(bad_blocks);
	TEST(spoiled_records);
	TEST(circles);
	return test_end();
}
