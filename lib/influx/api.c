#include "influx/api.h"

#include <string.h>

#include "base/base64.h"
#include "http/url.h"
#include "influx/answer.h"

/*
 * v1: InfluxDB 1.x; 1.6.7 takes any precision word that it does not know for nanoseconds, so none
 * is sent. v2: InfluxDB 2, InfluxDB Cloud, and what offers that endpoint. v3: InfluxDB 3, where an
 * answer waits up to a second for the log to be written, so that many requests must be under way;
 * without a precision it guesses the unit from each time, as does VictoriaMetrics.
 */
const struct api api_table[API_COUNT] = {
	[API_V1] = {
		.id = API_V1,
		.name = "v1",
		.other = API_V2,
		.in_flight = 4,
		.write_path = "/write",
		.bucket = "db",
		.policy = "rp",
		.settings = "",
		.scheme = "Token",
		.prefers_login = true,
		.creates = true,
		.needs_bucket = true,
		.dropped = "influxpush_check,time=x check=1",
		.probe = { { "/ping", API_HEALTH_PING } },
		.check_login = "check --username and --password-file",
		.check_right = "the user needs the right to write to this database",
		.check_bucket = "check --bucket, or have the database made with --create-database",
	},
	[API_V2] = {
		.id = API_V2,
		.name = "v2",
		.other = API_V1,
		.in_flight = 4,
		.write_path = "/api/v2/write",
		.bucket = "bucket",
		.org = "org",
		.settings = "precision=ns",
		.scheme = "Token",
		.unsigned_fields = true,
		.needs_bucket = true,
		.probe = { { "/health", API_HEALTH_JSON }, { "/ping", API_HEALTH_PING } },
		.check_login = "check --token-file or INFLUX_TOKEN",
		.check_right = "the token needs the right to write to this bucket",
		.check_bucket = "check --bucket and --org",
	},
	[API_V3] = {
		.id = API_V3,
		.name = "v3",
		.other = API_V2,
		.in_flight = 16,
		.write_path = "/api/v3/write_lp",
		.bucket = "db",
		.settings = "precision=nanosecond&accept_partial=true",
		.scheme = "Bearer",
		.unsigned_fields = true,
		.needs_bucket = true,
		.probe = { { "/health", API_HEALTH_JSON }, { "/ping", API_HEALTH_PROCESS } },
		.check_login = "check --token-file or INFLUX_TOKEN",
		.check_right = "the token needs the right to write to this database",
		.check_bucket = "check --bucket",
	},
	[API_VICTORIA] = {
		.id = API_VICTORIA,
		.name = "victoriametrics",
		.other = API_V2,
		.in_flight = 4,
		.write_path = "/write",
		.bucket = "db",
		.settings = "precision=ns",
		.scheme = "Bearer",
		.unsigned_fields = true,
		.misreads = true,
		.line_max = 256 << 10,
		.probe = { { "/health", API_HEALTH_JSON }, { "/ping", API_HEALTH_PING } },
		.check_login = "check --token-file, or --username and --password-file",
		.check_right = "the login needs the right to write",
		.check_bucket = "check --url",
	},
	[API_QUESTDB] = {
		.id = API_QUESTDB,
		.name = "questdb",
		.other = API_V2,
		.in_flight = 4,
		.write_path = "/write",
		.settings = "precision=ns",
		.scheme = "Bearer",
		.probe = { { "/ping", API_HEALTH_PING } },
		.check_login = "check --token-file, or --username and --password-file",
		.check_right = "the login needs the right to write over HTTP and to make tables",
		.check_bucket = "check --url",
	},
};

void
api_split_bucket(struct api_target *t)
{
	const char *slash = t->bucket.n ? memchr(t->bucket.p, '/', t->bucket.n) : NULL;

	if (!slash || t->policy.n)
		return;
	t->policy = span_of(slash + 1, (size_t)(t->bucket.p + t->bucket.n - slash - 1));
	t->bucket.n = (size_t)(slash - t->bucket.p);
}

static void
put_parameter(struct buf *out, const char *name, struct span value)
{
	if (!name || !value.n)
		return;
	buf_putc(out, memchr(out->p, '?', out->len) ? '&' : '?');
	buf_puts(out, name);
	buf_putc(out, '=');
	url_escape(out, value);
}

const char *
api_write_path(struct span path)
{
	const char *found = NULL;
	size_t i, n, longest = 0;

	for (i = 0; i < API_COUNT; i++) {
		n = strlen(api_table[i].write_path);
		if (n > longest && path.n >= n
		    && !memcmp(path.p + path.n - n, api_table[i].write_path, n)) {
			found = api_table[i].write_path;
			longest = n;
		}
	}
	return found;
}

