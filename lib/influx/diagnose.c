#include "influx/diagnose.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/out.h"

/* Refused by all (VictoriaMetrics says nothing, but does not keep it): its time is no number. */
static const char no_point[] = "influxpush_check check=1 x";

#define ANSWER_TIMEOUT (10 * CLOCK_SECOND)

enum step { NAME, CONNECTION, TLS, FLAVOUR, AUTHENTICATION, BUCKET, WRITE, STEPS };

static const char *const step_names[STEPS] = { "name", "connection", "TLS", "flavour",
	"authentication", "bucket", "write" };

struct diagnosis {
	const struct session_config *c;
	const struct login *login;
	const struct api *api;
	bool known;			/* the server's own signs have told which api */
	struct api_target target;
	struct http *http;
	struct detect detect;
	struct verdict verdict;
	struct buf line;
	int fd, err;
};

/* --- what is said --- */

static void
say(struct diagnosis *d, enum step step, bool well, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
say(struct diagnosis *d, enum step step, bool well, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	d->line.len = 0;
	buf_printf(&d->line, "%s: %s: %s\n", step_names[step], well ? "ok" : "failed", text);
	if (!d->err)
		d->err = out_write_all(d->fd, d->line.p, d->line.len);
}

static const char *
proxy(const char *base)
{
	static const char *const plain[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };
	static const char *const secure[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
		NULL };
	const char *const *name = strncmp(base, "https:", 6) ? plain : secure;

	while (*name && !getenv(*name))
		name++;
	return *name;
}

/* What to do about the failure of a step before the first answer; the first row that fits. */
static const char *
remedy(enum step step, const char *failure)
{
	static const struct {
		enum step step;
		const char *word, *text;
	} row[] = {
		{ NAME, "", "check the host in --url, and that this machine can look up names" },
		{ CONNECTION, "tunnel", "the proxy does not let us through" },
		{ CONNECTION, "No such file", "check --unix-socket" },
		{ CONNECTION, "", "check host and port in --url, and that the server runs" },
		{ TLS, "expired", "the server needs a new certificate; or check this machine's clock" },
		{ TLS, "not yet valid", "check this machine's clock" },
		{ TLS, "subject name", "the host in --url must be one that the certificate names" },
		{ TLS, "issuer", "name the authority of the certificate with --cacert" },
		{ TLS, "self-signed", "name the certificate, or its authority, with --cacert" },
		{ TLS, "version number", "try http:// in --url" },
		{ TLS, "", "check --cacert, --cert and --key" },
		/* TLS 1.3 has it told after the handshake */
		{ FLAVOUR, "certificate required",
		    "the server wants to see a certificate: --cert and --key" },
		{ FLAVOUR, " alert ", "the server does not take the certificate: check --cert and --key" },
		{ FLAVOUR, "", "check --url: is it the server's port, and should it begin with https://?" },
	};
	size_t i = 0;

	while (row[i].step != step || !strstr(failure, row[i].word))
		i++;
	return row[i].text;
}

/* --- requests --- */

static const struct http_answer *
request(struct diagnosis *d, const char *url, const char *type, struct span body)
{
	struct api_login login = login_spans(d->login);
	const struct http_answer *a;
	struct buf headers = { 0 };
	unsigned slot;

	api_authorization(&headers, d->api ? d->api : &api_table[API_V3], &login);
	buf_puts(&headers, type);
	http_start(d->http, 0, &(struct http_request){ body.n > 0, url, buf_str(&headers), body,
		ANSWER_TIMEOUT });
	while (!(a = http_take(d->http, &slot)))
		http_wait(d->http, NULL, 0, ANSWER_TIMEOUT);
	explicit_bzero(headers.p, headers.cap);
	buf_free(&headers);
	return a;
}

static const struct http_answer *
ask(struct diagnosis *d, const char *path)
{
	const struct http_answer *a;
	struct buf url = { 0 };

	buf_put_span(&url, d->c->target.base);
	buf_puts(&url, path);
	a = request(d, buf_str(&url), "", span_of(NULL, 0));
	buf_free(&url);
	return a;
}

static void
try_write(struct diagnosis *d, const char *line)
{
	const struct http_answer *a;
	struct verdict_answer v;
	struct batch batch = { 0 };
	struct buf url = { 0 };

	d->target = d->c->target;
	if (d->api->policy)
		api_split_bucket(&d->target);
	api_write_url(&url, d->api, &d->target);
	batch_add(&batch, span_str(line), 1);
	a = request(d, buf_str(&url), "Content-Type: text/plain; charset=utf-8\n",
	    batch_range(&batch, 0, 1));
	v = (struct verdict_answer){ a->status, a->torn, a->failure, buf_span(&a->head),
		buf_span(&a->body), clock_real(), d->c->target.base };
	verdict_judge(&d->verdict, d->api, &v, &batch, 0, 1);
	login_mask(d->login, &d->verdict.text);
	batch_free(&batch);
	buf_free(&url);
}

/* --- the steps --- */

/* The steps before the first answer. False: one has failed. */
static bool
reach(struct diagnosis *d, const struct http_answer *a)
{
	static const enum step failed_at[] = { [HTTP_NAME] = NAME, [HTTP_CONNECTION] = CONNECTION,
		[HTTP_TLS] = TLS, [HTTP_EXCHANGE] = FLAVOUR };
	enum step failed = a->torn ? failed_at[a->stage] : STEPS;
	const char *base = d->c->target.base.p, *by = proxy(base);
	bool secure = !strncmp(base, "https:", 6);
	const struct http_config *h = &d->c->http;

	if (failed > NAME)
		say(d, NAME, true, "%s", h->unix_socket ? "none needed" : "found");
	if (failed > CONNECTION)
		say(d, CONNECTION, true, "%s", h->unix_socket ? h->unix_socket : a->peer);
	if (failed > TLS)
		say(d, TLS, true, "%s", !secure ? "not used" : h->insecure
		    ? "used, but anybody may have answered: --insecure" : "the certificate holds");
	if (failed < STEPS)
		say(d, failed, false, "%s: %s%s%s%s", a->failure, remedy(failed, a->failure),
		    by ? " (" : "", by ? by : "", by ? " is set)" : "");
	return failed == STEPS;
}

static void
find_flavour(struct diagnosis *d, const struct http_answer *a)
{
	const struct api_signs *signs = &d->detect.signs;
	struct api_login login = login_spans(d->login);
	const char *path;

	d->api = d->c->api;
	while (!d->api && detect_answer(&d->detect, a->torn ? 0 : a->status, buf_span(&a->head),
	    buf_span(&a->body), &path))
		a = ask(d, path);
	login_mask(d->login, &d->detect.version);
	d->known = signs->settings || signs->process || signs->plain_health || signs->version.n;
	if (!d->api)
		d->api = api_guess(signs, &d->c->target, &login);
}

static bool
mentions(const struct verdict *v, const char *word)
{
	return v->text.len && memmem(v->text.p, v->text.len, word, strlen(word));
}

/*
 * The line that is no point first: whoever does not refuse it might keep the other one. It shows
 * the way up to the parser; the other one also that the storage can be written to.
 */
static void
find_write(struct diagnosis *d)
{
	try_write(d, no_point);
	if (d->verdict.kind == VERDICT_ENDPOINT && !d->c->api) {
		d->api = api_other(d->api);
		try_write(d, no_point);
	}
	if (d->api->dropped && mentions(&d->verdict, "unable to parse"))
		try_write(d, d->api->dropped);
}

/* Which step the answer to the write means, STEPS: none has failed. */
static enum step
judge(const struct diagnosis *d)
{
	static const enum step step[] = { [VERDICT_LOGIN] = AUTHENTICATION, [VERDICT_RIGHT] = WRITE,
		[VERDICT_BUCKET] = BUCKET, [VERDICT_URL] = FLAVOUR, [VERDICT_POLICY] = BUCKET,
		[VERDICT_PLAN] = WRITE };
	const struct verdict *v = &d->verdict;

	if (v->kind <= VERDICT_REFUSED)
		return STEPS;
	if (v->kind == VERDICT_UNNAMED)
		return mentions(v, "parse") ? STEPS : FLAVOUR;
	if (v->what == VERDICT_NOTHING)
		return d->known || d->c->api ? WRITE : FLAVOUR;
	return step[v->what];
}

static void
say_well(struct diagnosis *d, enum step step)
{
	struct api_login l = login_spans(d->login);
	struct span version = d->detect.signs.version;
	bool token = l.token.n && !(l.user.n && d->api->prefers_login);

	if (step == FLAVOUR)
		say(d, step, true, "%s%s%.*s", d->api->name, d->c->api ? ", as --api says" : !d->known
		    ? ", as it answers to a write" : version.n ? ", X-Influxdb-Version: " : "",
		    d->known ? (int)version.n : 0, version.n ? version.p : "");
	else if (step == AUTHENTICATION)
		say(d, step, true, "%s%.*s",
		    token ? "the token" : l.user.n ? "user " : "no login is wanted",
		    token ? 0 : (int)l.user.n, l.user.n ? l.user.p : "");
	else if (step == BUCKET)
		say(d, step, true, "%.*s", d->c->target.bucket.n ? (int)d->c->target.bucket.n : 11,
		    d->c->target.bucket.n ? d->c->target.bucket.p : "none needed");
	else
		say(d, step, true, "%s", d->verdict.kind == VERDICT_DONE
		    ? "allowed; but this server also says 204 to what is no point: use --validate"
		    : "allowed: what is no point was refused as such; nothing is stored");
}

static enum diagnose_result
say_answer(struct diagnosis *d)
{
	const struct verdict *v = &d->verdict;
	enum step failed = judge(d), step;
	const char *check = v->check ? v->check : failed == FLAVOUR ? "check --url"
	    : "try again later, and look into the server's log";
	bool made_later = v->kind == VERDICT_MISSING && d->c->push.can_create;

	for (step = FLAVOUR; step < failed; step++)
		say_well(d, step);
	if (made_later)
		say(d, BUCKET, true, "not there; --create-database will make it, if the login may");
	else if (failed < STEPS)
		say(d, failed, false, "%.*s: %s", (int)v->text.len, v->text.p, check);
	if (failed == STEPS || made_later)
		return DIAGNOSE_WELL;
	return v->kind == VERDICT_RETRY ? DIAGNOSE_AWAY : DIAGNOSE_REFUSED;
}

enum diagnose_result
diagnose(const struct session_config *c, const struct login *login, int fd)
{
	struct diagnosis d = { .c = c, .login = login, .fd = fd, .http = http_new(1, &c->http) };
	enum diagnose_result r = DIAGNOSE_AWAY;
	const struct http_answer *a = ask(&d, detect_begin(&d.detect));

	if (reach(&d, a)) {
		find_flavour(&d, a);
		find_write(&d);
		r = say_answer(&d);
	}
	verdict_free(&d.verdict);
	detect_free(&d.detect);
	http_free(d.http);
	buf_free(&d.line);
	errno = d.err;
	return d.err ? DIAGNOSE_UNTOLD : r;
}
