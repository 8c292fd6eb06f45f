#include "influx/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"

enum { NAME = 32, LEAST_SEGMENT = 1 << 16, LARGEST_SEGMENT = 1 << 24, SMALL = 4096 };

static void
name_file(char name[static NAME], uint64_t number, const char *suffix)
{
	snprintf(name, NAME, "%010" PRIu64 ".%s", number, suffix);
}

static int
open_file(const struct spool *s, uint64_t number, const char *suffix, int flags)
{
	char name[NAME];

	name_file(name, number, suffix);
	return openat(s->dir, name, flags | O_CLOEXEC, 0600);
}

static uint64_t
file_size(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
put_path(struct buf *b, const char *folder, const char *name)
{
	buf_printf(b, "%s/%s", folder, name);
	buf_str(b);
}

/* Appends the bytes from `from` to `to`, or as many as there are. */
static void
read_range(int fd, uint64_t from, uint64_t to, struct buf *out)
{
	ssize_t n;

	while (from < to) {
		n = pread(fd, buf_reserve(out, (size_t)(to - from)), (size_t)(to - from), (off_t)from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		out->len += (size_t)n;
		from += (uint64_t)n;
	}
}

uint64_t
spool_bytes(const struct spool *s)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s->count; i++)
		n += s->segment[i].size + s->segment[i].sums;
	return n;
}

/* --- what an earlier process has left --- */

static struct spool_segment *
add_segment(struct spool *s, uint64_t number)
{
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 16;
		s->segment = mem_resize(s->segment, s->room, sizeof *s->segment);
	}
	s->segment[s->count] = (struct spool_segment){ .number = number };
	return &s->segment[s->count++];
}

