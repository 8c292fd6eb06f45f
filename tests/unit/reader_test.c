/* What lib/source gives to the readers of formats, tried with readers of this test's own. */
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/readers.h"

static char path[] = "/tmp/reader_test.XXXXXX";

static void
put_file(const char *p, size_t n)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fwrite(p, 1, n, f) == n && fclose(f) == 0);
}

/*
 * Records: a length, a kind and that many bytes. Kind F: a frame of the data; M: a marker; anything
 * else is damage, found again at the next F or M.
 */
static enum source_result
record_open(struct source *s, bool wait)
{
	struct span p;
	enum source_result r = source_bytes(s, 4, &p, wait);

	if (r != SOURCE_DATA && r != SOURCE_END)
		return r;
	if (p.n < 4)
		return SOURCE_END;
	source_eat(s, 4);
	s->relative = true;
	*(int *)s->state = 7;
	return SOURCE_DATA;
}

static enum source_result
record_next(struct source *s, bool wait)
{
	struct span p;
	enum source_result r;

	for (;;) {
		r = source_bytes(s, 2, &p, wait);
		if (r == SOURCE_END && p.n)
			return source_eat(s, p.n), source_damage(s, "a whole record");
		if (r != SOURCE_DATA)
			return r;
		if (p.p[1] != 'F' && p.p[1] != 'M') {
			source_eat(s, 1);
			return source_damage(s, "a record");
		}
		r = source_bytes(s, 2 + (size_t)p.p[0], &p, wait);
		if (r == SOURCE_END)
			return source_eat(s, p.n), source_damage(s, "a whole record");
		if (r != SOURCE_DATA)
			return r;
		source_record(s);
		if (p.p[1] == 'F') {
			s->frame.len = (uint16_t)p.p[0];
			memcpy(s->frame.data, p.p + 2, s->frame.len);
			source_bus(s, 3);
		} else {
			source_other(s, "markers");
		}
		source_eat(s, 2 + (uint64_t)p.p[0]);
		if (p.p[1] == 'F')
			return SOURCE_FRAME;
	}
}

static int closed;

static void
record_close(struct source *s)
{
	CHECK(s->state && (*(int *)s->state == 7 || *(int *)s->state == 0));
	closed++;
}

static const struct source_reader records = { .name = "records", .about = "of this test",
	.open = record_open, .next = record_next, .close = record_close, .state = sizeof(int) };

/* Everything it says, a letter each. */
static const char *
story(struct source *s, char out[static 100], bool wait)
{
	enum source_result r;
	size_t n = 0;

	do {
		r = source_next(s, wait);
		out[n++] = "FSUDTsLdbnIWEX"[r];
	} while (r != SOURCE_END && r != SOURCE_FAILED && n < 99);
	out[n] = '\0';
	return out;
}

static void
record_stories(void)
{
	static const struct {
		const char *text, *story;
		uint64_t records, other, damaged;
	} row[] = {
		{ "HEAD\3Fabc\0F\1Mx\2Fde", "FFFE", 4, 1, 0 }, { "HEA", "E", 0, 0, 0 }, { "HEAD", "E", 0, 0, 0 },
		{ "HEAD\3Fab", "DE", 0, 0, 1 }, { "HEAD\3", "DE", 0, 0, 1 }, { "HEAD??\1Fx", "DDFE", 1, 0, 2 },
		{ "HEAD\1Mx\1My", "E", 2, 2, 0 },
	};
	static const size_t length[] = { 18, 3, 4, 8, 5, 9, 10 };
	static struct source s;
	const struct source_options o = { .format = &records };
	char out[100];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		put_file(row[i].text, length[i]);
		closed = 0;
		CHECK(source_open(&s, path, &o) == 0);
		CHECK_TEXT(span_str(story(&s, out, true)), row[i].story);
		CHECK_CASE(s.counts.records == row[i].records && s.counts.other == row[i].other
		    && s.counts.damaged == row[i].damaged && s.counts.bytes == length[i], row[i].story);
		CHECK(s.relative == (length[i] >= 4));
		if (i == 0)
			CHECK(s.frame.len == 2 && span_is(s.frame.bus, "can3") && s.offset == 18
			    && s.kind[0].count == 1 && !strcmp(s.kind[0].name, "markers"));
		source_close(&s);
		CHECK(closed == 1);
	}
}

