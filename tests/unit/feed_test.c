/* Recordings on the line of time: from and until, merge, loop, and where relative times begin. */
#include "test.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/feed.h"

#define S CLOCK_SECOND
#define T0 INT64_C(1700000000)

static char folder[] = "/tmp/feed_test.XXXXXX";

static const char *
in_folder(const char *name, char path[static 100])
{
	snprintf(path, 100, "%s/%s", folder, name);
	return path;
}

/* A log with a frame for each of these times (in ms since T0, -1 ends), the id being id. */
static const char *
log_file(const char *name, unsigned id, const int *ms, char path[static 100])
{
	FILE *f = fopen(in_folder(name, path), "w");

	CHECK(f != NULL);
	for (; *ms >= 0; ms++)
		fprintf(f, "(%" PRId64 ".%06d) can0 %03X#\n", T0 + *ms / 1000, *ms % 1000 * 1000, id);
	CHECK(fclose(f) == 0);
	return path;
}

/* Everything that a feed gives: "100@1 200@2", ids and ms since T0; and what else it says. */
static const char *
story(struct feed *f, const struct feed_options *o, const char *const *path, size_t paths,
    struct buf *b)
{
	enum source_result r;
	size_t n = 0;

	b->len = 0;
	feed_init(f, o, path, paths, NULL);
	while ((r = feed_next(f, true)) != SOURCE_END && n++ < 100) {
		if (r == SOURCE_FRAME)
			buf_printf(b, "%s%x@%" PRId64, b->len ? " " : "", f->source->frame.id,
			    (f->ns - T0 * S) / 1000000);
		else
			buf_puts(b, r == SOURCE_FAILED ? "!" : "?");
	}
	feed_close(f);
	return buf_str(b);
}
#define CHECK_STORY(o, path, want) \
	CHECK_TEXT(span_str(story(&f, o, path, sizeof path / sizeof *path, &b)), want)

static const struct feed_options plain = { .rounds = 1 };

static void
edges(void)
{
	char p[2][100];
	const char *path[] = { log_file("a", 0x100, (int[]){ 0, 1000, 1000, 2500, 2400, 3000, -1 }, p[0]),
		log_file("b", 0x200, (int[]){ 2000, 4000, -1 }, p[1]) };
	static const struct {
		struct feed_edge from, until;
		const char *story;
		uint64_t outside;
	} row[] = {
		{ { 0 }, { 0 }, "100@0 100@1000 100@1000 100@2500 100@2400 100@3000 200@2000 200@4000", 0 },
		{ { true, true, S }, { 0 }, "100@1000 100@1000 100@2500 100@2400 100@3000 200@2000 200@4000", 1 },
		{ { true, true, S + 1 }, { 0 }, "100@2500 100@2400 100@3000 200@2000 200@4000", 3 },
		{ { 0 }, { true, true, 2400 * S / 1000 }, "100@0 100@1000 100@1000 100@2400 200@2000", 3 },
		{ { true, false, (T0 + 1) * S }, { true, false, (T0 + 2) * S }, "100@1000 100@1000 200@2000", 5 },
		{ { true, false, (T0 + 9) * S }, { 0 }, "", 8 },
		{ { 0 }, { true, false, (T0 - 1) * S }, "", 8 },
		{ { true, true, INT64_MAX }, { 0 }, "", 8 },
	};
	static struct feed f;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct feed_options o = plain;

		o.from = row[i].from;
		o.until = row[i].until;
		CHECK_STORY(&o, path, row[i].story);
		CHECK_CASE(f.outside == row[i].outside && f.counts.lines == 8, row[i].story);
	}
	buf_free(&b);
}

/* Reading ends a minute behind `until`, not at its first frame. */
static void
until_ends(void)
{
	char p[100];
	const char *path[] = { log_file("a", 0x100, (int[]){ 0, 61000, 1, 61002, 2, -1 }, p) };
	struct feed_options o = plain;
	static struct feed f;
	struct buf b = { 0 };

	o.until = (struct feed_edge){ true, true, S };
	CHECK_STORY(&o, path, "100@0 100@1");
	CHECK(f.outside == 2 && f.counts.lines == 4);
	buf_free(&b);
}

