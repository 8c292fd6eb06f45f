#include "influx/api.h"

#include <string.h>

#include "http/url.h"
#include "influx/answer.h"

/*
 * v1: InfluxDB 1.x; 1.6.7 takes any precision word that it does not know for nanoseconds, so none
 * is sent. v2: InfluxDB 2, InfluxDB Cloud, and what offers that endpoint: VictoriaMetrics, QuestDB.
 */
const struct api api_table[API_COUNT] = {
	[API_V1] = {
		.id = API_V1,
		.name = "v1",
		.write_path = "/write",
		.bucket = "db",
		.policy = "rp",
		.precision = "",
		.scheme = "Token",
		.prefers_login = true,
		.creates = true,
		.probe = { { "/ping", API_HEALTH_PING } },
		.check_login = "check --username and --password-file",
		.check_right = "the user needs the right to write to this database",
		.check_bucket = "check --bucket, or have the database made with --create-database",
	},
	[API_V2] = {
		.id = API_V2,
		.name = "v2",
		.write_path = "/api/v2/write",
		.bucket = "bucket",
		.org = "org",
		.precision = "precision=ns",
		.scheme = "Token",
		.unsigned_fields = true,
		.probe = { { "/health", API_HEALTH_JSON }, { "/ping", API_HEALTH_PING } },
		.check_login = "check --token-file or INFLUX_TOKEN",
		.check_right = "the token needs the right to write to this bucket",
		.check_bucket = "check --bucket and --org",
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

void
api_write_url(struct buf *out, const struct api *a, const struct api_target *t)
{
	buf_put_span(out, t->base);
	buf_puts(out, a->write_path);
	put_parameter(out, a->org, t->org);
	put_parameter(out, a->bucket, t->bucket);
	put_parameter(out, a->policy, t->policy);
	if (*a->precision) {
		buf_putc(out, memchr(out->p, '?', out->len) ? '&' : '?');
		buf_puts(out, a->precision);
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

static void
put_base64(struct buf *out, struct span s)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned v;
	size_t i, k;

	for (i = 0; i < s.n; i += 3) {
		v = 0;
		for (k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0u);
		for (k = 0; k < 4; k++)
			buf_putc(out, i + k > s.n ? '=' : set[v >> (18 - 6 * k) & 63]);
	}
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
		put_base64(out, buf_span(&pair));
		buf_putc(out, '\n');
		buf_free(&pair);
	}
}

const struct api *
api_guess(struct span version, const struct api_target *t, const struct api_login *l)
{
	if (version.n && (*version.p == 'v' || *version.p == 'V'))
		version = span_of(version.p + 1, version.n - 1);
	if (version.n >= 2 && version.p[1] == '.' && (*version.p == '1' || *version.p == '2'))
		return &api_table[*version.p == '1' ? API_V1 : API_V2];
	return &api_table[(l->token.n || t->org.n) && !l->user.n ? API_V2 : API_V1];
}

const struct api *
api_other(const struct api *a)
{
	return &api_table[(a->id + 1) % API_COUNT];
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

enum api_state
api_judge(enum api_health rule, int status, struct span body)
{
	if (rule == API_HEALTH_JSON)
		return judge_health(status, body);
	return status == 204 ? API_WELL : API_ILL;
}
