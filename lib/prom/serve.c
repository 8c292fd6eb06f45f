#include "prom/serve.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	CONNECTIONS = 2000,		/* of one socket; what is over waits to be accepted */
	FILES = 2 * CONNECTIONS + 100,	/* descriptors, where the system lets us */
	IDLE_SECONDS = 10,		/* a client that neither reads nor writes for so long is dropped */
	REQUEST_SECONDS = 60,		/* and so is a request that is not done by then */
	HEADER_BYTES = 16 * 1024,	/* of a request; a longer one is answered 431 */
	BODY_BYTES = 1 << 20,		/* of a request, read and forgotten before its 405 */
	LOAD_BYTES = 256 << 20,		/* of answers on their way; what is over is answered 503 */
};

struct connection {
	struct connection *next, *before;
	int fd;
	int64_t since;			/* when it began, or its last request was done */
};

struct serve {
	const struct site *site;
	struct MHD_Daemon *daemon[LISTEN_MAX];
	size_t n;
	atomic_size_t load;		/* bytes on their way */
	pthread_mutex_t lock;		/* the list of connections */
	struct connection *first;
};

/* --- connections --- */

static struct connection *
connection_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void
add_connection(struct serve *s, struct connection *k)
{
	k->next = s->first;
	if (k->next)
		k->next->before = k;
	s->first = k;
}

static void
remove_connection(struct serve *s, struct connection *k)
{
	*(k->before ? &k->before->next : &s->first) = k->next;
	if (k->next)
		k->next->before = k->before;
}

/* The descriptor is open from before the first call until after the second. */
static void
on_connection(void *arg, struct MHD_Connection *c, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	struct connection *k = *context;
	struct serve *s = arg;

	pthread_mutex_lock(&s->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED && info) {
		k = *context = mem_zero(1, sizeof *k);
		k->fd = info->connect_fd;
		k->since = clock_mono();
		add_connection(s, k);
	} else if (code == MHD_CONNECTION_NOTIFY_CLOSED && k) {
		remove_connection(s, k);
		free(k);
		*context = NULL;
	}
	pthread_mutex_unlock(&s->lock);
}

static void
on_done(void *arg, struct MHD_Connection *c, void **seen, enum MHD_RequestTerminationCode code)
{
	struct connection *k = connection_of(c);
	struct serve *s = arg;

	(void)seen;
	(void)code;
	pthread_mutex_lock(&s->lock);
	if (k)
		k->since = clock_mono();
	pthread_mutex_unlock(&s->lock);
}

void
serve_check(struct serve *s, int64_t now)
{
	struct connection *k;

	pthread_mutex_lock(&s->lock);
	for (k = s->first; k; k = k->next)
		if (now - k->since > REQUEST_SECONDS * CLOCK_SECOND)
			shutdown(k->fd, SHUT_RDWR);
	pthread_mutex_unlock(&s->lock);
}

/* --- answers --- */

/* A body on its way. */
struct load {
	struct serve *s;
	struct buf body;
};

static void
unload(void *arg)
{
	struct load *l = arg;

	atomic_fetch_sub(&l->s->load, l->body.cap);
	buf_free(&l->body);
	free(l);
}

/* Takes the body over. */
static struct MHD_Response *
make_response(struct serve *s, struct buf *body)
{
	struct load *l = mem_zero(1, sizeof *l);
	struct MHD_Response *r;

	buf_reserve(body, 1);		/* an empty one has to be somewhere, too */
	*l = (struct load){ s, *body };
	*body = (struct buf){ 0 };
	atomic_fetch_add(&s->load, l->body.cap);
	r = MHD_create_response_from_buffer_with_free_callback_cls(l->body.len,
	    l->body.p, unload, l);
	if (!r)
		unload(l);
	return r;
}