/* The same through a pipe that gives a byte at a time: nothing is lost or said twice. */
static void
byte_by_byte(void)
{
	static const char text[] = "HEAD\3Fabc\1Mx\2Fde??\1Fx";
	static struct source s;
	const struct source_options o = { .format = &records };
	int fd[2], saved = dup(0);
	enum source_result r;
	char out[200];
	size_t i, n = 0;

	CHECK(pipe(fd) == 0 && dup2(fd[0], 0) == 0 && close(fd[0]) == 0);
	CHECK(source_open(&s, NULL, &o) == 0);
	for (i = 0; i < sizeof text - 1; i++) {
		CHECK(write(fd[1], text + i, 1) == 1);
		while ((r = source_next(&s, false)) != SOURCE_IDLE && n < 190)
			out[n++] = "FSUDTsLdbnIWEX"[r];
	}
	close(fd[1]);
	out[n] = '\0';
	CHECK_TEXT(span_str(out), "FFDDF");
	CHECK(source_next(&s, false) == SOURCE_END && s.counts.records == 4);
	source_close(&s);
	CHECK(dup2(saved, 0) == 0 && close(saved) == 0);
}

/* A format that seeks: the last four bytes say where the one frame stands. */
static enum source_result
tail_next(struct source *s, bool wait)
{
	struct source_window *w = s->state, second = { 0 };
	struct span p, q;
	uint32_t at;

	(void)wait;
	if (s->number)
		return SOURCE_END;
	source_record(s);
	if (s->size < 4 || source_window_at(s, w, s->size - 4, 4, &p) != SOURCE_DATA)
		return source_damage(s, "four bytes");
	memcpy(&at, p.p, 4);
	if (source_window_at(s, w, at, 8, &p) != SOURCE_DATA)
		return source_damage(s, "eight bytes");
	memcpy(s->frame.data, p.p, 8);
	/* Another window, and places outside the file. */
	CHECK(source_window_at(s, &second, 0, 4, &q) == SOURCE_DATA && q.n >= 4);
	CHECK(source_window_at(s, &second, s->size - 1, 2, &q) == SOURCE_END && q.n == 1);
	CHECK(source_window_at(s, &second, UINT64_MAX - 3, 2, &q) == SOURCE_END && q.n == 0);
	source_window_free(&second);
	return SOURCE_FRAME;
}

static void
tail_close(struct source *s)
{
	source_window_free(s->state);
}

static const struct source_reader tails = { .name = "tails", .about = "of this test",
	.next = tail_next, .close = tail_close, .state = sizeof(struct source_window), .seeks = true };

static void
seeking(void)
{
	enum { SIZE = 3000000 };
	static struct source s;
	const struct source_options o = { .format = &tails };
	char *text = calloc(1, SIZE + 4), out[100], command[200];
	uint32_t at = 1999998;
	int saved = dup(0), fd;

	memcpy(text + at, "01234567", 8);
	memcpy(text + SIZE, &at, 4);
	put_file(text, SIZE + 4);
	CHECK(source_open(&s, path, &o) == 0);
	CHECK_TEXT(span_str(story(&s, out, true)), "FE");
	CHECK(!memcmp(s.frame.data, "01234567", 8) && s.file == s.input.fd);
	CHECK(s.counts.bytes < SIZE / 2);
	source_close(&s);

	/* standard input that is the file needs no copy either */
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0 && dup2(fd, 0) == 0 && close(fd) == 0);
	CHECK(source_open(&s, NULL, &o) == 0);
	CHECK_TEXT(span_str(story(&s, out, true)), "FE");
	source_close(&s);
	CHECK(dup2(saved, 0) == 0 && close(saved) == 0);

	/* compressed */
	snprintf(command, sizeof command, "gzip -1 <%s >%s.gz && mv %s.gz %s", path, path, path, path);
	CHECK(system(command) == 0);
	CHECK(source_open(&s, path, &o) == 0);
	CHECK_TEXT(span_str(story(&s, out, true)), "sFE");
	CHECK(!memcmp(s.frame.data, "01234567", 8) && s.size == SIZE + 4);
	source_close(&s);
	CHECK(truncate(path, 1000) == 0);
	CHECK(source_open(&s, path, &o) == 0);
	CHECK_TEXT(span_str(story(&s, out, true)), "sTFE");	/* the zeroes that are left */
	CHECK(s.size < SIZE && !s.frame.data[0]);
	source_close(&s);
	CHECK(setenv("TMPDIR", "/nonexistent", 1) == 0);
	CHECK(source_open(&s, path, &o) == 0);
	CHECK_TEXT(span_str(story(&s, out, true)), "sX");
	CHECK(s.err != 0);
	source_close(&s);
	unsetenv("TMPDIR");
	free(text);
}

