#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/clockwatch.h"
#include "source/merge.h"
#include "source/source.h"
#include "source/spec.h"

static void
specs(void)
{
	static const struct {
		const char *arg;
		bool exists;
		enum spec_kind kind;
		const char *name, *filter;
	} row[] = {
		{ "-", false, SPEC_STDIN, "-", NULL }, { "-", true, SPEC_STDIN, "-", NULL },
		{ "can0", false, SPEC_CAN, "can0", NULL }, { "can0", true, SPEC_FILE, "can0", NULL },
		{ "any,0:0,#FFFFFFFF", false, SPEC_CAN, "any", "0:0,#FFFFFFFF" },
		{ "can0,", false, SPEC_CAN, "can0", "" }, { "can0,x", true, SPEC_FILE, "can0,x", NULL },
		{ "can:can0,1:1", true, SPEC_CAN, "can0", "1:1" }, { "can:", false, SPEC_CAN, "", NULL },
		{ "bridge:", false, SPEC_BRIDGE, "", NULL },
		{ "bridge:tcp:car:1/2/3-4,1:1,#2", true, SPEC_BRIDGE, "tcp:car:1/2/3-4", "1:1,#2" },
		{ "socketcand:car/can0,", false, SPEC_SOCKETCAND, "car/can0", "" },
		{ "file:can0,1", false, SPEC_FILE, "can0,1", NULL },
		{ "file:-", false, SPEC_FILE, "-", NULL },
		{ "./can0", false, SPEC_FILE, "./can0", NULL },
		{ "a/b,1:1", false, SPEC_FILE, "a/b,1:1", NULL },
		{ "drive today", false, SPEC_FILE, "drive today", NULL },
		{ "drive.log.2026.g", false, SPEC_FILE, "drive.log.2026.g", NULL },
		{ "drive.log.2026.", false, SPEC_CAN, "drive.log.2026.", NULL },
		{ "", false, SPEC_FILE, "", NULL }, { ",1:1", false, SPEC_FILE, ",1:1", NULL },
		{ "http://x", false, SPEC_FILE, "http://x", NULL },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct spec s = spec_parse(span_str(row[i].arg), row[i].exists);

		CHECK_CASE(s.kind == row[i].kind && span_is(s.name, row[i].name), row[i].arg);
		CHECK_CASE(!s.filter.p == !row[i].filter, row[i].arg);
		CHECK_CASE(!s.filter.p || span_is(s.filter, row[i].filter), row[i].arg);
		CHECK_CASE(s.guessed == (s.kind == SPEC_CAN && strncmp(row[i].arg, "can:", 4) != 0), row[i].arg);
	}
}

static void
clocks(void)
{
	const int64_t s = CLOCK_SECOND;
	struct clockwatch w;

	clockwatch_init(&w, 1000 * s);
	CHECK(clockwatch_look(&w, 2000 * s, 5 * s) == CLOCKWATCH_GOOD);
	CHECK(clockwatch_look(&w, 2100 * s, 105 * s) == CLOCKWATCH_GOOD);
	CHECK(clockwatch_look(&w, 2200 * s + s, 205 * s) == CLOCKWATCH_GOOD);	/* NTP pulls it */
	CHECK(clockwatch_look(&w, 2300 * s + 2 * s, 305 * s) == CLOCKWATCH_GOOD);
	CHECK(clockwatch_look(&w, 2304 * s, 306 * s) == CLOCKWATCH_GOOD);
	CHECK(clockwatch_look(&w, 2306 * s + 1, 307 * s) == CLOCKWATCH_STEPPED && w.step == s + 1);
	CHECK(clockwatch_look(&w, 500 * s, 308 * s) == CLOCKWATCH_STEPPED && w.step < -1800 * s);
	CHECK(clockwatch_look(&w, 501 * s, 309 * s) == CLOCKWATCH_EARLY);
	CHECK(clockwatch_look(&w, 502 * s, 310 * s) == CLOCKWATCH_GOOD);	/* said once */
	clockwatch_init(&w, 1000 * s);
	CHECK(clockwatch_look(&w, 999 * s, 0) == CLOCKWATCH_EARLY);
	CHECK(clockwatch_look(&w, 1000 * s, s) == CLOCKWATCH_GOOD);
}

