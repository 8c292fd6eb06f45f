#include "test.h"

#include <stdlib.h>

#include "can/candump.h"
#include "can/logline.h"

/* Lines and the canonical log line they are; NULL where they must not be taken as a frame. */
struct sample {
	const char *line, *canonical;
};

/*
 * What logline_next() makes of the line in a block, after another line and after itself: the frame
 * that parse_log() gives, or nothing. True when it has taken it once.
 */
static bool
check_logline(const char *p, size_t n)
{
	static const char *const before[] = {
		"(1436509052.249713) can0 123#1122", "(1436509051.249713) can0 123#1122",
		"(1436509052.249713) can1 123#1122", "(1436509052.249713) vcan0 123#1122",
	};
	static struct frame want, got;
	char a[CANDUMP_LINE_MAX + 1], b[CANDUMP_LINE_MAX + 1];
	bool good = candump_parse_log(p, n, &want), any = false;
	size_t i, room = n + 1 + 200;
	char *block = malloc(room);
	const char *next;
	int again;

	memset(block, '\n', room);
	memcpy(block, p, n);
	for (i = 0; i < sizeof before / sizeof *before; i++) {
		struct logline l = { 0 };

		CHECK(!logline_next(&l, block, block + room, &got));
		CHECK(candump_parse_log(before[i], strlen(before[i]), &got));
		logline_remember(&l, before[i], strlen(before[i]), &got);
		for (again = 0; again < 2; again++) {
			next = logline_next(&l, block, block + room, &got);
			CHECK_CASE(!next || (good && next == block + n + 1), before[i]);
			if (next)
				CHECK_CASE(candump_format(a, &want, true) == candump_format(b, &got, true)
				    && !memcmp(a, b, candump_format(a, &want, true)), before[i]);
			any |= next != NULL;
			CHECK(!logline_next(&l, block, block + n + 1, &got) || n > 150);
			if (good)
				logline_remember(&l, p, n, &want);
		}
	}
	free(block);
	return any;
}

/* What most recordings are made of takes the shortest way. */
static void
logline(void)
{
	static const char *const taken[] = {
		"(1436509052.249713) can0 123#1122334455667788", "(1436509052.249713) can0 7FF#",
		"(1436509052.249713) can0 12345678#112233445566ff88", "(1436509052.249713) vcan12 123#11",
		"(1436509052.249713) can0 123##3", "(1436509052.249713) can0 12345678##1112233445566778899aa",
		"(1436509052.249713) can0 123##1"
		"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
		"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
	};
	static const char *const left[] = {
		"(1436509052.249713) can0 123#112233445566778899", "(1436509052.249713) can0 800#",
		"(1436509052.249713) can0 123#112", "(1436509052.249713) can0 123#1122 R",
		"(1436509052.249713) can0 123#R", "(1436509052.249713) can0 20000001#0000000000000000",
		"(1436509052.249713) can0 123##31", "(1436509052.24971) can0 123#11",
		"(1436509052.249713)  can0 123#11", "(1436509052.249713) can0 123#11 ",
		"(1436509052.249713) averylongname 123#11", "(1436509052.249713) can0 123#1.22",
		("(1436509052.249713) can0 123##3000112233445566778899AABBCCDDEEFF00112233445566778899"
		    "AABBCCDDEEFF00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"),
	};
	size_t i;

	for (i = 0; i < sizeof taken / sizeof *taken; i++)
		CHECK_CASE(check_logline(taken[i], strlen(taken[i])), taken[i]);
	for (i = 0; i < sizeof left / sizeof *left; i++)
		CHECK_CASE(!check_logline(left[i], strlen(left[i])), left[i]);
}

static const char *
canonical(const char *line, size_t n, char out[static CANDUMP_LINE_MAX + 1])
{
	const char *expected = NULL;
	struct frame f;
	char *exact = malloc(n + 1);	/* nothing readable behind the line, for ASan */
	enum candump_result r;
	size_t len;

	memcpy(exact, line, n);
	exact = realloc(exact, n ? n : 1);
	check_logline(exact, n);
	memset(&f, 0xaa, sizeof f);
	r = candump_parse(exact, n, &f, &expected);
	if (r == CANDUMP_FRAME) {
		len = candump_format(out, &f, false);
		out[len] = '\0';
		/* is_canonical() has the log form as its condition, and leaves XL to format() */
		if (candump_parse_log(exact, n, &f) && !(f.flags & FRAME_XL))
			CHECK_CASE(candump_is_canonical(exact, n, &f, false)
			    == span_equal(span_of(out, len - 1), span_of(line, n)), line);
	}
	free(exact);
	if (r == CANDUMP_BAD)
		return expected && *expected ? NULL : "BAD without a reason";
	return r == CANDUMP_BLANK ? "blank" : strtok(out, "\n");
}

