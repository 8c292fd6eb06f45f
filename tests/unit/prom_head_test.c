#include "test.h"

#include "prom/head.h"

static void
heads(void)
{
	static const struct {
		const char *version, *headers;	/* name, colon, value and a newline each */
		size_t bytes;
		unsigned status;		/* 0: does */
	} row[] = {
		{ "HTTP/1.1", "Host:x\n", 16384, 0 },
		{ "HTTP/1.1", "host:\n", 0, 0 },
		{ "HTTP/1.1", "Host:x\n", 16385, 431 },
		{ "HTTP/1.1", "", 0, 400 },
		{ "HTTP/1.1", "Hos:x\nHosts:x\n", 0, 400 },
		{ "HTTP/1.0", "", 0, 0 },
		{ "HTTP/1.0", "Host:x\nHOST:x\n", 0, 400 },
		{ "HTTP/1.0", "Content-Length:5\n", 0, 0 },
		{ "HTTP/1.0", "Content-Length:1048576\n", 0, 0 },
		{ "HTTP/1.0", "Content-Length:1048577\n", 0, 413 },
		{ "HTTP/1.0", "Content-Length:5\nContent-Length:5\n", 0, 400 },
		{ "HTTP/1.0", "Content-Length:5\nTransfer-Encoding:chunked\n", 0, 400 },
		{ "HTTP/1.0", "Transfer-Encoding:Chunked\n", 0, 0 },
		{ "HTTP/1.0", "Transfer-Encoding:gzip, chunked\n", 0, 501 },
		{ "HTTP/1.0", "Transfer-Encoding:\n", 0, 501 },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct head h = { 0 };
		const char *p, *colon, *nl, *text;
		unsigned status = 0;

		for (p = row[i].headers; *p; p = nl + 1) {
			colon = strchr(p, ':');
			nl = strchr(p, '\n');
			head_take(&h, span_of(p, (size_t)(colon - p)),
			    span_of(colon + 1, (size_t)(nl - colon - 1)));
		}
		text = head_fault(&h, row[i].version, row[i].bytes, &status);
		CHECK_CASE(status == row[i].status, row[i].headers);
		CHECK_CASE(!text == !status, row[i].headers);
	}
}

/* A body that came in chunks counts as one whose length was told. */
static void
bodies(void)
{
	struct head h = { .hosts = 1, .codings = 1, .length = HEAD_BODY_BYTES };
	unsigned status = 0;

	CHECK(!head_fault(&h, "HTTP/1.1", 100, &status));
	h.length++;
	CHECK(head_fault(&h, "HTTP/1.1", 100, &status) && status == 413);
}

static void
paths(void)
{
	static const struct {
		const char *target, *path;
	} row[] = {
		{ "/metrics", "/metrics" }, { "*", "*" }, { "", "" }, { "http:", "http:" },
		{ "http://x/metrics", "/metrics" }, { "HTTPS://[::1]:1/a/b", "/a/b" },
		{ "http://x", "/" }, { "http://", "/" }, { "https:///x", "/x" }, { "http://x//y", "//y" },
		{ "ftp://x/y", "ftp://x/y" }, { "/http://x/y", "/http://x/y" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE(!strcmp(head_path(row[i].target), row[i].path), row[i].target);
}

int
main(void)
{
	TEST(heads);
	TEST(bodies);
	TEST(paths);
	return test_end();
}
