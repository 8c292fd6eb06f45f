/*
 * A spool's folder as an accident may have left it. The first byte says what the rest is: the three
 * files, each up to a NUL byte, as they are; or lines, which are written to a spool and of whose files
 * some bytes are then changed or cut off. It always opens and comes to an end, the sum is right, and
 * of what was written nothing comes out but whole lines, none of them twice or out of order.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "influx/segment.h"
#include "influx/spool.h"
#include "fuzz.h"

enum { FILES = 3, LINE = 16 };	/* a line that is made has so many bytes */
static const char *const name[FILES] = { "0000000001.lp", "0000000001.sum", "position" };
static char folder[64];

static int
open_file(unsigned which, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name[which]);
	fd = open(path, flags | O_CLOEXEC, 0600);
	must(fd >= 0);
	return fd;
}

static void
clean(void)
{
	static const char *const more[] = { "lock", "0000000001.damaged", "0000000002.lp",
		"0000000002.sum" };
	char path[128];
	unsigned i;

	for (i = 0; i < FILES + sizeof more / sizeof *more; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, i < FILES ? name[i] : more[i - FILES]);
		unlink(path);
	}
}

static void
remove_all(void)
{
	clean();
	rmdir(folder);
}

static void
begin(void)
{
	if (*folder) {
		clean();
		return;
	}
	snprintf(folder, sizeof folder, "%s/spool_fuzz.%ld",
	    access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", (long)getpid());
	must(mkdir(folder, 0700) == 0);
	atexit(remove_all);
}

static void
as_they_are(struct span bytes)
{
	const char *nul;
	unsigned i;
	size_t n;
	int fd;

	for (i = 0; i < FILES; i++) {
		nul = i + 1 < FILES && bytes.n ? memchr(bytes.p, '\0', bytes.n) : NULL;
		n = nul ? (size_t)(nul - bytes.p) : bytes.n;
		fd = open_file(i, O_WRONLY | O_CREAT | O_TRUNC);
		must(write(fd, bytes.p, n) == (ssize_t)n);
		close(fd);
		bytes = nul ? span_of(nul + 1, bytes.n - n - 1) : span_of(bytes.p + bytes.n, 0);
	}
}

/* Blocks of as many lines as each of the bytes says; some are taken and acknowledged. Lines in all. */
static unsigned
make(struct spool *s, const uint8_t *blocks, size_t n, unsigned *taken)
{
	struct buf b = { 0 }, out = { 0 };
	unsigned lines = 0, i;
	bool next;
	size_t k;

	for (k = 0; k < n; k++) {
		next = spool_is_read(s);
		b.len = 0;
		for (i = 0; i <= blocks[k] % 16u; i++)
			buf_printf(&b, "m f=%04u 0000%02u\n", lines + i, i);
		must(b.len == LINE * (size_t)i && spool_write(s, buf_span(&b), i) == 0);
		lines += i;
		out.len = 0;
		if (!(blocks[k] & 16) || (!(next && spool_pass(s)) && !spool_read(s, &out)))
			continue;
		for (i = 0; i <= (blocks[k] >> 5) % 4u && *taken < lines && (!out.len
		    || i < out.len / LINE); i++, ++*taken)
			spool_take(s, LINE, true);
		must(spool_acknowledge(s, &s->at) == 0);
		if (*taken < lines)
			break;	/* what else was read is lost for this process */
	}
	buf_free(&b);
	buf_free(&out);
	return lines;
}

/* Three bytes say where and how. True when something has changed. */
static bool
spoil(const uint8_t *how)
{
	int fd = open_file(how[0] % FILES, O_RDWR);
	size_t at = how[1] | (size_t)(how[0] >> 4) << 8;
	struct stat st;
	char c;

	must(fstat(fd, &st) == 0);
	if ((off_t)at < st.st_size && !(how[2] & 0x7f))
		must(ftruncate(fd, (off_t)at) == 0);
	else if (pread(fd, &c, 1, (off_t)at) == 1 && (c = (char)(c ^ how[2]), true))
		must(pwrite(fd, &c, 1, (off_t)at) == 1);
	close(fd);
	return (off_t)at < st.st_size;
}

/* All that comes out; line by line. */
static void
drain(struct spool *s, struct buf *out)
{
	size_t had, n;
	const char *nl;

	while (had = out->len, spool_read(s, out))
		for (; had < out->len; had += n) {
			nl = memchr(out->p + had, '\n', out->len - had);
			n = nl ? (size_t)(nl + 1 - out->p) - had : out->len - had;
			spool_take(s, n, true);
		}
	must(!s->read_err);
}

static void
check_lines(struct span out, unsigned from, unsigned lines)
{
	unsigned number, last = 0;
	char line[LINE + 1];
	size_t at;

	must(out.n % LINE == 0);
	for (at = 0; at < out.n; at += LINE) {
		snprintf(line, sizeof line, "%.*s", LINE, out.p + at);
		must(sscanf(line, "m f=%4u 0000", &number) == 1 && line[LINE - 1] == '\n');
		must(number < lines && number >= from && (!at || number > last));
		last = number;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct spool_config c = { .path = folder, .max = SPOOL_LEAST, .fsync = SPOOL_NEVER };
	bool made = size > 1 && data[0] & 1, spoiled_position = false;
	unsigned lines = 0, taken = 0, i;
	struct buf out = { 0 }, in = { 0 };
	struct spool s;
	size_t blocks;

	begin();
	if (made) {
		must(spool_open(&s, &c) == 0);
		blocks = data[1] % 32 < size - 2 ? data[1] % 32 : size - 2;
		lines = make(&s, data + 2, blocks, &taken);
		spool_close(&s);
		for (i = 0; lines && blocks + 5 + (size_t)i * 3 <= size; i++)
			if (spoil(data + 2 + blocks + (size_t)i * 3))
				spoiled_position |= data[2 + blocks + (size_t)i * 3] % FILES == 2;
	} else if (size > 1) {
		buf_put(&in, data + 1, size - 1);
		as_they_are(buf_span(&in));
	}
	must(spool_look(&s, folder) == 0);
	spool_close(&s);
	must(spool_open(&s, &c) == 0);
	drain(&s, &out);
	if (made) {
		must(spool_untaken(&s) == 0 && s.before == s.taken + s.lost);
		check_lines(buf_span(&out), spoiled_position ? 0 : taken, lines);
		must(spool_finish(&s) == 0);
	}
	spool_close(&s);
	buf_free(&out);
	buf_free(&in);
	return 0;
}
