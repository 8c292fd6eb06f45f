#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "influx/accounting.h"
#include "influx/answer.h"
#include "influx/api.h"
#include "influx/detect.h"
#include "influx/health.h"
#include "influx/login.h"
#include "influx/reject.h"

static void
write_urls(void)
{
	static const struct {
		enum api_id api;
		const char *bucket, *policy, *org, *url;
	} t[] = {
		{ API_V1, "can", "", "", "http://h:1/write?db=can" },
		{ API_V1, "can/a week", "", "", "http://h:1/write?db=can&rp=a%20week" },
		{ API_V1, "can/x", "rp", "o", "http://h:1/write?db=can%2Fx&rp=rp" },
		{ API_V2, "can/x", "", "", "http://h:1/api/v2/write?bucket=can%2Fx&precision=ns" },
		{ API_V3, "can/x", "", "o",
		    "http://h:1/api/v3/write_lp?db=can%2Fx&precision=nanosecond&accept_partial=true" },
		{ API_VICTORIA, "can", "", "", "http://h:1/write?db=can&precision=ns" },
		{ API_VICTORIA, "", "", "", "http://h:1/write?precision=ns" },
		{ API_QUESTDB, "can", "", "o", "http://h:1/write?precision=ns" },
		{ API_V2, "b&c", "", "my org",
		    "http://h:1/api/v2/write?org=my%20org&bucket=b%26c&precision=ns" },
	};
	struct buf b = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		struct api_target target = { span_str("http://h:1"), span_str(t[k].bucket),
			span_str(t[k].policy), span_str(t[k].org) };
		const struct api *a = &api_table[t[k].api];

		if (a->policy)
			api_split_bucket(&target);
		b.len = 0;
		api_write_url(&b, a, &target);
		CHECK_TEXT(buf_span(&b), t[k].url);
	}
	buf_free(&b);
}

static void
creation(void)
{
	struct api_target t = { .base = span_str("https://h/x"), .bucket = span_str("my \"d\\b") };
	struct buf b = { 0 };

	api_create_url(&b, &t);
	CHECK_TEXT(buf_span(&b), "https://h/x/query");
	b.len = 0;
	api_create_body(&b, &t);
	CHECK_TEXT(buf_span(&b), "q=CREATE%20DATABASE%20%22my%20%5C%22d%5C%5Cb%22");
	buf_free(&b);
}

static void
authorization(void)
{
	static const struct {
		enum api_id api;
		const char *user, *password, *token, *want;
	} t[] = {
		{ API_V1, "", "", "", "" },
		{ API_V1, "Aladdin", "open sesame", "",
		    "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\n" },
		{ API_V1, "u", "p", "t", "Authorization: Basic dTpw\n" },
		{ API_V1, "", "", "t", "Authorization: Token t\n" },
		{ API_V2, "u", "p", "t", "Authorization: Token t\n" },
		{ API_V2, "u", "", "", "Authorization: Basic dTo=\n" },
		{ API_V2, "", "p", "", "" },
		{ API_V3, "u", "p", "t", "Authorization: Bearer t\n" },
		{ API_VICTORIA, "", "", "t", "Authorization: Bearer t\n" },
		{ API_QUESTDB, "u", "", "", "Authorization: Basic dTo=\n" },
	};
	struct buf b = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		struct api_login l = { span_str(t[k].user), span_str(t[k].password),
			span_str(t[k].token) };

		b.len = 0;
		api_authorization(&b, &api_table[t[k].api], &l);
		CHECK_TEXT(buf_span(&b), t[k].want);
	}
	buf_free(&b);
}

