#include "prom/serve.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "prom/guard.h"

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
	struct serve *serve;
	struct connection *next, *before;
	struct MHD_Connection *mhd;
	int fd;
	int64_t since;			/* when it began, or its last request was done */
	const struct web_state *tls;	/* that it began with; NULL: none */
	enum guard_verdict verdict;	/* on its request, when it has been asked for */
	bool asked;
};

struct serve {
	const struct site *site;
	struct web *web;
	struct guard *guard;
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

/* A new session, before its handshake, gets what is in force now. */
static void
begin_tls(struct connection *k)
{
	const union MHD_ConnectionInfo *session = MHD_get_connection_info(k->mhd,
	    MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const struct web_state *now;

	if (!session || !session->tls_session)
		return;
	now = web_hold(k->serve->web);
	tls_apply(now->tls, session->tls_session);
	k->tls = now;
}

static struct connection *
begin_connection(struct serve *s, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	struct connection *k = mem_zero(1, sizeof *k);

	*k = (struct connection){ .serve = s, .mhd = c, .since = clock_mono(),
		.fd = info ? info->connect_fd : -1 };
	begin_tls(k);
	return k;
}

/* The descriptor is open from before the first call until after the second. */
static void
on_connection(void *arg, struct MHD_Connection *c, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct connection *k = *context;
	struct serve *s = arg;

	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		k = *context = begin_connection(s, c);
	if (!k)
		return;
	pthread_mutex_lock(&s->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		add_connection(s, k);
	else
		remove_connection(s, k);
	pthread_mutex_unlock(&s->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		return;
	if (k->tls)
		web_release(s->web, k->tls);
	free(k);
	*context = NULL;
}

static void
on_done(void *arg, struct MHD_Connection *c, void **seen, enum MHD_RequestTerminationCode code)
{
	struct connection *k = connection_of(c);
	struct serve *s = arg;

	(void)seen;
	(void)code;
	pthread_mutex_lock(&s->lock);
	if (k) {
		k->since = clock_mono();
		k->asked = false;
	}
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

/* The configured ones go before the site's own. */
static bool
add_headers(struct MHD_Response *r, const struct webconfig *c, const struct site_answer *a)
{
	const struct webconfig_pair row[] = {
		{ MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type },
		{ MHD_HTTP_HEADER_CONTENT_ENCODING, a->encoding },
		{ MHD_HTTP_HEADER_VARY, a->vary },
		{ MHD_HTTP_HEADER_ALLOW, a->allow },
		{ MHD_HTTP_HEADER_CACHE_CONTROL, a->cache },
		{ MHD_HTTP_HEADER_ETAG, a->etag[0] ? a->etag : NULL },
		{ MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY, a->policy },
		{ MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ MHD_HTTP_HEADER_WWW_AUTHENTICATE, a->authenticate },
		{ MHD_HTTP_HEADER_RETRY_AFTER, a->retry_after },
	};
	size_t i;

	for (i = 0; i < c->headers; i++)
		if (MHD_add_response_header(r, c->header[i].name, c->header[i].value) != MHD_YES)
			return false;
	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].value && !MHD_get_response_header(r, row[i].name)
		    && MHD_add_response_header(r, row[i].name, row[i].value) != MHD_YES)
			return false;
	return true;
}

static enum MHD_Result
queue(struct serve *s, struct MHD_Connection *c, const struct webconfig *w, struct site_answer *a)
{
	struct MHD_Response *r = make_response(s, &a->body);
	enum MHD_Result done = MHD_NO;

	if (!r)
		return MHD_NO;
	if (add_headers(r, w, a))
		done = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return done;
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* --- who may --- */

/* A number for the address of a client; of IPv6 for its network. */
static uint64_t
client_number(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
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

static void
on_wait(void *who)
{
	struct connection *k = who;

	MHD_suspend_connection(k->mhd);
}

/* The handler is called again. */
static void
on_verdict(void *who, enum guard_verdict v)
{
	struct connection *k = who;

	k->verdict = v;
	MHD_resume_connection(k->mhd);
}

/* Asks once for a request; GUARD_LATER: the connection is suspended until it is known. */
static enum guard_verdict
ask_guard(struct serve *s, struct connection *k, const struct webconfig *w)
{
	const char *authorization = header(k->mhd, MHD_HTTP_HEADER_AUTHORIZATION);

	if (k->asked)
		return k->verdict;
	k->asked = true;
	return guard_ask(s->guard, w, span_str(authorization ? authorization : ""),
	    client_number(k->mhd), k);
}

/* --- requests --- */

/* The path of a request target that is a whole URL (RFC 9112, section 3.2.2), or target itself. */
static const char *
path_of(const char *target)
{
	const char *path;
	size_t n = !strncasecmp(target, "http://", 7) ? 7 : !strncasecmp(target, "https://", 8) ? 8 : 0;

	if (!n)
		return target;
	path = strchr(target + n, '/');
	return path ? path : "/";
}

static void
answer(const struct serve *s, struct MHD_Connection *c, const char *url, const char *method,
    struct site_answer *a)
{
	const struct site_request q = {
		.method = method,
		.path = path_of(url),
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

/* A request that is all there: one place for all paths, who may not pass sees none of them. */
static enum MHD_Result
take_request(struct serve *s, struct connection *k, const char *url, const char *method)
{
	const struct web_state *web = web_hold(s->web);
	enum MHD_Result done = MHD_YES;
	struct site_answer a = { 0 };
	enum guard_verdict v = ask_guard(s, k, &web->config);

	switch (v) {
	case GUARD_PASS:
		answer(s, k->mhd, url, method, &a);
		break;
	case GUARD_DENY:
		site_refuse(&a, 401, "A user name and password are needed.");
		a.authenticate = "Basic realm=\"promexport\", charset=\"UTF-8\"";
		break;
	case GUARD_BUSY:
		site_refuse(&a, 503, "Too many passwords are waiting to be compared.");
		a.retry_after = "10";
		break;
	case GUARD_LATER:
		break;
	}
	if (v != GUARD_LATER)
		done = queue(s, k->mhd, &web->config, &a);
	web_release(s->web, web);
	return done;
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
	struct connection *k = connection_of(c);
	uintptr_t bytes = (uintptr_t)*seen;

	(void)version;
	(void)upload;
	if (!bytes || *upload_size) {
		*seen = (void *)(bytes + 1 + *upload_size);
		*upload_size = 0;
		return bytes > BODY_BYTES ? MHD_NO : MHD_YES;
	}
	return k ? take_request(arg, k, url, method) : MHD_NO;
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
	const struct web_state *web = web_hold(s->web);
	const struct tls_files *files = &web->files;
	/* Needed for a start only: each connection gets its own, see begin_tls(). */
	const struct MHD_OptionItem tls[] = {
		{ web->tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, files->cert.p },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, files->key.p },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG
	    | MHD_ALLOW_SUSPEND_RESUME | (web->tls ? MHD_USE_TLS : 0u), 0, NULL, NULL,
	    handle, s,
	    MHD_OPTION_EXTERNAL_LOGGER, tell, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, s,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
	    MHD_OPTION_ARRAY, tls,
	    MHD_OPTION_END);

	web_release(s->web, web);
	return d;
}

struct serve *
serve_start(struct listen *l, const struct site *site, struct web *web)
{
	static const struct guard_calls calls = { on_wait, on_verdict };
	struct serve *s = mem_zero(1, sizeof *s);
	sigset_t all, old;

	s->site = site;
	s->web = web;
	pthread_mutex_init(&s->lock, NULL);
	allow_files();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	s->guard = guard_new(&calls);
	while (l->n && s->guard) {
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
	if (s->guard)
		guard_stop(s->guard);	/* no connection is suspended any more */
	while (s->n)
		MHD_stop_daemon(s->daemon[--s->n]);
	guard_free(s->guard);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
