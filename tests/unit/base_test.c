#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/linein.h"
#include "base/log.h"
#include "base/num.h"
#include "base/stop.h"

static void
numbers(void)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t v;
	} u[] = {
		{ "0", true, 0 }, { "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 }, { "", false, 0 }, { "-1", false, 0 },
		{ "+1", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 }, { "0x1", false, 0 },
	};
	uint64_t v;
	int64_t i;
	double d;
	size_t k;

	for (k = 0; k < sizeof u / sizeof *u; k++) {
		v = 0;
		CHECK_CASE(num_u64(span_str(u[k].text), &v) == u[k].good && v == u[k].v, u[k].text);
	}
	CHECK(num_i64(span_str("-9223372036854775808"), &i) && i == INT64_MIN);
	CHECK(!num_i64(span_str("9223372036854775808"), &i));
	CHECK(!num_i64(span_str("-"), &i));
	CHECK(num_hex(span_str("fFffFFFFffffffff"), &v) && v == UINT64_MAX);
	CHECK(!num_hex(span_str("10000000000000000"), &v) && !num_hex(span_str("g"), &v));
	CHECK(num_double(span_str("-1.5e3"), &d) && d > -1500.1 && d < -1499.9);
	CHECK(!num_double(span_str("0x10"), &d) && !num_double(span_str("nan"), &d));
	CHECK(!num_double(span_str("1.5x"), &d) && !num_double(span_str(""), &d));
}

static void
doubles(void)
{
	static const struct {
		double v;
		const char *text;
	} row[] = {
		{ 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" }, { 0.0, "0" }, { -0.0, "-0" },
		{ 1e300, "1e+300" }, { 400.5, "400.5" }, { 9007199254740993.0, "9007199254740992" },
		{ -1.7976931348623157e308, "-1.7976931348623157e+308" }, { 5e-324, "5e-324" },
	};
	char text[NUM_DOUBLE_TEXT];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_TEXT(span_of(text, num_put_double(text, row[i].v)), row[i].text);
}

static void
quantities(void)
{
	uint64_t v;
	int64_t ns;

	CHECK(num_size(span_str("64k"), &v) && v == 65536);
	CHECK(num_size(span_str("2G"), &v) && v == UINT64_C(2) << 30);
	CHECK(!num_size(span_str("k"), &v) && !num_size(span_str("17179869184G"), &v));
	CHECK(num_duration(span_str("500ms"), &ns) && ns == 500000000);
	CHECK(num_duration(span_str("1.5"), &ns) && ns == 1500000000);
	CHECK(num_duration(span_str("2h"), &ns) && ns == 7200 * INT64_C(1000000000));
	CHECK(!num_duration(span_str("s"), &ns) && !num_duration(span_str("-1s"), &ns));
	CHECK(!num_duration(span_str("99999999999h"), &ns));
	CHECK(num_seconds(span_str("1436509052.249713"), &ns) && ns == 1436509052249713000);
	CHECK(num_seconds(span_str("1.1234567899"), &ns) && ns == 1123456789);
	CHECK(!num_seconds(span_str("1."), &ns) && !num_seconds(span_str(".5"), &ns));
	CHECK(!num_seconds(span_str("9223372037.0"), &ns));
}

static void
times(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t ns;
	} t[] = {
		{ "1700000000", true, 1700000000000000000 },
		{ "2023-11-14T22:13:20Z", true, 1700000000000000000 },
		{ "2023-11-14 23:13:20.5+01:00", true, 1700000000500000000 },
		{ "2023-11-14T22:13:20", true, 1700000000000000000 },
		{ "2023-11-14", true, 1699920000000000000 },
		{ "1970-01-01T00:00:00.000000001Z", true, 1 },
		{ "2023-13-14", false, 0 }, { "2023-11-14T22", false, 0 }, { "yesterday", false, 0 },
		{ "2023-11-14T22:13:20X", false, 0 }, { "2023-11-14T22:13:20.Z", false, 0 },
	};
	int64_t ns;
	size_t k;

	setenv("TZ", "UTC", 1);
	for (k = 0; k < sizeof t / sizeof *t; k++) {
		ns = 0;
		CHECK_CASE(num_time(span_str(t[k].text), &ns) == t[k].good && ns == t[k].ns, t[k].text);
	}
}