static void
guesses(void)
{
	static const struct {
		struct api_signs signs;
		const char *version, *org, *user, *token;
		enum api_id want;
	} t[] = {
		{ { .ping = 204 }, "1.6.7~rc0", "o", "", "t", API_V1 },
		{ { .ping = 204 }, "1.8.0", "", "", "t", API_V1 },
		{ { .ping = 204 }, "2.7.1", "", "u", "", API_V2 },
		{ { .ping = 204 }, "v2.0.0", "", "", "", API_V2 },
		{ { 0 }, "", "", "", "", API_V1 }, { { 0 }, "", "", "", "t", API_V2 },
		{ { 0 }, "", "o", "", "", API_V2 }, { { 0 }, "", "", "u", "t", API_V1 },
		{ { 0 }, "10.0", "", "", "", API_V1 }, { { 0 }, "v", "", "", "t", API_V2 },
		{ { .ping = 200 }, "3.0", "", "", "t", API_V3 },
		{ { .ping = 200, .process = true, .plain_health = true }, "", "", "", "", API_V3 },
		{ { .ping = 401 }, "", "", "", "t", API_V3 }, { { .ping = 401 }, "", "o", "", "t", API_V2 },
		{ { .ping = 401 }, "", "", "u", "", API_V1 }, { { .ping = 401 }, "", "", "u", "t", API_V1 },
		{ { .ping = 204, .plain_health = true }, "1.8.0", "", "", "t", API_VICTORIA },
		{ { .ping = 204, .plain_health = true }, "", "", "", "", API_VICTORIA },
		{ { .ping = 204, .plain_health = true }, "2.7", "", "", "", API_V2 },
		{ { .ping = 204, .settings = true, .plain_health = true }, "2.7.4", "o", "", "t",
		    API_QUESTDB },
	};
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		struct api_target target = { .org = span_str(t[k].org) };
		struct api_login l = { .user = span_str(t[k].user), .token = span_str(t[k].token) };
		struct api_signs signs = t[k].signs;

		signs.version = span_str(t[k].version);
		CHECK_CASE(api_guess(&signs, &target, &l)->id == t[k].want, t[k].version);
	}
	for (k = 0; k < API_COUNT; k++) {
		CHECK_CASE(api_table[k].id == k, api_table[k].name);
		CHECK_CASE(api_other(&api_table[k])->id == (k == API_V2 ? API_V1 : API_V2),
		    api_table[k].name);
	}
}

/* A round of asking: three answers, and the signs that they show. */
static void
detection(void)
{
	static const struct {
		const char *head;
		struct { int status; const char *body; } answer[3];
		struct api_signs want;
		const char *version;
	} t[] = {
		{ "x-influxdb-version: 1.8.0\r\n", { { 204, "" }, { 400, "unsupported path" }, { 200, "OK" } },
		    { .ping = 204, .plain_health = true }, "1.8.0" },
		{ "", { { 200, "{\"version\":\"3.1\",\"process_id\":\"x\"}" }, { 404, "" }, { 200, "OK" } },
		    { .ping = 200, .process = true, .plain_health = true }, "" },
		{ "", { { 204, "" }, { 200, "{\"release.type\":\"OSS\"}" }, { 404, "{}" } },
		    { .ping = 204, .settings = true }, "" },
		{ "", { { 204, "" }, { 200, "<html>" }, { 200, "{\"message\":\"OK\"}" } }, { .ping = 204 }, "" },
		{ "", { { 401, "" }, { 401, "{}" }, { 0, "" } }, { .ping = 401 }, "" },
	};
	struct detect d = { 0 };
	const char *path;
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		CHECK_TEXT(span_str(detect_begin(&d)), "/ping");
		CHECK(detect_answer(&d, t[k].answer[0].status, span_str(t[k].head),
		    span_str(t[k].answer[0].body), &path));
		CHECK_TEXT(span_str(path), "/settings");
		CHECK(detect_answer(&d, t[k].answer[1].status, span_str(""),
		    span_str(t[k].answer[1].body), &path));
		CHECK_TEXT(span_str(path), "/health");
		CHECK(!detect_answer(&d, t[k].answer[2].status, span_str(""),
		    span_str(t[k].answer[2].body), &path));
		CHECK(d.signs.ping == t[k].want.ping && d.signs.process == t[k].want.process);
		CHECK(d.signs.settings == t[k].want.settings);
		CHECK(d.signs.plain_health == t[k].want.plain_health);
		CHECK_TEXT(d.signs.version, t[k].version);
	}
	detect_free(&d);
}

