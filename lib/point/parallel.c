#include "point/parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

/*
 * The one who reads fills jobs. Each thread takes one, decodes it into memory of its own, waits
 * until all before it have been written and writes it. Blocks are so large, and the reader, once
 * all places are taken, sleeps until half of them are free, because waking a thread costs as much
 * as decoding hundreds of frames.
 */
enum { BLOCK = 128 * 1024, JOBS_PER_THREAD = 4 };

/* A line that was no frame, to be told when its turn has come. */
struct complaint {
	uint64_t line;		/* within the block */
	size_t at, n;		/* its text, in the block */
	const char *expected;
};

struct job {
	struct buf in, complaints;	/* of struct complaint */
	struct convert_counts counts;
	bool relative, timeless;		/* of the stamps */
};

struct parallel {
	struct convert *c;
	struct out *out;	/* the thread's whose turn it is; likewise c->point */
	struct job *job;	/* a ring */
	size_t jobs;
	/* How many so far; a job's place is that modulo jobs. taken and written: under the lock. */
	size_t filled, taken, written, finished;
	bool ending, failed;
	size_t awaited;		/* the one who reads sleeps until so many have been written */
	pthread_mutex_t lock;
	pthread_cond_t ready, turn, done;
	pthread_t *thread;
	unsigned threads;
};

struct worker {
	struct job *job;	/* being worked on */
	struct convert convert;
	struct buf out, marks;	/* of struct point_mark */
};

static void
complain(void *arg, uint64_t line, struct span text, const char *expected)
{
	struct job *j = ((struct worker *)arg)->job;
	struct complaint c = { line, (size_t)(text.p - j->in.p), text.n, expected };

	buf_put(&j->complaints, &c, sizeof c);
}

static void
work(struct worker *w, struct job *j)
{
	struct span block = buf_span(&j->in);

	w->job = j;
	w->convert.line = 0;
	w->convert.counts = (struct convert_counts){ 0 };
	w->out.len = w->marks.len = 0;
	convert_lines(&w->convert, &block, &w->out, SIZE_MAX);
	point_take_marks(w->convert.point, &w->marks);
	j->counts = w->convert.counts;
	j->relative = w->convert.stamp.relative;
	j->timeless = w->convert.stamp.timeless;
}

/* Writes the points of a job, with the #meta lines that nobody has written yet. */
static bool
put(struct parallel *p, struct worker *w)
{
	const struct point_mark *m = (const struct point_mark *)(const void *)w->marks.p;
	size_t i, at = 0;

	for (i = 0; i < w->marks.len / sizeof *m; i++) {
		buf_put(&p->out->b, w->out.p + at, m[i].at - at);
		at = m[i].at;
		point_put_meta(p->c->point, &m[i], &p->out->b);
	}
	if (!at)
		return out_give(p->out, &w->out);
	return out_write(p->out, w->out.p + at, w->out.len - at);
}

/* The next job in *n, its number; false at the end. Called and left with the lock. */
static bool
take(struct parallel *p, size_t *n)
{
	while (p->taken == p->filled && !p->ending)
		pthread_cond_wait(&p->ready, &p->lock);
	*n = p->taken;
	p->taken += p->taken < p->filled;
	return *n < p->taken;
}

