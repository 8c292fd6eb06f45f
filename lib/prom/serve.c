#include "prom/serve.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	CONNECTIONS = 256,		/* of one socket; what is over waits to be accepted */
	IDLE_SECONDS = 10,		/* a client that neither reads nor writes for so long is dropped */
	HEADER_BYTES = 16 * 1024,	/* of a request; a longer one is answered 431 */
	BODY_BYTES = 1 << 20,		/* of a request, read and forgotten before its 405 */
};

struct serve {
	const struct site *site;
	struct MHD_Daemon *daemon[LISTEN_MAX];
	size_t n;
};

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
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].value && MHD_add_response_header(r, row[i].name, row[i].value) != MHD_YES)
			return false;
	return true;
}

static enum MHD_Result
queue(struct MHD_Connection *c, struct site_answer *a)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(a->body.len, a->body.p,
	    MHD_RESPMEM_MUST_FREE);
	enum MHD_Result done = MHD_NO;

	if (!r) {
		buf_free(&a->body);
		return MHD_NO;
	}
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

/*
 * Called for a request when its headers are there, for each piece of its body, and at its end:
 * only then is it answered, or the client would be cut off while it still writes. *seen counts
 * the bytes of the body, and is 1 after the first call.
 */
static enum MHD_Result
handle(void *arg, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **seen)
{
	const struct serve *s = arg;
	struct site_request q = { .method = method, .path = url };
	struct site_answer a = { 0 };
	uintptr_t bytes = (uintptr_t)*seen;

	(void)version;
	(void)upload;
	if (!bytes || *upload_size) {
		*seen = (void *)(bytes + 1 + *upload_size);
		*upload_size = 0;
		return bytes > BODY_BYTES ? MHD_NO : MHD_YES;
	}
	q.accept = header(c, MHD_HTTP_HEADER_ACCEPT);
	q.accept_encoding = header(c, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	q.timeout = header(c, "X-Prometheus-Scrape-Timeout-Seconds");
	site_answer(s->site, &q, clock_mono(), &a);
	return queue(c, &a);
}

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
	return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	    handle, s,
	    MHD_OPTION_EXTERNAL_LOGGER, tell, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
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
	free(s);
}
