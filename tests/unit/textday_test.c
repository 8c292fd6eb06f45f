/* The formats with times of day or of minutes: BUSMASTER, CARBUS, RawDataLog, and daytime itself. */
#include "textcase.h"

#include "base/clock.h"
#include "source/busmaster.h"
#include "source/carbus.h"
#include "source/daytime.h"
#include "source/rawdatalog.h"
#include "source/readers.h"

#define HOUR (3600 * CLOCK_SECOND)

static void
midnights(void)
{
	const int64_t noon = INT64_C(1506765600) * CLOCK_SECOND;	/* 2017-09-30 12:00 in Berlin */
	struct daytime d = { 0 };

	/* the day is not known */
	CHECK(daytime_moment(&d, 23 * HOUR) == 0);
	CHECK(daytime_moment(&d, 24 * HOUR - 1) == HOUR - 1);
	CHECK(daytime_moment(&d, 0) == HOUR);
	CHECK(daytime_moment(&d, 24 * HOUR - 1) == HOUR - 1);	/* out of order around midnight */
	CHECK(daytime_moment(&d, 1) == HOUR + 1);
	CHECK(daytime_moment(&d, 12 * HOUR) == 13 * HOUR);
	CHECK(daytime_moment(&d, 23 * HOUR) == 24 * HOUR);
	CHECK(daytime_moment(&d, HOUR) == 26 * HOUR);

	daytime_begin(&d, noon);
	CHECK(daytime_moment(&d, 12 * HOUR + 5) == noon + 5);
	CHECK(daytime_moment(&d, 12 * HOUR + 3) == noon + 3);
	CHECK(daytime_moment(&d, 23 * HOUR) == noon + 11 * HOUR);
	CHECK(daytime_moment(&d, 1 * HOUR) == noon + 13 * HOUR);
	/* the first is long after the beginning, a little before it, or on the next day */
	daytime_begin(&d, noon);
	CHECK(daytime_moment(&d, 23 * HOUR) == noon + 11 * HOUR);
	daytime_begin(&d, noon);
	CHECK(daytime_moment(&d, 12 * HOUR - 1) == noon - 1);
	daytime_begin(&d, noon);
	CHECK(daytime_moment(&d, 3 * HOUR) == noon + 15 * HOUR);
}

static void
clock_changes(void)
{
	const int64_t autumn = INT64_C(1509226200) * CLOCK_SECOND;	/* 2017-10-28 23:30 */
	const int64_t spring = INT64_C(1490481000) * CLOCK_SECOND;	/* 2017-03-25 23:30 */
	struct daytime d = { 0 };
	int i;

	/* 0:30, 1:30, 2:30, 2:30 again, 3:30 */
	daytime_begin(&d, autumn);
	for (i = 0; i <= 3; i++)
		CHECK(daytime_moment(&d, (i ? i - 1 : 23) * HOUR + HOUR / 2) == autumn + i * HOUR);
	CHECK(daytime_moment(&d, 2 * HOUR + HOUR / 2 + 9) == autumn + 3 * HOUR + 9);
	CHECK(daytime_moment(&d, 2 * HOUR) == autumn + 3 * HOUR + HOUR / 2);	/* set back */
	CHECK(daytime_moment(&d, 2 * HOUR + HOUR / 2) == autumn + 4 * HOUR);
	CHECK(daytime_moment(&d, 3 * HOUR + HOUR / 2) == autumn + 5 * HOUR);
	/* 0:30, 1:30, 3:30 */
	daytime_begin(&d, spring);
	CHECK(daytime_moment(&d, HOUR / 2) == spring + HOUR);
	CHECK(daytime_moment(&d, HOUR + HOUR / 2) == spring + 2 * HOUR);
	CHECK(daytime_moment(&d, 3 * HOUR + HOUR / 2) == spring + 3 * HOUR);
}

#define BM(base, mode) "***BUSMASTER Ver 3.2.2***\n***PROTOCOL CAN***\n" \
	"***START DATE AND TIME 30:9:2017 15:06:13:500***\n***" base "***\n***" mode " MODE***\n"
#define B5 "\n\n\n\n\n"