static void *
worker_main(void *arg)
{
	struct parallel *p = arg;
	struct worker w = { 0 };
	size_t n;
	bool good;

	convert_init(&w.convert, point_clone(p->c->point), p->c->stamp.start, complain, &w);
	pthread_mutex_lock(&p->lock);
	while (take(p, &n)) {
		pthread_mutex_unlock(&p->lock);
		work(&w, &p->job[n % p->jobs]);
		pthread_mutex_lock(&p->lock);
		while (p->written != n)
			pthread_cond_wait(&p->turn, &p->lock);
		pthread_mutex_unlock(&p->lock);
		good = put(p, &w);
		pthread_mutex_lock(&p->lock);
		p->written++;
		p->failed |= !good;
		pthread_cond_broadcast(&p->turn);
		if (p->written == p->awaited)
			pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	point_free(w.convert.point);
	buf_free(&w.out);
	buf_free(&w.marks);
	return NULL;
}

struct parallel *
parallel_new(struct convert *c, struct out *out, unsigned threads)
{
	struct parallel *p = mem_zero(1, sizeof *p);

	p->c = c;
	p->out = out;
	p->jobs = (size_t)threads * JOBS_PER_THREAD;
	p->job = mem_zero(p->jobs, sizeof *p->job);
	p->thread = mem_zero(threads, sizeof *p->thread);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->ready, NULL);
	pthread_cond_init(&p->turn, NULL);
	pthread_cond_init(&p->done, NULL);
	while (p->threads < threads
	    && pthread_create(&p->thread[p->threads], NULL, worker_main, p) == 0)
		p->threads++;
	if (!p->threads) {
		parallel_free(p);
		return NULL;
	}
	return p;
}

/* Hands the messages on, with the line numbers of the log. */
static void
tell(struct parallel *p, const struct job *j)
{
	const struct complaint *c = (const struct complaint *)(const void *)j->complaints.p;
	size_t i;

	for (i = 0; i < j->complaints.len / sizeof *c; i++)
		p->c->skip(p->c->arg, p->c->line + c[i].line, span_of(j->in.p + c[i].at, c[i].n),
		    c[i].expected);
}

/* What a job that is written adds to the whole. */
static void
settle(struct parallel *p, struct job *j)
{
	tell(p, j);
	p->c->line += j->counts.lines;
	convert_add_counts(&p->c->counts, &j->counts);
	p->c->stamp.relative |= j->relative;
	p->c->stamp.timeless |= j->timeless;
	j->in.len = j->complaints.len = 0;
}

/* Waits until so many jobs in all have been written, and frees the places of all that have. */
static bool
finish(struct parallel *p, size_t awaited)
{
	size_t written;
	bool good;

	pthread_mutex_lock(&p->lock);
	p->awaited = awaited;
	while (p->written < awaited)
		pthread_cond_wait(&p->done, &p->lock);
	written = p->written;
	good = !p->failed;
	pthread_mutex_unlock(&p->lock);
	while (p->finished < written)
		settle(p, &p->job[p->finished++ % p->jobs]);
	return good;
}

/* Lines of about BLOCK bytes, at least one; no small rest. */
static struct span
cut(struct span *block)
{
	size_t n = block->n < BLOCK + BLOCK / 2 ? block->n : BLOCK;
	const char *nl = memrchr(block->p, '\n', n);
	struct span s;

	if (!nl)
		nl = memchr(block->p, '\n', block->n);
	s = span_of(block->p, (size_t)(nl + 1 - block->p));
	*block = span_of(nl + 1, block->n - s.n);
	return s;
}

static void
submit(struct parallel *p, struct span lines)
{
	struct job *j = &p->job[p->filled % p->jobs];

	buf_put_span(&j->in, lines);
	pthread_mutex_lock(&p->lock);
	p->filled++;
	pthread_cond_signal(&p->ready);
	pthread_mutex_unlock(&p->lock);
}

bool
parallel_lines(struct parallel *p, struct span block)
{
	while (block.n) {
		if (p->filled - p->finished == p->jobs && !finish(p, p->finished + p->jobs / 2))
			return false;
		submit(p, cut(&block));
	}
	return true;
}

bool
parallel_flush(struct parallel *p)
{
	return finish(p, p->filled);
}

void
parallel_free(struct parallel *p)
{
	size_t i;

	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->ready);
	pthread_mutex_unlock(&p->lock);
	while (p->threads)
		pthread_join(p->thread[--p->threads], NULL);
	for (i = 0; i < p->jobs; i++) {
		buf_free(&p->job[i].in);
		buf_free(&p->job[i].complaints);
	}
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->ready);
	pthread_cond_destroy(&p->turn);
	pthread_cond_destroy(&p->done);
	free(p->job);
	free(p->thread);
	free(p);
}
