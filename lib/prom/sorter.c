#include "prom/sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/out.h"

enum {
	FAN = 64,		/* runs that are merged at once, and files that are open */
	LEVELS = 8,
	RUNS_MAX = FAN * LEVELS,
	BLOCK = 128 * 1024,	/* bytes read or written at once, each run */
};

/* A record as it lies in memory and in the files; its text follows. */
struct head {
	uint64_t key;
	int64_t time;
	size_t n;
};

/* Sorted records in a file, or those in memory. */
struct run {
	int fd;			/* -1: in memory */
	int level;		/* how often merged */
	off_t at;		/* of the file: what has been read */
	struct buf b;
	size_t used;		/* of b; of the memory: of order */
	struct head head;	/* the record in front */
	const char *text;
	bool ended;
};

struct sorter {
	const char *folder;
	size_t memory;
	struct buf data;	/* records in the order in which they came */
	size_t *order;		/* their places; sorted when they are read */
	size_t records, cap;
	struct run run[RUNS_MAX + 1];
	size_t runs;
	size_t heap[RUNS_MAX + 1];	/* numbers of runs, the one with the first record on top */
	size_t heaped;
	bool reading;
	int err;
};

struct sorter *
sorter_new(size_t memory, const char *folder)
{
	struct sorter *s = mem_zero(1, sizeof *s);
	const char *tmp = getenv("TMPDIR");

	s->memory = memory;
	s->folder = folder ? folder : tmp && *tmp ? tmp : "/var/tmp";
	return s;
}

static void
close_run(struct run *r)
{
	if (r->fd >= 0)
		close(r->fd);
	buf_free(&r->b);
	*r = (struct run){ .fd = -1 };
}

void
sorter_free(struct sorter *s)
{
	if (!s)
		return;
	while (s->runs)
		close_run(&s->run[--s->runs]);
	buf_free(&s->data);
	free(s->order);
	free(s);
}

int
sorter_error(const struct sorter *s)
{
	return s->err;
}

static bool
fail(struct sorter *s, int err)
{
	if (!s->err)
		s->err = err;
	return false;
}

/* --- what is in memory --- */

static struct head
head_at(const struct sorter *s, size_t place)
{
	struct head h;

	memcpy(&h, s->data.p + place, sizeof h);
	return h;
}

static int
compare(const struct head *a, const struct head *b)
{
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->time > b->time) - (a->time < b->time);
}

static int
by_head(const void *a, const void *b, void *arg)
{
	const size_t *x = a, *y = b;
	struct head p = head_at(arg, *x), q = head_at(arg, *y);
	int d = compare(&p, &q);

	return d ? d : (*x > *y) - (*x < *y);
}

static void
sort_memory(struct sorter *s)
{
	if (s->records)
		qsort_r(s->order, s->records, sizeof *s->order, by_head, s);
}

/* --- runs --- */

