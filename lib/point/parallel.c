#include "point/parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

enum { BLOCK = 128 * 1024, JOBS_PER_THREAD = 2 };

/* A line that was no frame, to be told when its turn has come. */
struct complaint {
	uint64_t line;		/* within the block */
	size_t at, n;		/* its text, in the block */
	const char *expected;
};

enum state { FREE, READY, DONE };

struct job {
	enum state state;
	struct buf in, out, marks, complaints;	/* of struct point_mark and struct complaint */
	struct convert_counts counts;
	bool relative, timeless;		/* of the stamps */
};

struct parallel {
	struct convert *c;
	struct out *out;
	struct job *job;	/* a ring */
	size_t jobs;
	size_t filled, taken, written;	/* how many so far; a job's place is that modulo jobs */
	bool ending;
	pthread_mutex_t lock;	/* filled, taken, ending, job.state */
	pthread_cond_t ready, done;
	pthread_t *thread;
	unsigned threads;
};

struct worker {
	struct job *job;	/* being worked on */
	struct convert convert;
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
	convert_lines(&w->convert, &block, &j->out, SIZE_MAX);
	point_take_marks(w->convert.point, &j->marks);
	j->counts = w->convert.counts;
	j->relative = w->convert.stamp.relative;
	j->timeless = w->convert.stamp.timeless;
}

static void *
worker_main(void *arg)
{
	struct parallel *p = arg;
	struct worker w;
	struct job *j;

	convert_init(&w.convert, point_clone(p->c->point), p->c->stamp.start, complain, &w);
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->taken == p->filled && !p->ending)
			pthread_cond_wait(&p->ready, &p->lock);
		if (p->taken == p->filled)
			break;
		j = &p->job[p->taken++ % p->jobs];
		pthread_mutex_unlock(&p->lock);
		work(&w, j);
		pthread_mutex_lock(&p->lock);
		j->state = DONE;
		pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	point_free(w.convert.point);
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

/* Writes a job's points, with the #meta lines that nobody has written yet. */
static void
put(struct parallel *p, const struct job *j)
{
	const struct point_mark *m = (const struct point_mark *)(const void *)j->marks.p;
	size_t i, at = 0;

	for (i = 0; i < j->marks.len / sizeof *m; i++) {
		buf_put(&p->out->b, j->out.p + at, m[i].at - at);
		at = m[i].at;
		point_put_meta(p->c->point, &m[i], &p->out->b);
	}
	out_write(p->out, j->out.p + at, j->out.len - at);
}

/* Waits for the oldest job, writes it and frees its place. */
static bool
write_oldest(struct parallel *p)
{
	struct job *j = &p->job[p->written % p->jobs];

	pthread_mutex_lock(&p->lock);
	while (j->state != DONE)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
	tell(p, j);
	put(p, j);
	p->c->line += j->counts.lines;
	convert_add_counts(&p->c->counts, &j->counts);
	p->c->stamp.relative |= j->relative;
	p->c->stamp.timeless |= j->timeless;
	j->state = FREE;
	j->in.len = j->out.len = j->marks.len = j->complaints.len = 0;
	p->written++;
	return !p->out->err;
}

/* Lines up to BLOCK bytes, at least one. */
static struct span
cut(struct span *block)
{
	size_t n = block->n < BLOCK ? block->n : BLOCK;
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
	j->state = READY;
	p->filled++;
	pthread_cond_signal(&p->ready);
	pthread_mutex_unlock(&p->lock);
}

bool
parallel_lines(struct parallel *p, struct span block)
{
	while (block.n) {
		if (p->filled - p->written == p->jobs && !write_oldest(p))
			return false;
		submit(p, cut(&block));
	}
	return true;
}

bool
parallel_flush(struct parallel *p)
{
	bool good = !p->out->err;

	while (p->written < p->filled)
		good = write_oldest(p);
	return good;
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
		buf_free(&p->job[i].out);
		buf_free(&p->job[i].marks);
		buf_free(&p->job[i].complaints);
	}
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->ready);
	pthread_cond_destroy(&p->done);
	free(p->job);
	free(p->thread);
	free(p);
}
