#include "prom/site.h"

#include <string.h>

#include "base/clock.h"
#include "base/gzip.h"
#include "base/num.h"
#include "prom/accept.h"

static const char plain[] = "text/plain; charset=utf-8";

void
site_refuse(struct site_answer *a, unsigned status, const char *text)
{
	a->status = status;
	a->content_type = plain;
	buf_puts(&a->body, text);
	buf_putc(&a->body, '\n');
}

static struct span
header(const char *value)
{
	return span_str(value ? value : "");
}

static void
pack(struct buf *body)
{
	struct gzip *g = gzip_new(1);
	struct buf packed = { 0 };

	gzip_pack(g, buf_span(body), &packed);
	gzip_free(g);
	buf_free(body);
	*body = packed;
}

/* When the client gives up, 0 when it does not say. */
static int64_t
give_up_time(const struct site_request *q, int64_t now)
{
	double seconds;

	if (!q->timeout || !num_double(span_str(q->timeout), &seconds) || seconds <= 0
	    || seconds > 3600)
		return 0;
	return now + (int64_t)(seconds * (double)CLOCK_SECOND);
}

static void
answer_metrics(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a)
{
	enum expose_format format = accept_format(header(q->accept));

	a->content_type = expose_syntax[format].content_type;
	a->vary = "Accept, Accept-Encoding";
	if (!exporter_page(s->exporter, format, now, give_up_time(q, now), &a->body)) {
		site_refuse(a, 503, "Other pages took longer than this scrape may.");
	} else if (accept_gzip(header(q->accept_encoding))) {
		pack(&a->body);
		a->encoding = "gzip";
	}
}

static void
answer_healthy(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a)
{
	(void)s;
	(void)q;
	(void)now;
	a->content_type = plain;
	buf_puts(&a->body, "promexport is healthy.\n");
}

static void
answer_ready(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a)
{
	(void)s;
	(void)q;
	(void)now;
	a->content_type = plain;
	buf_puts(&a->body, "promexport is ready.\n");
}

/* Packs what is worth it, where the client takes that. */
static void
pack_for(const struct site_request *q, struct site_answer *a)
{
	enum { WORTH_IT = 1000 };

	if (a->body.len < WORTH_IT || !accept_gzip(header(q->accept_encoding)))
		return;
	pack(&a->body);
	a->encoding = "gzip";
}

static void
answer_page(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a)
{
	(void)now;
	a->cache = "no-cache";
	a->vary = "Accept-Encoding";
	page_etag(a->etag, span_str(s->path));
	if (q->if_none_match && strstr(q->if_none_match, a->etag)) {
		a->status = 304;
		a->content_type = NULL;
		return;
	}
	a->content_type = "text/html; charset=utf-8";
	a->policy = page_policy;
	page_put(&a->body, span_str(s->path));
	pack_for(q, a);
}

static void
answer_live(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a)
{
	if (!exporter_live(s->exporter, header(q->since), now, &a->body)) {
		site_refuse(a, 400, "since: expected a cursor, as an answer before had.");
		return;
	}
	a->content_type = "application/json";
	a->cache = "no-store";
	a->vary = "Accept-Encoding";
	pack_for(q, a);
}

/* NULL: the path of the metrics. It comes first, so that it may be "/". */
static const struct route {
	const char *path;
	bool page;		/* not without the page for people */
	bool large;		/* its answer */
	void (*answer)(const struct site *s, const struct site_request *q, int64_t now,
	    struct site_answer *a);
} route[] = {
	{ NULL, false, true, answer_metrics },
	{ "/-/healthy", false, false, answer_healthy },
	{ "/-/ready", false, false, answer_ready },
	{ "/api/v1/live", true, true, answer_live },
	{ "/page", true, true, answer_page },
	{ "/", true, true, answer_page },
};

enum { ROUTES = sizeof route / sizeof *route };

void
site_answer(const struct site *s, const struct site_request *q, int64_t now, struct site_answer *a)
{
	size_t i;

	for (i = 0; i < ROUTES; i++)
		if (!strcmp(q->path, route[i].path ? route[i].path : s->path)
		    && (s->page || !route[i].page))
			break;
	a->content_type = plain;
	if (i == ROUTES) {
		a->status = 404;
		buf_printf(&a->body, "Not found. The metrics are at %s\n", s->path);
	} else if (strcmp(q->method, "GET") && strcmp(q->method, "HEAD")) {
		site_refuse(a, 405, "Only GET and HEAD are allowed here.");
		a->allow = "GET, HEAD";
	} else if (q->busy && route[i].large) {
		site_refuse(a, 503, "Too many answers are on their way.");
	} else {
		a->status = 200;
		route[i].answer(s, q, now, a);
	}
}

const char *
site_path_fault(const char *path)
{
	const char *p;
	size_t i;

	if (*path != '/')
		return "a path that begins with /";
	for (p = path; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("?#%", *p))
			return "a path of visible ASCII characters without ? # %";
	for (i = 1; i < ROUTES - 1; i++)
		if (!strcmp(path, route[i].path))
			return "a path that is not used already";
	return NULL;
}
