#include "influx/config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "version.h"

enum {
	OPT_API = CLI_FIRST_LONG, OPT_TOKEN_FILE, OPT_USERNAME, OPT_PASSWORD_FILE, OPT_POLICY,
	OPT_CREATE, OPT_PRECISION, OPT_UNTERMINATED, OPT_EXPECT, OPT_LINES, OPT_BYTES, OPT_FLUSH,
	OPT_IN_FLIGHT, OPT_NO_GZIP, OPT_GIVE_UP, OPT_GRACE, OPT_HEALTH, OPT_NO_HEALTH, OPT_REJECT,
	OPT_CHECKPOINT, OPT_TEE, OPT_CACERT, OPT_CERT, OPT_KEY, OPT_INSECURE,
	OPT_UNIX_SOCKET, OPT_RATE, OPT_DRY_RUN, OPT_VALIDATE,
	OPT_SPOOL, OPT_SPOOL_MAX, OPT_SPOOL_FULL, OPT_FSYNC, OPT_DRAIN, OPT_STATUS, OPT_CHECK,
};

const struct cli_option config_options[] = {
	{ 0, "Server", NULL, NULL },
	{ 'u', "url", "URL", "http[s]://[USER:PASSWORD@]HOST[:PORT][/PATH]\n"
	    "(default: INFLUX_HOST, http://localhost:8086)" },
	{ OPT_API, "api", "auto|v1|v2|v3|victoriametrics|questdb",
	    "which server it is (default: auto)" },
	{ 'b', "bucket", "NAME", "bucket; for v1 DATABASE or DATABASE/POLICY\n"
	    "(default: INFLUX_BUCKET_NAME)" },
	{ 'o', "org", "NAME", "organisation, for v2 (default: INFLUX_ORG)" },
	{ OPT_POLICY, "retention-policy", "NAME", "retention policy, for v1 (default: the server's)" },
	{ OPT_TOKEN_FILE, "token-file", "FILE", "read the token from FILE (default: INFLUX_TOKEN)" },
	{ OPT_USERNAME, "username", "NAME", "user (default: INFLUX_USERNAME)" },
	{ OPT_PASSWORD_FILE, "password-file", "FILE", "read the password from FILE\n"
	    "(default: INFLUX_PASSWORD)" },
	{ OPT_CREATE, "create-database", NULL, "make the database when it is missing (v1)" },
	{ OPT_CACERT, "cacert", "FILE", "trust the certificates in FILE, not the system's" },
	{ OPT_CERT, "cert", "FILE", "certificate to show to the server (PEM)" },
	{ OPT_KEY, "key", "FILE", "its key, where that is not in the same file" },
	{ OPT_INSECURE, "insecure", NULL, "take any certificate: no protection at all" },
	{ OPT_UNIX_SOCKET, "unix-socket", "PATH", "connect to this socket, not to the URL's host" },
	{ OPT_CHECK, "check", NULL, "see, step by step, whether points could be delivered, and end" },
	{ 0, "Input", NULL, NULL },
	{ OPT_PRECISION, "precision", "ns|us|ms|s", "unit of the input's times (default: ns)" },
	{ OPT_UNTERMINATED, "accept-unterminated", NULL, "use a last line that has no newline" },
	{ OPT_VALIDATE, "validate", NULL, "check lines here; do not send what a server should refuse" },
	{ OPT_TEE, "tee", NULL, "pass the input on to standard output, comments too" },
	{ OPT_EXPECT, "expect-input", NULL, "status 3 when there was no point at all" },
	{ 0, "Sending", NULL, NULL },
	{ OPT_LINES, "batch-lines", "N", "lines of a full batch (5000)" },
	{ OPT_BYTES, "batch-size", "SIZE", "bytes of a full batch (1M)" },
	{ OPT_FLUSH, "flush", "DURATION", "send a batch that is not full after this time (1s)" },
	{ OPT_IN_FLIGHT, "in-flight", "N", "requests at once, when full batches wait\n(4; v3: 16)" },
	{ OPT_RATE, "rate", "BYTES/DURATION", "at most so many uncompressed bytes in such a time" },
	{ OPT_NO_GZIP, "no-gzip", NULL, "do not compress" },
	{ OPT_DRY_RUN, "dry-run", NULL, "send nothing: show on standard output what would be" },
	{ 0, "When it does not go on", NULL, NULL },
	{ OPT_GIVE_UP, "give-up", "DURATION", "end with status 75 after so much trouble\n"
	    "(default: wait for ever)" },
	{ OPT_GRACE, "grace", "DURATION", "after the first signal read and deliver for so long (5s)" },
	{ OPT_HEALTH, "health-check", "[INTERVAL]", "check the server's health so often (60s);\n"
	    "0: only at the start" },
	{ OPT_NO_HEALTH, "no-health-check", NULL, "do not, as for InfluxDB Cloud" },
	{ OPT_REJECT, "reject-file", "FILE", "append refused lines to FILE, with the reasons" },
	{ OPT_CHECKPOINT, "checkpoint", "FILE", "record in FILE how far the input is delivered;\n"
	    "when it comes again, go on from there" },
	{ 0, "Spool", NULL, NULL },
	{ OPT_SPOOL, "spool", "DIR", "write what is read to DIR, and send it from there" },
	{ OPT_SPOOL_MAX, "spool-max", "SIZE", "the most it takes (1G)" },
	{ OPT_SPOOL_FULL, "spool-full", "block|drop-oldest|drop-newest", "what then (default: block)" },
	{ OPT_FSYNC, "fsync", "always|interval|never",
	    "through to the disk (default: interval, each second)" },
	{ OPT_DRAIN, "drain", NULL, "read nothing: send what is in the spool, and end" },
	{ OPT_STATUS, "status", "[json]", "tell what is in the spool, and end" },
	{ 0, NULL, NULL, NULL },
};