static void
merge(void)
{
	char p[4][100];
	const char *path[] = {
		log_file("a", 0x100, (int[]){ 0, 10, 10, 30, -1 }, p[0]),
		log_file("b", 0x200, (int[]){ 5, 10, 2, 3, 20, -1 }, p[1]),	/* jumps back */
		log_file("c", 0x300, (int[]){ -1 }, p[2]),
		log_file("d", 0x400, (int[]){ 40, -1 }, p[3]),
	};
	const char *missing[] = { p[0], "/nonexistent", p[3] };
	struct feed_options o = plain;
	static struct feed f;
	struct buf b = { 0 };

	o.merge = true;
	CHECK_STORY(&o, path, "100@0 200@5 100@10 100@10 200@10 200@2 200@3 200@20 100@30 400@40");
	CHECK(f.back == 1 && f.counts.lines == 10);
	o.from = (struct feed_edge){ true, true, 10 * S / 1000 };
	o.until = (struct feed_edge){ true, true, 30 * S / 1000 };
	CHECK_STORY(&o, path, "100@10 100@10 200@10 200@20 100@30");
	CHECK(f.outside == 5);
	o = plain;
	o.merge = true;
	CHECK_STORY(&o, missing, "! 100@0 100@10 100@10 100@30 400@40");
	buf_free(&b);
}

/* As many as make each one's buffer small; the result is in order and complete. */
static void
merge_many(void)
{
	enum { FILES = 60, FRAMES = 1000 };
	char p[FILES][100];
	const char *path[FILES];
	struct feed_options o = plain;
	static struct feed f;
	int i, k, ms[FRAMES + 1];
	int64_t before = 0;
	uint64_t frames = 0;
	enum source_result r;

	for (i = 0; i < FILES; i++) {
		char name[20];

		for (k = 0; k < FRAMES; k++)
			ms[k] = k * 61 + i * 17 % 61;
		ms[FRAMES] = -1;
		sprintf(name, "m%d", i);
		path[i] = log_file(name, (unsigned)i, ms, p[i]);
	}
	o.merge = true;
	feed_init(&f, &o, path, FILES, NULL);
	while ((r = feed_next(&f, true)) == SOURCE_FRAME) {
		CHECK(f.ns >= before);
		before = f.ns;
		frames++;
	}
	CHECK(r == SOURCE_END && frames == FILES * FRAMES && f.back == 0);
	feed_close(&f);
}

static void
loop(void)
{
	char p[2][100];
	const char *path[] = { log_file("a", 0x100, (int[]){ 0, 10, -1 }, p[0]),
		log_file("b", 0x200, (int[]){ 20, -1 }, p[1]) };
	const char *one[] = { p[1] }, *none[] = { log_file("c", 1, (int[]){ -1 }, p[0]) };
	struct feed_options o = plain;
	static struct feed f;
	struct buf b = { 0 };
	int i;

	log_file("a", 0x100, (int[]){ 0, 10, -1 }, p[0]);
	o.rounds = 3;
	CHECK_STORY(&o, path, "100@0 100@10 200@20 100@30 100@40 200@50 100@60 100@70 200@80");
	CHECK(f.counts.lines == 9);
	o.merge = true;
	CHECK_STORY(&o, path, "100@0 100@10 200@20 100@30 100@40 200@50 100@60 100@70 200@80");
	o.merge = false;
	CHECK_STORY(&o, one, "200@20 200@1020 200@2020");
	o.from = (struct feed_edge){ true, true, 10 * S / 1000 };
	CHECK_STORY(&o, path, "100@10 200@20 100@30 200@40 100@50 200@60");
	/* for ever; and nothing for ever is nothing */
	o = plain;
	o.rounds = 0;
	feed_init(&f, &o, one, 1, NULL);
	for (i = 0; i < 1000; i++)
		CHECK(feed_next(&f, true) == SOURCE_FRAME && f.ns == T0 * S + S / 50 + i * S);
	feed_close(&f);
	log_file("c", 1, (int[]){ -1 }, p[0]);
	none[0] = p[0];
	CHECK_STORY(&o, none, "");
	buf_free(&b);
}