static void
check(const struct sample *s, size_t n)
{
	char out[CANDUMP_LINE_MAX + 1];
	const char *got;
	size_t i;

	for (i = 0; i < n; i++) {
		got = canonical(s[i].line, strlen(s[i].line), out);
		if (!got != !s[i].canonical || (got && strcmp(got, s[i].canonical)))
			test_fail(__FILE__, __LINE__, "\"%s\" gives %s", s[i].line, got ? got : "BAD");
	}
}
#define CHECK_SAMPLES(table) check(table, sizeof table / sizeof *table)

/* The line itself is canonical. */
#define SAME(line) { line, line }
#define T "(1436509052.249713) can0 "

static void
log_form(void)
{
	static const struct sample good[] = {
		SAME(T "044#2A366C2BBA"), SAME(T "123#"), SAME(T "7FF#0011223344556677"),
		SAME(T "123#11"), SAME(T "123#1122"), SAME(T "123#112233"), SAME(T "123#11223344"),
		SAME(T "1FFFFFFF#11223344556677"), SAME(T "00000000#"), SAME(T "12345678#112233445566"),
		SAME(T "123#R"), SAME(T "123#R8"), SAME(T "12345678#R3"), SAME(T "123#R8_F"),
		SAME(T "123#1122334455667788_9"), SAME(T "123#1122334455667788_E"),
		SAME(T "20000004#0011223344556677"), SAME(T "3FFFFFFF#00"),
		SAME(T "123##1112233"), SAME(T "123##7"), SAME(T "12345678##F1122334455667788"),
		SAME(T "45123#81:00:12345678#1122"), SAME(T "00242#81:07:40000123#112233"),
		SAME(T "123#11 R"), SAME(T "123# T"), SAME(T "123#R R"), SAME(T "123#R2 T"),
		SAME(T "123##0 T"), SAME("(0000000000.000000) x 123#"),
		SAME(T "123##0112233445566778899"), SAME("(9223371999.999999) can0 123#"),
		/* other ways to write the same */
		{ T "12c#aB", T "12C#AB" }, { T "123#r", T "123#R" }, { T "123#R0", T "123#R" },
		{ T "123#11.22.33", T "123#112233" },
		{ T "123#11.2233.44556677.88", T "123#1122334455667788" },
		{ T "123##1.11.22", T "123##11122" },
		{ T "45123#81:00:12345678#11.22", T "45123#81:00:12345678#1122" },
		{ T "123#81:00:12345678#11", T "00123#81:00:12345678#11" },
		{ T "45123#01:00:12345678#11", T "45123#81:00:12345678#11" },
		{ T "123#1122\r", T "123#1122" }, { T "123#1122 T\r", T "123#1122 T" },
		{ T "123#1122  ", T "123#1122" },
		{ "(1436509052.249713) can0\t123#11\tR", T "123#11 R" },
		{ "(1436509052.249713)\tcan0 123#11", T "123#11" }, { T "123#11\tR", T "123#11 R" },
		{ "(1436509052.249713)   can0   123#11   R", T "123#11 R" },
		{ "(1436509052.2497139) can0 123#", T "123#" },
		{ "(1436509052.249713999) can0 123#", T "123#" },
		{ "(1436509052.2) can0 123#", "(1436509052.200000) can0 123#" },
		{ "(01436509052.249713) can0 123#", T "123#" },
		{ "(1.5) can0 123#", "(0000000001.500000) can0 123#" },
	};
	static const struct sample bad[] = {
		{ T "123", NULL }, { T "", NULL }, { T "12#11", NULL }, { T "1234#11", NULL },
		{ T "800#", NULL },
		{ T "FFF#", NULL }, { T "12G#", NULL }, { T "1234567G#", NULL }, { T "40000000#", NULL },
		{ T "80000123#", NULL }, { T "A0000123#", NULL }, { T "123#1", NULL },
		{ T "123#112", NULL },
		{ T "123#1122334455667", NULL }, { T "123#112233445566778", NULL },
		{ T "123#112233445566778899", NULL }, { T "123#11 22", NULL }, { T "123#1G", NULL },
		{ T "123#G1", NULL }, { T "123#11223344556677GG", NULL }, { T "123#11.", NULL },
		{ T "123#11..22", NULL }, { T "123#1.122", NULL }, { T "123#R9", NULL },
		{ T "123#R1_9", NULL },
		{ T "123#RR", NULL }, { T "123#R88", NULL }, { T "123#11_9", NULL },
		{ T "123#1122334455667788_8", NULL },
		{ T "123#1122334455667788_", NULL }, { T "123#1122334455667788_G", NULL },
		{ T "123#1122334455667788_99", NULL }, { T "123##", NULL }, { T "123##G", NULL },
		{ T "123##11", NULL },
		{ T "123##1112", NULL }, { T "20000004#R", NULL }, { T "20000004##011", NULL },
		{ T "45123#81:00:12345678#", NULL }, { T "45123#81:00:1234567#11", NULL },
		{ T "45123#1122", NULL },
		{ T "45123#81:00:12345678#1", NULL }, { T "45923#81:00:12345678#11", NULL },
		{ T "123#11 X", NULL },
		{ "(1436509052.249713) 123#11", NULL }, { "(1436509052.249713)can0 123#11", NULL },
		{ "(1436509052) can0 123#11", NULL }, { "(1436509052.) can0 123#11", NULL },
		{ "(.5) can0 123#11", NULL }, { "(1436509052.1234567891) can0 123#11", NULL },
		{ "(143650905x.249713) can0 123#11", NULL }, { "(14365090x2.249713) can0 123#11", NULL },
		{ "(1436509052.24971x) can0 123#11", NULL }, { "(-436509052.249713) can0 123#11", NULL },
		{ "(9999999999.249713) can0 123#11", NULL }, { "(1436509052.249713 can0 123#11", NULL },
		{ "1436509052.249713) can0 123#11", NULL }, { "can0 123#11", NULL },
		{ "(1436509052.249713) "
		    "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd 123#11", NULL },
	};

	CHECK_SAMPLES(good);
	CHECK_SAMPLES(bad);
}

