#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "influx/segment.h"
#include "influx/spool.h"
#include "line/scanner.h"

static const char *const block[] = { "m f=1 1\nm f=2 2\n", "m f=3 3\n", "m f=\"a\nb\" 4\nm f=5 5\n" };
static const uint64_t block_points[] = { 2, 1, 2 };
enum { BLOCKS = 3 };

static uint64_t
records(struct buf *sums)
{
	struct segment_record r;
	uint64_t at = 0;
	unsigned i;

	for (i = 0; i < BLOCKS; i++, at = r.to) {
		r = segment_record(at, span_str(block[i]), block_points[i]);
		segment_put(sums, &r);
	}
	return at;
}

/* With any bit changed or any byte missing, a record is no record, and the others still are. */
static void
damaged_records(void)
{
	struct buf b = { 0 };
	uint64_t size = records(&b), covered;
	struct segment_record r;
	struct segment_walk w;
	enum segment_kind kind;
	struct span rest;
	unsigned blocks;
	size_t i;

	CHECK(b.len == (size_t)BLOCKS * SEGMENT_RECORD);
	for (i = 0; i <= b.len * 8; i++) {
		if (i)
			b.p[(i - 1) / 8] = (char)(b.p[(i - 1) / 8] ^ 1 << (i - 1) % 8);
		w = (struct segment_walk){ 0 };
		rest = buf_span(&b);
		blocks = 0;
		covered = 0;
		while ((kind = segment_next(&w, &rest, size, &r)) != SEGMENT_END) {
			CHECK(r.from == covered && r.to > r.from);
			covered = r.to;
			blocks += kind == SEGMENT_BLOCK;
		}
		CHECK(covered == size && blocks == (i ? BLOCKS - 1 : BLOCKS));
		if (i)
			b.p[(i - 1) / 8] = (char)(b.p[(i - 1) / 8] ^ 1 << (i - 1) % 8);
	}
	for (i = 0; i < b.len; i++) {
		w = (struct segment_walk){ 0 };
		rest = span_of(b.p, i);
		for (blocks = 0; (kind = segment_next(&w, &rest, size, &r)) != SEGMENT_END;)
			blocks += kind == SEGMENT_BLOCK;
		CHECK(blocks == i / SEGMENT_RECORD && w.end == size);
	}
	buf_free(&b);
}

static void
positions(void)
{
	struct segment_position p = { 7, 1234, 99 }, q;
	struct buf b = { 0 };
	size_t i;

	segment_put_position(&b, &p);
	CHECK(segment_parse_position(buf_span(&b), &q) && q.segment == 7 && q.offset == 1234
	    && q.points == 99);
	for (i = 0; i < b.len * 8; i++) {
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
		CHECK(!segment_parse_position(buf_span(&b), &q));
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
	}
	for (i = 0; i < b.len; i++)
		CHECK(!segment_parse_position(span_of(b.p, i), &q));
	buf_free(&b);
}

/* --- in a folder --- */

static char folder[] = "/tmp/spool_test.XXXXXX";
static const struct spool_config config = { .path = folder, .max = SPOOL_LEAST,
	.fsync = SPOOL_NEVER };