static void
set_defaults(struct config *s)
{
	*s = (struct config){ .c = {
		.push = { .lines = 5000, .bytes = 1 << 20, .flush = CLOCK_SECOND,
			.give_up = -1 },
		.gzip = true,
		.check_health = true,
		.health_interval = 60 * CLOCK_SECOND,
		.grace = 5 * CLOCK_SECOND,
		.http = { .agent = "influxpush/" CANPIPE_VERSION " (canpipe)" },
	}, .spool_config = { .max = 1 << 30, .fsync = SPOOL_INTERVAL } };
}

static struct span
environment(const char *name)
{
	const char *v = getenv(name);

	return v ? span_str(v) : span_of(NULL, 0);
}

static void
set_text(struct buf *b, struct span s)
{
	b->len = 0;
	buf_put_span(b, s);
}

static void
from_environment(struct config *s)
{
	struct span host = environment("INFLUX_HOST");

	set_text(&s->url_text, host.n ? host : span_str("http://localhost:8086"));
	s->c.target.bucket = environment("INFLUX_BUCKET_NAME");
	s->c.target.org = environment("INFLUX_ORG");
	set_text(&s->login.user, environment("INFLUX_USERNAME"));
	set_text(&s->login.password, environment("INFLUX_PASSWORD"));
	set_text(&s->login.token, environment("INFLUX_TOKEN"));
}

/* The bytes of user and password in a URL, also where its http:// is mistyped. */
static struct span
login_of(const char *url)
{
	const char *scheme = strstr(url, "://"), *start = scheme ? scheme + 3 : url, *at;

	at = memrchr(start, '@', strcspn(start, scheme ? "/?#" : "?#"));
	return span_of(start, at ? (size_t)(at - start) : 0);
}

/* Takes the URL and blots user and password out of the arguments, where ps would show them. */
static void
take_url(struct config *s, const struct cli *c)
{
	struct span login = login_of(c->arg);
	char **arg = c->argv;

	set_text(&s->url_text, span_str(c->arg));
	if (!login.n)
		return;
	while (!(login.p >= *arg && login.p < *arg + strlen(*arg)))
		arg++;
	memset(*arg + (login.p - *arg), 'x', login.n);
}

static bool
set_precision(struct config *s, struct cli *c)
{
	if (intake_precision(&s->intake, c->arg))
		return true;
	c->status = cli_usage_error(c, "--precision: expected ns, us, ms or s, got '%s'", c->arg);
	return false;
}

static bool
set_size(struct cli *c, uint64_t min, uint64_t max, size_t *v)
{
	uint64_t n;

	if (!(max == UINT64_MAX ? cli_arg_size(c, min, &n) : cli_arg_u64(c, min, max, &n)))
		return false;
	*v = (size_t)n;
	return true;
}

static bool
parse_server_option(struct config *s, struct cli *c, int id)
{
	switch (id) {
	case 'u':
		take_url(s, c);
		return true;
	case OPT_API:
		return cli_arg_choice(c, &s->api);
	case 'b':
		s->c.target.bucket = span_str(c->arg);
		return true;
	case 'o':
		s->c.target.org = span_str(c->arg);
		return true;
	case OPT_POLICY:
		s->c.target.policy = span_str(c->arg);
		return true;
	case OPT_TOKEN_FILE:
		s->login.token_file = c->arg;
		return true;
	case OPT_USERNAME:
		set_text(&s->login.user, span_str(c->arg));
		s->login_given = true;
		return true;
	case OPT_PASSWORD_FILE:
		s->login.password_file = c->arg;
		s->login_given = true;
		return true;
	case OPT_CREATE:
		s->c.push.can_create = true;
		return true;
	}
	return false;
}