/* What candump 2020.11 printed for the same eleven frames with each option. */
static void
screen_forms(void)
{
	static const struct sample s[] = {
		{ " (1795368875.594682)  vcan0  123   [3]  11 22 33",
		    "(1795368875.594682) vcan0 123#112233" },
		{ " (1795368875.610083)  vcan0  12345678   [0] ", "(1795368875.610083) vcan0 12345678#" },
		{ " (1795368875.624224)  vcan1       123   [0]  remote request",
		    "(1795368875.624224) vcan1 123#R" },
		{ " (000.062394)  vcan1       123   [8]  remote request",
		    "(0000000000.062394) vcan1 123#R8" },
		{ " (000.098336)  vcan0       123  [03]  11 22 33",
		    "(0000000000.098336) vcan0 123##4112233" },
		{ " (000.138228)  vcan0  12345678  [00] ", "(0000000000.138228) vcan0 12345678##4" },
		{ "  vcan0       123  [12]  11 22 33 44 55 66 77 88 99 AA 00 00",
		    "(0000000000.000000) vcan0 123##4112233445566778899AA0000" },
		{ "  vcan0  20000004   [8]  00 11 22 33 44 55 66 77   ERRORFRAME",
		    "(0000000000.000000) vcan0 20000004#0011223344556677" },
		{ "  vcan0  TX - -  123   [3]  11 22 33", "(0000000000.000000) vcan0 123#112233 T" },
		{ "  vcan0  RX B E  12345678  [01]  11", "(0000000000.000000) vcan0 12345678##711 R" },
		{ "  vcan0  123   [3]  11 22 33                  '.\"3'",
		    "(0000000000.000000) vcan0 123#112233" },
		{ "  vcan0  12345678   [0]                            ''",
		    "(0000000000.000000) vcan0 12345678#" },
		{ "  vcan1       7FF   [8]  41 42 43 44 45 46 47 48   'ABCDEFGH'",
		    "(0000000000.000000) vcan1 7FF#4142434445464748" },
		{ "  vcan1  7FF   [2]  27 27                     ''''",
		    "(0000000000.000000) vcan1 7FF#2727" },
		{ "  vcan0  123   [3]  00010001 00100010 10110011",
		    "(0000000000.000000) vcan0 123#1122B3" },
		{ "  vcan0  123   [3]  33`22`11", "(0000000000.000000) vcan0 123#112233" },
		{ "  vcan0  123   [3]  33`22`11                  `3\".`",
		    "(0000000000.000000) vcan0 123#112233" },
		{ "  vcan0  20000004   [8]  77`66`55`44`33`22`11`00   ERRORFRAME",
		    "(0000000000.000000) vcan0 20000004#0011223344556677" },
		{ "  vcan0  321   {B}  11 22 33 44 55 66 77 88",
		    "(0000000000.000000) vcan0 321#1122334455667788_B" },
		{ "  vcan0  321   {2}  11 22", "(0000000000.000000) vcan0 321#1122" },
		{ "  vcan0  321   {F}  remote request", "(0000000000.000000) vcan0 321#R8_F" },
		{ "  vcan0       123 [0003] (45|81:00:12345678) 11 22 33",
		    "(0000000000.000000) vcan0 45123#81:00:12345678#112233" },
		{ " (1.000000)  \033[1m\033[34mvcan0  123   [3]  11 22 33\033[0m",
		    "(0000000001.000000) vcan0 123#112233" },
		{ "\033[1m\033[34m (1.000000)  vcan0  123   [0] \033[0m",
		    "(0000000001.000000) vcan0 123#" },
		{ "  can0  123   [1]  11\r", "(0000000000.000000) can0 123#11" },
		{ "\xef\xbb\xbf(1.000000) can0 123#11 R", "(0000000001.000000) can0 123#11 R" },
		{ "\xef\xbb\xbf  can0  123   [1]  11", "(0000000000.000000) can0 123#11" },
		{ "\xef\xbb\xbf", "blank" }, { "\xef\xbb\xbf\xef\xbb\xbf", NULL },
		{ "", "blank" }, { " \t\r", "blank" }, { "# can0 123#11", "blank" },
		{ "\tcontroller-problem{rx-overflow,rx-error-passive}", "blank" },
		{ "\terror-counter-tx-rx{{102}{119}}", "blank" }, { "\tbus-off", "blank" },
		{ "\tbus-of", NULL },
		{ "  vcan0  123   [3]  11 22", NULL }, { "  vcan0  123   [3]  11 22 3", NULL },
		{ "  vcan0  123   [2]  11 22 33", NULL },
		{ "  vcan0  123   [9]  11 22 33 44 55 66 77 88 99", NULL },
		{ "  vcan0  123  [65]  11", NULL }, { "  vcan0  123   [0]  remote reques", NULL },
		{ "  vcan0  123  [00]  remote request", NULL }, { "  vcan0  123   [3] ", NULL },
		{ "  vcan0  123", NULL }, { "  vcan0", NULL }, { "  vcan0  1234   [0]", NULL },
		{ "  vcan0  800   [0]", NULL }, { "  vcan0  40000000   [0]", NULL },
		{ "  vcan0  TX -  123   [0]", NULL },
		{ "  vcan0  TX - - 12", NULL }, { "  vcan0  TX", NULL },
		{ "  vcan0  20000004  [01]  11", NULL },
		{ "  vcan0  123   [3]  11 22 33  ERRORFRAME", NULL },
		{ "  vcan0  20000004   [1]  11  'x'", NULL },
		{ "  vcan0  123   [3]  11 22 33   '.\"'", NULL },
		{ "  vcan0  123   [3]  11 22 33   '.\"3`", NULL },
		{ "  vcan0  123   [3]  11`22 33", NULL }, { "  vcan0  123   [2]  00010001 0010001", NULL },
		{ "  vcan0  123   [1]  00010002", NULL }, { "  vcan0  123   [1]  1122", NULL },
		{ "  vcan0  123   {G}  11", NULL }, { "  vcan0  123   [x]  11", NULL },
		{ "  vcan0  123 [0070] (45|81:00:12345678) 11 22 ...", NULL },
		{ "  vcan0  123 [0001] (45|81:00:1234567) 11", NULL },
		{ " (2015-07-10)x vcan0  123   [0]", NULL },
		{ " (2015-13-10 12:00:00)  vcan0  123   [0]", NULL },
		{ "DROPCOUNT: dropped 3 CAN frames on 'can0' socket (total drops 3)", NULL },
		{ "hello", NULL },
		{ "123#1122", NULL },
	};

	CHECK_SAMPLES(s);
}

