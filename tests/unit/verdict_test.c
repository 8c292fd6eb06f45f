#include "test.h"

#include "influx/check.h"
#include "influx/conflict.h"
#include "influx/verdict.h"

static const char *const kinds[] = {
	[VERDICT_DONE] = "done", [VERDICT_STORED] = "stored", [VERDICT_REFUSED] = "refused",
	[VERDICT_UNNAMED] = "unnamed", [VERDICT_RETRY] = "retry", [VERDICT_HOLD] = "hold",
	[VERDICT_MISSING] = "missing", [VERDICT_ENDPOINT] = "endpoint", [VERDICT_HALVE] = "halve",
	[VERDICT_IDENTITY] = "identity",
};

/* What was sent; the answers below speak of these lines. */
static const char *const sent[] = {
	"m f=1 1", "m f= 2", "  n \"f=\" 3", "m,t=\xff f=x 4", "m f=\"a': b\n\" 5", "m f= 2", "o f=\"s\" 6",
	"u f=\xef \xef\xbf\xbd 7",
};

enum { SENT = sizeof sent / sizeof *sent };

/*
 * The answers of influxd 1.6.7, verbatim, and those of the others after their sources. want: the
 * kind, then " line:reason" for each named line, then " +N" for unnamed ones.
 */
static const struct {
	enum api_id api;
	int status;
	const char *body, *want, *check;
} answers[] = {
	{ API_V1, 204, "", "done", NULL },
	{ API_V1, 400, "{\"error\":\"partial write: unable to parse 'm f= 2': missing field value dropped=0\"}\n",
	    "stored 1:missing field value", NULL },
	{ API_V1, 400, "{\"error\":\"partial write: unable to parse 'm f= 2': missing field value\\nunable to"
	    " parse 'n \\\"f=\\\" 3': bad\\nunable to parse 'm,t=\\ufffd f=x 4': invalid boolean\\nunable to"
	    " parse 'm f=\\\"a': b\\n\\\" 5': why\\nunable to parse 'm f= 2': again dropped=0\"}",
	    "stored 1:missing field value 2:bad 3:invalid boolean 4:why 5:again", NULL },
	{ API_V1, 400, "{\"error\":\"partial write: unable to parse 'u f=\\ufffd \\ufffd 7': bad dropped=0\"}",
	    "stored 7:bad", NULL },
	{ API_V1, 400, "{\"error\":\"partial write: unable to parse 'never sent': x dropped=0\"}",
	    "stored +1", NULL },
	{ API_V1, 400, "{\"error\":\"unable to parse 'm f= 2': missing field value\\nunable to parse 'o"
	    " f=\\\"s\\\" 6': y\"}", "refused 1:missing field value 6:y", NULL },
	{ API_V1, 400, "{\"error\":\"unable to parse 'never sent': x\"}", "unnamed", NULL },
	{ API_V1, 400, "{\"error\":\"partial write: field type conflict: input field \\\"f\\\" on measurement"
	    " \\\"p\\\" is type string, already exists as type float dropped=1\"}",
	    "stored 1:column 5: expected a field value 2:column 11: expected the '\"' that ends the string"
	    " 3:no value of line protocol in field f 5:column 5: expected a field value 7:column 7: expected a timestamp of digits +1", NULL },
	{ API_V1, 400, "{\"error\":\"partial write: points beyond retention policy dropped=2\"}",
	    "stored 1:column 5: expected a field value 2:column 11: expected the '\"' that ends the string"
	    " 3:no value of line protocol in field f 5:column 5: expected a field value 7:column 7: expected a timestamp of digits +2", NULL },
	{ API_V1, 400, "{\"error\":\"database is required\"}", "unnamed", NULL },
	{ API_V1, 401, "{\"error\":\"unable to parse authentication credentials\"}", "hold",
	    "check --username and --password-file" },
	{ API_V1, 401, "{\"error\":\"authorization failed\"}", "hold",
	    "check --username and --password-file" },
	{ API_V1, 403, "{\"error\":\"\\\"r\\\" user is not authorized to write to database \\\"can\\\"\"}",
	    "hold", "the user needs the right to write to this database" },
	{ API_V1, 404, "{\"error\":\"database not found: \\\"nope\\\"\"}", "missing",
	    "check --bucket, or have the database made with --create-database" },
	{ API_V1, 404, "404 page not found\n", "endpoint", "check --url" },
	{ API_V1, 405, "Method Not Allowed", "endpoint", "check --url" },
	{ API_V1, 413, "{\"error\":\"Request Entity Too Large\"}", "halve", NULL },
	{ API_V1, 500, "{\"error\":\"retention policy not found: nope\"}", "hold",
	    "check --retention-policy or the part of --bucket behind /" },
	{ API_V1, 500, "{\"error\":\"timeout\"}", "retry", NULL },
	{ API_V1, 503, "", "retry", NULL },
	{ API_V1, 0, "", "retry", NULL },
	{ API_V2, 400, "{\"code\":\"invalid\",\"message\":\"unable to parse 'm f= 2': missing field value\"}",
	    "refused 1:missing field value", NULL },
	{ API_V2, 400, "{\"code\":\"invalid\",\"message\":\"failed to parse\",\"line\":7}",
	    "refused 6:failed to parse", NULL },
	{ API_V2, 400, "{\"code\":\"invalid\",\"line\":2}", "refused 1:400", NULL },
	/* InfluxDB Cloud Serverless: "line" is the first one only */
	{ API_V2, 400, "{\"code\":\"invalid\",\"line\":2,\"message\":\"failed to parse line protocol: errors"
	    " encountered on line(s):\\nerror parsing line 2 (1-based): Invalid measurement was provided"
	    "\\n  error parsing line 4 (1-based): Unable to parse timestamp value '1'\"}",
	    "refused 1:Invalid measurement was provided 3:Unable to parse timestamp value '1'", NULL },
	{ API_V2, 400, "{\"line\":3,\"message\":\"x\\nerror parsing line 0 (1-based): a\\nerror parsing line"
	    " 4 (0-based): b\\nerror parsing line x (1-based): c\\nan error parsing line 5 (1-based): d"
	    "\\nerror\"}", "refused 2:x\nerror parsing line 0 (1-based): a\nerror parsing line 4 (0-based): b\nerror"
	    " parsing line x (1-based): c\nan error parsing line 5 (1-based): d\nerror", NULL },
	{ API_V2, 400, "{\"message\":\"error parsing line 4 (1-based): no line beside\"}", "unnamed", NULL },
	{ API_V2, 400, "{\"code\":\"invalid\",\"message\":\"x\",\"line\":9}", "unnamed", NULL },
	{ API_V2, 400, "{\"code\":\"invalid\",\"message\":\"x\",\"line\":0}", "unnamed", NULL },
	{ API_V2, 422, "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to database:"
	    " partial write: field type conflict dropped=9\"}",
	    "stored 0:$ 1:column 5: expected a field value 2:column 11: expected the '\"' that ends the string"
	    " 3:no value of line protocol in field f 4:$ 5:column 5: expected a field value 6:$ 7:column 7: expected a timestamp of digits", NULL },
	{ API_V2, 422, "{\"code\":\"x\",\"message\":\"no\"}", "unnamed", NULL },
	{ API_V2, 401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}", "hold",
	    "check --token-file or INFLUX_TOKEN" },
	{ API_V2, 404, "{\"code\":\"not found\",\"message\":\"bucket \\\"x\\\" not found\"}", "hold",
	    "check --bucket and --org" },
	{ API_V2, 404, "{\"code\":\"not found\",\"message\":\"organization name \\\"x\\\" not found\"}",
	    "hold", "check --bucket and --org" },
	{ API_V2, 404, "", "endpoint", "check --url" },
	{ API_V2, 400, "cannot find the provided auth token \"Bearer x\" in config", "hold",
	    "check --token-file or INFLUX_TOKEN" },
	{ API_V2, 400, "{\"code\":\"invalid\",\"message\":\"Please provide either orgID or org\"}", "hold",
	    "check --bucket and --org" },
	{ API_V3, 400, "{\"error\":\"partial write of line protocol occurred\",\"data\":["
	    "{\"original_line\":\"m f= 2\",\"line_number\":6,\"error_message\":\"no value\"},"
	    "{\"original_line\":\"m f=1 1\",\"line_number\":1,\"error_message\":\"invalid column\"}]}",
	    "stored 0:invalid column 5:no value", NULL },
	{ API_V3, 400, "{\"error\":\"partial write of line protocol occurred\",\"data\":["
	    "{\"line_number\":2,\"error_message\":\"no value\"},{\"line_number\":99}]}",
	    "stored 1:no value +1", NULL },
	{ API_V3, 400, "{\"error\":\"partial write of line protocol occurred\",\"data\":null}",
	    "stored +1", NULL },
	{ API_V3, 400, "{\"error\":\"parsing failed for write_lp endpoint\",\"data\":"
	    "{\"line_number\":3,\"error_message\":\"x\"}}", "refused 2:x", NULL },
	{ API_V3, 401, "", "hold", "check --token-file or INFLUX_TOKEN" },
	{ API_QUESTDB, 400, "{\"code\":\"invalid\",\"message\":\"failed to parse line protocol:errors"
	    " encountered on line(s):\",\"line\":2,\"errorId\":\"e-1\"}",
	    "refused 1:failed to parse line protocol:errors encountered on line(s):", NULL },
	{ API_VICTORIA, 400, "unsupported path requested: \"/x\"", "endpoint", "check --url" },
	{ API_V1, 400, "{\"error\":\"field type conflict\"}", "unnamed", NULL },
	/* a proxy's */
	{ API_V2, 400, "\r\n<html><title>400 Bad Request</title>", "hold", "check --url" },
	{ API_V2, 422, "<!DOCTYPE html>", "hold", "check --url" },
	{ API_V2, 413, "<html>", "halve", NULL }, { API_V2, 404, "<html>", "endpoint", "check --url" },
	{ API_V1, 400, "Client sent an HTTP request to an HTTPS server.\n", "hold", "check --url" },
	{ API_V2, 402, "", "hold", "check what the account allows" },
	{ API_V2, 408, "", "retry", NULL },
	{ API_V2, 410, "", "hold", "check --url" },
	{ API_V2, 415, "", "identity", NULL },
	{ API_V2, 429, "", "retry", NULL },
	{ API_V2, 200, "<html>log in first</html>", "retry", "check --url" },
	{ API_V2, 302, "", "hold", "check --url" },
	{ API_V1, 500, "{\"error\":\"engine: unable to parse floating point value \\\"n\\\": x\"}", "unnamed",
	    NULL },
	{ API_V1, 500, "{\"error\":\"write failed: hinted handoff queue not empty\"}", "done", NULL },
	{ API_V1, 500, "{\"error\":\"write failed: hinted handoff queue full\"}", "retry", NULL },
	{ API_V2, 501, "<html>", "endpoint", "check --url" },
	{ API_V2, 100, "", "retry", "check --url" },
	{ API_V2, 700, "", "retry", "check --url" },
};