static bool
parse_trust_option(struct config *s, struct cli *c, int id)
{
	struct http_config *h = &s->c.http;

	switch (id) {
	case OPT_CACERT:
		h->cacert = c->arg;
		return true;
	case OPT_CERT:
		h->cert = c->arg;
		return true;
	case OPT_KEY:
		h->key = c->arg;
		return true;
	case OPT_INSECURE:
		h->insecure = true;
		return true;
	case OPT_UNIX_SOCKET:
		h->unix_socket = c->arg;
		return true;
	}
	return false;
}

static bool
parse_sending_option(struct config *s, struct cli *c, int id)
{
	struct push_config *p = &s->c.push;
	uint64_t n;

	switch (id) {
	case OPT_LINES:
		return set_size(c, 1, 1000000, &p->lines);
	case OPT_BYTES:
		return set_size(c, 1, UINT64_MAX, &p->bytes);
	case OPT_FLUSH:
		return cli_arg_duration(c, &p->flush);
	case OPT_IN_FLIGHT:
		if (!cli_arg_u64(c, 1, 64, &n))
			return false;
		p->in_flight = (unsigned)n;
		return true;
	case OPT_RATE:
		return cli_arg_rate(c, &p->rate_bytes, &p->rate_window);
	case OPT_GIVE_UP:
		return cli_arg_duration(c, &p->give_up);
	case OPT_GRACE:
		return cli_arg_duration(c, &s->c.grace);
	}
	return false;
}

static bool
parse_spool_option(struct config *s, struct cli *c, int id)
{
	int choice;

	switch (id) {
	case OPT_SPOOL:
		s->spool_config.path = c->arg;
		return true;
	case OPT_SPOOL_MAX:
		return cli_arg_size(c, SPOOL_LEAST, &s->spool_config.max);
	case OPT_SPOOL_FULL:
		if (!cli_arg_choice(c, &choice))
			return false;
		s->way.full = (enum session_spool_full)choice;
		return true;
	case OPT_FSYNC:
		if (!cli_arg_choice(c, &choice))
			return false;
		s->spool_config.fsync = (enum spool_fsync)choice;
		return true;
	case OPT_STATUS:
		s->status = true;
		s->json = c->arg;
		return !c->arg || cli_arg_choice(c, &choice);
	}
	return false;
}

/* Options without an argument. */
static bool
parse_flag(struct config *s, int id)
{
	const struct {
		int id;
		bool *flag, value;
	} row[] = {
		{ OPT_UNTERMINATED, &s->intake.accept_tail, true },
		{ OPT_VALIDATE, &s->c.push.validate, true },
		{ OPT_TEE, &s->c.tee, true }, { OPT_EXPECT, &s->expect_input, true },
		{ OPT_NO_HEALTH, &s->c.check_health, false }, { OPT_NO_GZIP, &s->c.gzip, false },
		{ OPT_DRY_RUN, &s->c.dry_run, true }, { OPT_DRAIN, &s->way.drain, true },
		{ OPT_CHECK, &s->check, true },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].id == id)
			return *row[i].flag = row[i].value, true;
	return false;
}

static bool
parse_option(struct config *s, struct cli *c, int id)
{
	if (parse_flag(s, id))
		return true;
	switch (id) {
	case OPT_PRECISION:
		return set_precision(s, c);
	case OPT_HEALTH:
		return !c->arg || cli_arg_duration(c, &s->c.health_interval);
	case OPT_REJECT:
		s->reject_file = c->arg;
		return true;
	case OPT_CHECKPOINT:
		s->c.checkpoint = c->arg;
		return true;
	default:
		return parse_server_option(s, c, id) || (c->status == STATUS_OK
		    && (parse_trust_option(s, c, id) || parse_spool_option(s, c, id)))
		    || (c->status == STATUS_OK && parse_sending_option(s, c, id));
	}
}

static bool
parse_options(struct config *s, struct cli *c)
{
	int id;

	while ((id = cli_next(c)) >= 0)
		if (!parse_option(s, c, id))
			return false;
	return id == CLI_END;
}

/* A user and password in the URL count where the options did not give them. */
static bool
settle_url(struct config *s, struct cli *c)
{
	struct span text = buf_span(&s->url_text), login = login_of(buf_str(&s->url_text));
	const char *expected, *path;
	bool good = url_split(text, &s->url, &expected);

	path = api_write_path(s->url.path);
	if (path || !good) {
		c->status = cli_usage_error(c, "--url: expected %s%s%s, got '%.*s%s'",
		    path ? "it without " : expected, path ? path : "",
		    path ? ", which is added with --bucket and --org" : "", (int)(login.p - text.p), text.p,
		    login.p + login.n + (login.n > 0));
		return false;
	}
	if (s->url.has_user && !s->login_given) {
		s->login.user.len = s->login.password.len = 0;
		url_unescape(&s->login.user, s->url.user);
		url_unescape(&s->login.password, s->url.password);
	}
	url_put(&s->base, &s->url);
	s->c.target.base = buf_span(&s->base);
	return true;
}

