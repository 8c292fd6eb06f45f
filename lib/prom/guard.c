#include "prom/guard.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "prom/basic.h"
#include "prom/password.h"
#include "prom/tls.h"

enum { KNOWN = 1024 };

/* A password to be compared. */
struct claim {
	void *who;
	uint64_t client;
	bool known;			/* there is such a user; else the hash is another one's */
	char *password;			/* owned */
	size_t password_n;
	char *hash;			/* owned */
	unsigned char digest[TLS_DIGEST];	/* of all of it */
};

struct guard {
	struct guard_calls calls;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool stopping;
	struct claim queue[GUARD_QUEUE];	/* a ring */
	size_t first, waiting;
	unsigned char key[TLS_DIGEST];
	unsigned char right[KNOWN][TLS_DIGEST];	/* digests of what was right, a ring */
	size_t rights;				/* how many there have been */
};

static bool
was_right(const struct guard *g, const unsigned char *digest)
{
	size_t i, n = g->rights < KNOWN ? g->rights : KNOWN;

	for (i = 0; i < n; i++)
		if (!memcmp(g->right[i], digest, TLS_DIGEST))
			return true;
	return false;
}

static void
drop(struct claim *c)
{
	explicit_bzero(c->password, c->password_n);
	free(c->password);
	free(c->hash);
}

/* --- the thread --- */

/* At most until a time on the monotonic clock. */
static void
rest(struct guard *g, int64_t until)
{
	const struct timespec t = { until / CLOCK_SECOND, until % CLOCK_SECOND };

	while (!g->stopping && clock_mono() < until)
		pthread_cond_clockwait(&g->change, &g->lock, CLOCK_MONOTONIC, &t);
}

/* With the lock, which is given away while it works. */
static void
decide(struct guard *g, struct claim *c)
{
	bool right = c->known && was_right(g, c->digest);
	int64_t start = clock_mono(), end = start;

	if (!right) {
		pthread_mutex_unlock(&g->lock);
		right = password_fits(span_of(c->password, c->password_n), c->hash) && c->known;
		end = clock_mono();
		pthread_mutex_lock(&g->lock);
		if (right)
			memcpy(g->right[g->rights++ % KNOWN], c->digest, TLS_DIGEST);
	}
	g->calls.verdict(c->who, right ? GUARD_PASS : GUARD_DENY);
	drop(c);
	if (!right)
		rest(g, end + (end - start));
}

static void *
run(void *arg)
{
	struct guard *g = arg;
	struct claim c;

	pthread_mutex_lock(&g->lock);
	while (!g->stopping) {
		if (!g->waiting) {
			pthread_cond_wait(&g->change, &g->lock);
			continue;
		}
		c = g->queue[g->first];
		g->first = (g->first + 1) % GUARD_QUEUE;
		g->waiting--;
		decide(g, &c);
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

struct guard *
guard_new(const struct guard_calls *calls)
{
	struct guard *g = mem_zero(1, sizeof *g);

	g->calls = *calls;
	tls_random(g->key, sizeof g->key);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->change, NULL);
	errno = pthread_create(&g->thread, NULL, run, g);
	if (!errno)
		return g;
	g->stopping = true;
	guard_free(g);
	return NULL;
}

void
guard_stop(struct guard *g)
{
	pthread_mutex_lock(&g->lock);
	g->stopping = true;
	pthread_cond_signal(&g->change);
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->thread, NULL);
	pthread_mutex_lock(&g->lock);
	for (; g->waiting; g->waiting--) {
		g->calls.verdict(g->queue[g->first].who, GUARD_BUSY);
		drop(&g->queue[g->first]);
		g->first = (g->first + 1) % GUARD_QUEUE;
	}
	pthread_mutex_unlock(&g->lock);
}

void
guard_free(struct guard *g)
{
	if (!g)
		return;
	explicit_bzero(g->key, sizeof g->key);
	pthread_mutex_destroy(&g->lock);
	pthread_cond_destroy(&g->change);
	free(g);
}

/* --- asking --- */

uint64_t
guard_client(const struct sockaddr *a)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;
	uint64_t n = 0;

	if (a && a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof v4);
		return v4.sin_addr.s_addr;
	}
	if (!a || a->sa_family != AF_INET6)
		return 0;
	memcpy(&v6, a, sizeof v6);
	if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
		memcpy(&n, v6.sin6_addr.s6_addr + 12, 4);
	else
		memcpy(&n, v6.sin6_addr.s6_addr, sizeof n);
	return n;
}

/* A NUL between the parts: none of them can have one and be right. */
static void
make_digest(const struct guard *g, struct claim *c, struct span name)
{
	struct buf text = { 0 };

	buf_put_span(&text, name);
	buf_putc(&text, '\0');
	buf_puts(&text, c->hash);
	buf_putc(&text, '\0');
	buf_put(&text, c->password, c->password_n);
	tls_digest(c->digest, g->key, buf_span(&text));
	explicit_bzero(text.p, text.cap);
	buf_free(&text);
}

/* Whose hash a name that is none is compared with: always the same one, but nobody knows which. */
static size_t
stand_in(const struct guard *g, const struct webconfig *w, struct span name)
{
	unsigned char digest[TLS_DIGEST];
	uint32_t n;

	tls_digest(digest, g->key, name);
	memcpy(&n, digest, sizeof n);
	return n % w->users;
}

static struct claim
make_claim(const struct guard *g, const struct webconfig *w, struct span name,
    struct span password)
{
	const size_t other = stand_in(g, w, name);
	const char *hash = w->user[other].value;
	struct claim c = { .password_n = password.n };
	size_t i;

	for (i = 0; i < w->users; i++) {
		if (!span_is(name, w->user[i].name))
			continue;
		c.known = true;
		hash = w->user[i].value;
	}
	c.password = mem_strndup(password.p, password.n);
	c.hash = mem_strndup(hash, strlen(hash));
	make_digest(g, &c, name);
	return c;
}

static bool
has_room(const struct guard *g, uint64_t client)
{
	size_t i, same = 0;

	for (i = 0; i < g->waiting; i++)
		same += g->queue[(g->first + i) % GUARD_QUEUE].client == client;
	return !g->stopping && g->waiting < GUARD_QUEUE && same < GUARD_QUEUE_OF_ONE;
}

/* With the lock; takes the claim over. */
static enum guard_verdict
take(struct guard *g, struct claim *c)
{
	if (c->known && was_right(g, c->digest)) {
		drop(c);
		return GUARD_PASS;
	}
	if (!has_room(g, c->client)) {
		drop(c);
		return GUARD_BUSY;
	}
	g->calls.wait(c->who);
	g->queue[(g->first + g->waiting++) % GUARD_QUEUE] = *c;
	pthread_cond_signal(&g->change);
	return GUARD_LATER;
}

enum guard_verdict
guard_ask(struct guard *g, const struct webconfig *w, struct span authorization, uint64_t client,
    void *who)
{
	enum guard_verdict v = GUARD_DENY;
	struct span name, password;
	struct buf text = { 0 };
	struct claim c;

	if (!w->users)
		return GUARD_PASS;
	if (authorization.n && basic_read(authorization, &text, &name, &password)) {
		c = make_claim(g, w, name, password);
		c.client = client;
		c.who = who;
		pthread_mutex_lock(&g->lock);
		v = take(g, &c);
		pthread_mutex_unlock(&g->lock);
	}
	if (text.p)
		explicit_bzero(text.p, text.cap);
	buf_free(&text);
	return v;
}