static void
fill(struct batch *b)
{
	size_t i;

	for (i = 0; i < SENT; i++)
		batch_add(b, span_str(sent[i]), i + 1);
}

static void
describe(const struct verdict *v, struct span whole, struct buf *out)
{
	struct span reason;
	size_t i;

	out->len = 0;
	buf_puts(out, kinds[v->kind]);
	for (i = 0; i < v->named.count; i++) {
		reason = naming_reason(&v->named, i);
		buf_printf(out, " %d:", (int)v->named.line[i].line);
		if (span_equal(reason, whole))
			buf_putc(out, '$');
		else
			buf_put_span(out, reason);
	}
	if (v->unnamed)
		buf_printf(out, " +%d", (int)v->unnamed);
}

static void
meanings(void)
{
	struct batch b = { 0 };
	struct verdict v = { 0 };
	struct buf out = { 0 };
	size_t k;

	fill(&b);
	for (k = 0; k < sizeof answers / sizeof *answers; k++) {
		struct verdict_answer a = { .status = answers[k].status, .failure = "no answer",
			.torn = !answers[k].status, .body = span_str(answers[k].body) };

		verdict_judge(&v, &api_table[answers[k].api], &a, &b, 0, SENT);
		describe(&v, span_str("failure writing points to database: partial write: field type"
		    " conflict dropped=9"), &out);
		CHECK_TEXT(buf_span(&out), answers[k].want);
		CHECK_CASE((v.check == NULL) == (answers[k].check == NULL), answers[k].body);
		if (v.check && answers[k].check)
			CHECK_TEXT(span_str(v.check), answers[k].check);
	}
	verdict_free(&v);
	batch_free(&b);
	buf_free(&out);
}

