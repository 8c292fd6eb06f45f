#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/out.h"

enum { TOTAL = 48 << 20, HELD = 256 << 10 };

/* The byte at a place of the stream. */
static char
byte_at(size_t at)
{
	return (char)((at * 2654435761U) >> 13);
}

static void
fill(struct buf *b, size_t at, size_t n)
{
	char *p = buf_reserve(b, n);
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = byte_at(at + i);
	b->len += n;
}

/* How many of n bytes are not those of the stream from at on. */
static size_t
differing(const char *p, size_t n, size_t at)
{
	size_t i, wrong = 0;

	for (i = 0; i < n; i++)
		wrong += p[i] != byte_at(at + i);
	return wrong;
}

/* The stream in pieces of all sizes, some from a buffer beside the one of o. */
static int
write_stream(int fd)
{
	static const size_t size[] = { 1, 100, 70000, 300000, 65536, 4096, 1500000, 65536, 9 };
	struct buf beside = { 0 };
	struct out o;
	size_t at = 0, n, i;

	out_init(&o, fd);
	for (i = 0; at < TOTAL; i++, at += n) {
		n = size[i % (sizeof size / sizeof *size)];
		if (n > TOTAL - at)
			n = TOTAL - at;
		if (i % 4 == 3) {
			fill(&beside, at, n);
			out_give(&o, &beside);
		} else {
			fill(&o.b, at, n);
			if (i % 4 == 2)
				out_poll(&o);
		}
	}
	out_flush(&o);
	buf_free(&beside);
	n = (size_t)o.written;
	return !out_close(&o) || n != TOTAL;
}

/* A child that writes the stream into the pipe whose other end is returned. */
static int
begin(pid_t *child, int flags, bool small_pages)
{
	int fd[2] = { -1, -1 };

	CHECK(pipe2(fd, 0) == 0);
	fcntl(fd[1], F_SETFL, flags);
	*child = fork();
	if (*child == 0) {
		close(fd[0]);
		if (small_pages)
			prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
		_exit(write_stream(fd[1]));
	}
	close(fd[1]);
	return fd[0];
}

static void
end(pid_t child, int fd)
{
	int status = -1;

	close(fd);
	waitpid(child, &status, 0);
	CHECK(status == 0);
}

/* Reads n bytes, or what there is up to the end, and compares them; how many they were. */
static size_t
compare(int fd, size_t at, size_t n, size_t *wrong)
{
	static char b[64 << 10];
	size_t got = 0;
	ssize_t r;

	while (got < n && (r = read(fd, b, n - got < sizeof b ? n - got : sizeof b)) > 0) {
		*wrong += differing(b, (size_t)r, at + got);
		got += (size_t)r;
	}
	return got;
}

static void
all_arrives(void)
{
	size_t wrong = 0;
	pid_t child;
	int fd, i;

	for (i = 0; i < 3; i++) {
		fd = begin(&child, i == 1 ? O_NONBLOCK : 0, i == 2);
		CHECK(compare(fd, 0, TOTAL + 1, &wrong) == TOTAL && wrong == 0);
		end(child, fd);
	}
}

/* What a reader passes on to another pipe is not changed by what is written later. */
static void
passed_on(void)
{
	size_t at = 0, wrong = 0, held, from;
	int fd, other[2] = { -1, -1 };
	ssize_t n;
	pid_t child;

	CHECK(pipe(other) == 0 && fcntl(other[1], F_SETPIPE_SZ, 1 << 20) > 0);
	fd = begin(&child, 0, false);
	do {
		from = at;
		for (held = 0; held < HELD; held += (size_t)n) {
			n = splice(fd, NULL, other[1], NULL, HELD - held, 0);
			if (n <= 0)
				break;
		}
		at += held;
		at += compare(fd, at, 12 << 20, &wrong);
		CHECK(compare(other[0], from, held, &wrong) == held);
	} while (held == HELD);
	CHECK(at == TOTAL && wrong == 0);
	end(child, fd);
	close(other[0]);
	close(other[1]);
}

static void
reader_gone(void)
{
	int fd[2] = { -1, -1 }, i;
	struct out o;

	signal(SIGPIPE, SIG_IGN);
	CHECK(pipe(fd) == 0);
	out_init(&o, fd[1]);
	for (i = 0; i < 4; i++) {
		fill(&o.b, 0, 65536);
		CHECK(out_flush(&o));
		CHECK(compare(fd[0], 0, 65536, &(size_t){ 0 }) == 65536);
	}
	close(fd[0]);
	for (i = 0; i < 4; i++) {
		fill(&o.b, 0, 65536);
		CHECK(!out_flush(&o) && o.err == EPIPE && o.b.len == 0);
	}
	CHECK(o.written == 4 * 65536);
	out_close(&o);
	close(fd[1]);
}

int
main(void)
{
	TEST(all_arrives);
	TEST(passed_on);
	TEST(reader_gone);
	return test_end();
}