static int
by_number(const void *a, const void *b)
{
	const struct spool_segment *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static int
list_segments(struct spool *s)
{
	DIR *d = opendir(s->c.path);
	struct dirent *e;
	uint64_t number;

	if (!d)
		return errno;
	while ((e = readdir(d)))
		if (strlen(e->d_name) == 13 && !strcmp(e->d_name + 10, ".lp")
		    && num_u64(span_of(e->d_name, 10), &number))
			add_segment(s, number);
	closedir(d);
	if (s->count)
		qsort(s->segment, s->count, sizeof *s->segment, by_number);
	return 0;
}

/* Lines among bytes that nothing vouches for. */
static uint64_t
count_lines(int fd, uint64_t from, uint64_t to)
{
	struct buf b = { 0 };
	uint64_t n = 0;
	size_t i;

	read_range(fd, from, to, &b);
	for (i = 0; i < b.len; i++)
		n += b.p[i] == '\n';
	n += b.len && b.p[b.len - 1] != '\n';
	buf_free(&b);
	return n;
}

/* A gap at the end is a torn tail and is cut off; any other is damage. */
static void
count_gap(struct spool *s, struct spool_segment *g, int data, const struct segment_record *r,
    bool change)
{
	uint64_t lines;

	if (g->number == s->position.segment && r->to <= s->position.offset)
		return;
	lines = count_lines(data, r->from, r->to);
	s->before += lines;
	s->lost += lines;
	if (r->to != g->size) {
		s->damaged += lines;
		g->damaged = true;
	} else {
		s->cut += lines;
		if (change && ftruncate(data, (off_t)r->from) == 0)
			g->size = r->from;
	}
}

static void
scan_segment(struct spool *s, struct spool_segment *g, bool change)
{
	int data = open_file(s, g->number, "lp", change ? O_RDWR : O_RDONLY);
	int sum = open_file(s, g->number, "sum", O_RDONLY);
	struct segment_walk w = { 0 };
	struct segment_record r;
	enum segment_kind kind;
	struct buf b = { 0 };
	struct span sums;

	g->size = file_size(data);
	g->sums = file_size(sum);
	if (sum >= 0)
		read_range(sum, 0, g->sums, &b);
	sums = buf_span(&b);
	while ((kind = segment_next(&w, &sums, g->size, &r)) != SEGMENT_END) {
		if (kind == SEGMENT_BLOCK)
			g->points += r.points;
		else
			count_gap(s, g, data, &r, change);
	}
	s->before += g->points;
	buf_free(&b);
	close_fd(&data);
	close_fd(&sum);
}

static void
remove_segment(struct spool *s, const struct spool_segment *g)
{
	char name[NAME], kept[NAME];

	name_file(name, g->number, "lp");
	name_file(kept, g->number, "damaged");
	if (!g->damaged || renameat(s->dir, name, s->dir, kept) != 0)
		unlinkat(s->dir, name, 0);
	name_file(name, g->number, "sum");
	unlinkat(s->dir, name, 0);
}

static void
forget_oldest(struct spool *s)
{
	memmove(s->segment, s->segment + 1, --s->count * sizeof *s->segment);
	if (s->reading)
		s->reading--;
}

static void
load_position(struct spool *s)
{
	struct buf path = { 0 }, text = { 0 };

	put_path(&path, s->c.path, "position");
	if (file_read(path.p, SMALL, &text) != 0
	    || !segment_parse_position(buf_span(&text), &s->position))
		s->position = (struct segment_position){ 0 };
	buf_free(&path);
	buf_free(&text);
}

static int
load(struct spool *s, bool change)
{
	size_t i;
	int err = list_segments(s);

	if (err)
		return err;
	load_position(s);
	while (s->count && s->segment[0].number < s->position.segment) {
		if (change)
			remove_segment(s, &s->segment[0]);
		forget_oldest(s);
	}
	for (i = 0; i < s->count; i++)
		scan_segment(s, &s->segment[i], change);
	s->next = (s->count ? s->segment[s->count - 1].number : s->position.segment) + 1;
	if (s->count && s->segment[0].number == s->position.segment)
		s->before -= s->position.points < s->before ? s->position.points : s->before;
	else
		s->position = (struct segment_position){
			.segment = s->count ? s->segment[0].number : s->next };
	s->at = s->position;
	return 0;
}

static int
take_lock(struct spool *s)
{
	char pid[NAME];
	int n;

	s->lock = openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0 || flock(s->lock, LOCK_EX | LOCK_NB) != 0)
		return errno;
	n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	if (ftruncate(s->lock, 0) != 0)
		return errno;
	/* the lock is what counts; on a full disk it stays without a name */
	if (pwrite(s->lock, pid, (size_t)n, 0) < 0 && errno != ENOSPC && errno != EDQUOT)
		return errno;
	return 0;
}

static void
start(struct spool *s, const struct spool_config *c)
{
	*s = (struct spool){ .c = *c, .dir = -1, .lock = -1, .data = -1, .sum = -1, .read_data = -1,
		.read_sum = -1 };
}

int
spool_open(struct spool *s, const struct spool_config *c)
{
	int err;

	start(s, c);
	if (mkdir(c->path, 0700) != 0 && errno != EEXIST)
		return errno;
	s->dir = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0)
		return errno;
	err = take_lock(s);
	return err ? err : load(s, true);
}

int
spool_look(struct spool *s, const char *path)
{
	struct spool_config c = { .path = path };

	start(s, &c);
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->dir < 0 ? errno : load(s, false);
}

void
spool_close(struct spool *s)
{
	close_fd(&s->data);
	close_fd(&s->sum);
	close_fd(&s->read_data);
	close_fd(&s->read_sum);
	close_fd(&s->lock);
	close_fd(&s->dir);
	buf_free(&s->sums);
	free(s->segment);
	s->segment = NULL;
	s->count = 0;
}

/* --- writing --- */

int
spool_sync(struct spool *s)
{
	int err = 0;

	if (!s->dirty || s->data < 0 || s->c.fsync == SPOOL_NEVER)
		return 0;
	if (fdatasync(s->data) != 0 || fdatasync(s->sum) != 0)
		err = errno;
	s->dirty = err != 0;
	return err;
}

