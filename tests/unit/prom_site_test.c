#include "test.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "prom/listen.h"
#include "prom/site.h"

static void
routes(void)
{
	static const struct {
		const char *method, *path;
		unsigned status;
		const char *type, *body;
	} row[] = {
		{ "GET", "/m", 200, "text/plain; version=0.0.4; charset=utf-8", "can_m_a 1\n" },
		{ "HEAD", "/m", 200, "text/plain; version=0.0.4; charset=utf-8", "can_m_a 1\n" },
		{ "GET", "/", 200, "text/html; charset=utf-8", "href=\"./m\"" },
		{ "GET", "/page", 200, "text/html; charset=utf-8", "href=\"./m\"" },
		{ "GET", "/api/v1/live", 200, "application/json", "\"field\":\"a\"" },
		{ "POST", "/api/v1/live", 405, "text/plain; charset=utf-8", "GET and HEAD" },
		{ "GET", "/api/v1", 404, "text/plain; charset=utf-8", "/m\n" },
		{ "GET", "/-/healthy", 200, "text/plain; charset=utf-8", "healthy" },
		{ "GET", "/-/ready", 200, "text/plain; charset=utf-8", "ready" },
		{ "POST", "/m", 405, "text/plain; charset=utf-8", "GET and HEAD" },
		{ "get", "/m", 405, "text/plain; charset=utf-8", "GET and HEAD" },
		{ "OPTIONS", "/", 405, "text/plain; charset=utf-8", "GET and HEAD" },
		{ "GET", "/metrics", 404, "text/plain; charset=utf-8", "/m\n" },
		{ "POST", "/x", 404, "text/plain; charset=utf-8", "/m\n" },
		{ "GET", "/m/", 404, "text/plain; charset=utf-8", "/m\n" },
		{ "GET", "", 404, "text/plain; charset=utf-8", "/m\n" },
		{ "GET", "/../m", 404, "text/plain; charset=utf-8", "/m\n" },
	};
	struct exporter_config c = { .registry = { .space = { "can", 3 }, .max_series = 10 } };
	struct site s = { exporter_new(&c), "/m", true };
	size_t i;

	CHECK(exporter_feed(s.exporter, span_str("m a=1\n"), (struct registry_arrival){ 0 }) == 6);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct site_request q = { .method = row[i].method, .path = row[i].path };
		struct site_answer a = { 0 };

		site_answer(&s, &q, 0, &a);
		CHECK_CASE(a.status == row[i].status, row[i].path);
		CHECK_CASE(!strcmp(a.content_type, row[i].type), row[i].path);
		CHECK_CASE(strstr(buf_str(&a.body), row[i].body), row[i].path);
		CHECK_CASE((a.allow != NULL) == (a.status == 405), row[i].path);
		buf_free(&a.body);
	}
	exporter_free(s.exporter);
}

static void
paths(void)
{
	static const struct {
		const char *path;
		bool good;
	} row[] = {
		{ "/metrics", true }, { "/", true }, { "/a/b.c-d_e~", true }, { "/\"<>&", true },
		{ "metrics", false }, { "", false }, { "/a b", false }, { "/a?b", false },
		{ "/a#b", false }, { "/a%20b", false }, { "/\xc3\xa4", false }, { "/-/healthy", false },
		{ "/-/ready", false }, { "/page", false }, { "/api/v1/live", false },
	};
	struct exporter_config c = { .registry = { .max_series = 10 } };
	struct site s = { exporter_new(&c), "/\"<>&", true };
	struct site_answer a = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE(!site_path_fault(row[i].path) == row[i].good, row[i].path);
	site_answer(&s, &(struct site_request){ .method = "GET", .path = "/" }, 0, &a);
	CHECK(strstr(buf_str(&a.body), "href=\"./&#34;&#60;&#62;&#38;\""));
	buf_free(&a.body);
	s.path = "/";
	a = (struct site_answer){ 0 };
	site_answer(&s, &(struct site_request){ .method = "GET", .path = "/" }, 0, &a);
	CHECK(!strncmp(a.content_type, "text/plain; version", 19));
	buf_free(&a.body);
	exporter_free(s.exporter);
}

static unsigned
ask(const struct site *s, const struct site_request *q, struct site_answer *a)
{
	*a = (struct site_answer){ 0 };
	site_answer(s, q, 1, a);
	return a->status;
}

