#include "point/parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

/*
 * The one who reads fills jobs and, once all places are taken, works like the others: takes the
 * next job, decodes it, and writes what is due. Nobody waits for a turn: whoever has decoded the
 * job that is to be written next writes it and all behind it that are ready. Who must sleep does so
 * until half of the places are free, because waking a thread costs as much as decoding hundreds of
 * frames. Few places, because what is written and read side by side stays in the caches.
 */
enum { JOBS_PER_THREAD = 2 };

/* A line that was no frame, to be told when its turn has come. */
struct complaint {
	uint64_t line;		/* within the block */
	struct span text;	/* in job.in */
	const char *expected;
};

struct job {
	struct buf in;
	struct span lines;		/* in it */
	struct buf out, marks, complaints;	/* of struct point_mark, struct complaint */
	struct convert_counts counts;
	bool relative, timeless;		/* of the stamps */
	bool ready;				/* to be written; under the lock */
};

/* What a thread decodes with. */
struct hand {
	struct job *job;	/* being worked on */
	struct convert convert;
};

struct parallel {
	struct convert *c;
	struct out *out;	/* the thread's that is writing; likewise c->point */
	struct job *job;	/* a ring */
	size_t jobs;
	/* How many so far; a job's place is that modulo jobs. taken and written: under the lock. */
	size_t filled, taken, written, finished;
	bool writing, ending, failed;
	size_t awaited;		/* the one who reads sleeps until so many have been written */
	pthread_mutex_t lock;
	pthread_cond_t filling, done;
	struct hand own;	/* of the one who reads */
	pthread_t *thread;
	unsigned threads;
};

static void
complain(void *arg, uint64_t line, struct span text, const char *expected)
{
	const struct hand *h = arg;
	struct complaint c = { line, text, expected };

	buf_put(&h->job->complaints, &c, sizeof c);
}

static void
hand_init(struct hand *h, const struct convert *c)
{
	convert_init(&h->convert, point_clone(c->point), c->stamp.start, complain, h);
}

static void
decode(struct hand *h, struct job *j)
{
	struct span lines = j->lines;

	h->job = j;
	h->convert.line = 0;
	h->convert.counts = (struct convert_counts){ 0 };
	convert_lines(&h->convert, &lines, &j->out, SIZE_MAX);
	point_take_marks(h->convert.point, &j->marks);
	j->counts = h->convert.counts;
	j->relative = h->convert.stamp.relative;
	j->timeless = h->convert.stamp.timeless;
}

/* Writes the points of a job, with the #meta lines that nobody has written yet. */
static bool
put(struct parallel *p, struct job *j)
{
	const struct point_mark *m = (const struct point_mark *)(const void *)j->marks.p;
	size_t i, at = 0;

	for (i = 0; i < j->marks.len / sizeof *m; i++) {
		buf_put(&p->out->b, j->out.p + at, m[i].at - at);
		at = m[i].at;
		point_put_meta(p->c->point, &m[i], &p->out->b);
	}
	if (!at)
		return out_give(p->out, &j->out);
	return out_write(p->out, j->out.p + at, j->out.len - at);
}

/* Writes all that is due, unless somebody is at it. Called and left with the lock. */
static void
put_due(struct parallel *p)
{
	struct job *j = &p->job[p->written % p->jobs];
	bool good;

	if (p->writing)
		return;
	for (p->writing = true; j->ready; j = &p->job[p->written % p->jobs]) {
		pthread_mutex_unlock(&p->lock);
		good = put(p, j);
		pthread_mutex_lock(&p->lock);
		j->ready = false;
		p->failed |= !good;
		if (++p->written == p->awaited)
			pthread_cond_signal(&p->done);
	}
	p->writing = false;
}

/* One job, from lines to points that are written or ready. Called and left with the lock. */
static void
work(struct parallel *p, struct hand *h)
{
	struct job *j = &p->job[p->taken++ % p->jobs];

	pthread_mutex_unlock(&p->lock);
	decode(h, j);
	pthread_mutex_lock(&p->lock);
	j->ready = true;
	put_due(p);
}

static void *
thread_main(void *arg)
{
	struct parallel *p = arg;
	struct hand h;

	hand_init(&h, p->c);
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->taken == p->filled && !p->ending)
			pthread_cond_wait(&p->filling, &p->lock);
		if (p->taken == p->filled)
			break;
		work(p, &h);
	}
	pthread_mutex_unlock(&p->lock);
	point_free(h.convert.point);
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
	hand_init(&p->own, c);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->filling, NULL);
	pthread_cond_init(&p->done, NULL);
	while (p->threads + 1 < threads
	    && pthread_create(&p->thread[p->threads], NULL, thread_main, p) == 0)
		p->threads++;
	return p;
}

/* Hands the messages on, with the line numbers of the log. */
static void
tell(const struct parallel *p, const struct job *j)
{
	const struct complaint *c = (const struct complaint *)(const void *)j->complaints.p;
	size_t i;

	for (i = 0; i < j->complaints.len / sizeof *c; i++)
		p->c->skip(p->c->arg, p->c->line + c[i].line, c[i].text, c[i].expected);
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
	j->out.len = j->marks.len = j->complaints.len = 0;
}

/*
 * Works until `least` jobs in all have been written, or, where there is no work, sleeps until
 * `awaited` have; then frees the places of all that have.
 */
static bool
finish(struct parallel *p, size_t least, size_t awaited)
{
	size_t written;
	bool good;

	pthread_mutex_lock(&p->lock);
	while (p->written < least) {
		if (p->taken < p->filled) {
			work(p, &p->own);
			continue;
		}
		for (p->awaited = awaited; p->written < awaited;)
			pthread_cond_wait(&p->done, &p->lock);
	}
	written = p->written;
	good = !p->failed;
	pthread_mutex_unlock(&p->lock);
	while (p->finished < written)
		settle(p, &p->job[p->finished++ % p->jobs]);
	return good;
}

bool
parallel_lines(struct parallel *p, struct linein *in, struct span lines)
{
	struct job *j = &p->job[p->filled % p->jobs];

	if (p->filled - p->finished == p->jobs
	    && !finish(p, p->finished + 1, p->finished + p->jobs / 2))
		return false;
	linein_trade(in, &j->in);
	j->lines = lines;
	pthread_mutex_lock(&p->lock);
	p->filled++;
	pthread_cond_signal(&p->filling);
	pthread_mutex_unlock(&p->lock);
	return true;
}

bool
parallel_flush(struct parallel *p)
{
	return finish(p, p->filled, p->filled);
}

static void
job_free(struct job *j)
{
	buf_free(&j->in);
	buf_free(&j->out);
	buf_free(&j->marks);
	buf_free(&j->complaints);
}

void
parallel_free(struct parallel *p)
{
	size_t i;

	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->filling);
	pthread_mutex_unlock(&p->lock);
	while (p->threads)
		pthread_join(p->thread[--p->threads], NULL);
	for (i = 0; i < p->jobs; i++)
		job_free(&p->job[i]);
	point_free(p->own.convert.point);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->filling);
	pthread_cond_destroy(&p->done);
	free(p->job);
	free(p->thread);
	free(p);
}
