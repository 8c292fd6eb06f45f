#include "textcase.h"

#include "base/clock.h"
#include "source/asc.h"
#include "source/ascdate.h"
#include "source/readers.h"

/* 2017-09-30 15:06:13 in Berlin is 13:06:13 UTC: 1506776773. */
#define DATE "date Sam Sep 30 15:06:13 2017\n"
#define HEX "base hex  timestamps absolute\n"
#define DEC "base dec  timestamps absolute\n"

static void
headers(void)
{
	static const struct text_case c[] = {
		{ DATE HEX "internal events logged\n// version 9.0.0\n"
		  "Begin Triggerblock Sam Sep 30 15:06:13 2017\n   0.000000 Start of measurement\n"
		  "   2.501000 1  64  Tx   d 8 00 01 02 03 04 05 06 07\nEnd TriggerBlock\n",
		  "\n\n\n\n\n+markers\n(1506776775.501000000) can1 064#0001020304050607 T\n\n" },
		/* blanks in front, no internal events, an empty line, words in capitals */
		{ "  DATE Sam Sep 30 15:06:13 2017\nBASE HEX  TIMESTAMPS ABSOLUTE\n"
		  "no internal events logged\n\n1.5 2 123 rx D 1 FF\n",
		  "\n\n\n\n(1506776774.500000000) can2 123#FF R\n" },
		/* no date, and one that is none: since the start */
		{ HEX "1.5 1 123 Rx d 0\n", "\n~(0000000001.500000000) can1 123# R\n" },
		{ "date yesterday\n" HEX "1.5 1 123 Rx d 0\n",
		  "\n\n~(0000000001.500000000) can1 123# R\n" },
		/* the date of the block counts where time begins there: python-can's date is another */
		{ "date Mon Jan 6 10:00:00 2025\n" HEX "Begin Triggerblock Sam Sep 30 15:06:13 2017\n"
		  "0.0 Start of measurement\n2.0 1 1 Rx d 0\n",
		  "\n\n\n+markers\n(1506776775.000000000) can1 001# R\n" },
		{ "date Mon Jan 6 10:00:00 2025\n" HEX "Begin Triggerblock Thu Jan 1 00:10:30 1970\n"
		  "0.0 Start of measurement\n2.0 1 1 Rx d 0\n",
		  "\n\n\n+markers\n~(0000000002.000000000) can1 001# R\n" },
		{ DATE HEX "Begin Triggerblock\n2.0 1 1 Rx d 0\n",
		  "\n\n\n(1506776775.000000000) can1 001# R\n" },
		/* a later block goes on counting, or begins anew; as does another file behind the first */
		{ DATE HEX "Begin Triggerblock Sam Sep 30 15:06:13 2017\n0.5 1 1 Rx d 0\n"
		  "End Triggerblock\nBegin Triggerblock Sam Sep 30 15:08:13 2017\n120.5 1 1 Rx d 0\n"
		  "End Triggerblock\nBegin Triggerblock Sam Sep 30 16:06:13 2017\n0.5 1 1 Rx d 0\n"
		  "date Sam Sep 30 17:06:13 2017\n7.0 1 1 Rx d 0\n",
		  "\n\n\n(1506776773.500000000) can1 001# R\n\n\n(1506776893.500000000) can1 001# R\n\n\n"
		  "(1506780373.500000000) can1 001# R\n\n(1506783980.000000000) can1 001# R\n" },
		/* relative: to the event before, whatever that is */
		{ DATE "base hex  timestamps relative\n0.5 1 1 Rx d 0\n0.25 1 Statistic: D 0\n"
		  "0.25 1 2 Rx d 0\n0.0 1 3 Rx d 0\n",
		  "\n\n(1506776773.500000000) can1 001# R\n+bus statistics\n"
		  "(1506776774.000000000) can1 002# R\n(1506776774.000000000) can1 003# R\n" },
		{ "hello\n# x\n:1 2\n", "!\n!\n!\n" },
	};

	CHECK_TEXTS(c, asc_line, struct asc);
}

