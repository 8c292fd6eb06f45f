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

	if (!d)
		return errno;
	while ((e = readdir(d)))
		if (strlen(e->d_name) == 13 && !strcmp(e->d_name + 10, ".lp")
		    && num_u64(span_of(e->d_name, 10), &number))
			spool_files_add(s, number);
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

	spool_files_read(fd, from, to, &b);
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
	int data = spool_files_open(s, g->number, "lp", change ? O_RDWR : O_RDONLY);
	int sum = spool_files_open(s, g->number, "sum", O_RDONLY);
	struct segment_walk w = { 0 };
	struct segment_record r;
	enum segment_kind kind;
	struct buf b = { 0 };
	struct span sums;

	g->size = file_size(data);
	g->sums = file_size(sum);
	if (sum >= 0)
		spool_files_read(sum, 0, g->sums, &b);
	sums = buf_span(&b);
	while ((kind = segment_next(&w, &sums, g->size, &r)) != SEGMENT_END) {
		if (kind == SEGMENT_BLOCK)
			g->points += r.points;
		else
			count_gap(s, g, data, &r, change);
	}
	s->before += g->points;
	buf_free(&b);
	spool_files_close(&data);
	spool_files_close(&sum);
}

static void
load_position(struct spool *s)
{
	struct buf path = { 0 }, text = { 0 };

	spool_files_path(&path, s->c.path, "position");
	if (file_read(path.p, SMALL, &text) != 0
	    || !segment_parse_position(buf_span(&text), &s->position))
		s->position = (struct segment_position){ 0 };
	buf_free(&path);
	buf_free(&text);
}

int
spool_load(struct spool *s, bool change)
{
	size_t i;
	int err = list_segments(s);

	if (err)
		return err;
	load_position(s);
	while (s->count && s->segment[0].number < s->position.segment) {
		if (change)
			spool_files_remove(s, &s->segment[0]);
		spool_files_forget_oldest(s);
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