static bool
settle_checkpoint(struct config *s, struct cli *c)
{
	struct buf place = { 0 };
	struct checkpoint old;
	int err;

	if (!s->c.checkpoint)
		return true;
	err = checkpoint_load(s->c.checkpoint, &old);
	if (err) {
		c->status = cli_usage_error(c, "--checkpoint: %s: %s", s->c.checkpoint,
		    err == EBADMSG ? "no checkpoint, or a damaged one" : strerror(err));
		return false;
	}
	buf_put_span(&place, s->c.target.base);
	buf_putc(&place, '\n');
	buf_put_span(&place, s->c.target.bucket);
	resume_init(&s->resume, &old, buf_span(&place), &s->intake);
	buf_free(&place);
	return true;
}

/* Found out now rather than with the first connection. */
static bool
check_files(const struct config *s, struct cli *c)
{
	const struct http_config *h = &s->c.http;
	const char *const files[] = { h->cacert, h->cert, h->key };
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++)
		if (files[i] && access(files[i], R_OK) != 0) {
			c->status = cli_usage_error(c, "%s: %s", files[i], strerror(errno));
			return false;
		}
	if (h->key && !h->cert)
		c->status = cli_usage_error(c, "--key: expected --cert too");
	return c->status == STATUS_OK;
}

static bool
settle_spool(struct config *s, struct cli *c)
{
	const char *path = s->spool_config.path;
	bool held;
	int err = path && !s->status ? spool_open(&s->spool, &s->spool_config) : 0;

	if (err == EWOULDBLOCK)
		c->status = cli_usage_error(c, "--spool: %s: process %" PRIu64 " has it", path,
		    spool_owner(path, &held));
	else if (err)
		c->status = cli_usage_error(c, "--spool: %s: %s", path, strerror(err));
	else if (s->spool.cut)
		log_warn("%s: points in a torn tail, cut off: %" PRIu64, path, s->spool.cut);
	return !err;
}

static bool
check_combination(const struct config *s, struct cli *c)
{
	if (c->index < c->argc)
		c->status = cli_usage_error(c, "unexpected operand '%s': points come from standard input",
		    c->argv[c->index]);
	else if ((s->way.drain || s->status) && !s->spool_config.path)
		c->status = cli_usage_error(c, "--%s: expected --spool too",
		    s->status ? "status" : "drain");
	else if (s->c.checkpoint && s->spool_config.path)
		c->status = cli_usage_error(c, "--spool and --checkpoint do not go together:"
		    " a spool keeps what is left itself");
	else if (s->spool_config.path && s->c.dry_run)
		c->status = cli_usage_error(c, "--dry-run does not go with --spool: nothing is stored");
	else if (s->c.dry_run && s->c.tee)
		c->status = cli_usage_error(c, "--dry-run and --tee both want standard output");
	else if (!s->status && !s->c.target.bucket.n && (!s->c.api || s->c.api->needs_bucket))
		c->status = cli_usage_error(c, "expected --bucket: where do the points go?%s",
		    s->c.api ? "" : " (--api victoriametrics and questdb can do without)");
	return c->status == STATUS_OK;
}

static bool
settle(struct config *s, struct cli *c)
{
	struct buf why = { 0 };
	int err = 0;

	s->c.api = s->api ? &api_table[s->api - 1] : NULL;
	if (!check_combination(s, c))
		return false;
	if (s->status)
		return true;
	if (!settle_url(s, c) || !check_files(s, c))
		return false;
	if (!login_load(&s->login, &why))
		c->status = cli_usage_error(c, "%s", buf_str(&why));
	else if (s->check)
		return true;
	else if (s->reject_file && (err = reject_open(&s->reject, s->reject_file)))
		c->status = cli_usage_error(c, "--reject-file: %s: %s", s->reject_file, strerror(err));
	if (s->c.dry_run)
		s->c.gzip = s->c.check_health = false;
	if (s->reject.cut)
		log_warn("%s: half a line at its end is cut off", s->reject_file);
	buf_free(&why);
	return c->status == STATUS_OK && settle_checkpoint(s, c) && settle_spool(s, c);
}

bool
config_read(struct config *s, struct cli *c)
{
	set_defaults(s);
	from_environment(s);
	return parse_options(s, c) && settle(s, c);
}

void
config_free(struct config *s)
{
	login_free(&s->login);
	reject_close(&s->reject);
	intake_free(&s->intake);
	resume_free(&s->resume);
	buf_free(&s->url_text);
	buf_free(&s->base);
}