static void
answers(void)
{
	static const struct {
		const char *body, *message, *code, *status;
		uint64_t line;
	} t[] = {
		{ "{\"error\":\"x\\u003cy\\n\"}", "x<y\n", "", "", 0 },
		{ "{\"code\":\"invalid\",\"message\":\"m\",\"line\":3}", "m", "invalid", "", 3 },
		{ "{\"status\":\"pass\",\"message\":\"ready\"}", "ready", "", "pass", 0 },
		{ "OK", "OK", "", "", 0 }, { "OK\r\nmore", "OK", "", "", 0 }, { "", "", "", "", 0 },
		{ "<html>", "", "", "", 0 }, { "{\"error\":3,\"line\":-1}", "", "", "", 0 },
		{ "{\"error\":", "{\"error\":", "", "", 0 }, { "[1]", "[1]", "", "", 0 },
	};
	struct answer a = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		answer_parse(&a, span_str(t[k].body));
		CHECK_TEXT(buf_span(&a.message), t[k].message);
		CHECK_TEXT(buf_span(&a.code), t[k].code);
		CHECK_TEXT(buf_span(&a.status), t[k].status);
		CHECK_CASE(a.lines == (t[k].line > 0), t[k].body);
		CHECK_CASE(!a.lines || a.line[0].number == t[k].line, t[k].body);
	}
	answer_parse(&a, span_str("{\"error\":\"a\\u0000b\"}"));
	CHECK(a.message.len == 3 && a.message.p[1] == '\0');
	/* v3: a list, in any order */
	answer_parse(&a, span_str("{\"data\":[{\"line_number\":7,\"error_message\":\"x\"},3,"
	    "{\"line_number\":2,\"error_message\":\"yz\"},{\"line_number\":7}],\"process_id\":\"\"}"));
	CHECK(a.object && a.process && a.lines == 2 && a.line[0].number == 2 && a.line[1].number == 7);
	CHECK_TEXT(span_of(a.reasons.p + a.line[0].at, a.line[0].n), "yz");
	answer_free(&a);
}

/* A round: what is asked, what is answered, what is found. */
static void
health(void)
{
	static const struct {
		enum api_id api;
		struct { int status; const char *body; } answer[2];
		int asked;
		enum api_state state;
		const char *text;
	} t[] = {
		{ API_V1, { { 204, "" } }, 1, API_WELL, "" },
		{ API_V1, { { 200, "" } }, 1, API_ILL, "200" },
		{ API_V1, { { 0, "" } }, 1, API_ILL, "refused" },
		{ API_V2, { { 200, "{\"status\":\"pass\"}" } }, 1, API_WELL, "" },
		{ API_V2, { { 503, "{\"status\":\"fail\",\"message\":\"starting\"}" } }, 1, API_ILL,
		    "503 starting" },
		{ API_V2, { { 200, "OK" } }, 1, API_WELL, "" },
		{ API_V2, { { 200, "<html>login" }, { 204, "" } }, 2, API_WELL, "" },
		{ API_V2, { { 404, "404 page not found" }, { 404, "" } }, 2, API_ILL, "404" },
		{ API_V2, { { 0, "" } }, 1, API_ILL, "refused" },
		{ API_V3, { { 200, "OK" } }, 1, API_WELL, "" },
		{ API_V3, { { 404, "" }, { 200, "{\"process_id\":\"1\"}" } }, 2, API_WELL, "" },
		{ API_V3, { { 401, "" }, { 401, "" } }, 2, API_ILL, "401" },
		{ API_VICTORIA, { { 200, "OK" } }, 1, API_WELL, "" },
		{ API_QUESTDB, { { 204, "" } }, 1, API_WELL, "" },
	};
	const char *path;
	size_t k;
	int i;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		struct health h = { .api = &api_table[t[k].api] };
		enum health_result r = HEALTH_AGAIN;

		CHECK_TEXT(span_str(health_begin(&h)),
		    t[k].api == API_V1 || t[k].api == API_QUESTDB ? "/ping" : "/health");
		for (i = 0; r == HEALTH_AGAIN && i < 2; i++)
			r = health_answer(&h, t[k].answer[i].status, "refused",
			    span_str(t[k].answer[i].body), &path);
		CHECK(i == t[k].asked && r == HEALTH_CHANGED && h.state == t[k].state);
		CHECK_TEXT(buf_span(&h.text), t[k].text);
		if (i == 2)
			CHECK_TEXT(span_str(path), "/ping");
		health_begin(&h);
		for (i = 0, r = HEALTH_AGAIN; r == HEALTH_AGAIN; i++)
			r = health_answer(&h, t[k].answer[i].status, "refused",
			    span_str(t[k].answer[i].body), &path);
		CHECK(r == HEALTH_SAME);
		health_free(&h);
	}
}

