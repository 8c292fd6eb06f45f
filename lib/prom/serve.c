#include "prom/serve.h"

#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "prom/crowd.h"
#include "prom/guard.h"
#include "prom/head.h"

enum {
	CONNECTIONS = 2000,		/* the next one ends the one that has waited longest */
	OTHER_FILES = 64,		/* descriptors that are no connections */
	SPARE = 20,			/* connections that have not left yet although they are ended */
	IDLE_SECONDS = 10,		/* a client that neither reads nor writes for so long is dropped */
	REQUEST_SECONDS = 60,		/* and so is a request that is not done by then */
	/* So much that what is over HEAD_BYTES is usually still read, and answered by us. */
	CONNECTION_BYTES = 4 * HEAD_BYTES,
	LOAD_BYTES = 256 << 20,		/* of answers on their way: then a large one is refused, and */
	SLOW_SECONDS = 5,		/* who has been reading one for so long is dropped */
};

struct connection {
	struct crowd_member member;
	struct serve *serve;
	struct MHD_Connection *mhd;
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
	struct crowd crowd;
};

/* --- connections --- */

static struct connection *
connection_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
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

	*k = (struct connection){ .serve = s, .mhd = c,
		.member.fd = info ? info->connect_fd : -1 };
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

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		k = *context = begin_connection(s, c);
		crowd_join(&s->crowd, &k->member, clock_mono());
	} else if (k) {
		crowd_leave(&s->crowd, &k->member);
		if (k->tls)
			web_release(s->web, k->tls);
		free(k);
		*context = NULL;
	}
}

static void
on_done(void *arg, struct MHD_Connection *c, void **seen, enum MHD_RequestTerminationCode code)
{
	struct connection *k = connection_of(c);
	struct serve *s = arg;

	(void)seen;
	(void)code;
	if (!k)
		return;
	crowd_renew(&s->crowd, &k->member, clock_mono());
	k->asked = false;
}

void
serve_check(struct serve *s, int64_t now)
{
	crowd_end_before(&s->crowd, now - REQUEST_SECONDS * CLOCK_SECOND);
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

/* libmicrohttpd's own MHD_queue_response(). */
static enum MHD_Result
library_queue(struct MHD_Connection *c, unsigned status, struct MHD_Response *r)
{
	union {
		void *found;
		enum MHD_Result (*call)(struct MHD_Connection *, unsigned, struct MHD_Response *);
	} p = { .found = dlsym(RTLD_NEXT, "MHD_queue_response") };

	return p.found ? p.call(c, status, r) : MHD_NO;
}

static enum MHD_Result
queue(struct serve *s, struct MHD_Connection *c, const struct webconfig *w, struct site_answer *a)
{
	struct MHD_Response *r = make_response(s, &a->body);
	struct connection *k = connection_of(c);
	enum MHD_Result done = MHD_NO;

	if (!r)
		return MHD_NO;
	if (add_headers(r, w, a))
		done = library_queue(c, a->status, r);
	MHD_destroy_response(r);
	if (k && done == MHD_YES)
		crowd_answer(&s->crowd, &k->member, clock_mono());
	return done;
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* libmicrohttpd (0.9.75) then sends the head of an answer twice: without body nobody minds. */
static bool
has_bad_length(struct MHD_Connection *c)
{
	const char *length = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
	uint64_t n;

	return length && !num_u64(span_str(length), &n);
}

/* Refuses a request, whoever sent it. */
static enum MHD_Result
queue_fault(struct serve *s, struct MHD_Connection *c, unsigned status, const char *text)
{
	const struct web_state *web = web_hold(s->web);
	struct site_answer a = { 0 };
	enum MHD_Result done;

	site_refuse(&a, status, text);
	if (has_bad_length(c))
		a.body.len = 0;
	done = queue(s, c, &web->config, &a);
	web_release(s->web, web);
	return done;
}

/*
 * libmicrohttpd answers by itself what is no request or too large, without a type, and has no hook
 * for that. But it queues its answers by this function, and of a function that both a program and
 * a shared library define, both use the program's (ld.so(8)): so these answers become ours.
 */
enum MHD_Result
MHD_queue_response(struct MHD_Connection *c, unsigned status, struct MHD_Response *r)
{
	struct connection *k = connection_of(c);

	if (!k)
		return library_queue(c, status, r);
	return queue_fault(k->serve, c, status, status == 400 ? "This is no request of HTTP."
	    : status == 505 ? "HTTP/1.1 and HTTP/1.0 are spoken here."
	    : status >= 500 ? "This could not be done." : "The request is too large.");
}

/* --- what is asked --- */

/* A header that may come in several lines, each of which is a part of one list. */
struct list {
	const char *name;
	struct buf text;
};

static enum MHD_Result
add_to_list(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct list *l = arg;

	(void)kind;
	if (strcasecmp(name, l->name) || !value)
		return MHD_YES;
	buf_puts(&l->text, l->text.len ? "," : "");
	buf_puts(&l->text, value);
	return MHD_YES;
}

/* NULL without one. */
static const char *
list_header(struct MHD_Connection *c, struct list *l)
{
	MHD_get_connection_values(c, MHD_HEADER_KIND, add_to_list, l);
	return l->text.p ? buf_str(&l->text) : NULL;
}

static enum MHD_Result
check_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	(void)kind;
	head_take(arg, span_of(name, name_n), span_of(value, value_n));
	return MHD_YES;
}

/* The sentence and status of head_fault(); body: how many bytes of it have come. */
static const char *
find_fault(struct MHD_Connection *c, const char *version, uint64_t body, unsigned *status)
{
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct head h = { 0 };

	MHD_get_connection_values_n(c, MHD_HEADER_KIND, check_header, &h);
	h.length = body > h.length ? body : h.length;
	return head_fault(&h, version, size ? size->header_size : 0, status);
}

/* A path with a NUL in it stays as it is, and so is none of ours. */
static size_t
unescape(void *arg, struct MHD_Connection *c, char *text)
{
	(void)arg;
	(void)c;
	return strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}

/* --- who may --- */

static uint64_t
client_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return guard_client(info ? info->client_addr : NULL);
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
	    client_of(k->mhd), k);
}