static void
memory(void)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct span s;
	int i;

	for (i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	CHECK(b.len == 3890);
	buf_consume(&b, 2);
	CHECK(!memcmp(b.p, "1,2,", 4));
	for (i = 0; i < 1000; i++) {
		s = arena_copy(&a, buf_span(&b));
		CHECK(span_equal(s, buf_span(&b)) && s.p[s.n] == '\0');
	}
	arena_free(&a);
	buf_free(&b);
}

/* Lines out of a pipe: whole lines, a line over the limit, an unterminated tail. */
static void
lines(void)
{
	struct linein l;
	struct span s;
	struct buf b = { 0 };
	int p[2];

	CHECK(pipe(p) == 0);
	CHECK(write(p[1], "one\ntwo\nthr", 11) == 11);
	linein_init(&l, p[0], 0);
	CHECK(linein_block(&l, &s, true, 0) == LINEIN_DATA);
	CHECK_TEXT(s, "one\ntwo\n");
	CHECK(linein_block(&l, &s, false, 0) == LINEIN_IDLE);
	CHECK(write(p[1], "ee\n", 3) == 3);
	CHECK(linein_block(&l, &s, true, 0) == LINEIN_DATA);
	CHECK_TEXT(s, "three\n");
	CHECK(write(p[1], "tail", 4) == 4);
	close(p[1]);
	CHECK(linein_block(&l, &s, true, 0) == LINEIN_TAIL);
	CHECK_TEXT(s, "tail");
	CHECK(linein_block(&l, &s, true, 0) == LINEIN_END);
	linein_free(&l);
	close(p[0]);
	buf_free(&b);
}

static void
long_line(void)
{
	static char x[2 * LINEIN_MAX_LINE + 100];
	FILE *f = tmpfile();
	struct linein l;
	struct span s;

	memset(x, 'x', sizeof x);
	fwrite(x, 1, sizeof x, f);
	fputs("\nshort\n", f);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	linein_init(&l, fileno(f), 0);
	CHECK(linein_block(&l, &s, true, 0) == LINEIN_DATA);
	CHECK_TEXT(s, "short\n");
	CHECK(l.long_lines == 1);
	CHECK(linein_block(&l, &s, true, 0) == LINEIN_END);
	linein_free(&l);
	fclose(f);
}

/* How much of a line comes with one read does not decide whether it is too long. */
static void
longest_line(void)
{
	static const size_t chunk[] = { 4096, 128 * 1024, LINEIN_READ };
	static char x[LINEIN_MAX_LINE + 2];
	FILE *f = tmpfile();
	struct linein l;
	struct span s;
	size_t i;

	memset(x, 'x', sizeof x);
	fputs("first\n", f);
	fwrite(x, 1, LINEIN_MAX_LINE + 1, f);
	fputs("\n", f);
	fwrite(x, 1, LINEIN_MAX_LINE, f);
	fputs("\nlast\n", f);
	fflush(f);
	for (i = 0; i < sizeof chunk / sizeof *chunk; i++) {
		size_t bytes = 0;

		lseek(fileno(f), 0, SEEK_SET);
		linein_init(&l, fileno(f), 0);
		l.chunk = chunk[i];
		while (linein_block(&l, &s, true, 0) == LINEIN_DATA) {
			CHECK(l.long_lines == (bytes >= 6));
			bytes += s.n;
		}
		CHECK(l.long_lines == 1 && bytes == 6 + LINEIN_MAX_LINE + 1 + 5);
		linein_free(&l);
	}
	fclose(f);
}