static void
dates(void)
{
	static const char line[] = " (2015-07-10 12:34:56.123456)  can0  123   [1]  11";
	const char *expected;
	struct frame f;

	setenv("TZ", "Europe/Berlin", 1);
	CHECK(candump_parse(line, strlen(line), &f, &expected) == CANDUMP_FRAME);
	CHECK(f.flags & FRAME_DATE && f.ns == INT64_C(1436524496123456000));
	setenv("TZ", "UTC", 1);
	CHECK(candump_parse(line, strlen(line), &f, &expected) == CANDUMP_FRAME);
	CHECK(f.ns == INT64_C(1436531696123456000));
}

static void
fields(void)
{
	static const char screen[] = "  can0  20000004   [1]  11";
	const char *expected;
	struct frame f;

	CHECK(candump_parse_log("(1.123456789) bus7 45123#81:07:12345678#1122", 44, &f));
	CHECK(f.ns == 1123456789 && f.id == 0x123 && f.xl_vcid == 0x45 && f.xl_flags == 0x81);
	CHECK(f.xl_sdt == 7 && f.xl_af == 0x12345678 && f.len == 2 && f.flags == FRAME_XL);
	CHECK_TEXT(f.bus, "bus7");
	CHECK(candump_parse_log("(1436509052.123456) can0 1ABCDEF9##3112233", 42, &f));
	CHECK(f.id == 0x1abcdef9 && f.fd_flags == 3 && f.flags == (FRAME_FD | FRAME_EXTENDED));
	CHECK(f.ns == INT64_C(1436509052123456000) && f.len == 3 && !memcmp(f.data, "\x11\x22\x33", 3));
	CHECK(frame_socketcan_id(&f) == 0x9abcdef9);
	CHECK(candump_parse_log("(1436509052.123456) can0 3ABCDEF9#1122334455 R", 46, &f));
	CHECK(f.id == 0x1abcdef9 && f.flags == (FRAME_ERROR | FRAME_RX) && f.len == 5);
	CHECK(frame_socketcan_id(&f) == 0x3abcdef9);
	CHECK(!memcmp(f.data, "\x11\x22\x33\x44\x55", 5));
	CHECK(candump_parse(screen, strlen(screen), &f, &expected) == CANDUMP_FRAME);
	CHECK(f.flags == (FRAME_ERROR | FRAME_NO_TIME) && f.ns == 0);
	CHECK(!candump_parse_log(screen, strlen(screen), &f));
}

