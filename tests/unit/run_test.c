/* Runs of canonical lines: a line is taken when the parser and the writer agree that it may be. */
#include "test.h"

#include "can/candump.h"
#include "can/run.h"

#define T "(1700000000.123456) "
#define NS INT64_C(1700000000123456000)

static const struct can_run_limits any = { .until = INT64_MAX, .count = UINT64_MAX };

/* The run in a text, behind which nothing follows that could be a line. */
static struct can_run
run_of(const char *text, size_t n, const struct can_run_limits *limits)
{
	char block[1024];

	memset(block, '\n', sizeof block);
	memcpy(block, text, n);
	return can_run_find(block, sizeof block, limits);
}

static struct can_run
run_in(const char *text, const struct can_run_limits *limits)
{
	return run_of(text, strlen(text), limits);
}

/* What the slow way says; frames that a run leaves to it are none here either. */
static bool
may_be_copied(const char *p, size_t n, bool nanoseconds, int64_t *ns)
{
	static struct frame f;
	const char *expected;

	if (candump_parse(p, n, &f, &expected) != CANDUMP_FRAME)
		return false;
	*ns = f.ns;
	return candump_is_canonical(p, n, &f, nanoseconds)
	    && !(f.flags & (FRAME_REMOTE | FRAME_RAW_DLC | FRAME_XL));
}

static void
check(const char *p, size_t n, bool nanoseconds)
{
	struct can_run_limits limits = any;
	struct can_run r;
	int64_t ns = 0;
	bool want = may_be_copied(p, n, nanoseconds, &ns);
	char line[300];

	memcpy(line, p, n);
	line[n] = '\n';
	limits.nanoseconds = nanoseconds;
	r = run_of(line, n + 1, &limits);
	if (r.count != want || r.bytes != (want ? n + 1 : 0) || (want && r.ns != ns))
		test_fail(__FILE__, __LINE__, "%d of '%.*s'", (int)r.count, (int)n, p);
}

#define FD64 "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF" \
	"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
#define NAME63 "b23456789b123456789b123456789b123456789b123456789b123456789b123"

static const char *const lines[] = {
	T "can0 123#", T "can0 7FF#11", T "c 000#1122334455667788", T "can0 800#11",
	T "can0 12345678#11", T "can0 1FFFFFFF#1122334455667788", T "can0 20000004#0011223344556677",
	T "can0 40000000#", T "can0 123#R", T "can0 123#R8", T "can0 123#1122334455667788_9",
	T "can0 123##1", T "can0 123##4" FD64, T "can0 12345678##0" FD64 " R", T "can0 123##1" FD64 "00",
	T "can0 20000004##111", T "can0 123#112233445566778899", T "can0 123#1", T "can0 123#11 R",
	T "can0 123#11 T", T "can0 12345#81:00:12345678#1122", T "can0 123#81:00:12345678#1122",
	T "canbus01 123#11", T "canbus012 123#11", T NAME63 " 123#11", T NAME63 "4 123#11",
	T NAME63 " 1FFFFFFF##F" FD64 " T", T "\xc3\xbc 123#11", T "can0  123#11", "(0000000000.000000) c 1#",
	"(9223372035.999999) c 123#", "(9223372036.854776) c 123#", "(9999999999.999999) c 123#",
	"(1700000000.123456789) can0 123#1122", "(1700000000.1234567890) can0 123#11", "", "\n",
};

enum { LINES = sizeof lines / sizeof *lines };

static void
as_the_parser_says(void)
{
	size_t i;

	for (i = 0; i < LINES; i++) {
		check(lines[i], strlen(lines[i]), false);
		check(lines[i], strlen(lines[i]), true);
	}
}

/* Every byte in every place, and every place missing or doubled. */
static void
whatever_is_wrong(void)
{
	char line[300];
	size_t i, n, at;
	unsigned c;

	for (i = 0; i < LINES; i++) {
		n = strlen(lines[i]);
		for (at = 0; at < n; at++) {
			memcpy(line, lines[i], n);
			for (c = 0; c < 256; c++) {
				line[at] = (char)c;
				if (c != '\n')
					check(line, n, i % 2);
			}
			memmove(line + at, lines[i] + at + 1, n - at - 1);
			check(line, n - 1, false);
			memcpy(line, lines[i], n);
			memmove(line + at + 1, lines[i] + at, n - at);
			check(line, n + 1, false);
		}
	}
}

static void
ends(void)
{
	static const char text[] = T "can0 123#11\n(1700000000.123456) can1 124#\n"
	    "(1700000001.000000) can0 125#\n(1700000000.999999) can0 126#\n";
	struct can_run_limits limits = any;
	struct can_run r = run_in(text, &limits);
	size_t line = strlen(T "can0 123#11\n");

	/* at a time that goes back */
	CHECK(r.count == 3 && r.ns == INT64_C(1700000001000000000));
	limits.until = NS;
	r = run_in(text, &limits);
	CHECK(r.count == 2 && r.ns == NS);
	limits.until = NS - 1;
	r = run_in(text, &limits);
	CHECK(r.count == 0 && r.bytes == 0);
	limits = any;
	limits.from = NS + 1;
	CHECK(run_in(text, &limits).count == 0);
	limits.from = NS;
	limits.count = 1;
	r = run_in(text, &limits);
	CHECK(r.count == 1 && r.bytes == line);
	/* where a line could go on behind what is there */
	CHECK(can_run_find(text, sizeof text - 1, &any).count == 0);
	CHECK(can_run_find(text, 0, &any).count == 0);
}

int
main(void)
{
	TEST(as_the_parser_says);
	TEST(whatever_is_wrong);
	TEST(ends);
	return test_end();
}
