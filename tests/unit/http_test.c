#include "test.h"

#include "http/header.h"
#include "http/url.h"

static void
urls(void)
{
	static const struct {
		const char *text, *shown, *user, *password;
	} good[] = {
		{ "http://localhost:8086", "http://localhost:8086", NULL, NULL },
		{ "https://h/influx/", "https://h/influx", NULL, NULL },
		{ "localhost:8086", "http://localhost:8086", NULL, NULL },
		{ "HTTP://h//", "http://h", NULL, NULL }, { "HttpS://H/X", "https://H/X", NULL, NULL },
		{ "http://u:p%40@h:1/x", "http://h:1/x", "u", "p%40" },
		{ "http://u@h", "http://h", "u", NULL },
		{ "http://u:a@b:c@h", "http://h", "u", "a@b:c" },
		{ "http://[::1]:8086/", "http://[::1]:8086", NULL, NULL },
		{ "https://u:p@[fe80::1%25eth0]", "https://[fe80::1%25eth0]", "u", "p" },
	};
	static const struct {
		const char *text, *expected;
	} bad[] = {
		{ "", "host or host:port" }, { "http://", "host or host:port" },
		{ "http://:80", "host or host:port" }, { "http://h:x", "host or host:port" },
		{ "http://h:70000", "host or host:port" }, { "http://a b", "no blanks in a URL" }, { "http://h/\x7f", "no blanks in a URL" },
		{ "http://u:p@", "host or host:port" }, { "http://::1", "host or host:port" },
		{ "ftp://h", "http:// or https://" }, { "nonsense://x", "http:// or https://" },
		{ "http:/h:1", "http:// or https://" }, { "http//h:1", "http:// or https://" },
		{ "HTTPS:", "http:// or https://" },
		{ "http://h/?db=x", "no ? and # in a base URL" }, { "h#x", "no ? and # in a base URL" },
	};
	const char *expected;
	struct buf b = { 0 };
	struct url u;
	size_t k;

	for (k = 0; k < sizeof good / sizeof *good; k++) {
		CHECK_CASE(url_split(span_str(good[k].text), &u, &expected), good[k].text);
		b.len = 0;
		url_put(&b, &u);
		CHECK_TEXT(buf_span(&b), good[k].shown);
		CHECK_CASE(u.has_user == (good[k].user != NULL), good[k].text);
		CHECK_CASE(u.has_password == (good[k].password != NULL), good[k].text);
		CHECK_TEXT(u.user, good[k].user ? good[k].user : "");
		CHECK_TEXT(u.password, good[k].password ? good[k].password : "");
	}
	for (k = 0; k < sizeof bad / sizeof *bad; k++) {
		CHECK_CASE(!url_split(span_str(bad[k].text), &u, &expected), bad[k].text);
		CHECK_TEXT(span_str(expected), bad[k].expected);
	}
	buf_free(&b);
}

/* Where a redirect leads: another port or scheme of a host is the same host. */
static void
elsewhere(void)
{
	static const struct {
		const char *base, *place;
		bool away;
	} t[] = {
		{ "http://h:8086", "http://h/x", false }, { "http://h:8086", "https://H:1/x?u=http://g", false },
		{ "http://h", "http://g/x", true }, { "http://h", "//g/x", true }, { "http://h", "//h/x", false },
		{ "http://h", "/x", false }, { "http://h", "x", false }, { "http://h", "", false },
		{ "http://h", "/x?then=http://g/", false }, { "http://h", "http://h@g/", true },
		{ "http://[::1]:8086", "http://[::1]/", false }, { "http://[::1]:8086", "http://[::2]/", true },
		{ "http://h", "mailto:a@b", false }, { "http://h", "http://h.example/", true },
	};
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++)
		CHECK_CASE(url_leads_away(span_str(t[k].base), span_str(t[k].place)) == t[k].away, t[k].place);
}

static void
escapes(void)
{
	struct buf b = { 0 };

	url_escape(&b, span_str("a b/c&d=\xc3\xa9~-._"));
	CHECK_TEXT(buf_span(&b), "a%20b%2Fc%26d%3D%C3%A9~-._");
	b.len = 0;
	url_unescape(&b, span_str("a%20b%zz%4"));
	CHECK_TEXT(buf_span(&b), "a b%zz%4");
	b.len = 0;
	url_unescape(&b, span_str("%41%42"));
	CHECK_TEXT(buf_span(&b), "AB");
	buf_free(&b);
}

static void
headers(void)
{
	static const char block[] = "HTTP/1.1 503 No\r\nretry-after:  7 \r\nX-A: 1\r\nX-AB:2\r\nx-a: 3\r\n\r\n";
	struct span v;

	CHECK(header_find(span_str(block), "Retry-After", &v));
	CHECK_TEXT(v, "7");
	CHECK(header_find(span_str(block), "X-A", &v));
	CHECK_TEXT(v, "3");
	CHECK(header_find(span_str(block), "X-AB", &v));
	CHECK_TEXT(v, "2");
	CHECK(!header_find(span_str(block), "X", &v));
	CHECK(!header_find(span_str(""), "X", &v));
	CHECK(header_find(span_str("X:"), "X", &v) && v.n == 0);
}

static void
dates(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t seconds;
	} t[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777 },
		{ "Sun Nov  6 08:49:37 1994", true, 784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", true, 0 },
		{ "Tue, 29 Feb 2028 23:59:59 GMT", true, 1835481599 },
		{ "Wed, 01-Jan-30 00:00:00 GMT", true, 1893456000 },
		{ "06 Nov 1994", false, 0 }, { "Sun, 06 Nov 1994 8:49 GMT", false, 0 },
		{ "Thu, 31 Dec 1969 23:59:59 GMT", false, 0 }, { "Sun, 06 Foo 1994 08:49:37 GMT", false, 0 }, { "soon", false, 0 }, { "", false, 0 },
		{ "Sun, 06 Nov 1994 24:49:37 GMT", false, 0 }, { "1 2 3 4 5 6", false, 0 },
	};
	int64_t ns;
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		ns = 0;
		CHECK_CASE(header_date(span_str(t[k].text), &ns) == t[k].good
		    && ns == t[k].seconds * 1000000000, t[k].text);
	}
}

static void
retry_after(void)
{
	const int64_t second = 1000000000, now = 784111777 * second;
	int64_t wait;

	CHECK(header_retry_after(span_str(" 120 "), now, &wait) && wait == 120 * second);
	CHECK(header_retry_after(span_str("0"), now, &wait) && wait == 0);
	CHECK(header_retry_after(span_str("99999999999999999999"), now, &wait) == false);
	CHECK(header_retry_after(span_str("9999999999999"), now, &wait) && wait == INT64_MAX);
	CHECK(header_retry_after(span_str("Sun, 06 Nov 1994 08:50:00 GMT"), now, &wait)
	    && wait == 23 * second);
	CHECK(header_retry_after(span_str("Sun, 06 Nov 1994 08:00:00 GMT"), now, &wait) && wait == 0);
	CHECK(!header_retry_after(span_str("-1"), now, &wait));
	CHECK(!header_retry_after(span_str(""), now, &wait));
}

int
main(void)
{
	TEST(urls);
	TEST(elsewhere);
	TEST(escapes);
	TEST(headers);
	TEST(dates);
	TEST(retry_after);
	return test_end();
}