/* Only the lines of the request are looked at, and only once each. */
static void
ranges(void)
{
	static const char body[] = "{\"error\":\"unable to parse 'm f= 2': x\\nunable to parse 'm f= 2': y\"}";
	struct verdict_answer a = { .status = 400, .body = span_str(body) };
	struct batch b = { 0 };
	struct verdict v = { 0 };
	struct buf out = { 0 };

	fill(&b);
	verdict_judge(&v, &api_table[API_V1], &a, &b, 2, SENT);
	describe(&v, span_of(NULL, 0), &out);
	CHECK_TEXT(buf_span(&out), "refused 5:x");
	verdict_judge(&v, &api_table[API_V1], &a, &b, 6, SENT);
	CHECK(v.kind == VERDICT_UNNAMED && v.named.count == 0);
	verdict_free(&v);
	batch_free(&b);
	buf_free(&out);
}

static void
texts(void)
{
	static const struct {
		int status;
		bool torn;
		const char *failure, *head, *body, *text;
		enum verdict_kind kind;
		int64_t wait;
	} t[] = {
		{ 401, false, NULL, "", "{\"error\":\"authorization failed\"}", "401 authorization failed",
		    VERDICT_HOLD, 0 },
		{ 404, false, NULL, "", "404 page not found\n", "404 page not found", VERDICT_ENDPOINT, 0 },
		{ 500, false, NULL, "", "5001 points\n", "500 5001 points", VERDICT_RETRY, 0 },
		{ 502, false, NULL, "", "<html><body>Bad Gateway", "502", VERDICT_RETRY, 0 },
		{ 200, false, NULL, "", "", "200 instead of 204", VERDICT_RETRY, 0 },
		{ 307, false, NULL, "Location: http://u:p@other:1/x?token=y\r\n", "",
		    "307 redirects to http://other:1/x", VERDICT_HOLD, 0 },
		{ 302, false, NULL, "Location: https://login.hotspot/?then=x\r\n", "",
		    "302 redirects to https://login.hotspot", VERDICT_RETRY, 0 },
		{ 302, false, NULL, "Location: //login.hotspot\r\n", "",
		    "302 redirects to //login.hotspot", VERDICT_RETRY, 0 },
		{ 301, false, NULL, "Location: https://OTHER:2/x\r\n", "",
		    "301 redirects to https://OTHER:2/x", VERDICT_HOLD, 0 },
		{ 302, false, NULL, "Location: ftp://login.hotspot\r\n", "",
		    "302 redirects to ftp://login.hotspot", VERDICT_HOLD, 0 },
		{ 302, false, NULL, "", "", "302", VERDICT_HOLD, 0 },
		{ 307, false, NULL, "Location: /other\r\n", "", "307 redirects to /other", VERDICT_HOLD, 0 },
		{ 0, true, "Connection refused", "", "", "Connection refused", VERDICT_RETRY, 0 },
		{ 204, true, "torn", "", "", "torn", VERDICT_RETRY, 0 },
		{ 401, true, "torn", "", "", "401, broken off: torn", VERDICT_RETRY, 0 },
		{ 413, true, "torn", "", "", "413, broken off: torn", VERDICT_HALVE, 0 },
		{ 400, true, "torn", "", "", "400, broken off: torn", VERDICT_UNNAMED, 0 },
		{ 503, false, NULL, "Retry-After: 3\r\n", "", "503", VERDICT_RETRY, 3000000000 },
		{ 429, false, NULL, "Retry-After: Sun, 06 Nov 1994 08:49:40 GMT\r\n", "{\"message\":\"slow\"}",
		    "429 slow", VERDICT_RETRY, 3000000000 },
		{ 503, false, NULL, "Date: Mon, 01 Jun 2026 12:00:00 GMT\r\nRetry-After: Mon, 01 Jun 2026"
		    " 12:00:05 GMT\r\n", "", "503", VERDICT_RETRY, 5000000000 },
		{ 503, false, NULL, "Date: now\r\nRetry-After: Sun, 06 Nov 1994 08:49:38 GMT\r\n", "", "503",
		    VERDICT_RETRY, 1000000000 },
	};
	struct verdict v = { 0 };
	struct batch b = { 0 };
	size_t k;

	fill(&b);
	for (k = 0; k < sizeof t / sizeof *t; k++) {
		struct verdict_answer a = { t[k].status, t[k].torn, t[k].failure, span_str(t[k].head),
			span_str(t[k].body), INT64_C(784111777000000000), span_str("http://other:1") };

		verdict_judge(&v, &api_table[API_V2], &a, &b, 0, 1);
		CHECK_TEXT(buf_span(&v.text), t[k].text);
		CHECK_CASE(v.kind == t[k].kind && v.wait == t[k].wait, t[k].text);
	}
	verdict_free(&v);
	batch_free(&b);
}