/* The last modification less the length. */
static void
origins(void)
{
	static const struct {
		const char *text;
		enum stamp_mode mode;
		int64_t first;		/* ms since T0 */
	} row[] = {
		{ "(0.5) can0 123#\n(2.5) can0 123#\n", STAMP_ABSOLUTE, 8000 },
		{ "(0.5) can0 123#\n(2.0) can0 123#\nrubbish\n", STAMP_ZERO, 8500 },
		{ "(0.5) can0 123#\n(2.0) can0 123#\n", STAMP_DELTA, 8000 },
		{ "(1.0) can0 123#\n", STAMP_ABSOLUTE, 10000 },
	};
	const struct timespec modified[2] = { { T0 + 10, 0 }, { T0 + 10, 0 } };
	const struct timespec early[2] = { { 1, 0 }, { 1, 0 } };
	struct track_options o = { .mode = STAMP_ABSOLUTE };
	static struct track t;
	char path[100];
	size_t i;

	in_folder("r", path);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		FILE *file = fopen(path, "w");

		CHECK(file && fputs(row[i].text, file) >= 0 && fclose(file) == 0);
		CHECK(utimensat(AT_FDCWD, path, modified, 0) == 0);
		o.mode = row[i].mode;
		CHECK(track_open(&t, path, &o) == 0);
		CHECK(track_next(&t, true) == SOURCE_RELATIVE && t.origin == TRACK_MODIFIED);
		CHECK(track_next(&t, true) == SOURCE_FRAME);
		CHECK_CASE(t.ns == T0 * S + row[i].first * S / 1000, row[i].text);
		track_close(&t);
	}
	/* a file time that cannot be true; and a given start, of which nothing is said */
	CHECK(utimensat(AT_FDCWD, path, early, 0) == 0);
	CHECK(track_open(&t, path, &o) == 0 && track_next(&t, true) == SOURCE_RELATIVE
	    && t.origin == TRACK_PRESENT);
	track_close(&t);
	o.started = true;
	o.start = 5 * S;
	CHECK(track_open(&t, path, &o) == 0 && track_next(&t, true) == SOURCE_FRAME && t.ns == 6 * S
	    && t.origin == TRACK_GIVEN);
	track_close(&t);
}

/* The same of a long file: its end is looked at, not all of it. */
static void
origin_of_a_long_one(void)
{
	enum { FRAMES = 300000 };
	const struct timespec modified[2] = { { T0, 0 }, { T0, 0 } };
	const struct track_options o = { .mode = STAMP_ABSOLUTE };
	static struct track t;
	char path[100];
	FILE *file = fopen(in_folder("r", path), "w");
	int i;

	for (i = 0; i < FRAMES; i++)
		fprintf(file, "(%d.%03d) can0 123#1122334455667788\n", i / 1000, i % 1000);
	for (i = 0; i < 10000; i++)
		fprintf(file, "something else, for longer than one look back takes\n");
	CHECK(fclose(file) == 0 && utimensat(AT_FDCWD, path, modified, 0) == 0);
	CHECK(track_open(&t, path, &o) == 0);
	CHECK(track_next(&t, true) == SOURCE_RELATIVE && track_next(&t, true) == SOURCE_FRAME);
	CHECK(t.ns == T0 * S - (FRAMES - 1) * (S / 1000));
	track_close(&t);
}

static void
timeless(void)
{
	static const char text[] = "can0  123   [1]  11\ncan0  123   [1]  12\ncan0  123   [1]  13\n";
	const struct track_options o = { .mode = STAMP_ABSOLUTE };
	static struct track t;
	char path[100];
	FILE *file = fopen(in_folder("r", path), "w");
	int64_t before, start = clock_real();

	CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
	CHECK(track_open(&t, path, &o) == 0);
	CHECK(track_next(&t, true) == SOURCE_TIMELESS && track_next(&t, true) == SOURCE_FRAME);
	before = t.ns;
	CHECK(before >= start && before - start < 600 * S);
	CHECK(track_next(&t, true) == SOURCE_FRAME && t.ns == before + 1000);
	CHECK(track_next(&t, true) == SOURCE_FRAME && t.ns == before + 2000 && t.back == 0);
	track_close(&t);
}

/*
 * A format in which every byte is a line, so that ten sparse gigabytes are a recording: the line
 * at an offset is the frame of so many microseconds.
 */
static enum source_result
open_zeroes(struct source *s, bool wait)
{
	(void)wait;
	s->newline = '\0';
	return SOURCE_DATA;
}