/* Lines that end in CR; the first is a header, the second is read twice. */
static enum source_result
line_open(struct source *s, bool wait)
{
	enum source_result r;

	s->newline = '\r';
	r = source_line(s, wait);
	if (r != SOURCE_DATA)
		return r;
	source_blank(s);
	return SOURCE_DATA;
}

static enum source_result
line_next(struct source *s, bool wait)
{
	enum source_result r = source_line(s, wait);
	bool *again = s->state;

	if (r == SOURCE_DATA && s->number == 2 && !*again) {
		*again = true;
		source_unread(s);
		r = source_line(s, wait);
	}
	if (r != SOURCE_DATA)
		return r;
	return span_is(s->line, "x") ? source_skip(s, "no x") : SOURCE_FRAME;
}

static const struct source_reader lines = { .name = "lines", .about = "of this test",
	.open = line_open, .next = line_next, .state = sizeof(bool), .whole_tail = true };

static void
text(void)
{
	static const struct {
		const char *text, *story;
		uint64_t lines;
	} row[] = {
		{ "head\ra\rx\rb\r", "FSFE", 4 }, { "head\ra\r", "FE", 2 }, { "head\ra", "FE", 2 },
		{ "head", "E", 1 }, { "", "E", 0 }, { "head\ra\r\rb", "FFFE", 4 },
	};
	static struct source s;
	const struct source_options o = { .format = &lines };
	char out[100];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		put_file(row[i].text, strlen(row[i].text));
		CHECK(source_open(&s, path, &o) == 0);
		CHECK_TEXT(span_str(story(&s, out, true)), row[i].story);
		CHECK_CASE(s.counts.lines == row[i].lines && s.number == row[i].lines, row[i].text);
		source_close(&s);
	}
}

static void
helpers(void)
{
	static struct source s;
	static const char *const kind[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
		"n", "o", "p", "q", "r", "a", "b" };
	size_t i;

	for (i = 0; i < sizeof kind / sizeof *kind; i++)
		source_other(&s, kind[i]);
	CHECK(s.counts.other == 20 && s.kind[0].count == 2 && s.kind[14].count == 1);
	CHECK(!strcmp(s.kind[15].name, "others") && s.kind[15].count == 3);
	source_bus(&s, 15);
	CHECK_TEXT(s.frame.bus, "can15");
	source_bus(&s, 4294967295u);
	CHECK_TEXT(s.frame.bus, "can4294967295");
	CHECK(source_sniff_text(span_str(""), "ab") == SOURCE_MAYBE);
	CHECK(source_sniff_text(span_str("a"), "ab") == SOURCE_MAYBE);
	CHECK(source_sniff_text(span_str("b"), "ab") == SOURCE_NO);
	CHECK(source_sniff_text(span_str("abc"), "ab") == SOURCE_YES);
	CHECK(source_reader_named(span_str("candump")) == &source_candump);
	CHECK(!source_reader_named(span_str("candum")) && !source_reader_named(span_str("")));
}

/* The table: names are unique, the last row alone has no sniff. */
static void
table(void)
{
	size_t i, k;

	for (i = 0; source_readers[i]; i++) {
		CHECK(!source_readers[i]->sniff == !source_readers[i + 1]);
		CHECK(source_readers[i]->name && source_readers[i]->about && source_readers[i]->next);
		for (k = 0; k < i; k++)
			CHECK(strcmp(source_readers[i]->name, source_readers[k]->name) != 0);
	}
}

/* A line of candump is known as such by itself: a live bus may not send another for long. */
static void
first_line(void)
{
	static const char *const line[] = { "(0.5) can0 000#\n", "(1700000000.000001) can0 123#1122\n",
		"(1700000000.000001) can0 1F334455#1122334455667788 R\n", "can0  123   [1]  11\n",
		" (001.000000)  can0  123   [1]  11\n", " (2023-11-14 22:13:20.000002)  can0  123   [1]  11\n",
		"  vcan0  RX - -  123   [3]  11 22 33\n" };
	size_t i, k;

	for (k = 0; k < sizeof line / sizeof *line; k++)
		for (i = 0; source_readers[i]->sniff; i++) {
			struct source_head head = { .bytes = span_str(line[k]), .name = "log" };

			CHECK_CASE(source_readers[i]->sniff(source_readers[i], &head) == SOURCE_NO,
			    source_readers[i]->name);
		}
}

int
main(void)
{
	int fd = mkstemp(path);

	CHECK(fd >= 0 && close(fd) == 0);
	TEST(record_stories);
	TEST(byte_by_byte);
	TEST(seeking);
	TEST(text);
	TEST(helpers);
	TEST(table);
	TEST(first_line);
	unlink(path);
	return test_end();
}