static void
busmaster(void)
{
	static const struct text_case c[] = {
		{ BM("HEX", "SYSTEM") "15:06:14:9920 Rx 1 0x21A s 8 FE 36 12 FE 69 05 07 AD \n"
		  "15:06:15:2 Tx 2 0000023A x 2 00 37\n15:06:15:0020 Rx 1 0xD83CEB3 x 0\n"
		  "15:06:15:020 Rx 1 0x100 sr 4\n15:06:15:0200 Rx 1 0x100 xr 0 \n"
		  "00:00:00:0000 Rx 1 0x100 s 0\n",
		  B5 "(1506776774.992000000) can1 21A#FE3612FE690507AD R\n"
		  "(1506776775.002000000) can2 0000023A#0037 T\n(1506776775.002000000) can1 0D83CEB3# R\n"
		  "(1506776775.020000000) can1 100#R4 R\n(1506776775.020000000) can1 00000100#R R\n"
		  "(1506808800.000000000) can1 100# R\n" },
		{ BM("HEX", "ABSOLUTE") "0:0:1:5000 Rx 1 1 s 0\n94:56:24:3862 Rx 1 1 s 0\n",
		  B5 "(1506776775.000000000) can1 001# R\n(1507118557.886200000) can1 001# R\n" },
		{ BM("HEX", "RELATIVE") "0:0:1:5000 Rx 1 1 s 0\n0:0:0:5000 Rx 1 1 s 0\n",
		  B5 "(1506776775.000000000) can1 001# R\n(1506776775.500000000) can1 001# R\n" },
		{ BM("DEC", "SYSTEM") "15:06:13:5000 Rx 1 538 s 3 254 054 001\n15:06:13:5000 Rx 1 1 s 1 256\n",
		  B5 "(1506776773.500000000) can1 21A#FE3601 R\n!\n" },
		/* CAN FD, and a DLC above 8 */
		{ BM("HEX", "SYSTEM") "15:06:13:5000 Rx 1 1 s 12 00 01 02 03 04 05 06 07 08 09 0A 0B\n"
		  "15:06:13:5000 Rx 1 1 s 9 00 01 02 03 04 05 06 07\n",
		  B5 "(1506776773.500000000) can1 001##0000102030405060708090A0B R\n"
		  "(1506776773.500000000) can1 001#0001020304050607_9 R\n" },
		/* a session behind another, without a date, another protocol */
		{ BM("HEX", "RELATIVE") "0:0:1:0 Rx 1 1 s 0\n***END DATE AND TIME 30:9:2017 15:06:15:0***\n"
		  "***[STOP LOGGING SESSION]***\n***[START LOGGING SESSION]***\n"
		  "***START DATE AND TIME 30:9:2017 16:06:13:0***\n0:0:1:0 Rx 1 1 s 0\n",
		  B5 "(1506776774.500000000) can1 001# R\n\n\n\n\n(1506780374.000000000) can1 001# R\n" },
		{ "***BUSMASTER***\n22:20:14:9920 Rx 1 1 s 0\n22:20:15:9920 Rx 1 1 s 0\n",
		  "\n~(0000000000.000000000) can1 001# R\n~(0000000001.000000000) can1 001# R\n" },
		{ "***BUSMASTER***\n***ABSOLUTE MODE***\n0:0:14:9920 Rx 1 1 s 0\n",
		  "\n\n~(0000000014.992000000) can1 001# R\n" },
		{ "***BUSMASTER***\n***PROTOCOL LIN***\n1:2:3:4 what ever\n",
		  "\n\n+messages of other protocols\n" },
		{ "***BUSMASTER***\n***START DATE AND TIME what***\n***\n****\n\nhello\n15:06:13 Rx 1 1 s 0\n"
		  "24:00:00:0000 Rx 1 1 s 0\n15:60:13:1 Rx 1 1 s 0\n15:06:13:1 Qx 1 1 s 0\n"
		  "15:06:13:1 Rx a 1 s 0\n15:06:13:1 Rx 1 20000000 x 0\n15:06:13:1 Rx 1 1 q 0\n"
		  "15:06:13:1 Rx 1 1 s\n15:06:13:1 Rx 1 1 s 2 00\n15:06:13:1 Rx 1 1 sr 16\n"
		  "15:06:13:12345 Rx 1 1 s 0\n15:06:13:1\n",
		  "\n\n\n\n\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
	};

	CHECK_TEXTS(c, busmaster_line, struct busmaster);
}

static void
carbus(void)
{
	static const struct text_case c[] = {
		{ "@ TEXT @ 2 @ 64 @ 0 @ 55 @ 10078 @ 00:00:10.078 @\n"
		  "46,016\t1\t0004\t45A\t8\t5A 04 00 00 00 00 00 01\t00000000\tZ       \t\n"
		  "59,999\t2\t0004\t4E0\t2\t24 00                  \t00000000\t\"       \t\n"
		  "00,001\t2\t0004\t4E0\t0\t\t00000000\t\t\n59,998\t2\t0004\t4E0\t0\t\n"
		  "00,002\t2\t0004\t4E0\t0\t\n30,000\t2\t0004\t4E0\t0\t\n29,990\t2\t0004\t4E0\t0\t\n"
		  "10,000\t2\t0004\t4E0\t0\t\n",
		  "\n~(0000000046.016000000) can1 45A#5A04000000000001\n~(0000000059.999000000) can2 4E0#2400\n"
		  "~(0000000060.001000000) can2 4E0#\n~(0000000059.998000000) can2 4E0#\n"
		  "~(0000000060.002000000) can2 4E0#\n~(0000000090.000000000) can2 4E0#\n"
		  "~(0000000089.990000000) can2 4E0#\n~(0000000130.000000000) can2 4E0#\n" },
		{ "@ TEXT @ 3 @ 64 @ 0 @ 1 @ 1 @ 0 @\n# $LocalTime=15:35:15.917\n# a remark\n"
		  "27,372000\t1\t00000005\t17333210\t3\t3C A6 00               \t00000000\t<       \t\n"
		  "27,372001\t1\t00000005\t123\t0\t\n27,372001\t1\t00000006\t123\t4\t\t0\n"
		  "00,469067\t1\t00000030\t0A1\t1\t0A\t0\n00,469067\t1\t00000010\t0A1\t1\t0A\t0\n",
		  "\n\n\n~(0000000027.372000000) can1 17333210#3CA600\n"
		  "~(0000000027.372001000) can1 00000123#\n~(0000000027.372001000) can1 123#R4\n"
		  "~(0000000060.469067000) can1 0A1##10A\n~(0000000060.469067000) can1 0A1##00A\n" },
		/* no column of data */
		{ "1,5\t1\t4\t1\t0\n1,5\t1\t6\t1\t2\n1,5\t1\t4\t1\t2\n",
		  "~(0000000001.500000000) can1 001#\n~(0000000001.500000000) can1 001#R2\n!\n" },
		/* a writer that does not count in minutes; line ends that were converted */
		{ "@ TEXT @\n75,5\t1\t4\t1\t0\t\n3,5\t1\t4\t1\t0\t\n",
		  "\n~(0000000075.500000000) can1 001#\n~(0000000003.500000000) can1 001#\n" },
		{ "1,5\t1\t4\t1\n1.5\t1\t4\t1\t0\t\n1,5\tx\t4\t1\t0\t\n1,5\t1\tx\t1\t0\t\n1,5\t1\t4\t20000000\t0\t\n"
		  "1,5\t1\t4\t1\t65\t\n1,5\t1\t4\t1\t2\t00\nhello\n", "!\n!\n!\n!\n!\n!\n!\n!\n" },
	};
	/* with --date: the first row is that of $LocalTime */
	struct carbus dated = { .date = INT64_C(1506722400) * CLOCK_SECOND };
	struct text_note note;
	static struct frame f;

	CHECK_TEXTS(c, carbus_line, struct carbus);
	carbus_line(&dated, span_str("# $LocalTime=15:06:13.500"), &f, &note);
	CHECK(carbus_line(&dated, span_str("27,4\t1\t4\t1\t0\t"), &f, &note) == TEXT_FRAME);
	CHECK(f.flags & FRAME_DATE && f.ns == INT64_C(1506776773500000000));
	CHECK(carbus_line(&dated, span_str("\n27,5\t1\t4\t1\t0\t"), &f, &note) == TEXT_FRAME);
	CHECK(f.flags & FRAME_DATE && f.ns == INT64_C(1506776773600000000));
}

#define RAW "Recv time     , Packet num, ID        , flags, data              , float[1]     , float[0]\n"
#define X ", 1.00061E-34 , 3.097392E-29 , 169.254.84.195\n"

static void
rawdatalog(void)
{
	static const struct text_case c[] = {
		{ RAW "22:51:46.481  , 1         , 0x0x6F8   ,      , 0x07050101101d0e74" X
		  "22:51:46.482  , 2 , 0x0x6F8 , E    , 0x0705010110AD0e74" X
		  "22:51:46.483  , 3 , 0x18FEF100,  E  , 0x0000000000000001" X
		  "22:51:47.000  , 4 , 0x0x123 ,    R , 0x0000000000000000" X
		  "23:59:59.999  , 5 , 123 , ER , 0x0000000000000000\n"
		  "00:00:00.000  , 6 , 0x0x123 ,  , 0x0102030405060708\n",
		  "\n~(0000000000.000000000) can0 6F8#740E1D1001010507\n"
		  "~(0000000000.001000000) can0 000006F8#740EAD1001010507\n"
		  "~(0000000000.002000000) can0 18FEF100#0100000000000000\n"
		  "~(0000000000.519000000) can0 123#R8\n~(0000004093.518000000) can0 00000123#R8\n"
		  "~(0000004093.519000000) can0 123#0807060504030201\n" },
		{ RAW "22:51:46.481  , 1 , 0x0x6F8 , H , 0x0000000000000000" X, "\n+heartbeats\n" },
		{ "22:51:46.481  , 1 , 0x0x6F8 ,  , 0x07050101101d0e7" X
		  "22:51:46.481  , 1 , 0x0x6F8 ,  , 0x07050101101d0e7G" X
		  "22:51:46.481  , 1 , 0x0x6F8 ,  , 007050101101d0e74" X "22:51:46.481  , 1 , 0x0x6F8 , \n"
		  "22:51  , 1 , 0x0x6F8 ,  , 0x07050101101d0e74" X
		  "22:51:46.481  , 1 , 0x ,  , 0x07050101101d0e74" X
		  "22:51:46.481  , 1 , 0x0x20000000 ,  , 0x07050101101d0e74" X "\n",
		  "!\n!\n!\n!\n!\n!\n!\n\n" },
	};
	static const struct {
		const char *name;
		int64_t sec;	/* 0: none */
	} name[] = {
		{ "RawDataLog-20170930-1506.txt", 1506776760 }, { "rawdatalog-20170930-1506", 1506776760 },
		{ "RawDataLog-20170930-1506-Small Pack", 1506776760 },
		{ "RawDataLog-20170930-1506.txt.gz", 1506776760 }, { "RawDataLog-20170931-1506.txt", 0 },
		{ "RawDataLog-20170930_1506.txt", 0 }, { "RawDataLog-2017093-1506.txt", 0 },
		{ "RawDataLog-20170930-150", 0 }, { "RawDataLog-", 0 }, { "", 0 }, { "drive.txt", 0 },
	};
	int64_t ns;
	size_t i;

	CHECK_TEXTS(c, rawdatalog_line, struct rawdatalog);
	for (i = 0; i < sizeof name / sizeof *name; i++) {
		ns = 0;
		CHECK_CASE(rawdatalog_name(name[i].name, &ns) == (name[i].sec != 0), name[i].name);
		CHECK_CASE(ns == name[i].sec * CLOCK_SECOND, name[i].name);
	}
}

static void
sniffs(void)
{
	CHECK(text_sniff_of(&source_busmaster, "***BUSMASTER Ver 2.4.0***\n", false) == SOURCE_YES);
	CHECK(text_sniff_of(&source_busmaster, "22:20:14:992 Rx 0 0000021A s 1 FE\n", false)
	    == SOURCE_YES);
	CHECK(text_sniff_of(&source_busmaster, "***BUSMA", false) == SOURCE_MAYBE);
	CHECK(text_sniff_of(&source_busmaster, "(1700000000.000001) can0 123#11\n", false) == SOURCE_NO);
	CHECK(text_sniff_of(&source_carbus, "@ TEXT @ 2", false) == SOURCE_YES);
	CHECK(text_sniff_of(&source_carbus, "@ TE", false) == SOURCE_MAYBE);
	CHECK(text_sniff_of(&source_carbus, "@ text", false) == SOURCE_NO);
	CHECK(text_sniff_of(&source_rawdatalog, RAW, false) == SOURCE_YES);
	CHECK(text_sniff_of(&source_rawdatalog, "22:51:46.481, 1, 0x0x6F8, , 0x07050101101d0e74" X, false)
	    == SOURCE_YES);
	CHECK(text_sniff_of(&source_rawdatalog, "1,2,3\n", false) == SOURCE_NO);
}

int
main(void)
{
	text_use_berlin();
	TEST(midnights);
	TEST(clock_changes);
	TEST(busmaster);
	TEST(carbus);
	TEST(rawdatalog);
	TEST(sniffs);
	return test_end();
}