/* --- requests --- */

static void
answer(struct serve *s, struct MHD_Connection *c, const char *url, const char *method,
    struct site_answer *a)
{
	struct list accept = { .name = MHD_HTTP_HEADER_ACCEPT };
	struct list encoding = { .name = MHD_HTTP_HEADER_ACCEPT_ENCODING };
	struct list match = { .name = MHD_HTTP_HEADER_IF_NONE_MATCH };
	const struct site_request q = {
		.method = method,
		.path = head_path(url),
		.accept = list_header(c, &accept),
		.accept_encoding = list_header(c, &encoding),
		.timeout = header(c, "X-Prometheus-Scrape-Timeout-Seconds"),
		.if_none_match = list_header(c, &match),
		.since = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "since"),
		.busy = atomic_load(&s->load) > LOAD_BYTES,
	};
	const int64_t now = clock_mono();

	if (q.busy)
		crowd_end_slow(&s->crowd, now - SLOW_SECONDS * CLOCK_SECOND);
	site_answer(s->site, &q, now, a);
	buf_free(&accept.text);
	buf_free(&encoding.text);
	buf_free(&match.text);
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
 * only then is it answered, or the client would be cut off while it still writes (but with a head
 * that does not do nobody knows where the body ends). *seen counts the bytes of the body, and is
 * 1 after the first call.
 */
static enum MHD_Result
handle(void *arg, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **seen)
{
	struct connection *k = connection_of(c);
	uintptr_t bytes = (uintptr_t)*seen;
	const char *fault;
	unsigned status;

	(void)upload;
	if (!k)
		return MHD_NO;
	if (bytes && *upload_size) {
		*seen = (void *)(bytes + *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	fault = find_fault(c, version, bytes ? bytes - 1 : 0, &status);
	if (fault)
		return queue_fault(arg, c, status, fault);
	if (bytes)
		return take_request(arg, k, url, method);
	*seen = (void *)(uintptr_t)1;
	return MHD_YES;
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
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS + SPARE,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
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
	crowd_init(&s->crowd, crowd_room(CONNECTIONS, SPARE + OTHER_FILES));
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
	crowd_free(&s->crowd);
	free(s);
}