static bool
add_headers(struct MHD_Response *r, const struct site_answer *a)
{
	const struct {
		const char *name, *value;
	} row[] = {
		{ MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type },
		{ MHD_HTTP_HEADER_CONTENT_ENCODING, a->encoding },
		{ MHD_HTTP_HEADER_VARY, a->vary },
		{ MHD_HTTP_HEADER_ALLOW, a->allow },
		{ MHD_HTTP_HEADER_CACHE_CONTROL, a->cache },
		{ MHD_HTTP_HEADER_ETAG, a->etag[0] ? a->etag : NULL },
		{ MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY, a->policy },
		{ MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].value && MHD_add_response_header(r, row[i].name, row[i].value) != MHD_YES)
			return false;
	return true;
}

static enum MHD_Result
queue(struct serve *s, struct MHD_Connection *c, struct site_answer *a)
{
	struct MHD_Response *r = make_response(s, &a->body);
	enum MHD_Result done = MHD_NO;

	if (!r)
		return MHD_NO;
	if (add_headers(r, a))
		done = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return done;
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static void
answer(const struct serve *s, struct MHD_Connection *c, const char *url, const char *method,
    struct site_answer *a)
{
	const struct site_request q = {
		.method = method,
		.path = url,
		.accept = header(c, MHD_HTTP_HEADER_ACCEPT),
		.accept_encoding = header(c, MHD_HTTP_HEADER_ACCEPT_ENCODING),
		.timeout = header(c, "X-Prometheus-Scrape-Timeout-Seconds"),
		.if_none_match = header(c, MHD_HTTP_HEADER_IF_NONE_MATCH),
		.since = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "since"),
	};

	if (atomic_load(&s->load) > LOAD_BYTES)
		site_refuse(a, 503, "Too many answers are on their way.");
	else
		site_answer(s->site, &q, clock_mono(), a);
}

/*
 * Called for a request when its headers are there, for each piece of its body, and at its end:
 * only then is it answered, or the client would be cut off while it still writes. *seen counts
 * the bytes of the body, and is 1 after the first call.
 */
static enum MHD_Result
handle(void *arg, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **seen)
{
	struct serve *s = arg;
	struct site_answer a = { 0 };
	uintptr_t bytes = (uintptr_t)*seen;

	(void)version;
	(void)upload;
	if (!bytes || *upload_size) {
		*seen = (void *)(bytes + 1 + *upload_size);
		*upload_size = 0;
		return bytes > BODY_BYTES ? MHD_NO : MHD_YES;
	}
	answer(s, c, url, method, &a);
	return queue(s, c, &a);
}

/* --- the daemons --- */

__attribute__((format(printf, 2, 0))) static void
tell(void *arg, const char *fmt, va_list ap)
{
	char text[512];
	int n = vsnprintf(text, sizeof text, fmt, ap);

	(void)arg;
	if (n > 0 && n < (int)sizeof text && text[n - 1] == '\n')
		text[n - 1] = '\0';
	log_debug("http: %s", text);
}

static void
allow_files(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= FILES)
		return;
	l.rlim_cur = l.rlim_max < FILES ? l.rlim_max : FILES;
	setrlimit(RLIMIT_NOFILE, &l);
}

static struct MHD_Daemon *
start(struct serve *s, int fd)
{
	return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	    handle, s,
	    MHD_OPTION_EXTERNAL_LOGGER, tell, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, s,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
	    MHD_OPTION_END);
}

struct serve *
serve_start(struct listen *l, const struct site *site)
{
	struct serve *s = mem_zero(1, sizeof *s);
	sigset_t all, old;

	s->site = site;
	pthread_mutex_init(&s->lock, NULL);
	allow_files();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (l->n) {
		s->daemon[s->n] = start(s, l->fd[l->n - 1]);
		if (!s->daemon[s->n])
			break;
		s->n++;
		l->n--;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!l->n)
		return s;
	listen_close(l);
	serve_stop(s);
	return NULL;
}

void
serve_stop(struct serve *s)
{
	while (s->n)
		MHD_stop_daemon(s->daemon[--s->n]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