/* The page for people: not without it, not sent twice, packed where that is taken. */
static void
page(void)
{
	struct exporter_config c = { .registry = { .max_series = 10 } };
	struct site s = { exporter_new(&c), "/m", true };
	struct site_request q = { .method = "GET", .path = "/" };
	struct site_answer a, b;

	CHECK(ask(&s, &q, &a) == 200);
	CHECK(a.etag[0] && !strcmp(a.cache, "no-cache") && !a.encoding);
	CHECK(!strncmp(a.policy, "default-src 'none'; script-src 'sha256-", 39));
	CHECK(!strstr(a.policy, "unsafe"));
	q.accept_encoding = "gzip";
	CHECK(ask(&s, &q, &b) == 200 && !strcmp(b.encoding, "gzip") && b.body.len < a.body.len / 2);
	buf_free(&b.body);
	q.if_none_match = a.etag;
	CHECK(ask(&s, &q, &b) == 304 && b.body.len == 0 && !strcmp(a.etag, b.etag));
	s.path = "/other";
	CHECK(ask(&s, &q, &b) == 200 && strcmp(a.etag, b.etag) != 0);
	buf_free(&a.body);
	buf_free(&b.body);
	q = (struct site_request){ .method = "GET", .path = "/api/v1/live", .since = "x" };
	CHECK(ask(&s, &q, &a) == 400);
	buf_free(&a.body);
	q.since = "";
	CHECK(ask(&s, &q, &a) == 200 && !strcmp(a.cache, "no-store"));
	buf_free(&a.body);
	s.page = false;
	CHECK(ask(&s, &q, &a) == 404);
	buf_free(&a.body);
	q.path = "/";
	CHECK(ask(&s, &q, &a) == 404 && !strncmp(a.content_type, "text/plain", 10));
	buf_free(&a.body);
	exporter_free(s.exporter);
}

/* With too much on its way only what is small is answered. */
static void
busy(void)
{
	static const struct {
		const char *method, *path;
		unsigned status;
	} row[] = {
		{ "GET", "/metrics", 503 }, { "HEAD", "/metrics", 503 }, { "GET", "/", 503 },
		{ "GET", "/api/v1/live", 503 }, { "GET", "/-/ready", 200 }, { "GET", "/-/healthy", 200 },
		{ "GET", "/nothing", 404 }, { "POST", "/metrics", 405 },
	};
	struct exporter_config c = { .registry = { .max_series = 10 } };
	struct site s = { exporter_new(&c), "/metrics", true };
	struct site_answer a;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct site_request q = { .method = row[i].method, .path = row[i].path, .busy = true };

		CHECK_CASE(ask(&s, &q, &a) == row[i].status, row[i].path);
		buf_free(&a.body);
	}
	exporter_free(s.exporter);
}

static bool
open_one(struct listen *l, const char *host, uint16_t port)
{
	return listen_open(l, &host, 1, port);
}

static void
sockets(void)
{
	static const char *const both[] = { "127.0.0.1", "127.0.0.2", "localhost", "127.0.0.1" };
	struct listen a, b;
	struct sockaddr_in v4 = { 0 };
	socklen_t n = sizeof v4;

	CHECK(listen_open(&a, NULL, 0, 0));
	CHECK(a.n >= 1 && a.port != 0 && !a.wide);
	CHECK(getsockname(a.fd[0], (struct sockaddr *)&v4, &n) == 0);
	CHECK(v4.sin_family == AF_INET && ntohl(v4.sin_addr.s_addr) == INADDR_LOOPBACK);
	CHECK(ntohs(v4.sin_port) == a.port);
	CHECK(!open_one(&b, "127.0.0.1", a.port));
	CHECK(b.n == 0 && strstr(b.fault, "127.0.0.1") && strstr(b.fault, "in use"));
	listen_close(&a);
	CHECK(open_one(&b, "127.0.0.1", a.port));
	listen_close(&b);
	CHECK(listen_open(&a, both, 4, 0) && a.n >= 2 && a.n <= 3 && !a.wide);
	listen_close(&a);
	CHECK(open_one(&a, "lo", 0) && a.n >= 1 && !a.wide);
	listen_close(&a);
	CHECK(open_one(&a, "0.0.0.0", 0) && a.n == 1 && a.wide);
	listen_close(&a);
	CHECK(!open_one(&a, "192.0.2.1", 0) && strstr(a.fault, "not an address of this machine"));
	/* Too long for a name: no server is asked. */
	CHECK(!open_one(&a, "a123456789b123456789c123456789d123456789e123456789f123456789g1234.x", 0)
	    && strstr(a.fault, "host 'a123"));
}

static void
inherited(void)
{
	char pid[32];
	struct listen l;

	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	unsetenv("LISTEN_PID");
	CHECK(!listen_inherit(&l) && !l.fault[0]);
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "1", 1);
	CHECK(!listen_inherit(&l) && !l.fault[0]);
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1000", 1);
	CHECK(!listen_inherit(&l) && strstr(l.fault, "at most"));
	setenv("LISTEN_FDS", "x", 1);
	CHECK(!listen_inherit(&l) && !l.fault[0]);
}

int
main(void)
{
	TEST(routes);
	TEST(paths);
	TEST(page);
	TEST(busy);
	TEST(sockets);
	TEST(inherited);
	return test_end();
}
