#include "influx/spool_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "line/scanner.h"

enum { SMALL = 4096 };

static uint64_t
file_size(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
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
	int err;

	if (!d)
		return errno;
	while ((errno = 0, e = readdir(d)))
		if (strlen(e->d_name) == 13 && !strcmp(e->d_name + 10, ".lp")
		    && num_u64(span_of(e->d_name, 10), &number))
			spool_files_add(s, number);
	err = errno;
	closedir(d);
	if (s->count)
		qsort(s->segment, s->count, sizeof *s->segment, by_number);
	return err;
}

/* Lines among bytes that nothing vouches for. */
static int
count_lines(int fd, const struct segment_record *r, uint64_t *lines)
{
	struct buf b = { 0 };
	int err = spool_files_read(fd, r->from, r->to, &b);
	size_t i;

	for (*lines = i = 0; i < b.len; i++)
		*lines += b.p[i] == '\n';
	*lines += b.len && b.p[b.len - 1] != '\n';
	buf_free(&b);
	return err;
}

/* How far a segment is dealt with. */
static uint64_t
dealt_with(const struct spool *s, const struct spool_segment *g)
{
	return g->number == s->position.segment ? s->position.offset : 0;
}

/* A gap at the end is a torn tail and is cut off; any other is damage. */
static int
count_gap(struct spool *s, struct spool_segment *g, int data, struct segment_record *r, bool change)
{
	uint64_t lines, done = dealt_with(s, g);
	int err;

	r->from = r->from < done ? done : r->from;
	if (r->to <= r->from)
		return 0;
	err = count_lines(data, r, &lines);
	if (err)
		return err;
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
	return 0;
}

/* Appends the records of a segment. There are none where there is no file of them. */
static int
read_sums(const struct spool *s, struct spool_segment *g, struct buf *out)
{
	int fd = spool_files_open(s, g->number, "sum", O_RDONLY), err;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	g->sums = file_size(fd);
	err = spool_files_read(fd, 0, g->sums, out);
	spool_files_close(&fd);
	return err;
}

/*
 * What the position says of points is not what the records say, when some of these have got lost
 * before it: it is what the others say, and what is before it in the one where it lies.
 */
static int
mend_position(struct spool *s, int data, uint64_t before, const struct segment_record *in)
{
	const struct segment_record part = { .from = in->from, .to = s->position.offset };
	struct span rest;
	struct buf b = { 0 };
	int err = in->to ? spool_files_read(data, part.from, part.to, &b) : 0;
	size_t n;

	for (rest = buf_span(&b); rest.n; rest = span_of(rest.p + n, rest.n - n), before++)
		if (!(n = scanner_line_end(rest.p, rest.n)))
			break;
	s->position.points = before;
	buf_free(&b);
	return err;
}

/* What cannot be read now is not what is not there: nothing is cut or counted then. */
static int
scan_segment(struct spool *s, struct spool_segment *g, bool change)
{
	int data = spool_files_open(s, g->number, "lp", change ? O_RDWR : O_RDONLY);
	int err = data < 0 ? errno : 0;
	struct segment_record r, in = { 0 };
	struct segment_walk w = { 0 };
	uint64_t done = dealt_with(s, g), before = 0;
	enum segment_kind kind;
	struct buf b = { 0 };
	struct span sums;
	bool gap = false;

	g->size = file_size(data);
	err = err ? err : read_sums(s, g, &b);
	sums = buf_span(&b);
	while (!err && (kind = segment_next(&w, &sums, g->size, &r)) != SEGMENT_END) {
		before += kind == SEGMENT_BLOCK && r.to <= done ? r.points : 0;
		gap |= kind == SEGMENT_GAP && r.from < done;
		if (kind == SEGMENT_GAP)
			err = count_gap(s, g, data, &r, change);
		else if (r.from < done && r.to > done)
			in = r;
		g->points += kind == SEGMENT_BLOCK ? r.points : 0;
	}
	if (!err && gap)
		err = mend_position(s, data, before, &in);
	s->before += g->points;
	buf_free(&b);
	spool_files_close(&data);
	return err;
}

/* The later of the two that are whole, if any; the next one takes the place of the other. */
static int
load_position(struct spool *s)
{
	struct buf path = { 0 }, text = { 0 };
	struct segment_position p;
	size_t i;
	int err;

	spool_files_path(&path, s->c.path, "position");
	err = file_read(path.p, SMALL, &text);
	for (i = 0; !err && (i + 1) * SEGMENT_POSITION <= text.len && i < 2; i++)
		if (segment_parse_position(span_of(text.p + i * SEGMENT_POSITION, SEGMENT_POSITION), &p)
		    && segment_before(&s->position, &p)) {
			s->position = p;
			s->slot = i == 0;
		}
	buf_free(&path);
	buf_free(&text);
	return err == ENOENT || err == EFBIG ? 0 : err;
}

/* Forgets what is dealt with, and looks at the rest. */
static int
scan(struct spool *s, bool change)
{
	size_t i;
	int err = 0;

	while (s->count && s->segment[0].number < s->position.segment) {
		if (change)
			spool_files_remove(s, &s->segment[0]);
		spool_files_forget_oldest(s);
	}
	for (i = 0; i < s->count && !err; i++)
		err = scan_segment(s, &s->segment[i], change);
	return err;
}

int
spool_load(struct spool *s, bool change)
{
	int err = list_segments(s);

	err = err ? err : load_position(s);
	err = err ? err : scan(s, change);
	if (err)
		return err;
	s->next = (s->count ? s->segment[s->count - 1].number : s->position.segment) + 1;
	if (s->count && s->segment[0].number == s->position.segment)
		s->before -= s->position.points < s->before ? s->position.points : s->before;
	else
		s->position = (struct segment_position){
			.segment = s->count ? s->segment[0].number : s->next };
	s->at = s->position;
	return 0;
}