/* Lines as influxd 1.6.7 takes and refuses them. */
static void
checks(void)
{
	static const struct {
		const char *line, *why;
	} t[] = {
		{ "m f=1", "" }, { "", "" }, { " #", "" }, { "m,a=1,b=2 f=1,g=2i,h=t,i=\"\" 5", "" },
		{ "m,a=1,b=2,a=3 f=1", "duplicate tag a" }, { "m,a=1,b=2,b=3 f=1", "duplicate tag b" },
		{ "m f=1,g=nan", "no value of line protocol in field g" },
		{ "m f=12u", "" }, { "m f=9223372036854775808u", "no value of line protocol in field f" },
		{ "m f=1 x", "column 7: expected a timestamp of digits" },
		{ "m", "column 2: expected fields behind the measurement" },
	};
	struct buf why = { 0 }, said = { 0 };
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		why.len = 0;
		CHECK_CASE(check_line(span_str(t[k].line), false, &why) == !*t[k].why, t[k].line);
		CHECK_TEXT(buf_span(&why), t[k].why);
	}
	CHECK(check_line(span_str("m f=9223372036854775808u"), true, &why));
	why.len = 0;
	while (why.len < 65535 - 4 - 1)		/* series, four bytes between, and the field */
		buf_putc(&why, 'x');
	buf_puts(&why, " f=1");
	CHECK(check_line(buf_span(&why), true, &said));
	buf_puts(&why, ",gg=1");
	CHECK(!check_line(buf_span(&why), true, &said));
	CHECK_TEXT(buf_span(&said), "series and field name longer than 65535 bytes");
	buf_free(&said);
	buf_free(&why);
}