/* Makes at least n bytes stand in front of a run's buffer; false at its end or at an error. */
static bool
fill(struct sorter *s, struct run *r, size_t n)
{
	ssize_t got;

	if (r->b.len - r->used >= n)
		return true;
	buf_consume(&r->b, r->used);
	r->used = 0;
	while (r->b.len < n) {
		got = pread(r->fd, buf_reserve(&r->b, n + BLOCK), n + BLOCK, r->at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(s, errno);
		if (got == 0)
			return r->b.len ? fail(s, EIO) : false;
		r->b.len += (size_t)got;
		r->at += got;
	}
	return true;
}

/* Puts the next record in front of the run. */
static void
advance(struct sorter *s, struct run *r)
{
	if (r->fd < 0) {
		r->ended = r->used == s->records;
		if (r->ended)
			return;
		r->head = head_at(s, s->order[r->used]);
		r->text = s->data.p + s->order[r->used++] + sizeof r->head;
		return;
	}
	r->ended = !fill(s, r, sizeof r->head);
	if (r->ended)
		return;
	memcpy(&r->head, r->b.p + r->used, sizeof r->head);
	r->ended = !fill(s, r, sizeof r->head + r->head.n);
	r->text = r->b.p + r->used + sizeof r->head;
	r->used += sizeof r->head + r->head.n;
}

/* Of two runs with equal records the earlier one goes first. */
static bool
goes_before(const struct sorter *s, size_t a, size_t b)
{
	int d = compare(&s->run[a].head, &s->run[b].head);

	return d ? d < 0 : a < b;
}

static void
sift_down(struct sorter *s, size_t i)
{
	size_t child, top = s->heap[i];

	for (; (child = 2 * i + 1) < s->heaped; i = child) {
		if (child + 1 < s->heaped && goes_before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!goes_before(s, s->heap[child], top))
			break;
		s->heap[i] = s->heap[child];
	}
	s->heap[i] = top;
}

/* Begins to merge the runs from first on. */
static void
begin_merge(struct sorter *s, size_t first)
{
	size_t i;

	s->heaped = 0;
	for (i = first; i < s->runs; i++) {
		s->run[i].at = 0;
		advance(s, &s->run[i]);
		if (!s->run[i].ended)
			s->heap[s->heaped++] = i;
	}
	for (i = s->heaped / 2; i-- > 0; )
		sift_down(s, i);
}

/* The run with the first record; NULL at the end. end_merge_step() goes on behind it. */
static struct run *
merge_top(struct sorter *s)
{
	return s->heaped && !s->err ? &s->run[s->heap[0]] : NULL;
}

static void
merge_step(struct sorter *s)
{
	struct run *top = &s->run[s->heap[0]];

	advance(s, top);
	if (top->ended)
		s->heap[0] = s->heap[--s->heaped];
	if (s->heaped)
		sift_down(s, 0);
}

/* Replaces the runs from first on by one that holds all their records. */
static bool
merge_runs(struct sorter *s, size_t first)
{
	int fd = file_temporary(s->folder), level = s->run[first].level + 1;
	struct out out = { .fd = fd };
	struct run *top;

	if (fd < 0)
		return fail(s, errno);
	begin_merge(s, first);
	while ((top = merge_top(s))) {
		buf_put(&out.b, &top->head, sizeof top->head);
		buf_put(&out.b, top->text, top->head.n);
		if (!out_poll(&out))
			break;
		merge_step(s);
	}
	out_flush(&out);
	buf_free(&out.b);
	while (s->runs > first)
		close_run(&s->run[--s->runs]);
	s->run[s->runs++] = (struct run){ .fd = fd, .level = level };
	return !s->err && (out.err ? fail(s, out.err) : true);
}

/* Runs of one level are merged when there are FAN of them. */
static bool
merge_full_levels(struct sorter *s)
{
	size_t first;

	for (;;) {
		first = s->runs;
		while (first && s->run[first - 1].level == s->run[s->runs - 1].level)
			first--;
		if (s->runs - first < FAN)
			return true;
		if (!merge_runs(s, first))
			return false;
	}
}

/* What is in memory goes into a file: a merge of that one run. */
static bool
spill(struct sorter *s)
{
	sort_memory(s);
	s->run[s->runs++] = (struct run){ .fd = -1, .level = -1 };
	if (!merge_runs(s, s->runs - 1))
		return false;
	s->data.len = s->records = 0;
	return merge_full_levels(s);
}

bool
sorter_add(struct sorter *s, const struct sorter_record *r)
{
	struct head h = { r->key, r->time, r->text.n };

	if (s->err)
		return false;
	if (s->records && s->data.len + s->records * sizeof *s->order > s->memory && !spill(s))
		return false;
	if (s->records == s->cap) {
		s->cap = s->cap ? s->cap + s->cap / 2 : 1024;
		s->order = mem_resize(s->order, s->cap, sizeof *s->order);
	}
	s->order[s->records++] = s->data.len;
	buf_put(&s->data, &h, sizeof h);
	buf_put_span(&s->data, r->text);
	return true;
}

bool
sorter_next(struct sorter *s, struct sorter_record *r)
{
	const struct run *top;

	if (!s->reading) {
		sort_memory(s);
		s->run[s->runs++] = (struct run){ .fd = -1 };
		begin_merge(s, 0);
	} else if (s->heaped) {
		merge_step(s);
	}
	s->reading = true;
	top = merge_top(s);
	if (!top)
		return false;
	*r = (struct sorter_record){ top->head.key, top->head.time, span_of(top->text, top->head.n) };
	return true;
}
