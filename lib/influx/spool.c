#include "influx/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "influx/spool_files.h"

enum { PID_TEXT = 32, LEAST_SEGMENT = 1 << 16, LARGEST_SEGMENT = 1 << 24, ASIDE = 32 };

uint64_t
spool_bytes(const struct spool *s)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s->count; i++)
		n += s->segment[i].size + s->segment[i].sums;
	return n;
}

static int
take_lock(struct spool *s)
{
	char pid[PID_TEXT];
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
	*s = (struct spool){ .c = *c, .dir = -1, .lock = -1, .place = -1, .data = -1,
		.sum = -1, .read_data = -1, .read_sum = -1 };
}

/* It gets its bytes now: when the disk is full it must go on. */
static int
open_position(struct spool *s)
{
	static const struct segment_position none;
	struct buf b = { 0 };
	struct stat st;

	s->place = openat(s->dir, "position", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (s->place < 0 || fstat(s->place, &st) != 0)
		return errno;
	segment_put_position(&b, &none);
	segment_put_position(&b, &none);
	if ((uint64_t)st.st_size < b.len)
		spool_files_write(s->place, span_of(b.p + st.st_size, b.len - (size_t)st.st_size),
		    (uint64_t)st.st_size);
	buf_free(&b);
	return 0;
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
	if (!err)
		err = spool_load(s, true);
	return err ? err : open_position(s);
}

int
spool_look(struct spool *s, const char *path)
{
	struct spool_config c = { .path = path };

	start(s, &c);
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->dir < 0 ? errno : spool_load(s, false);
}

void
spool_close(struct spool *s)
{
	size_t i;

	spool_files_close(&s->data);
	spool_files_close(&s->sum);
	spool_files_close(&s->read_data);
	spool_files_close(&s->read_sum);
	spool_files_close(&s->place);
	spool_files_close(&s->lock);
	spool_files_close(&s->dir);
	for (i = 0; i < s->count; i++) {
		spool_files_close(&s->segment[i].data);
		spool_files_close(&s->segment[i].sum);
	}
	buf_free(&s->sums);
	free(s->segment);
	s->segment = NULL;
	s->count = 0;
}

/* --- writing --- */

static int
sync_files(int data, int sum)
{
	return fdatasync(data) != 0 || fdatasync(sum) != 0 ? errno : 0;
}

static int
sync_segments(struct spool *s)
{
	struct spool_segment *g;
	int err = 0;

	for (g = s->segment; g < s->segment + s->count && !err; g++) {
		if (g->data < 0)
			continue;
		err = sync_files(g->data, g->sum);
		if (!err) {
			spool_files_close(&g->data);
			spool_files_close(&g->sum);
		}
	}
	if (!err && s->dirty && s->data >= 0 && s->c.fsync != SPOOL_NEVER) {
		err = sync_files(s->data, s->sum);
		s->dirty = err != 0;
	}
	return err;
}

int
spool_sync(struct spool *s)
{
	int err = sync_segments(s);

	if (s->moved && s->c.fsync != SPOOL_NEVER && fdatasync(s->place) != 0)
		return err ? err : errno;
	s->moved = false;
	return err;
}

/*
 * The newest segment is full. It is committed with the next one, unless it is delivered and removed
 * by then, or they are many.
 */
static int
put_aside(struct spool *s)
{
	struct spool_segment *g;
	unsigned many = 0;

	if (s->data < 0 || !s->dirty || s->c.fsync == SPOOL_NEVER) {
		spool_files_close(&s->data);
		spool_files_close(&s->sum);
		return 0;
	}
	g = &s->segment[s->count - 1];
	g->data = s->data;
	g->sum = s->sum;
	s->data = s->sum = -1;
	s->dirty = false;
	for (g = s->segment; g < s->segment + s->count; g++)
		many += g->data >= 0;
	return many < ASIDE ? 0 : sync_segments(s);
}

/* The newest segment is full, or none of ours. Also its name is on the disk before it is used. */
static int
begin_segment(struct spool *s)
{
	const int flags = O_WRONLY | O_CREAT | O_APPEND;
	uint64_t number;
	int err = put_aside(s);

	if (err)
		return err;
	number = s->next++;
	s->data = spool_files_open(s, number, "lp", flags | O_EXCL);
	err = s->data < 0 ? errno : 0;
	s->sum = err ? -1 : spool_files_open(s, number, "sum", flags | O_TRUNC);
	if (s->sum < 0) {
		err = err ? err : errno;
		if (s->data >= 0)
			spool_files_remove(s, &(struct spool_segment){ .number = number });
		spool_files_close(&s->data);
		return err;
	}
	if (s->c.fsync != SPOOL_NEVER)
		fsync(s->dir);	/* not every file system can */
	spool_files_add(s, number);
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
	/* else what follows goes where nothing is torn */
	if (ftruncate(s->data, (off_t)g->size) != 0 || ftruncate(s->sum, (off_t)g->sums) != 0)
		put_aside(s);
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