static void
files(void)
{
	char path[] = "/tmp/base_test.XXXXXX";
	struct buf b = { 0 };
	struct stat st;
	int fd = mkstemp(path);

	close(fd);
	CHECK(file_replace(path, "hello", 5, 0600) == 0);
	CHECK(file_read(path, 100, &b) == 0);
	CHECK_TEXT(buf_span(&b), "hello");
	CHECK(file_read(path, 3, &b) != 0);
	CHECK(file_replace("/nowhere/at/all", "x", 1, 0600) != 0);
	/* what is no file stays what it is; a directory too */
	CHECK(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	CHECK(file_replace(path, "x", 1, 0600) == ENOTSUP);
	CHECK(stat(path, &st) == 0 && S_ISFIFO(st.st_mode));
	CHECK(file_replace("/", "x", 1, 0600) == EISDIR);
	CHECK(!strcmp(file_compression("\x1f\x8b\x08", 3), "gzip"));
	CHECK(!strcmp(file_compression("PK\x03\x04\x14", 5), "zip"));
	CHECK(!file_compression("(14", 3));
	unlink(path);
	buf_free(&b);
}

/* A link stays one; what is no file is not replaced. */
static void
replaced(void)
{
	char folder[] = "/tmp/base_test.XXXXXX", path[3][64];
	static const char *const name[] = { "file", "link", "fifo" };
	struct buf b = { 0 };
	struct stat st;
	int i;

	CHECK(mkdtemp(folder) != NULL);
	for (i = 0; i < 3; i++)
		snprintf(path[i], sizeof path[i], "%s/%s", folder, name[i]);
	CHECK(symlink("file", path[1]) == 0 && mkfifo(path[2], 0600) == 0);
	CHECK(file_replace(path[0], "old", 3, 0600) == 0);
	CHECK(file_replace(path[1], "new", 3, 0600) == 0);
	CHECK(file_read(path[0], 100, &b) == 0);
	CHECK_TEXT(buf_span(&b), "new");
	CHECK(lstat(path[1], &st) == 0 && S_ISLNK(st.st_mode));
	CHECK(file_replace(path[2], "x", 1, 0600) == EOPNOTSUPP);
	CHECK(lstat(path[2], &st) == 0 && S_ISFIFO(st.st_mode));
	CHECK(file_replace(folder, "x", 1, 0600) == EISDIR);
	for (i = 0; i < 3; i++)
		unlink(path[i]);
	CHECK(rmdir(folder) == 0);	/* no temporary file is left */
	buf_free(&b);
}

static void
quoting(void)
{
	char out[16];

	CHECK(!strcmp(log_quote(out, sizeof out, "a\nb", 3), "a\\x0ab"));
	CHECK(strlen(log_quote(out, sizeof out, "abcdefghijklmnopqrstuvwxyz", 26)) < sizeof out);
}

static void
temporary(void)
{
	char text[4] = "";
	int fd = file_temporary("/tmp");

	CHECK(fd >= 0 && write(fd, "abc", 3) == 3 && pread(fd, text, 3, 0) == 3);
	CHECK(!strcmp(text, "abc"));
	CHECK(close(fd) == 0);
	CHECK(file_temporary("/nonexistent") == -1);
}

static void
span_order(void)
{
	static const char *const in_order[] = { "", "a", "a\x01", "ab", "b", "\x80" };
	enum { SPANS = sizeof in_order / sizeof *in_order };
	int i, k, d;

	for (i = 0; i < SPANS; i++) {
		for (k = 0; k < SPANS; k++) {
			d = span_compare(span_str(in_order[i]), span_str(in_order[k]));
			CHECK_CASE((d > 0) - (d < 0) == (i > k) - (i < k), in_order[i]);
		}
	}
	CHECK(span_compare(span_of(NULL, 0), span_of("", 0)) == 0);
	CHECK(span_compare(span_of(NULL, 0), span_of("\0", 1)) < 0);
}

int
main(void)
{
	TEST(span_order);
	stop_init();
	TEST(numbers);
	TEST(doubles);
	TEST(quantities);
	TEST(times);
	TEST(memory);
	TEST(lines);
	TEST(long_line);
	TEST(longest_line);
	TEST(files);
	TEST(replaced);
	TEST(temporary);
	TEST(quoting);
	return test_end();
}