/* Lines that are told by field and types alone. */
static void
conflicts(void)
{
	static const char *const lines[] = {
		"m f=1 1", "m f=\"a\" 2", "m,t=\"x\" g=1,f=t 3", "o f=\"b\" 4", "m\\ n q\\=\"=\"c\",f=1i 5",
		"m f=\"d\",f=2 6", "m f= 7",
	};
	static const struct {
		const char *field, *measurement, *type, *existing;
		int dropped;
		const char *want;
	} t[] = {
		{ "f", "m", "string", "float", 3, "1 2 5 +0" },
		{ "f", "m", "boolean", "float", 4, "1 2 5 +1" },
		/* not all that are no float: the strings alone, and these only when none is too many */
		{ "f", "m", "string", "float", 2, "1 5 +0" }, { "f", "m", "string", "float", 1, "+1" },
		{ "f", "m", "float", "string", 2, "0 5 +0" }, { "f", "m", "boolean", "string", 1, "2 +0" },
		{ "f", "o", "string", "float", 1, "3 +0" }, { "h", "m", "string", "float", 1, "+1" },
		{ "q=\"", "m n", "string", "integer", 1, "4 +0" },
		{ "f", "m n", "integer", "float", 1, "4 +0" },
	};
	struct batch b = { 0 };
	struct buf message = { 0 }, out = { 0 };
	struct naming m = { 0 };
	uint64_t added;
	size_t k, i;

	for (k = 0; k < sizeof lines / sizeof *lines; k++)
		batch_add(&b, span_str(lines[k]), k + 1);
	for (k = 0; k < sizeof t / sizeof *t; k++) {
		message.len = out.len = 0;
		buf_printf(&message, "partial write: field type conflict: input field \"%s\" on measurement"
		    " \"%s\" is type %s, already exists as type %s dropped=%d", t[k].field,
		    t[k].measurement, t[k].type, t[k].existing, t[k].dropped);
		naming_clear(&m);
		added = conflict_name(&m, buf_span(&message), &b, 0, b.lines, (uint64_t)t[k].dropped);
		for (i = 0; i < m.count; i++)
			buf_printf(&out, "%d ", (int)m.line[i].line);
		CHECK(added == m.count);
		buf_printf(&out, "+%d", t[k].dropped - (int)added);
		CHECK_TEXT(buf_span(&out), t[k].want);
	}
	/* what is named already stays, with its reason */
	naming_clear(&m);
	naming_add(&m, 1, span_str("known"));
	message.len = 0;
	buf_puts(&message, "input field \"f\" on measurement \"m\" is type string, already exists as"
	    " type float dropped=2");
	CHECK(conflict_name(&m, buf_span(&message), &b, 0, b.lines, 2) == 2 && m.count == 3);
	CHECK_TEXT(naming_reason(&m, 0), "known");
	CHECK(m.line[1].line == 2 && m.line[2].line == 5);
	CHECK(conflict_name(&m, span_str("input field \"f"), &b, 0, b.lines, 9) == 0 && m.count == 3);
	CHECK(conflict_name(&m, span_of(NULL, 0), &b, 0, b.lines, 9) == 0);
	naming_free(&m);
	buf_free(&message);
	buf_free(&out);
	batch_free(&b);
}

/* Lines that influxd 1.6.7 does not survive, and such as look like them. */
static void
quotes(void)
{
	static const struct {
		const char *line;
		bool good;
	} t[] = {
		{ "0 \\\\=\"=\"", false }, { "m \\0=\",\"=3,\"=\"", false }, { "m a=1,\\\\=\"=\" 5", false },
		{ "m a=\"\" 1", true }, { "m a=\", b\" 1", true }, { "m a=\" b=\",c=1 1", true },
		{ "m,t=\" a=1", true }, { "m a=1", true }, { "", true }, { "\"", true }, { "# a=\"", true },
	};
	size_t k;

	for (k = 0; k < sizeof t / sizeof *t; k++)
		CHECK_CASE(check_quotes(span_str(t[k].line)) == t[k].good, t[k].line);
}

int
main(void)
{
	TEST(meanings);
	TEST(ranges);
	TEST(texts);
	TEST(conflicts);
	TEST(checks);
	TEST(quotes);
	return test_end();
}