static enum source_result
next_zero(struct source *s, bool wait)
{
	enum source_result r = source_line(s, wait);

	if (r != SOURCE_DATA)
		return r;
	s->frame.flags = 0;
	s->frame.bus = span_str("can0");
	s->frame.ns = T0 * S + 1000 * (int64_t)(s->jumped ? s->offset : s->number - 1);
	return SOURCE_FRAME;
}

static const struct source_reader zeroes = { .name = "zeroes", .about = "of this test",
	.open = open_zeroes, .next = next_zero, .jumps = true };

static void
ten_gigabytes(void)
{
	const int64_t size = INT64_C(10000000000);
	const int64_t from[] = { size - 1000, size - 3000000, size / 3, 5000000, 2 };
	struct feed_options o = plain;
	static struct feed f;
	char p[100];
	const char *path = in_folder("sparse", p);
	FILE *file = fopen(path, "w");
	size_t i;

	CHECK(file && fclose(file) == 0 && truncate(path, size) == 0);
	o.track.source.format = &zeroes;
	for (i = 0; i < sizeof from / sizeof *from; i++) {
		o.from = (struct feed_edge){ true, false, T0 * S + from[i] * 1000 };
		feed_init(&f, &o, &path, 1, NULL);
		CHECK(feed_next(&f, true) == SOURCE_FRAME);
		CHECK(f.ns == o.from.ns);
		CHECK(feed_counts(&f).bytes < 6 << 20);
		CHECK(f.outside < 200000);
		feed_close(&f);
	}
	o.from = (struct feed_edge){ true, true, size * 1000 - 1500000 };
	feed_init(&f, &o, &path, 1, NULL);
	for (i = 0; i < 1500; i++)
		CHECK(feed_next(&f, true) == SOURCE_FRAME && f.ns == T0 * S + o.from.ns + (int64_t)i * 1000);
	CHECK(feed_next(&f, true) == SOURCE_END);
	CHECK(f.counts.bytes < 6 << 20);
	feed_close(&f);
}

/* A hole in a log, as a power cut leaves it, hides what is behind it from the halving, no more. */
static void
hole(void)
{
	char p[100];
	const char *path = in_folder("hole", p);
	FILE *file = fopen(path, "w");
	struct feed_options o = plain;
	static struct feed f;
	enum source_result r;
	uint64_t frames = 0;
	int i;

	for (i = 0; i < 100000; i++)
		fprintf(file, "(%" PRId64 ".%06d) can0 123#1122334455667788\n", T0 + i, 0);
	CHECK(fseek(file, 100 << 20, SEEK_CUR) == 0 && fputc('\n', file) == '\n');
	for (; i < 100100; i++)
		fprintf(file, "(%" PRId64 ".%06d) can0 123#1122334455667788\n", T0 + i, 0);
	CHECK(fclose(file) == 0);
	o.from = (struct feed_edge){ true, true, 100050 * S };
	feed_init(&f, &o, &path, 1, NULL);
	while ((r = feed_next(&f, true)) != SOURCE_END)
		frames += r == SOURCE_FRAME;
	CHECK(frames == 50);
	feed_close(&f);
}

static void
shares(void)
{
	char p[2][100];
	const char *path[] = { log_file("a", 1, (int[]){ 0, 1, -1 }, p[0]),
		log_file("b", 2, (int[]){ 3, 4, 5, -1 }, p[1]) }, *with_stdin[] = { p[0], NULL };
	struct feed_options o = plain;
	uint64_t done, total;
	static struct feed f;

	feed_init(&f, &plain, path, 2, NULL);
	feed_progress(&f, &done, &total);
	CHECK(done == 0 && total == 5 * 30);
	while (feed_next(&f, true) != SOURCE_END)
		;
	feed_progress(&f, &done, &total);
	CHECK(done == total);
	feed_close(&f);
	o.rounds = 3;
	feed_init(&f, &o, path, 2, NULL);
	feed_progress(&f, &done, &total);
	CHECK(total == 3 * 5 * 30);
	feed_close(&f);
	o.rounds = 0;
	feed_init(&f, &o, path, 2, NULL);
	feed_progress(&f, &done, &total);
	CHECK(total == 0);
	feed_close(&f);
	feed_init(&f, &plain, with_stdin, 2, NULL);
	feed_progress(&f, &done, &total);
	CHECK(total == 0);
	feed_close(&f);
}

