#include "prom/crowd.h"

#include <sys/resource.h>
#include <sys/socket.h>

size_t
crowd_room(size_t most, size_t others)
{
	const rlim_t files = most + others;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0)
		return most;
	if (l.rlim_cur < files) {
		l.rlim_cur = l.rlim_max < files ? l.rlim_max : files;
		setrlimit(RLIMIT_NOFILE, &l);
	}
	if (l.rlim_cur >= files)
		return most;
	return l.rlim_cur > others ? l.rlim_cur - others : 1;
}

void
crowd_init(struct crowd *c, size_t room)
{
	*c = (struct crowd){ .room = room };
	pthread_mutex_init(&c->lock, NULL);
}

void
crowd_free(struct crowd *c)
{
	pthread_mutex_destroy(&c->lock);
}

static void
add(struct crowd *c, struct crowd_member *m, int64_t now)
{
	m->since = now;
	m->newer = NULL;
	m->older = c->newest;
	*(m->older ? &m->older->newer : &c->oldest) = m;
	c->newest = m;
	c->count++;
}

static void
take_out(struct crowd *c, struct crowd_member *m)
{
	*(m->older ? &m->older->newer : &c->oldest) = m->newer;
	*(m->newer ? &m->newer->older : &c->newest) = m->older;
	c->count--;
}

/* It leaves when its thread sees that. */
static void
end(struct crowd_member *m)
{
	m->ended = true;
	shutdown(m->fd, SHUT_RDWR);
}

void
crowd_join(struct crowd *c, struct crowd_member *m, int64_t now)
{
	struct crowd_member *old;

	pthread_mutex_lock(&c->lock);
	if (c->count >= c->room) {
		for (old = c->oldest; old && old->ended; old = old->newer)
			;
		if (old)
			end(old);
	}
	add(c, m, now);
	pthread_mutex_unlock(&c->lock);
}

void
crowd_leave(struct crowd *c, struct crowd_member *m)
{
	pthread_mutex_lock(&c->lock);
	take_out(c, m);
	pthread_mutex_unlock(&c->lock);
}

void
crowd_renew(struct crowd *c, struct crowd_member *m, int64_t now)
{
	pthread_mutex_lock(&c->lock);
	take_out(c, m);
	add(c, m, now);
	m->answered = 0;
	pthread_mutex_unlock(&c->lock);
}

void
crowd_answer(struct crowd *c, struct crowd_member *m, int64_t now)
{
	pthread_mutex_lock(&c->lock);
	m->answered = now;
	pthread_mutex_unlock(&c->lock);
}

void
crowd_end_before(struct crowd *c, int64_t time)
{
	struct crowd_member *m;

	pthread_mutex_lock(&c->lock);
	for (m = c->oldest; m && m->since < time; m = m->newer)
		if (!m->ended)
			end(m);
	pthread_mutex_unlock(&c->lock);
}

void
crowd_end_slow(struct crowd *c, int64_t time)
{
	struct crowd_member *m;

	pthread_mutex_lock(&c->lock);
	for (m = c->oldest; m; m = m->newer)
		if (m->answered && m->answered < time && !m->ended)
			end(m);
	pthread_mutex_unlock(&c->lock);
}