static void
logins(void)
{
	char path[] = "/tmp/influx_test.XXXXXX";
	struct login l = { .token_file = path };
	struct buf why = { 0 };

	close(mkstemp(path));
	file_replace(path, "s3cret \r\n\n", 10, 0600);
	CHECK(login_load(&l, &why));
	CHECK_TEXT(login_spans(&l).token, "s3cret");
	file_replace(path, "two\nlines\n", 10, 0600);
	CHECK(!login_load(&l, &why));
	CHECK_TEXT(login_spans(&l).token, "s3cret");
	CHECK(!memmem(why.p, why.len, "two", 3) && memmem(why.p, why.len, path, strlen(path)));
	file_replace(path, "\n", 1, 0600);
	CHECK(!login_load(&l, &why));
	unlink(path);
	CHECK(!login_load(&l, &why));
	CHECK_TEXT(login_spans(&l).token, "s3cret");
	l.token_file = NULL;
	CHECK(login_load(&l, &why));
	buf_puts(&l.user, "me\nX: y");
	CHECK(!login_load(&l, &why));
	buf_free(&why);
	login_free(&l);
}

/* What a server repeats of what it was sent. */
static void
masks(void)
{
	struct login l = { 0 };
	struct buf text = { 0 };

	buf_puts(&l.user, "me");
	buf_puts(&l.password, "pass");
	buf_puts(&l.token, "tok en");
	buf_puts(&text, "no Basic bWU6cGFzcw== nor pass, password, tok en or token for me");
	login_mask(&l, &text);
	CHECK_TEXT(buf_span(&text), "no Basic ************ nor ****, ****word, ****** or token for me");
	text.len = 0;
	login_mask(&l, &text);
	login_mask(&(struct login){ 0 }, &text);
	CHECK(text.len == 0);
	buf_free(&text);
	login_free(&l);
}

/* What it holds, when everything is written that waits. */
static void
check_reject_file(struct reject *r, const char *path, const char *expected)
{
	struct buf b = { 0 };

	CHECK(reject_sync(r) == 0 && !reject_full(r));
	CHECK(reject_close(r) == 0);
	CHECK(file_read(path, 1000, &b) == 0);
	CHECK_TEXT(buf_span(&b), expected);
	buf_free(&b);
}

