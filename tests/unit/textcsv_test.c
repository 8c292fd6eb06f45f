/* The formats that are separated by commas or semicolons: GVRET, python-can, id-csv, Microchip. */
#include "textcase.h"

#include "source/gvret.h"
#include "source/idcsv.h"
#include "source/microchip.h"
#include "source/pythoncan.h"
#include "source/readers.h"

static void
gvret(void)
{
	static const struct text_case c[] = {
		{ "Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"
		  "166064000,0000021A,false,0,8,FE,36,12,FE,69,05,07,AD,\n"
		  "166064001,0000021A,true,1,2,FE,36,00,00,00,00,00,00,\n"
		  "166064002,00000800,false,1,0,\n",
		  "\n~(0000000166.064000000) can0 21A#FE3612FE690507AD\n"
		  "~(0000000166.064001000) can1 0000021A#FE36\n~(0000000166.064002000) can1 00000800#\n" },
		{ "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"
		  "1700000000123456,000005EB,false,Rx,0,2,E8,45,00,00,00,00,00,00,\n"
		  "1700000000123457,000005EB,false,Tx,2,1,8\n",
		  "\n~(1700000000.123456000) can0 5EB#E845 R\n~(1700000000.123457000) can2 5EB#08 T\n" },
		/* quoted, with blanks, columns missing and in another order */
		{ "\"Time Stamp\", \"ID\",LEN ,\"D1\",D2\n\"5\", \"7FF\", 2, \"01\", 02\n",
		  "\n~(0000000000.000005000) can0 7FF#0102\n" },
		{ "5,0x7FF,true,Tx,3,1,0A\nTime Stamp,ID,Extended,Bus,LEN,D1\n5,0x7FF,true,3,1,0A\n",
		  "!\n\n~(0000000000.000005000) can3 000007FF#0A\n" },
		{ "ID,Time Stamp,LEN,D1\n", "!\n" }, { "Time Stamp,ID,LEN\n", "!\n" },
		/* as a spreadsheet of another country writes it */
		{ "Time Stamp;ID;Extended;Dir;Bus;LEN;D1;D2\n5;7FF;FALSE;Rx;1;2;0A;1\n",
		  "\n~(0000000000.000005000) can1 7FF#0A01 R\n" },
		/* no header: both forms */
		{ "5,7FF,false,Tx,3,1,0A\n", "~(0000000000.000005000) can3 7FF#0A T\n" },
		{ "5,7FF,0,3,1,0A\n", "~(0000000000.000005000) can3 7FF#0A\n" },
		/* more than eight columns of data */
		{ "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8,D9,D10,D11,D12\n"
		  "5,7FF,false,Rx,3,12,0,1,2,3,4,5,6,7,8,9,a,b\n",
		  "\n~(0000000000.000005000) can3 7FF##0000102030405060708090A0B R\n" },
		{ "Time Stamp,ID,Extended,Bus,LEN,D1\n\n-5,7FF,false,0,0\n5,7FG,false,0,0\n5,20000000,1,0,0\n"
		  "5,1,maybe,0,0\n5,1,1,x,0\n5,1,1,0,65\n5,1,1,0,2,01\n5,1,1,0,1,0G\n5,1,1,0,1,123\n5,1,1\n"
		  "5,1,1,0,\nx,1,1,0,0\n,,,,\n",
		  "\n\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
	};

	CHECK_TEXTS(c, gvret_line, struct gvret);
}

static void
pythoncan(void)
{
	static const struct text_case c[] = {
		{ "timestamp,arbitration_id,extended,remote,error,dlc,data\n"
		  "1483389946.197,0x00dadada,1,0,0,6,WzQyLCA5\n1483389946.1971,0x7df,0,0,0,8,AgEMAAAAAAA=\n"
		  "0.5,0x1,0,1,0,4,\n1e-05,0x1,0,0,0,0,\n0.0,0x20,0,0,1,8,AAAAAAAAAAA=\n"
		  "0.0,0x1,0,0,0,1,/w==\n0.0,0x1,0,0,0,1,/w\n",
		  "\n~(1483389946.197000000) can0 00DADADA#5B34322C2039\n"
		  "~(1483389946.197100000) can0 7DF#02010C0000000000\n"
		  "~(0000000000.500000000) can0 001#R4\n~(0000000000.000010000) can0 001#\n"
		  "~(0000000000.000000000) can0 20000020#0000000000000000\n"
		  "~(0000000000.000000000) can0 001#FF\n~(0000000000.000000000) can0 001#FF\n" },
		{ "timestamp;arbitration_id;extended;remote;error;dlc;data\n"
		  "1483389946,197;0x7df;0;0;0;1;/w==\n1483389946.5;0x7df;0;0;0;1;/w==\n1,5,7;0x7df;0;0;0;0;\n",
		  "\n~(1483389946.197000000) can0 7DF#FF\n~(1483389946.500000000) can0 7DF#FF\n!\n" },
		/* CAN FD has no flags here */
		{ "0.5,0x7df,0,0,0,12,AAECAwQFBgcICQoL\n",
		  "~(0000000000.500000000) can0 7DF##0000102030405060708090A0B\n" },
		{ "data,dlc,arbitration_id,\"timestamp\"\n", "!\n" },
		{ "timestamp,data,dlc,arbitration_id,extended\n2.5,/w==,1,0x7FF,True\n",
		  "\n~(0000000002.500000000) can0 000007FF#FF\n" },
		{ "0.5,0x7df,0,0,0,8,AgEMAAAAAAA\n0.5,0x7df,0,0,0,8,AgEMAAAAAA=\n0.5,0x7df,0,0,0,8,AgEMAA*AAAA=\n"
		  "0.5,0x7df,0,0,0,65,\n0.5,0x20000000,1,0,0,0,\n0.5,x,0,0,0,0,\n-1,0x1,0,0,0,0,\n"
		  "0.5,0x1,2,0,0,0,\n0.5,0x1,0,1,0,16,\nnan,0x1,0,0,0,0,\n1e99,0x1,0,0,0,0,\n0.5,0x1\n,\n"
		  "0.5,0x1,0,0,1,12,AAECAwQFBgcICQoL\n",
		  "~(0000000000.500000000) can0 7DF#02010C0000000000\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
	};

	CHECK_TEXTS(c, pythoncan_line, struct pythoncan);
}

static void
idcsv(void)
{
	static const struct text_case c[] = {
		{ "ID,Data Bytes\n0000021A,FE 36 12 FE 69 05 07 AD \n0000048C,00\n00000800,\n0x12,\"0a bc\"\n",
		  "\n~(0000000000.000000000) can0 21A#FE3612FE690507AD\n"
		  "~(0000000000.005000000) can0 48C#00\n~(0000000000.010000000) can0 00000800#\n"
		  "~(0000000000.015000000) can0 012#0ABC\n" },
		{ "ID;Data Bytes\n21A;00 01\nx;00\n\"21A\";\"02\";\n",
		  "\n~(0000000000.000000000) can0 21A#0001\n!\n~(0000000000.005000000) can0 21A#02\n" },
		{ "21A,00 01 02 03 04 05 06 07 08\n", "~(0000000000.000000000) can0 21A##0000102030405060708\n" },
		{ "21A\n21A,0\n21A,00 0\n21A,00,11\n20000000,00\nxyz,00\n,00\n\n", "!\n!\n!\n!\n!\n!\n!\n\n" },
	};

	CHECK_TEXTS(c, idcsv_line, struct idcsv);
}

#define HEAD "//---\nMicrochip Technology Inc.\nCAN BUS Analyzer\n"

static void
microchip(void)
{
	static const struct text_case c[] = {
		{ HEAD "Logging Started: 30/9/2017 15:06:13\n//---\n"
		  "166064;RX;0x0000021A;8;0xFE;0x36;0x12;0xFE;0x69;0x05;0x07;0xAD;\n"
		  "1;TX;0xC2;1;0x5C;0x87;0x00;0x00;0x01;0x00;0x00;0x1C\n2;RX;0x800;0\n3;rx;0x12x;0;\n4;RX;291;1;255\n",
		  "\n\n\n\n\n(1506776939.064000000) can0 21A#FE3612FE690507AD R\n"
		  "(1506776773.001000000) can0 0C2#5C T\n(1506776773.002000000) can0 00000800# R\n"
		  "(1506776773.003000000) can0 00000012# R\n(1506776773.004000000) can0 123#FF R\n" },
		/* month first where it must be so, or the time says it */
		{ HEAD "Logging Started: 9/30/2017 15:06:13\n//---\n0;RX;0x1;0\n",
		  "\n\n\n\n\n(1506776773.000000000) can0 001# R\n" },
		{ HEAD "Logging Started: 3/4/2017 3:06:13 PM\n//---\n0;RX;0x1;0\n",
		  "\n\n\n\n\n(1488636373.000000000) can0 001# R\n" },
		{ HEAD "Logging Started: 3/4/2017 15:06:13\n//---\n0;RX;0x1;0\n",
		  "\n\n\n\n\n(1491224773.000000000) can0 001# R\n" },
		{ HEAD "Logging Started: today\n//---\n5;RX;0x1;0\n",
		  "\n\n\n\n\n~(0000000000.005000000) can0 001# R\n" },
		{ "5;RX;0x1;1;0x02\n", "~(0000000000.005000000) can0 001#02 R\n" },
		{ "x;RX;0x1;0\n1;XX;0x1;0\n1;RX;0x20000000;0\n1;RX;0x1;65\n1;RX;0x1;2;0x01\n1;RX;0x1;1;0x100\n"
		  "1;RX;0x1\n1;RX;x;0\n1;RX;0x1;1;0xG\n", "!\n!\n!\n!\n!\n!\n!\n!\n!\n" },
	};

	CHECK_TEXTS(c, microchip_line, struct microchip);
}

static void
sniffs(void)
{
	static const struct {
		const char *bytes;
		const struct source_reader *is;	/* of the four below, that which says yes; NULL: none */
	} row[] = {
		{ "Time Stamp,ID,Extended,Bus,LEN,D1\n", &source_gvret },
		{ "5,7FF,false,Tx,3,1,0A\n", &source_gvret }, { "5,7FF,0,3,1,0A\n", &source_gvret },
		{ "timestamp,arbitration_id,extended,remote,error,dlc,data\r\n", &source_pythoncan },
		{ "0.5,0x7df,0,0,0,8,AgEMAAAAAAA=\n", &source_pythoncan },
		{ "ID,Data Bytes\n", &source_idcsv }, { "21A,00 01\n", &source_idcsv },
		{ "ID;Data Bytes\n", &source_idcsv }, { "5;7FF;false;Tx;3;1;0A\n", &source_gvret },
		{ "timestamp;arbitration_id;extended;remote;error;dlc;data\n", &source_pythoncan },
		{ HEAD, &source_microchip }, { "5;RX;0x1;1;0x02\n", &source_microchip },
		{ "(1700000000.000001) can0 123#11\n", NULL }, { "ID,Name\n", NULL }, { "a;b;c;d\n", NULL },
		{ "# a remark\n", NULL },
	};
	static const struct source_reader *const readers[] = { &source_gvret, &source_pythoncan,
		&source_idcsv, &source_microchip };
	size_t i, k;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		for (k = 0; k < sizeof readers / sizeof *readers; k++)
			CHECK_CASE((text_sniff_of(readers[k], row[i].bytes, false) == SOURCE_YES)
			    == (readers[k] == row[i].is), row[i].bytes);
}

int
main(void)
{
	text_use_berlin();
	TEST(gvret);
	TEST(pythoncan);
	TEST(idcsv);
	TEST(microchip);
	TEST(sniffs);
	return test_end();
}