void
api_write_url(struct buf *out, const struct api *a, const struct api_target *t)
{
	buf_put_span(out, t->base);
	buf_puts(out, a->write_path);
	put_parameter(out, a->org, t->org);
	put_parameter(out, a->bucket, t->bucket);
	put_parameter(out, a->policy, t->policy);
	if (*a->settings) {
		buf_putc(out, memchr(out->p, '?', out->len) ? '&' : '?');
		buf_puts(out, a->settings);
	}
}

void
api_create_url(struct buf *out, const struct api_target *t)
{
	buf_put_span(out, t->base);
	buf_puts(out, "/query");
}

/* An InfluxQL identifier: in double quotes, with \" and \\ inside. */
void
api_create_body(struct buf *out, const struct api_target *t)
{
	struct buf q = { 0 };
	size_t i;

	buf_puts(&q, "CREATE DATABASE \"");
	for (i = 0; i < t->bucket.n; i++) {
		if (t->bucket.p[i] == '"' || t->bucket.p[i] == '\\')
			buf_putc(&q, '\\');
		buf_putc(&q, t->bucket.p[i]);
	}
	buf_putc(&q, '"');
	buf_puts(out, "q=");
	url_escape(out, buf_span(&q));
	buf_free(&q);
}

void
api_authorization(struct buf *out, const struct api *a, const struct api_login *l)
{
	struct buf pair = { 0 };

	if (l->token.n && !(l->user.n && a->prefers_login)) {
		buf_printf(out, "Authorization: %s ", a->scheme);
		buf_put_span(out, l->token);
		buf_putc(out, '\n');
	} else if (l->user.n) {
		buf_put_span(&pair, l->user);
		buf_putc(&pair, ':');
		buf_put_span(&pair, l->password);
		buf_puts(out, "Authorization: Basic ");
		base64_put(out, buf_span(&pair));
		buf_putc(out, '\n');
		buf_free(&pair);
	}
}

/* The number before the first dot, 0 when there is none of one digit. */
static int
major(struct span version)
{
	if (version.n && (*version.p == 'v' || *version.p == 'V'))
		version = span_of(version.p + 1, version.n - 1);
	return version.n >= 2 && version.p[1] == '.' && *version.p >= '1' && *version.p <= '3'
	    ? *version.p - '0' : 0;
}

/* QuestDB and VictoriaMetrics claim versions of InfluxDB: what they alone show goes first. */
static enum api_id
guess(const struct api_signs *s, const struct api_target *t, const struct api_login *l)
{
	bool token = l->token.n && !l->user.n;
	int version = major(s->version);

	if (s->settings)
		return API_QUESTDB;
	if (s->process || version == 3)
		return API_V3;
	if (s->plain_health && version < 2)
		return API_VICTORIA;
	if (version)
		return version == 1 ? API_V1 : API_V2;
	if (s->ping == 401 && token && !t->org.n)
		return API_V3;
	return (token || (t->org.n && !l->user.n)) ? API_V2 : API_V1;
}

const struct api *
api_guess(const struct api_signs *s, const struct api_target *t, const struct api_login *l)
{
	return &api_table[guess(s, t, l)];
}

const struct api *
api_other(const struct api *a)
{
	return &api_table[a->other];
}

/*
 * InfluxDB Cloud has no health endpoint and has answered 200 with a page instead: a status alone
 * says nothing.
 */
static enum api_state
judge_health(int status, struct span body)
{
	struct answer a = { 0 };
	enum api_state state = API_UNSURE;

	answer_parse(&a, body);
	if (span_is(buf_span(&a.status), "pass") || (status == 200
	    && span_is(buf_span(&a.message), "OK")))
		state = API_WELL;
	else if (span_is(buf_span(&a.status), "fail"))
		state = API_ILL;
	answer_free(&a);
	return state;
}

static enum api_state
judge_process(int status, struct span body)
{
	struct answer a = { 0 };
	bool well;

	answer_parse(&a, body);
	well = status == 200 && a.process;
	answer_free(&a);
	return well ? API_WELL : API_ILL;
}

enum api_state
api_judge(enum api_health rule, int status, struct span body)
{
	switch (rule) {
	case API_HEALTH_JSON:
		return judge_health(status, body);
	case API_HEALTH_PROCESS:
		return judge_process(status, body);
	case API_HEALTH_PING:
	case API_HEALTH_END:
		break;
	}
	return status == 204 ? API_WELL : API_ILL;
}