static void
rejects(void)
{
	char path[] = "/tmp/influx_test.XXXXXX", suspects[sizeof path + sizeof ".suspect"];
	struct reject r;

	close(mkstemp(path));
	snprintf(suspects, sizeof suspects, "%s.suspect", path);
	file_replace(path, "old\n", 4, 0600);
	CHECK(reject_open(&r, path) == 0 && !r.cut);
	reject_line(&r, span_str("m f=\"a\nb\" 1"), span_str("it's \"bad\"\nand \\"));
	reject_remark(&r, span_str("torn"), span_str("m f=\"a"));
	check_reject_file(&r, path, "old\n# it's 'bad' and /\nm f=\"a\nb\" 1\n# torn: m f='a\n");
	CHECK(access(suspects, F_OK) != 0);
	CHECK(reject_open(&r, path) == 0 && !r.cut);
	reject_suspects(&r, span_str("2 of \"these\""));
	reject_suspect(&r, span_str("m f=1"));
	reject_suspect(&r, span_str("m f=\"\\\\\""));
	check_reject_file(&r, suspects, "# 2 of 'these'\nm f=1\nm f=\"\\\\\"\n");
	unlink(suspects);
	CHECK(mkdir(suspects, 0700) == 0 && reject_open(&r, path) == 0);
	reject_suspects(&r, span_str("x"));
	CHECK(reject_flush(&r) == EISDIR && reject_sync(&r) == EISDIR);
	CHECK(rmdir(suspects) == 0);
	check_reject_file(&r, suspects, "# x\n");
	unlink(suspects);
	unlink(path);
	CHECK(reject_open(&r, "/nowhere/at/all") != 0);
	CHECK(reject_open(&r, "/dev/full") == 0 && !r.cut);
	CHECK(reject_flush(&r) == 0);
	reject_line(&r, span_str("m f=1"), span_str("x"));
	CHECK(reject_flush(&r) == ENOSPC && reject_sync(&r) == ENOSPC);
	CHECK(r.lines.b.len == strlen("# x\nm f=1\n"));
	CHECK(reject_close(&r) == 0);
	r = (struct reject){ 0 };
	reject_line(&r, span_str("m f=1"), span_str("x"));
	CHECK(reject_flush(&r) == 0 && reject_close(&r) == 0);
}

/* A process was killed while it wrote. */
static void
rejects_cut(void)
{
	static const struct {
		const char *found, *left;
	} row[] = {
		{ "", "" },
		{ "# a\nm f=1 1\n", "# a\nm f=1 1\n" },
		{ "# a\nm f=1 1\n# b\nm f=1 1", "# a\nm f=1 1\n# b\n" },
		{ "# a\nm f=1 1\n# b", "# a\nm f=1 1\n" },
		{ "#", "" },
		{ "# a\nm f=\"x\ny", "# a\n" },
		{ "# a\nm f=\"x\ny\" 1\nm f=2", "# a\nm f=\"x\ny\" 1\n" },
		/* not ours */
		{ "m f=1 1\nm f=1", "m f=1 1\nm f=1\n" },
	};
	char path[] = "/tmp/influx_test.XXXXXX";
	struct reject r;
	size_t i;

	close(mkstemp(path));
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		file_replace(path, row[i].found, strlen(row[i].found), 0600);
		CHECK(reject_open(&r, path) == 0);
		CHECK(r.cut == (strlen(row[i].found) > strlen(row[i].left)));
		check_reject_file(&r, path, row[i].left);
	}
	unlink(path);
}

static void
accounts(void)
{
	struct accounting a = { .in_spool_before = 1, .read = 100, .delivered = 50, .rejected = 20,
		.dropped = 10, .skipped = 9, .in_spool_after = 8, .pending = 4, .requests = 77 };
	struct stats_row rows[ACCOUNTING_ROWS];

	CHECK(accounting_balances(&a));
	a.pending++;
	CHECK(!accounting_balances(&a));
	accounting_rows(&a, rows);
	CHECK(!strcmp(rows[0].name, "in_spool_before") && rows[0].value == 1);
	CHECK(!strcmp(rows[7].name, "pending") && rows[7].value == 5);
	CHECK(rows[ACCOUNTING_ROWS - 1].name == NULL);
}

int
main(void)
{
	TEST(write_urls);
	TEST(creation);
	TEST(authorization);
	TEST(guesses);
	TEST(detection);
	TEST(answers);
	TEST(health);
	TEST(logins);
	TEST(masks);
	TEST(rejects);
	TEST(rejects_cut);
	TEST(accounts);
	return test_end();
}