/* Puts frames with these stamps (in ms, 0 ends) into a lane; the id is the stamp. */
static void
put(struct merge *m, size_t lane, const int *ms, bool more)
{
	size_t n, i;
	struct merge_item *it = merge_space(m, lane, &n);

	for (i = 0; ms[i]; i++)
		it[i] = (struct merge_item){ .ns = ms[i] * INT64_C(1000000), .id = (uint32_t)ms[i] };
	CHECK(i <= n);
	merge_add(m, lane, i, more);
}

/* What may go now, as "1 2 3". */
static const char *
all(struct merge *m, char out[static 100])
{
	const struct merge_item *it;
	size_t n = 0;

	*out = '\0';
	while ((it = merge_next(m)) && n < 80)
		n += (size_t)snprintf(out + n, 100 - n, "%s%u", n ? " " : "", it->id);
	return out;
}
#define CHECK_OUT(m, want) CHECK_TEXT(span_str(all(m, out)), want)
#define MS INT64_C(1000000)

static void
merging(void)
{
	char out[100];
	struct merge m;

	merge_init(&m, 2);
	merge_round(&m, 100 * MS, 1000 * MS);
	put(&m, 0, (int[]){ 90, 92, 100, 0 }, false);
	put(&m, 1, (int[]){ 91, 99, 101, 0 }, false);
	CHECK_OUT(&m, "90 91 92 99");	/* what is newer may still have an older neighbour */
	CHECK(merge_holds(&m));
	merge_round(&m, 102 * MS, 1002 * MS);
	put(&m, 0, (int[]){ 0 }, false);
	put(&m, 1, (int[]){ 0 }, false);
	CHECK_OUT(&m, "100 101");
	CHECK(!merge_holds(&m));

	/* a socket that was not emptied may hold frames older than the other's */
	merge_round(&m, 200 * MS, 1100 * MS);
	put(&m, 0, (int[]){ 150, 151, 0 }, true);
	put(&m, 1, (int[]){ 149, 160, 0 }, false);
	CHECK_OUT(&m, "149 150 151");
	merge_round(&m, 200 * MS, 1100 * MS);
	put(&m, 0, (int[]){ 155, 0 }, false);
	CHECK_OUT(&m, "155 160");

	/* a clock that was set back does not hold them for ever */
	merge_round(&m, 10 * MS, 1200 * MS);
	put(&m, 1, (int[]){ 300, 0 }, false);
	CHECK_OUT(&m, "");
	merge_round(&m, 11 * MS, 1201 * MS);
	put(&m, 1, (int[]){ 5, 0 }, false);
	CHECK_OUT(&m, "");		/* 5 came behind 300 and stays there */
	merge_round(&m, 12 * MS, 1202 * MS);
	CHECK_OUT(&m, "300 5");

	/* nor lets one go that has waited before an older one that has not */
	merge_round(&m, 500 * MS, 1250 * MS);
	put(&m, 1, (int[]){ 506, 0 }, false);
	CHECK_OUT(&m, "");
	merge_round(&m, 506 * MS, 1256 * MS);
	put(&m, 0, (int[]){ 505, 0 }, false);
	put(&m, 1, (int[]){ 507, 0 }, false);
	CHECK_OUT(&m, "505 506");
	merge_round(&m, 510 * MS, 1260 * MS);
	CHECK_OUT(&m, "507");

	/* the end */
	merge_round(&m, 10 * MS, 1300 * MS);
	put(&m, 0, (int[]){ 400, 0 }, false);
	CHECK_OUT(&m, "");
	merge_release(&m);
	CHECK_OUT(&m, "400");
	merge_free(&m);

	/* one bus needs no order */
	merge_init(&m, 1);
	merge_round(&m, 10 * MS, 1000 * MS);
	put(&m, 0, (int[]){ 20, 19, 0 }, true);
	CHECK_OUT(&m, "20 19");
	merge_free(&m);
}

static void
merge_full(void)
{
	size_t n, sum = 0;
	struct merge m;

	merge_init(&m, 2);
	merge_round(&m, 0, 0);
	while (merge_space(&m, 0, &n), n) {
		n = n < 100 ? n : 100;
		merge_add(&m, 0, n, false);
		sum += n;
	}
	CHECK(sum == MERGE_LANE_MAX && m.lane[0].more);
	merge_free(&m);
}

static char path[] = "/tmp/source_test.XXXXXX";