static void
append(const char *path, const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);

	CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* Everything until nothing more is there, a letter each. */
static const char *
now(struct feed *f, char out[static 20])
{
	enum source_result r;
	size_t n = 0;

	while ((r = feed_next(f, false)) != SOURCE_IDLE && r != SOURCE_END && n < 18)
		out[n++] = r == SOURCE_FRAME ? "abcdef"[f->source->frame.id % 6]
		    : r == SOURCE_REPLACED ? '>' : r == SOURCE_UNTERMINATED ? '~' : r == SOURCE_WAKE ? '.' : '?';
	out[n++] = r == SOURCE_IDLE ? '_' : '|';
	out[n] = '\0';
	return out;
}
#define CHECK_NOW(want) CHECK_TEXT(span_str(now(&f, out)), want)

/* A file that grows, in pieces of lines too, is truncated, moved away and replaced. */
static void
follow(void)
{
	static struct feed f;
	struct feed_options o = plain;
	char p[100], moved[100], out[20];
	const char *path = in_folder("grows", p);

	in_folder("moved", moved);
	o.track.source.follow = true;
	append(path, "w", "");
	feed_init(&f, &o, &path, 1, NULL);
	CHECK_NOW("_");
	append(path, "a", "(1700000000.0) can0 000#\n(1700000000.1) can0 001#11");
	CHECK_NOW("a_");
	append(path, "a", "22\n");
	CHECK_NOW("b_");
	CHECK(f.source->frame.len == 2);
	append(path, "w", "(1700000000.2) can0 002#\n");	/* shorter than before */
	CHECK_NOW(">c_");
	/* moved: goes on with it as long as there is no other */
	CHECK(rename(path, moved) == 0);
	CHECK_NOW("_");
	append(moved, "a", "(1700000000.3) can0 003#\n(1700000000.4) can0 004#11");
	CHECK_NOW("d_");
	append(path, "w", "(1700000000.5) can0 005#\n");
	append(moved, "a", "2");
	CHECK_NOW(".~>f_");			/* what is torn stays torn: 004#112 is no frame */
	append(path, "a", "(1700000000.5) can0 000#\n");
	CHECK_NOW("a_");
	CHECK(unlink(path) == 0);
	CHECK_NOW("_");
	append(path, "w", "(1700000000.5) can0 001#\n");
	CHECK_NOW(".>b_");
	feed_close(&f);
	CHECK(f.counts.lines == 8 && f.counts.unterminated == 1);
}

/* From a time on: looking for it does not wait at the end of the file. */
static void
follow_from(void)
{
	static struct feed f;
	struct feed_options o = plain;
	char p[100], line[100], out[20];
	const char *path = in_folder("grows", p);
	FILE *file = fopen(path, "w");
	int i;

	for (i = 0; i < 200000; i++)
		fprintf(file, "(%" PRId64 ".0) can0 000#1122334455667788\n", T0 + i);
	CHECK(fclose(file) == 0);
	o.track.source.follow = true;
	o.from = (struct feed_edge){ true, true, 199998 * S };
	feed_init(&f, &o, &path, 1, NULL);
	CHECK_NOW("aa_");
	sprintf(line, "(%" PRId64 ".0) can0 001#\n", T0 + i);
	append(path, "a", line);
	CHECK_NOW("b_");
	feed_close(&f);
	/* relative times: the length is that of what is there */
	append(path, "w", "(0.5) can0 000#\n");
	o.from.given = false;
	feed_init(&f, &o, &path, 1, NULL);
	CHECK_NOW("?a_");
	feed_close(&f);
}

int
main(void)
{
	char command[100];

	CHECK(mkdtemp(folder) != NULL);
	TEST(edges);
	TEST(until_ends);
	TEST(merge);
	TEST(merge_many);
	TEST(loop);
	TEST(origins);
	TEST(origin_of_a_long_one);
	TEST(timeless);
	TEST(ten_gigabytes);
	TEST(hole);
	TEST(shares);
	TEST(follow);
	TEST(follow_from);
	sprintf(command, "rm -r %s", folder);
	CHECK(system(command) == 0);
	return test_end();
}
