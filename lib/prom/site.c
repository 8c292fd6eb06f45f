#include "prom/site.h"

#include <string.h>

#include "base/clock.h"
#include "base/gzip.h"
#include "base/num.h"
#include "prom/accept.h"
#include "version.h"

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

static void
put_html(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&' || *text == '"')
			buf_printf(out, "&#%d;", *text);
		else
			buf_putc(out, *text);
	}
}

static void
answer_landing(const struct site *s, const struct site_request *q, int64_t now,
    struct site_answer *a)
{
	(void)q;
	(void)now;
	a->content_type = "text/html; charset=utf-8";
	buf_puts(&a->body, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<title>promexport</title>\n</head>\n<body>\n<h1>promexport</h1>\n"
	    "<p>CAN signals for Prometheus (canpipe " CANPIPE_VERSION ").</p>\n<ul>\n"
	    "<li><a href=\"");
	put_html(&a->body, s->path);
	buf_puts(&a->body, "\">Metrics</a></li>\n<li><a href=\"/-/healthy\">Healthy</a></li>\n"
	    "<li><a href=\"/-/ready\">Ready</a></li>\n</ul>\n</body>\n</html>\n");
}

/* NULL: the path of the metrics. It comes first, so that it may be "/". */
static const struct route {
	const char *path;
	void (*answer)(const struct site *s, const struct site_request *q, int64_t now,
	    struct site_answer *a);
} route[] = {
	{ NULL, answer_metrics },
	{ "/-/healthy", answer_healthy },
	{ "/-/ready", answer_ready },
	{ "/", answer_landing },
};

enum { ROUTES = sizeof route / sizeof *route };

void
site_answer(const struct site *s, const struct site_request *q, int64_t now, struct site_answer *a)
{
	size_t i;

	for (i = 0; i < ROUTES; i++)
		if (!strcmp(q->path, route[i].path ? route[i].path : s->path))
			break;
	a->content_type = plain;
	if (i == ROUTES) {
		a->status = 404;
		buf_printf(&a->body, "Not found. The metrics are at %s\n", s->path);
	} else if (strcmp(q->method, "GET") && strcmp(q->method, "HEAD")) {
		site_refuse(a, 405, "Only GET and HEAD are allowed here.");
		a->allow = "GET, HEAD";
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