/* Everything a source says about the content, a letter each. */
static const char *
story(const char *content, size_t n, bool accept, struct source *s, char out[static 100])
{
	FILE *f = fopen(path, "w");
	enum source_result r;
	size_t len = 0;

	CHECK(f && fwrite(content, 1, n, f) == n && fclose(f) == 0);
	CHECK(source_open(s, path, &(struct source_options){ .accept_unterminated = accept }) == 0);
	do {
		r = source_next(s, true);
		if (r == SOURCE_SKIPPED)
			CHECK(s->expected != NULL);
		if (len < 99)
			out[len++] = "FSUDTsLdbnIWEX"[r];
	} while (r != SOURCE_END && r != SOURCE_FAILED);
	out[len] = '\0';
	source_close(s);
	return out;
}

#define GOOD "(1.5) can0 123#11\n"

static void
files(void)
{
	static const struct {
		const char *content;
		bool accept;
		const char *story;
		uint64_t lines, blank, skipped, unterminated;
	} row[] = {
		{ "", false, "E", 0, 0, 0, 0 },
		{ GOOD GOOD, false, "FFE", 2, 0, 0, 0 },
		{ GOOD "\n# x\n" GOOD, false, "FFE", 4, 2, 0, 0 },
		{ GOOD "x\n" GOOD, false, "FSFE", 3, 0, 1, 0 },
		{ GOOD "(1.5) can0 123#11", false, "FUE", 2, 0, 0, 1 },
		{ GOOD "(1.5) can0 123#11", true, "FFE", 2, 0, 0, 0 },
		{ GOOD "(1.5) can0 123#1", true, "FSE", 2, 0, 1, 0 },
		{ "x", false, "UE", 1, 0, 0, 1 },
		{ "\x1f\x8b", false, "TE", 0, 0, 0, 0 },
	};
	static struct source s;
	char out[100];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_TEXT(span_str(story(row[i].content, strlen(row[i].content), row[i].accept, &s, out)),
		    row[i].story);
		CHECK_CASE(s.counts.lines == row[i].lines && s.counts.blank == row[i].blank
		    && s.counts.skipped == row[i].skipped
		    && s.counts.unterminated == row[i].unterminated, row[i].content);
		CHECK_CASE(s.counts.bytes == strlen(row[i].content) && s.number == s.counts.lines,
		    row[i].content);
	}
}

/* A line of 3 MiB between two good ones, and one at the end. */
static void
long_lines(void)
{
	enum { LONG = 3 << 20 };
	static struct source s;
	char out[100], *text = malloc(2 * LONG + 100);
	size_t n = 0;

	n += (size_t)sprintf(text + n, GOOD);
	memset(text + n, 'x', LONG);
	n += LONG;
	n += (size_t)sprintf(text + n, "\n" GOOD);
	CHECK_TEXT(span_str(story(text, n, false, &s, out)), "FSFE");
	CHECK(s.counts.lines == 3 && s.counts.skipped == 1 && s.number == 3);
	memset(text + n, 'x', LONG);
	n += LONG;
	CHECK_TEXT(span_str(story(text, n, true, &s, out)), "FSFSE");
	CHECK(s.counts.lines == 4 && s.counts.skipped == 2);
	free(text);
}

/* gzip of GOOD GOOD, made by gzip -9n. */
static const char packed[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xd3\x30\xd4\x33\xd5\x54\x48\x4e"
	"\xcc\x33\x50\x30\x34\x32\x56\x36\x34\xe4\xd2\xc0\x10\x01\x00\xaf\xcb\x15\x1a\x24\x00\x00\x00";

static void
compressed(void)
{
	static struct source s;
	char out[100];
	size_t n = sizeof packed - 1;

	CHECK_TEXT(span_str(story(packed, n, false, &s, out)), "FFE");
	CHECK(s.counts.bytes == n && s.counts.lines == 2);
	CHECK_TEXT(span_str(story(packed, n - 12, false, &s, out)), "FTE");
	CHECK(s.expected && s.counts.lines >= 1 && s.counts.lines == 1 + s.counts.unterminated);
}

static void
missing(void)
{
	static struct source s;

	CHECK(source_open(&s, "/nonexistent/x", &(struct source_options){ 0 }) != 0);
	CHECK(source_open(&s, "/", &(struct source_options){ 0 }) == 0);
	CHECK(source_next(&s, true) == SOURCE_FAILED && s.err != 0);
	source_close(&s);
}

int
main(void)
{
	int fd = mkstemp(path);

	CHECK(fd >= 0 && close(fd) == 0);
	TEST(specs);
	TEST(clocks);
	TEST(merging);
	TEST(merge_full);
	TEST(files);
	TEST(long_lines);
	TEST(compressed);
	TEST(missing);
	unlink(path);
	return test_end();
}