static void
classic(void)
{
	static const struct text_case c[] = {
		{ "2.5009 1  64              Tx   d 8 00 01 02 03 04 05 06 07\n",
		  "~(0000000002.500900000) can1 064#0001020304050607 T\n" },
		{ "2.501000 2  C8x  Rx   d 8 09 08 07 06 05 04 03 02  Length = 1704 BitCount = 145 ID = 200x\n",
		  "~(0000000002.501000000) can2 000000C8#0908070605040302 R\n" },
		{ "1 11 1fffffffx Rx d 2 0a Bc\n", "~(0000000001.000000000) can11 1FFFFFFF#0ABC R\n" },
		/* remote frames, with and without length */
		{ "1 1 200 Tx r\n1 1 200 Tx r Length = 17 BitCount = 1 ID = 512\n1 1 300 Rx r 8\n"
		  "1 1 300x Rx R 4 Length = 1\n1 1 300 Rx r c\n",
		  "~(0000000001.000000000) can1 200#R T\n~(0000000001.000000000) can1 200#R T\n"
		  "~(0000000001.000000000) can1 300#R8 R\n~(0000000001.000000000) can1 00000300#R4 R\n"
		  "~(0000000001.000000000) can1 300#R8_C R\n" },
		/* a DLC above 8, and CAN FD in the same form */
		{ "1 1 123 Rx d f 01 02 03 04 05 06 07 08 Length = 2\n",
		  "~(0000000001.000000000) can1 123#0102030405060708_F R\n" },
		{ "1 1 123x Rx d c 1 2\n1 1 123x Rx d c 01 02 03 04 05 06 07 08 09 0A 0B 0C\n"
		  "1 1 123 Rx d 9 01 02 03 04 05 06 07 08 09 0A 0B 0C\n",
		  "!\n~(0000000001.000000000) can1 00000123##00102030405060708090A0B0C R\n"
		  "~(0000000001.000000000) can1 123##00102030405060708090A0B0C R\n" },
		{ "1 1 1 Rx d 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10\n",
		  "~(0000000001.000000000) can1 001##00102030405060708090A0B0C0D0E0F10 R\n" },
		/* ids that are extended without saying so, with 0x, and symbolic ones */
		{ "1 1 800 Rx d 0\n1 1 0x2A0 Rx d 0\n1 1 EngineData Rx d 1 05 Length = 1 BitCount = 2 ID = 291\n"
		  "1 1 EngineData Rx d 1 05 Length = 1 BitCount = 2 ID = 291x\n1 1 EngineData Rx d 1 05\n",
		  "~(0000000001.000000000) can1 00000800# R\n~(0000000001.000000000) can1 2A0# R\n"
		  "~(0000000001.000000000) can1 123#05 R\n~(0000000001.000000000) can1 00000123#05 R\n!\n" },
		/* decimal */
		{ DEC "770.592543 7  1282       Rx D 8   0   0   0   0   0 170   0 255\n"
		  "1 7 418119424x Rx d 2 1 2 Length = 17\n1 7 1 Rx d 1 256\n1 7 1 Rx d 10 1 2 3 4 5 6 7 8\n"
		  "1 7 1 Rx r 8\n",
		  "\n~(0000000770.592543000) can7 502#0000000000AA00FF R\n"
		  "~(0000000001.000000000) can7 18EBFF00#0102 R\n!\n"
		  "~(0000000001.000000000) can7 001#0102030405060708_A R\n"
		  "~(0000000001.000000000) can7 001#R8 R\n" },
		/* what is cut off or wrong */
		{ "1 1 123 Rx d 8 01 02 03 04 05 06 07\n1 1 123 Rx d 8 01 02 03 04 05 06 07 0\n"
		  "1 1 123 Rx d\n1 1 123 Rx\n1 1 123\n1 1 20000000x Rx d 0\n1 1 123 Rx d 41\n1 1 123 Rx q 0\n"
		  "1 1 12345678 Rx d 8 01 02 03 04 05 06 07 0G\n1..2 1 1 Rx d 0\n1 1 123 Rx r 10\n",
		  "!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
		{ "99999999999999999999 1 1 Rx d 0\n", "!\n" },
		{ "base hex timestamps relative\n5000000000 1 1 Rx d 0\n", "\n!\n" },
	};

	CHECK_TEXTS(c, asc_line, struct asc);
}

static void
fd(void)
{
	static const struct text_case c[] = {
		{ "30.005021 CANFD   1 Rx        300                                   1 0 8  8 11 c2 03 04 05 "
		  "06 07 08   102203  133   303000 e0006659 46500250 4b140250 20011736 2001040d\n",
		  "~(0000000030.005021000) can1 300##111C2030405060708 R\n" },
		{ "1 CANFD 2 Tx 1C4D80A7x  Some_Name 0 1 9 12 01 02 03 04 05 06 07 08 09 0a 0b 0c 1 2 303000\n",
		  "~(0000000001.000000000) can2 1C4D80A7##20102030405060708090A0B0C T\n" },
		/* nothing behind the data; flags 0 with what only CAN FD can be */
		{ "1 CANFD 1 Rx 30a 0 0 1 1 ff\n1 CANFD 1 Rx 30a 1 0 1 1 ff 1 2 0 0\n"
		  "1 CANFD 1 Rx 30a 0 0 9 12 01 02 03 04 05 06 07 08 09 0a 0b 0c 1331984 11 0 46500250\n",
		  "~(0000000001.000000000) can1 30A##0FF R\n~(0000000001.000000000) can1 30A##1FF R\n"
		  "~(0000000001.000000000) can1 30A##00102030405060708090A0B0C R\n" },
		/* classic frames on a channel of CAN FD; log2asc -f writes them with flags 0 */
		{ "1 CANFD 1 Rx 118 0 0 2 2 01 02 130000  130        0 0 0 0 0 0\n"
		  "1 CANFD 1 Rx 118 0 0 2 0 130000  130       10 0 0 0 0 0\n",
		  "~(0000000001.000000000) can1 118#0102 R\n~(0000000001.000000000) can1 118#R2 R\n" },
		{ "1 CANFD 1 Rx 171 A0066_Unknown 0 0 8 8 00 00 07 76 23 00 00 00 230199 119 220000 62e7\n"
		  "1 CANFD 1 Rx 122 0 0 6 6 00 00 18 12 D2 00 0 0 200000 0 0 0 0 0\n"
		  "1 CANFD 1 Rx 122 0 0 b 8 01 02 03 04 05 06 07 08 0 0 200000 0 0 0 0 0\n"
		  "1 CANFD 3 Tx 50005x 0 0 5 0 140000 73 200050 7a60 46500250 460a0250\n"
		  "1 CANFD 3 Tx 500 0 0 0 0 140000 73 200040 7a60\n1 CANFD 3 Tx 500 0 0 5 0\n",
		  "~(0000000001.000000000) can1 171#0000077623000000 R\n"
		  "~(0000000001.000000000) can1 122#00001812D200 R\n"
		  "~(0000000001.000000000) can1 122#0102030405060708_B R\n"
		  "~(0000000001.000000000) can3 00050005#R5 T\n~(0000000001.000000000) can3 500# T\n"
		  "~(0000000001.000000000) can3 500#R5 T\n" },
		/* an FD frame without data */
		{ "1 CANFD 3 Tx 500 0 0 0 0 140000 73 201000 7a60\n",
		  "~(0000000001.000000000) can3 500##0 T\n" },
		/* the length twice, as some programs write it; what is neither length nor DLC */
		{ "1 CANFD 1 Rx 300 1 0 12 12 01 02 03 04 05 06 07 08 09 0a 0b 0c\n"
		  "1 CANFD 1 Rx 300 1 0 10 16 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10\n"
		  "1 CANFD 1 Rx 300 1 0 12 8 01 02 03 04 05 06 07 08\n",
		  "~(0000000001.000000000) can1 300##10102030405060708090A0B0C R\n"
		  "~(0000000001.000000000) can1 300##10102030405060708090A0B0C0D0E0F10 R\n!\n" },
		/* version 8.0 */
		{ "0.010460 CANFD 1  101 Tx   1 0 d 8 8 F1 F2 F3 F4 F5 F6 F7 F8  Length = 2 BitCount = 1 ID = 257\n"
		  "0.014165 CANFD 1  1C4D80A7x       Tx   1 0 d 1 1 88  Length = 278000\n"
		  "0.010235 CANFD 1  100             Tx   1 0 r 8  Length = 138000 BitCount = 57 ID = 256\n",
		  "~(0000000000.010460000) can1 101##1F1F2F3F4F5F6F7F8 T\n"
		  "~(0000000000.014165000) can1 1C4D80A7##188 T\n~(0000000000.010235000) can1 100#R8 T\n" },
		/* in decimal files the length is as always and the DLC is not */
		{ DEC "1 CANFD 1 Rx 256 1 0 13 32 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 "
		  "24 25 26 27 28 29 30 255 1 2 303000\n",
		  "\n~(0000000001.000000000) can1 100##1000102030405060708090A0B0C0D0E0F101112131415161718191A"
		  "1B1C1D1EFF R\n" },
		{ "1 CANFD 1 Rx 300 1 0 8 8 11 c2 03\n1 CANFD 1 Rx 300 2 0 8 8 1\n1 CANFD x Rx 300 1 0 0 0\n"
		  "1 CANFD 1 Rx 300 name\n1 CANFD 1 zz 300 1 0 0 0\n1 CANFD 1 Rx zz 1 0 0 0\n1 CANFD 1 Rx\n"
		  "1 CANFD 1 Rx 300 1 0 f 65 1\n1 CANFD\n", "!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
	};

	CHECK_TEXTS(c, asc_line, struct asc);
}

static void
others(void)
{
	static const struct text_case c[] = {
		{ "2.501000 1  ErrorFrame\n1 2 ErrorFrame\tECC: 10100010\n1 2 ErrorFrame ECC: 00000000\n"
		  "1 2 ErrorFrame Flags = 0xe CodeExt = 0x20a2 Code = 0x82 ID = 0 DLC = 0 Position = 5\n"
		  "1 2 ErrorFrame Flags = nonsense CodeExt = 0x20a2\n",
		  "~(0000000002.501000000) can1 20000080#0000000000000000\n"
		  "~(0000000001.000000000) can2 20000088#0000040200000000 R\n"
		  "~(0000000001.000000000) can2 20000088#0000810000000000 T\n"
		  "~(0000000001.000000000) can2 20000088#0000040000000000 R\n"
		  "~(0000000001.000000000) can2 20000080#0000000000000000\n" },
		{ "3.92 CANFD 2 Tx ErrorFrame Not Acknowledge error, dominant error flag fffe c7 31ca Data 45 ff\n"
		  "3.92 CANFD 2 Rx ErrorFrame\n",
		  "~(0000000003.920000000) can2 200000A0#0000001900000000 T\n"
		  "~(0000000003.920000000) can2 20000080#0000000000000000 R\n" },
		/* error frames of another form; one with a name has no id either */
		{ "1 2 123 Rx e ECC: 00000000\n1 2 EngineData Rx e Length = 1 ID = 291x\n",
		  "~(0000000001.000000000) can2 20000088#0000810000000000 R\n"
		  "~(0000000001.000000000) can2 20000080#0000000000000000 R\n" },
		{ "2.5158 1  OverloadFrame\n", "~(0000000002.515800000) can1 20000088#0000200000000000\n" },
		{ "1 1 64 TxRq d 1 00\n1 CANFD 1 TxRq 64 1 0 1 1 00\n",
		  "+transmit requests\n+transmit requests\n" },
		{ "0.0 CAN 1 Status:chip status error active\n1 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.0%\n"
		  "1 log trigger event\n1 log direct start (0ms)\n1 EnvVar := 1\n"
		  "1 SV: 2 0 0 ::Control::activeABS = 1\n1 1 Chassis::MotorState::CarSpeed = 10\n"
		  "1 1  J1939TP FEE3p 6 0 0 - Rx d 23 A0 0F\n1 Li 2c Tx 2 00 01\n1 Start der Messung\n",
		  "+chip states\n+bus statistics\n+triggers\n+triggers\n+other events\n+system variables\n"
		  "+other events\n+J1939 messages\n+LIN events\n+markers\n" },
	};

	CHECK_TEXTS(c, asc_line, struct asc);
}

static void
dates(void)
{
	static const struct {
		const char *text;
		int64_t sec, ms;	/* since 1970; -1: none */
	} row[] = {
		{ "Sam Sep 30 15:06:13.191 2017", 1506776773, 191 },
		{ "Sat Sep 30 03:06:13.191 pm 2017", 1506776773, 191 },
		{ "Sat Sep 30 03:06:13 PM 2017", 1506776773, 0 },
		{ "Sat Sep 30 15:06:13.191 PM 2017", 1506776773, 191 },	/* some write both */
		{ "Sat Sep 30 12:06:13 am 2017", 1506722773, 0 },
		{ "Sat Sep 30 12:06:13 pm 2017", 1506765973, 0 },
		{ "Wen Mar 10 05:56:02:310000 PM 2021", 1615395362, 310 },
		{ "Die M\xe4r 13 11:58:02 2007", 1173783482, 0 },
		{ "Die M\xc3\xa4r 13 11:58:02 2007", 1173783482, 0 },
		{ "Don Mai 5 1:2:3 2016", 1462402923, 0 },
		{ "Mit Okt 12 00:00:00 2016", 1476223200, 0 },
		{ "Die Dez 21 11:29:01 2004", 1103624941, 0 },
		{ "ven. d\xc3\xa9" "c. 21 11:29:01 2004", 1103624941, 0 },
		{ "mar. juin 21 11:29:01 2016", 1466501341, 0 },
		{ "jeu. juil. 21 11:29:01 2016", 1469093341, 0 },
		{ "mer ago 10 11:29:01 2016", 1470821341, 0 },
		{ "\xe5\x91\xa8 9\xe6\x9c\x88 30 15:06:13 2017", 1506776773, 0 },
		{ "\x93y 9 30 15:06:13 2017", 1506776773, 0 }, { "9 30 15:06:13 2017", 1506776773, 0 },
		{ "Sep 30 15:06:13 2017", 1506776773, 0 }, { "30 9 15:06:13 2017", -1, 0 },
		{ "2017-09-30T15:06:13.191", 1506776773, 191 },
		{ "2017-09-30 13:06:13.191Z", 1506776773, 191 },
		{ "Thu Jan 1 00:10:30.432 1970", 0, 0 },
		{ "", -1, 0 }, { "Sam", -1, 0 }, { "Sam Sep 31 15:06:13 2017", -1, 0 },
		{ "Sam Xyz 30 15:06:13 2017", -1, 0 }, { "Sam Sep 30 25:06:13 2017", -1, 0 },
		{ "Sam Sep 30 15:06:13", -1, 0 }, { "Sam Sep 30 15:06 2017", -1, 0 },
		{ "Sam Sep 30 15:06:13 2017 x", -1, 0 }, { "PM 2021", -1, 0 },
	};
	int64_t ns;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		bool good = ascdate_parse(span_str(row[i].text), &ns);

		CHECK_CASE(good == (row[i].sec >= 0), row[i].text);
		if (good && ns != row[i].sec * CLOCK_SECOND + row[i].ms * 1000000)
			test_fail(__FILE__, __LINE__, "%s gives %lld", row[i].text, (long long)ns);
	}
}

static void
sniffs(void)
{
	const struct source_reader *r = &source_asc;

	CHECK(text_sniff_of(r, "date Sam Sep 30 15:06:13 2017\nbase hex  timestamps absolute\n", false)
	    == SOURCE_YES);
	CHECK(text_sniff_of(r, "\xef\xbb\xbf" "date x\r\nbase hex\r\n", false) == SOURCE_YES);
	CHECK(text_sniff_of(r, "// a remark\n   0.1 1 123 Rx d 1 00\n", false) == SOURCE_YES);
	CHECK(text_sniff_of(r, "date x\nbase he", false) == SOURCE_MAYBE);
	CHECK(text_sniff_of(r, "0.1 1 123 Rx d 1 00", true) == SOURCE_YES);
	CHECK(text_sniff_of(r, "0.1 1 123 Rx d 1 00", false) == SOURCE_MAYBE);
	CHECK(text_sniff_of(r, "(1700000000.000001) can0 123#11\n", false) == SOURCE_NO);
	CHECK(text_sniff_of(r, "  can0  123   [2]  11 22\n", false) == SOURCE_NO);
	CHECK(text_sniff_of(r, "1,2,3\n", false) == SOURCE_NO);
}

int
main(void)
{
	text_use_berlin();
	TEST(headers);
	TEST(classic);
	TEST(fd);
	TEST(others);
	TEST(dates);
	TEST(sniffs);
	return test_end();
}