/* The newest segment is full, or none of ours. Also its name is on the disk before it is used. */
static int
begin_segment(struct spool *s)
{
	int err = spool_sync(s);

	if (err)
		return err;
	close_fd(&s->data);
	close_fd(&s->sum);
	s->data = open_file(s, s->next, "lp", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
	err = s->data < 0 ? errno : 0;
	s->sum = err ? -1 : open_file(s, s->next, "sum", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
	if (s->sum < 0) {
		err = err ? err : errno;
		close_fd(&s->data);
		return err;
	}
	if (s->c.fsync != SPOOL_NEVER)
		fsync(s->dir);	/* not every file system can */
	add_segment(s, s->next++);
	return 0;
}

static uint64_t
segment_size(const struct spool *s)
{
	uint64_t n = s->c.max / 8;

	return n < LEAST_SEGMENT ? LEAST_SEGMENT : n > LARGEST_SEGMENT ? LARGEST_SEGMENT : n;
}

/* Takes back what a failed write has left. */
static int
take_back(struct spool *s, const struct spool_segment *g, int err)
{
	if (ftruncate(s->data, (off_t)g->size) != 0 || ftruncate(s->sum, (off_t)g->sums) != 0) {
		/* what follows goes where nothing is torn */
		close_fd(&s->data);
		close_fd(&s->sum);
	}
	return err;
}

int
spool_write(struct spool *s, struct span lines, uint64_t points)
{
	struct spool_segment *g = s->count ? &s->segment[s->count - 1] : NULL;
	struct segment_record r;
	struct buf b = { 0 };
	int err = 0;

	if (spool_bytes(s) + lines.n + SEGMENT_RECORD > s->c.max)
		return ENOSPC;
	if (s->data < 0 || g->size >= segment_size(s))
		err = begin_segment(s);
	if (err)
		return err;
	g = &s->segment[s->count - 1];
	r = segment_record(g->size, lines, points);
	segment_put(&b, &r);
	err = out_write_all(s->data, lines.p, lines.n);
	if (!err)
		err = out_write_all(s->sum, b.p, b.len);
	if (!err) {
		s->dirty = true;
		g->size += lines.n;
		g->sums += b.len;
		g->points += points;
		s->written += points;
	} else {
		err = take_back(s, g, err);
	}
	buf_free(&b);
	return err;
}

/* --- reading --- */

static void
leave_segment(struct spool *s)
{
	close_fd(&s->read_data);
	close_fd(&s->read_sum);
	s->sums.len = 0;
	s->sums_at = s->passing = 0;
	s->walk = (struct segment_walk){ 0 };
}

static void
enter_segment(struct spool *s)
{
	struct spool_segment *g = &s->segment[s->reading];

	leave_segment(s);
	g->first = s->taken + 1;
	s->read_data = open_file(s, g->number, "lp", O_RDONLY);
	s->read_sum = open_file(s, g->number, "sum", O_RDONLY);
	if (s->at.segment != g->number)
		s->at = (struct segment_position){ .segment = g->number };
}

/* The next record of the segment, from the file where what was read before is used up. */
static enum segment_kind
next_record(struct spool *s, const struct spool_segment *g, struct segment_record *r)
{
	struct span rest = buf_span(&s->sums);
	enum segment_kind kind = SEGMENT_END;

	if (rest.n < SEGMENT_RECORD && s->sums_at < g->sums && s->read_sum >= 0) {
		uint64_t to = s->sums_at + (1 << 16) < g->sums ? s->sums_at + (1 << 16) : g->sums;
		size_t had = s->sums.len;

		read_range(s->read_sum, s->sums_at, to, &s->sums);
		s->sums_at += s->sums.len - had;
		rest = buf_span(&s->sums);
	}
	kind = segment_next(&s->walk, &rest, 0, r);
	buf_consume(&s->sums, s->sums.len - rest.n);
	return kind;
}

/* A block whose bytes are not what was written: not one of its lines is used. */
static void
lose_block(struct spool *s, struct spool_segment *g, const struct segment_record *r)
{
	uint64_t lost = s->passing > s->at.points ? s->passing - s->at.points : 0;

	s->lost += lost;
	s->damaged += lost;
	g->damaged = true;
	s->at.offset = r->to;
	s->at.points += lost;
}

/* Appends what of the block is not dealt with, if the block is good. */
static bool
read_block(struct spool *s, const struct segment_record *r, struct buf *out)
{
	size_t start = out->len, skip;
	struct span block;

	read_range(s->read_data, r->from, r->to, out);
	block = span_of(out->p + start, out->len - start);
	if (!segment_holds(r, block)) {
		out->len = start;
		return false;
	}
	skip = s->at.offset > r->from ? (size_t)(s->at.offset - r->from) : 0;
	memmove(out->p + start, out->p + start + skip, block.n - skip);
	out->len -= skip;
	s->at.offset = r->from + skip;
	return true;
}

bool
spool_read(struct spool *s, struct buf *out)
{
	struct spool_segment *g;
	struct segment_record r;

	while (s->reading < s->count) {
		g = &s->segment[s->reading];
		if (s->read_data < 0)
			enter_segment(s);
		switch (next_record(s, g, &r)) {
		case SEGMENT_BLOCK:
			s->passing += r.points;
			if (r.to <= s->at.offset)
				break;
			if (read_block(s, &r, out))
				return true;
			lose_block(s, g, &r);
			break;
		case SEGMENT_GAP:
			break;
		case SEGMENT_END:
			if (s->sums_at < g->sums && s->read_sum >= 0)
				break;
			if (s->reading + 1 == s->count)
				return false;
			s->reading++;
			leave_segment(s);
			break;
		}
	}
	return false;
}

uint64_t
spool_take(struct spool *s, size_t n, bool point)
{
	s->at.offset += n;
	s->at.points += point;
	s->taken += point;
	return s->taken;
}

uint64_t
spool_untaken(const struct spool *s)
{
	return s->before + s->written - s->taken - s->lost;
}

uint64_t
spool_first(const struct spool *s)
{
	return s->count && s->segment[0].first ? s->segment[0].first : s->taken + 1;
}

/* --- what is done with --- */

bool
spool_drop_oldest(struct spool *s)
{
	const struct spool_segment *g = s->segment;
	uint64_t taken;

	if (!s->count)
		return false;
	if (s->count == 1) {
		close_fd(&s->data);
		close_fd(&s->sum);
	}
	if (s->reading == 0) {
		taken = s->at.segment == g->number ? s->at.points : 0;
		s->lost += g->points > taken ? g->points - taken : 0;
		leave_segment(s);
		s->at = (struct segment_position){ 0 };
	}
	remove_segment(s, g);
	forget_oldest(s);
	return true;
}

int
spool_acknowledge(struct spool *s, const struct segment_position *p)
{
	struct buf path = { 0 }, text = { 0 };
	int err;

	if (p->segment < s->position.segment || (p->segment == s->position.segment
	    && p->offset <= s->position.offset))
		return 0;
	put_path(&path, s->c.path, "position");
	segment_put_position(&text, p);
	err = file_replace(path.p, text.p, text.len, 0600);
	if (!err)
		s->position = *p;
	while (!err && s->count && s->segment[0].number < p->segment) {
		remove_segment(s, &s->segment[0]);
		forget_oldest(s);
	}
	buf_free(&path);
	buf_free(&text);
	return err;
}

int
spool_finish(struct spool *s)
{
	struct segment_position end = { .segment = s->next++ };

	leave_segment(s);
	close_fd(&s->data);
	close_fd(&s->sum);
	s->at = end;
	return spool_acknowledge(s, &end);
}
