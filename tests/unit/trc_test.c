#include "textcase.h"

#include "base/clock.h"
#include "source/readers.h"
#include "source/trc.h"

/* 45000 days: 2023-03-15, midnight in Berlin: 1678834800. */
#define START ";$STARTTIME=45000.0\n"
#define V21 ";$FILEVERSION=2.1\n" START ";$COLUMNS=N,O,T,B,I,d,R,L,D\n"
#define V20 ";$FILEVERSION=2.0\n" START ";$COLUMNS=N,O,T,I,d,l,D\n"
#define B3 "\n\n\n"
#define T0 "(1678834801.059900000) "

static void
version_1(void)
{
	static const struct text_case c[] = {
		{ ";##########\n;   C:\\TraceFile.trc\n;    Start time: 15.03.2023 00:00:00.500\n;-+-\n"
		  "     1)      1841      0001  8  00 01 02 03 04 05 06 07 \n"
		  "     2)      1842      0008  4  ERROR 00 19 08 09 \n"
		  "     3)      1843  FFFFFFFF  4  00 00 00 04 -- -- -- --  BUSLIGHT \n"
		  "     4)      1844  00000100  3  RTR \n     5)      1844      0800  0\n"
		  "     6)      1844      0001  3  00 01\n",
		  "\n\n\n\n(1678834802.341000000) can1 001#0001020304050607\n"
		  "(1678834802.342000000) can1 20000280#0000001900000908 T\n+status changes\n"
		  "(1678834802.344000000) can1 00000100#R3\n(1678834802.344000000) can1 00000800#\n!\n" },
		{ ";$FILEVERSION=1.1\n" START
		  "     1)      1059.9  Rx         0300  7  00 00 00 00 04 00 00 \n"
		  "     2)      1059.9  Tx     1DEFFF04  2  AB cd\n"
		  "     3)      1346.8  Warng  FFFFFFFF  4  00 00 00 04  BUSLIGHT \n"
		  "     4)      1059.9  Error      0001  4  01 02 08 09\n"
		  "     5)      1059.9  Rx         0100  3  RTR\n     6)      1059.9  Rx 0100  f  00\n",
		  "\n\n" T0 "can1 300#00000000040000 R\n" T0 "can1 1DEFFF04#ABCD T\n+status changes\n"
		  T0 "can1 20000288#0000010200000908 R\n" T0 "can1 100#R3 R\n!\n" },
		{ ";$FILEVERSION=1.2\n;$STARTTIME=45000.0;\n"
		  "     1)      1059.900  1  Rx         0300  7  00 00 00 00 04 00 00 \n"
		  "     2)      1059.900  12 Tx         0300  0\n"
		  "     3)      1059.900  2  Error      0008  4  00 19 08 08\n"
		  "     4)      1059.900  2  Warng  FFFFFFFF  4  00 00 00 04  BUSLIGHT \n",
		  "\n\n" T0 "can1 300#00000000040000 R\n" T0 "can12 300# T\n"
		  T0 "can2 20000280#0000001900000808 T\n+status changes\n" },
		{ ";$FILEVERSION=1.3\n" START
		  "     1)      1059.900 1  Rx        0300 -  7    00 00 00 00 04 00 00 \n"
		  "     2)      1059.900 2  Tx    18FEEC00 -  20   00 01 02 03 04 05 06 07 08 09 0A\n"
		  "     3)      1059.900 2  Tx    18FEEC00 -  9    00 01 02 03 04 05 06 07 08\n"
		  "     4)      1059.900 2  Tx    18FEEC00 -  9    00 01 02 03 04 05 06 07\n"
		  "     5)      1059.900 1  Error     0008 -  4    00 19 08 08\n"
		  "     6)      1059.900 1  Rx        0100 -  3    RTR\n",
		  "\n\n" T0 "can1 300#00000000040000 R\n+messages longer than a frame\n"
		  "+messages longer than a frame\n" T0 "can2 18FEEC00#0001020304050607_9 T\n"
		  T0 "can1 20000280#0000001900000808 T\n" T0 "can1 100#R3 R\n" },
	};

	CHECK_TEXTS(c, trc_line, struct trc);
}