static void
longest(void)
{
	static char line[CANDUMP_LINE_MAX + 2], out[CANDUMP_LINE_MAX];
	size_t n = (size_t)sprintf(line, "(1436509052.249713999) %.*s 45123#81:00:12345678#",
	    FRAME_BUS_MAX, "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd");
	static struct frame f;
	unsigned i;

	for (i = 0; i < FRAME_DATA_MAX; i++)
		n += (size_t)sprintf(line + n, "%02X", i & 255);
	CHECK(candump_parse_log(line, n, &f));
	line[n++] = '\n';
	CHECK(candump_format(out, &f, true) == n && !memcmp(line, out, n));
	line[n - 1] = '0';
	line[n++] = '0';
	CHECK(!candump_parse_log(line, n, &f));
}

/* The same with nine digits of fraction. */
static void
canonical_nanoseconds(void)
{
	static const char nine[] = "(1436509052.249713001) can0 123#11";
	static const char blanks[] = "  (14563092.025597) can0 123#11";
	const char *expected;
	struct frame f;

	CHECK(candump_parse_log(nine, strlen(nine), &f));
	CHECK(candump_is_canonical(nine, strlen(nine), &f, true));
	CHECK(!candump_is_canonical(nine, strlen(nine), &f, false));
	CHECK(candump_parse_log(T "123#11", strlen(T "123#11"), &f));
	CHECK(candump_is_canonical(f.bus.p - 20, strlen(T "123#11"), &f, false));
	CHECK(!candump_is_canonical(f.bus.p - 20, strlen(T "123#11"), &f, true));
	/* two blanks in front where two digits are missing */
	CHECK(candump_parse(blanks, strlen(blanks), &f, &expected) == CANDUMP_FRAME);
	CHECK(!candump_is_canonical(blanks, strlen(blanks), &f, false));
}

static void
formats(void)
{
	struct frame f = { .ns = -5, .bus = span_str("can0"), .id = 0x12 };
	char out[CANDUMP_LINE_MAX];

	CHECK_TEXT(span_of(out, candump_format(out, &f, true)), "(0000000000.000000000) can0 012#\n");
	f.ns = 1999999999;
	CHECK_TEXT(span_of(out, candump_format(out, &f, false)), "(0000000001.999999) can0 012#\n");
}

int
main(void)
{
	TEST(logline);
	TEST(log_form);
	TEST(screen_forms);
	TEST(dates);
	TEST(fields);
	TEST(longest);
	TEST(canonical_nanoseconds);
	TEST(formats);
	return test_end();
}
