#include "influx/packer.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/mem.h"

enum { STACK = 1 << 18 };

enum state { IDLE, GIVEN, DONE };

struct worker {
	struct packer *packer;
	struct gzip *gzip;
	pthread_t thread;
	pthread_cond_t given;
	/* under the lock: */
	enum state state;
	/* the worker's while GIVEN, else the owner's: */
	int id;
	struct span bytes;
	struct buf *out;
};

struct packer {
	pthread_mutex_t lock;
	bool ending;		/* under the lock */
	int fd;			/* counts those that are DONE; changed with their state */
	int level;
	unsigned max, workers, busy;
	struct worker *worker;
};

struct packer *
packer_new(unsigned threads, int level)
{
	struct packer *p = mem_zero(1, sizeof *p);

	p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	p->max = p->fd < 0 ? 0 : threads;
	p->level = level;
	p->worker = mem_zero(threads, sizeof *p->worker);
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct packer *p = w->packer;
	const uint64_t one = 1;
	ssize_t n;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (w->state != GIVEN && !p->ending)
			pthread_cond_wait(&w->given, &p->lock);
		if (w->state != GIVEN)
			break;
		pthread_mutex_unlock(&p->lock);
		gzip_pack(w->gzip, w->bytes, w->out);
		pthread_mutex_lock(&p->lock);
		w->state = DONE;
		n = write(p->fd, &one, sizeof one);	/* signals are blocked, the counter is wide */
		(void)n;
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals are for the thread that waits for them. */
static bool
start_thread(struct worker *w)
{
	sigset_t all, before;
	pthread_attr_t attr;
	int err;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&w->thread, &attr, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return !err;
}

/* One more, NULL when there shall be or can be none. */
static struct worker *
add_worker(struct packer *p)
{
	struct worker *w = &p->worker[p->workers];

	if (p->workers == p->max)
		return NULL;
	*w = (struct worker){ .packer = p, .gzip = gzip_new(p->level) };
	pthread_cond_init(&w->given, NULL);
	if (start_thread(w)) {
		p->workers++;
		return w;
	}
	pthread_cond_destroy(&w->given);
	gzip_free(w->gzip);
	p->max = p->workers;
	return NULL;
}

static struct worker *
find(struct packer *p, enum state state)
{
	unsigned i;

	for (i = 0; i < p->workers; i++)
		if (p->worker[i].state == state)
			return &p->worker[i];
	return NULL;
}

bool
packer_start(struct packer *p, int id, struct span bytes, struct buf *out)
{
	struct worker *w;

	pthread_mutex_lock(&p->lock);
	w = find(p, IDLE);
	pthread_mutex_unlock(&p->lock);
	if (!w && !(w = add_worker(p)))
		return false;
	w->id = id;
	w->bytes = bytes;
	w->out = out;
	gzip_reserve(w->gzip, bytes.n, out);
	p->busy++;
	pthread_mutex_lock(&p->lock);
	w->state = GIVEN;
	pthread_cond_signal(&w->given);
	pthread_mutex_unlock(&p->lock);
	return true;
}

int
packer_take(struct packer *p)
{
	struct worker *w;
	uint64_t n;
	ssize_t got;

	if (!packer_busy(p))
		return -1;
	pthread_mutex_lock(&p->lock);
	w = find(p, DONE);
	if (w) {
		w->state = IDLE;
		got = read(p->fd, &n, sizeof n);	/* one less */
		(void)got;
	}
	pthread_mutex_unlock(&p->lock);
	if (!w)
		return -1;
	p->busy--;
	return w->id;
}

unsigned
packer_busy(const struct packer *p)
{
	return p ? p->busy : 0;
}

int
packer_fd(const struct packer *p)
{
	return p->fd;
}

void
packer_free(struct packer *p)
{
	unsigned i;

	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	for (i = 0; i < p->workers; i++)
		pthread_cond_signal(&p->worker[i].given);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->workers; i++) {
		pthread_join(p->worker[i].thread, NULL);
		pthread_cond_destroy(&p->worker[i].given);
		gzip_free(p->worker[i].gzip);
	}
	pthread_mutex_destroy(&p->lock);
	if (p->fd >= 0)
		close(p->fd);
	free(p->worker);
	free(p);
}