static void
clean(void)
{
	char path[300];
	struct dirent *e;
	DIR *d = opendir(folder);

	while ((e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	closedir(d);
}

static void
fill(void)
{
	struct spool s;
	unsigned i;

	clean();
	CHECK(spool_open(&s, &config) == 0);
	for (i = 0; i < BLOCKS; i++)
		CHECK(spool_write(&s, span_str(block[i]), block_points[i]) == 0);
	CHECK(spool_untaken(&s) == 5);
	spool_close(&s);
}

/* Everything that comes out, and its points; the sum is always right. */
static uint64_t
empty(struct buf *out)
{
	struct spool s;
	uint64_t lost;
	size_t had;
	unsigned i;

	out->len = 0;
	CHECK(spool_open(&s, &config) == 0);
	while (had = out->len, spool_read(&s, out)) {
		for (i = 0; i < BLOCKS; i++)
			if (span_is(span_of(out->p + had, out->len - had), block[i])) {
				spool_take(&s, out->len - had, true);
				s.taken += block_points[i] - 1;
				s.at.points += block_points[i] - 1;
			}
	}
	CHECK(spool_untaken(&s) == 0);
	lost = s.lost;
	CHECK(s.before == s.taken + lost);
	spool_close(&s);
	return lost;
}

/*
 * Each byte of each file changed, or the file cut there: what comes out is whole blocks as they
 * were written, what does not is counted, and it always starts.
 */
static void
damaged_files(void)
{
	static const char *const name[] = { "0000000001.lp", "0000000001.sum" };
	struct buf file = { 0 }, out = { 0 };
	char path[100];
	unsigned f, cut;
	uint64_t lost;
	size_t i, n;
	int fd;

	for (f = 0; f < 2; f++) {
		snprintf(path, sizeof path, "%s/%s", folder, name[f]);
		fill();
		file.len = 0;
		CHECK(file_read(path, 4096, &file) == 0);
		for (i = 0; i < file.len * 2; i++) {
			fill();
			cut = (unsigned)(i & 1);
			n = i / 2;
			fd = open(path, O_WRONLY);
			CHECK(cut ? ftruncate(fd, (off_t)n) == 0
			    : pwrite(fd, &(char){ (char)(file.p[n] ^ 4) }, 1, (off_t)n) == 1);
			close(fd);
			lost = empty(&out);
			CHECK(lost > 0 && lost <= 6);
			CHECK(lost >= 5 || out.len > 0);
		}
	}
	fill();
	CHECK(empty(&out) == 0 && out.len == strlen(block[0]) + strlen(block[1]) + strlen(block[2]));
	buf_free(&file);
	buf_free(&out);
}

/* A position in the middle of a block; what lies before it does not come again. */
static void
going_on(void)
{
	struct spool s;
	struct buf out = { 0 };
	struct segment_position p;

	fill();
	CHECK(spool_open(&s, &config) == 0 && spool_read(&s, &out));
	CHECK(spool_take(&s, 8, true) == 1 && spool_first(&s) == 1);
	CHECK(spool_acknowledge(&s, &s.at) == 0);
	spool_close(&s);
	CHECK(spool_open(&s, &config) == 0 && s.before == 4);
	out.len = 0;
	CHECK(spool_read(&s, &out));
	CHECK_TEXT(buf_span(&out), "m f=2 2\n");
	spool_take(&s, 8, true);
	/* a new process writes to a new segment */
	CHECK(spool_write(&s, span_str("m f=9 9\n"), 1) == 0 && s.count == 2);
	p = (struct segment_position){ .segment = 2 };
	CHECK(spool_acknowledge(&s, &p) == 0 && s.count == 1);
	CHECK(spool_finish(&s) == 0 && s.count == 0);
	spool_close(&s);
	CHECK(spool_open(&s, &config) == 0 && s.before == 0 && s.next > 2);
	spool_close(&s);
	buf_free(&out);
}

/*
 * Of two positions the later one counts; with any byte of the file changed, or missing, the other
 * one does, or none: what is dealt with may come again, what is not is never passed over.
 */
static void
saved_positions(void)
{
	struct buf file = { 0 }, out = { 0 };
	char path[100];
	struct spool s;
	uint64_t before;
	size_t i;
	int fd, cut;

	snprintf(path, sizeof path, "%s/position", folder);
	fill();
	CHECK(spool_open(&s, &config) == 0 && spool_read(&s, &out));
	for (i = 0; i < 2; i++) {
		spool_take(&s, 8, true);
		CHECK(spool_acknowledge(&s, &s.at) == 0);
	}
	spool_close(&s);
	CHECK(file_read(path, 4096, &file) == 0 && file.len == 2ul * SEGMENT_POSITION);
	for (i = 0; i < file.len * 2; i++) {
		cut = i & 1;
		fd = open(path, O_WRONLY);
		CHECK(cut ? ftruncate(fd, (off_t)i / 2) == 0
		    : pwrite(fd, &(char){ (char)(file.p[i / 2] ^ 1) }, 1, (off_t)i / 2) == 1);
		CHECK(spool_open(&s, &config) == 0);
		before = s.before;
		spool_close(&s);
		CHECK(before >= 3 && before <= (cut ? 5 : 4));
		CHECK(pwrite(fd, file.p, file.len, 0) == (ssize_t)file.len);
		close(fd);
	}
	CHECK(spool_open(&s, &config) == 0 && s.before == 3);
	/* the next one takes the place of the earlier one */
	out.len = 0;
	CHECK(spool_read(&s, &out));
	spool_take(&s, 8, true);
	CHECK(spool_acknowledge(&s, &s.at) == 0);
	spool_close(&s);
	CHECK(spool_open(&s, &config) == 0 && s.before == 2);
	spool_close(&s);
	fd = open(path, O_WRONLY);
	CHECK(pwrite(fd, "x", 1, 0) == 1);
	close(fd);
	CHECK(spool_open(&s, &config) == 0 && s.before == 3);
	spool_close(&s);
	buf_free(&file);
	buf_free(&out);
}

/* One process has it; the lock goes with the process, not with the file. */
static void
locked(void)
{
	struct spool s, t;
	bool held;

	clean();
	CHECK(spool_open(&s, &config) == 0);
	CHECK(spool_open(&t, &config) == EWOULDBLOCK);
	spool_close(&t);
	CHECK(spool_owner(folder, &held) == (uint64_t)getpid() && held);
	spool_close(&s);
	CHECK(spool_owner(folder, &held) == (uint64_t)getpid() && !held);
	CHECK(spool_open(&t, &config) == 0);
	spool_close(&t);
}

/* Full at max, also with what is not points; dropping makes room and counts. */
static void
full(void)
{
	static char line[100001];
	struct spool s;
	uint64_t n;
	int err;

	clean();
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\n';
	CHECK(spool_open(&s, &config) == 0);
	for (n = 0; (err = spool_write(&s, span_of(line, sizeof line), 1)) == 0; n++)
		;
	CHECK(err == ENOSPC && spool_bytes(&s) <= config.max && n > 30 && s.count > 4);
	CHECK(spool_drop_oldest(&s) && s.lost > 3 && spool_untaken(&s) + s.lost == n);
	CHECK(spool_write(&s, span_of(line, sizeof line), 1) == 0);
	while (spool_drop_oldest(&s))
		;
	CHECK(spool_untaken(&s) == 0 && s.lost == n + 1 && spool_bytes(&s) == 0);
	CHECK(spool_write(&s, span_of(line, sizeof line), 1) == 0 && spool_untaken(&s) == 1);
	spool_close(&s);
}

/*
 * The position is in the middle of a segment, and the record of any of its blocks gets lost: what is
 * dealt with is not lost, too.
 */
static void
position_beside_a_gap(void)
{
	static const unsigned takes[] = { 1, 2, 3, 4 };
	static const unsigned lost[][BLOCKS] = { { 1, 1, 3 }, { 0, 1, 3 }, { 0, 0, 3 }, { 0, 0, 1 } };
	struct buf out = { 0 };
	char path[100];
	struct spool s;
	unsigned k, i, damaged;
	int fd;

	snprintf(path, sizeof path, "%s/0000000001.sum", folder);
	for (k = 0; k < sizeof takes / sizeof *takes; k++)
		for (damaged = 0; damaged < BLOCKS; damaged++) {
			fill();
			CHECK(spool_open(&s, &config) == 0);
			for (i = 0; i < takes[k]; i++) {
				if (i == 0 || i == 2 || i == 3)
					CHECK(spool_read(&s, &out));
				spool_take(&s, i == 3 ? 12 : 8, true);
			}
			CHECK(spool_acknowledge(&s, &s.at) == 0);
			spool_close(&s);
			fd = open(path, O_WRONLY);
			CHECK(pwrite(fd, "x", 1, (off_t)damaged * SEGMENT_RECORD) == 1);
			close(fd);
			CHECK(spool_open(&s, &config) == 0 && s.lost == lost[k][damaged]);
			out.len = 0;
			while (spool_read(&s, &out)) {
				size_t n = 0, end;

				for (; (end = scanner_line_end(out.p + n, out.len - n)); n += end)
					spool_take(&s, end, true);
				out.len = 0;
			}
			CHECK(s.before == s.taken + s.lost);
			CHECK(s.before <= 5 - takes[k] + 1 && s.before + 1 >= 5 - takes[k]);
			spool_close(&s);
		}
	buf_free(&out);
}

/* --- what is written is taken from memory where that can be, else from the disk --- */

struct stream {
	struct spool spool;
	struct buf block, held;		/* the next to write; read and not taken */
	size_t at;			/* in held */
	unsigned written, next, kept;	/* numbers of lines; kept: acknowledged */
	unsigned passed, read;		/* blocks */
	unsigned seed;
};

static unsigned
dice(struct stream *t, unsigned n)
{
	t->seed = t->seed * 1103515245 + 12345;
	return (t->seed >> 16) % n;
}

static void
write_block(struct stream *t)
{
	unsigned lines = 1 + dice(t, 2000), i;
	bool next = t->at == t->held.len && spool_is_read(&t->spool);

	t->block.len = 0;
	for (i = 0; i < lines; i++)
		buf_printf(&t->block, "m f=%u %07u\n", t->written + i, t->written + i);
	if (spool_write(&t->spool, buf_span(&t->block), lines))
		return;		/* full */
	t->written += lines;
	if (!next || !spool_pass(&t->spool))
		return;
	t->passed++;
	t->held.len = t->at = 0;
	buf_put_span(&t->held, buf_span(&t->block));
}

static void
take(struct stream *t, unsigned lines)
{
	const char *line, *nl;
	char text[64];
	unsigned number;

	if (t->at == t->held.len) {
		t->held.len = t->at = 0;
		t->read += spool_read(&t->spool, &t->held);
	}
	for (; lines && t->at < t->held.len; lines--) {
		line = t->held.p + t->at;
		nl = memchr(line, '\n', t->held.len - t->at);
		snprintf(text, sizeof text, "%.*s", (int)(nl - line), line);
		CHECK(sscanf(text, "m f=%u ", &number) == 1 && number == t->next);
		t->next++;
		spool_take(&t->spool, (size_t)(nl + 1 - line), true);
		t->at += (size_t)(nl + 1 - line);
	}
}

static void
acknowledge(struct stream *t)
{
	struct segment_position p = t->spool.at;

	CHECK(spool_acknowledge(&t->spool, &p) == 0);
	t->kept = t->next;
}

static void
memory_once(unsigned seed)
{
	struct spool_config c = config;
	struct stream t = { .seed = seed };
	unsigned i;

	clean();
	c.fsync = seed % 2 ? SPOOL_INTERVAL : SPOOL_NEVER;
	CHECK(spool_open(&t.spool, &c) == 0);
	for (i = 0; i < 600; i++) {
		switch (dice(&t, 30)) {
		case 0:
			spool_close(&t.spool);
			CHECK(spool_open(&t.spool, &c) == 0 && t.spool.lost == 0);
			CHECK(t.spool.before == t.written - t.kept);
			t.held.len = t.at = 0;
			t.next = t.kept;
			break;
		case 1:
			CHECK(spool_sync(&t.spool) == 0);
			break;
		case 2: case 3: case 4: case 5:
			acknowledge(&t);
			break;
		case 6: case 7: case 8: case 9: case 10: case 11: case 12: case 13:
			write_block(&t);
			break;
		default:
			take(&t, 1 + dice(&t, 3000));
		}
		CHECK(spool_untaken(&t.spool) == t.written - t.next);
	}
	while (t.next < t.written)
		take(&t, 1000);
	CHECK(spool_is_read(&t.spool) && t.passed > 3 && t.read > 9);
	CHECK(spool_finish(&t.spool) == 0 && spool_bytes(&t.spool) == 0);
	spool_close(&t.spool);
	buf_free(&t.block);
	buf_free(&t.held);
}

/* Behind what went from memory a damaged block is lost, that one alone, and counted. */
static void
damage_behind_memory(void)
{
	struct buf out = { 0 };
	struct spool s;
	unsigned i;
	char path[100];
	int fd;

	clean();
	CHECK(spool_open(&s, &config) == 0);
	for (i = 0; i < 2; i++)
		CHECK(spool_write(&s, span_str(block[0]), 2) == 0 && spool_pass(&s)
		    && spool_take(&s, 8, true) && spool_take(&s, 8, true) == 2 * i + 2);
	CHECK(spool_is_read(&s) && spool_write(&s, span_str(block[2]), 2) == 0 && !spool_is_read(&s));
	CHECK(spool_write(&s, span_str(block[1]), 1) == 0);
	snprintf(path, sizeof path, "%s/0000000001.lp", folder);
	fd = open(path, O_WRONLY);
	CHECK(pwrite(fd, "x", 1, 34) == 1);
	close(fd);
	CHECK(spool_read(&s, &out) && s.lost == 2 && spool_untaken(&s) == 1);
	CHECK_TEXT(buf_span(&out), block[1]);
	CHECK(spool_take(&s, 8, true) == 5 && spool_is_read(&s) && spool_untaken(&s) == 0);
	spool_close(&s);
	buf_free(&out);
}

static void
memory(void)
{
	unsigned seed;

	for (seed = 1; seed <= 8; seed++)
		memory_once(seed);
}

/* No descriptor is left for the second file of a segment: the first one does not stay behind alone. */
static void
too_many_files(void)
{
	struct rlimit was, few;
	struct spool s;
	char path[100];

	clean();
	CHECK(spool_open(&s, &config) == 0);
	CHECK(getrlimit(RLIMIT_NOFILE, &was) == 0);
	few = was;
	few.rlim_cur = (rlim_t)dup(0) + 1;
	close((int)few.rlim_cur - 1);
	CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
	CHECK(spool_write(&s, span_str(block[0]), 2) == EMFILE && !s.count);
	CHECK(setrlimit(RLIMIT_NOFILE, &was) == 0);
	snprintf(path, sizeof path, "%s/0000000001.lp", folder);
	CHECK(access(path, F_OK) != 0);
	CHECK(spool_write(&s, span_str(block[0]), 2) == 0 && s.count == 1);
	spool_close(&s);
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 1;
	TEST(damaged_records);
	TEST(positions);
	TEST(damaged_files);
	TEST(going_on);
	TEST(saved_positions);
	TEST(locked);
	TEST(full);
	TEST(too_many_files);
	TEST(position_beside_a_gap);
	TEST(memory);
	TEST(damage_behind_memory);
	clean();
	rmdir(folder);
	return test_end();
}