static void
version_2(void)
{
	static const struct text_case c[] = {
		{ V20 "      1      1059.900 DT     0300 Rx 7  00 00 00 00 04 00 00 \n"
		  "      2      1059.900 FD     0500 Tx 12 01 02 03 04 05 06 07 08 09 0A 0B 0C \n"
		  "      3      1059.900 ER          Rx    04 01 02 08 09 \n"
		  "      4      1334.531 ST          Rx    00 00 00 08 \n"
		  "      5      1334.643 EC          Rx    02 02 \n"
		  "      6      1059.900 FB 18EFC034 Tx 1  01 \n      7      1059.900 RR     0100 Rx 3 \n"
		  "      8      1059.900 EV User-defined event\n      9      1059.900 DT 0300 Rx 9 00\n"
		  "     10      1059.900 ER          Tx\n",
		  B3 T0 "can1 300#00000000040000 R\n" T0 "can1 500##00102030405060708090A0B0C T\n"
		  T0 "can1 20000288#0000040200000908 R\n+status changes\n+error counters\n"
		  T0 "can1 18EFC034##101 T\n" T0 "can1 100#R3 R\n+events\n+messages longer than a frame\n"
		  T0 "can1 20000080#0000000000000000 T\n" },
		{ V21 "      1      1059.900 DT 1      0300 Rx -  7    00 00 00 00 04 00 00 \n"
		  "      5      1059.900 FE 3      0500 Tx -  9    01 02 03 04 05 06 07 08 09 0A 0B 0C \n"
		  "      5      1059.900 BI 3      0500 Tx -  12   01 02 03 04 05 06 07 08 09 0A 0B 0C \n"
		  "      6      1059.900 ER 1         - Rx -  5    04 00 02 00 00 \n"
		  "      7      1334.224 EV 1  User-defined event for bus 1 \n"
		  "      8      1334.225 EV -  User-defined event for all busses \n"
		  "      9      1334.231 ST 1         - Rx -  4    00 00 00 08 \n"
		  "     11      1334.643 EC 1         - Rx -  2    02 02 \n"
		  "     12      1059.900 DT 1  18EFC034 Tx -  8    01 02 03 04 05 06 07 08 \n"
		  "     13      1059.900 RR 1      0100 Rx -  3 \n     14 1059.9 ER 1 - - - 0\n"
		  "     15      1059.900 DT 1      0300 Rx -  15   01 02 03 04 05 06 07 08\n",
		  B3 T0 "can1 300#00000000040000 R\n" T0 "can3 500##20102030405060708090A0B0C T\n"
		  T0 "can3 500##30102030405060708090A0B0C T\n" T0 "can1 20000288#0000840200000000 R\n"
		  "+events\n+events\n+status changes\n+error counters\n"
		  T0 "can1 18EFC034#0102030405060708 T\n" T0 "can1 100#R3 R\n"
		  T0 "can1 20000080#0000000000000000\n" T0 "can1 300#0102030405060708_F R\n" },
		/* columns in another order, blanks among them, one that nobody knows */
		{ ";$FILEVERSION=2.1\n" START ";$COLUMNS=N, T, O, I, B, X, d, L, D\n"
		  "1 DT 1059.900 0300 2 what Rx 1 FF\n",
		  B3 T0 "can2 300#FF R\n" },
		/* no $COLUMNS */
		{ ";$FILEVERSION=2.0\n" START "1 1059.900 DT 0300 Rx 1 FF\n",
		  "\n\n" T0 "can1 300#FF R\n" },
		{ ";$FILEVERSION=2.1\n" START "1 1059.900 DT 5 0300 Rx - 1 FF\n",
		  "\n\n" T0 "can5 300#FF R\n" },
		/* longest, too long, too short */
		{ V21 "1 1059.900 FD 1 0300 Rx - 15 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 "
		  "14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 "
		  "13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F\n"
		  "1 1059.900 FD 1 0300 Rx - 15 00\n1 1059.900 DT 1 0300 Rx - 8 00 01 02 03 04 05 06 0\n"
		  "1 1059.900 DT 1 20000000 Rx - 0\n1 1059.900 QQ 1 0300 Rx - 0\n1 x DT 1 0300 Rx - 0\n"
		  "1 1059.900 DT x 0300 Rx - 0\n1 1059.900 DT 1 0300 Qx - 0\n1 1059.900 DT 1 0300 Rx - x\n"
		  "1 1059.900 RR 1 0300 Rx - 16\n1 1059.900 DT\n1\nhello\n",
		  B3 T0 "can1 300##0000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F0001020304"
		  "05060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F R\n"
		  "!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
	};

	CHECK_TEXTS(c, trc_line, struct trc);
}

static void
headers(void)
{
	static const struct text_case c[] = {
		/* without a version: by the first row */
		{ "1) 1059.9 Rx 0300 1 FF\n", "~(0000000001.059900000) can1 300#FF R\n" },
		{ "1) 1059.9 2 Rx 0300 1 FF\n", "~(0000000001.059900000) can2 300#FF R\n" },
		{ "1) 1059.9 2 Rx 0300 - 1 FF\n", "~(0000000001.059900000) can2 300#FF R\n" },
		{ "1) 1059.9 0300 1 FF\n", "~(0000000001.059900000) can1 300#FF\n" },
		{ "1 1059.9 DT 0300 Rx 1 FF\n", "~(0000000001.059900000) can1 300#FF R\n" },
		/* the number is more exact than the text, which stands in for it */
		{ ";$STARTTIME=45000.0\n; Start time: 15.03.2023 00:00:00.500\n1) 0 Rx 0300 0\n",
		  "\n\n(1678834800.000000000) can1 300# R\n" },
		{ "; Start time: 2023-03-15 00:00:00.062.0\n1) 0 Rx 0300 0\n",
		  "\n(1678834800.062000000) can1 300# R\n" },
		{ "; Start time: 05/04/2023 00:00:00\n1) 0 Rx 0300 0\n",	/* April or May? */
		  "\n~(0000000000.000000000) can1 300# R\n" },
		{ ";$STARTTIME=0.0\n1) 0 Rx 0300 0\n", "\n~(0000000000.000000000) can1 300# R\n" },
		{ ";$STARTTIME=\n;$FILEVERSION=\n;$COLUMNS=\n;$\n;\n", "\n\n\n\n\n" },
		/* a second file behind the first */
		{ V21 "1 1059.900 DT 5 0300 Rx - 1 FF\n;$FILEVERSION=1.1\n;$STARTTIME=45001.0\n"
		  "1) 1059.9 Rx 0300 1 FF\n",
		  B3 T0 "can5 300#FF R\n\n\n(1678921201.059900000) can1 300#FF R\n" },
	};

	CHECK_TEXTS(c, trc_line, struct trc);
}

static void
days(void)
{
	static const struct {
		const char *text;
		int64_t ns;	/* -1: none */
	} row[] = {
		{ "42176.7577227546", INT64_C(1434903067245997000) },	/* two hours of summer time */
		{ "44548.6028595139", INT64_C(1639834087062001000) },
		{ "44656.4982577909614", INT64_C(1649152649473139000) }, { "45000", INT64_C(1678834800000000000) },
		{ "45000.", INT64_C(1678834800000000000) }, { "45000.5", INT64_C(1678878000000000000) },
		{ "45000.9999999999999999999", INT64_C(1678921200000000000) },
		{ "29220.5", 0 }, { "0", 0 }, { "", -1 }, { ".5", -1 }, { "-1.5", -1 }, { "45000,5", -1 },
		{ "1e5", -1 }, { "1000000", -1 }, { "45000.5x", -1 },
	};
	int64_t ns;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		bool good = trc_days(span_str(row[i].text), &ns);

		CHECK_CASE(good == (row[i].ns >= 0), row[i].text);
		if (good && ns != row[i].ns)
			test_fail(__FILE__, __LINE__, "%s gives %lld", row[i].text, (long long)ns);
	}
}

static void
sniffs(void)
{
	const struct source_reader *r = &source_trc;

	CHECK(text_sniff_of(r, ";$FILEVERSION=1.1\r\n", false) == SOURCE_YES);
	CHECK(text_sniff_of(r, ";$FILEVERS", false) == SOURCE_MAYBE);
	CHECK(text_sniff_of(r, ";####\n; x\n 1) 1841 0001 1 00\n", false) == SOURCE_YES);
	CHECK(text_sniff_of(r, "; 1) CAN Logger trace file\n1\t11:20:00:123\t00AB\t1\t00\n", false)
	    == SOURCE_NO);
	CHECK(text_sniff_of(r, "1) 1841 0001 1 00\n", false) == SOURCE_YES);
	CHECK(text_sniff_of(r, "1 1841 0001 1 00\n", false) == SOURCE_NO);
	CHECK(text_sniff_of(r, "(1700000000.000001) can0 123#11\n", false) == SOURCE_NO);
	CHECK(text_sniff_of(r, "", false) == SOURCE_MAYBE);
}

int
main(void)
{
	text_use_berlin();
	TEST(version_1);
	TEST(version_2);
	TEST(headers);
	TEST(days);
	TEST(sniffs);
	return test_end();
}
