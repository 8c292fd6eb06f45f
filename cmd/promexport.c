/* promexport: line protocol in, a page for Prometheus to scrape out. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/linein.h"
#include "base/log.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "prom/exporter.h"
#include "prom/name.h"
#include "prom/serve.h"

enum { OPT_HOST = CLI_FIRST_LONG, OPT_PORT, OPT_PATH, OPT_EXPIRE, OPT_MAX_SERIES, OPT_AT_END,
	OPT_UNTERMINATED };

static const struct cli_option rows[] = {
	{ 0, "Serving", NULL, NULL },
	{ OPT_HOST, "host", "HOST", "listen on this address, name or network interface\n"
	    "(default: localhost, so only this machine)" },
	{ OPT_PORT, "port", "PORT", "listen on this port (default 7065; 0: any free one)" },
	{ OPT_PATH, "path", "PATH", "serve the metrics under this path (default /metrics)" },
	{ 0, "Series", NULL, NULL },
	{ OPT_EXPIRE, "expire", "DURATION", "drop a series that has not come for so long\n"
	    "(default 5m; 0: never)" },
	{ OPT_MAX_SERIES, "max-series", "COUNT", "keep at most so many series (default 100000)" },
	{ 0, "Input", NULL, NULL },
	{ OPT_AT_END, "at-end", "serve|exit", "when the input ends: go on serving (default), or end" },
	{ OPT_UNTERMINATED, "accept-unterminated", NULL, "use a last line without newline" },
	{ 0, NULL, NULL, NULL },
};

static const struct cli_program program = {
	.name = "promexport",
	.usage = "[OPTION]... <POINTS",
	.about = "Serves the latest values of line protocol from standard input to Prometheus.",
	.options = rows,
	.epilog = "By default the page is http://localhost:7065/metrics",
};

struct options {
	struct exporter_config exporter;
	const char *host, *path;
	uint64_t port, max_series;
	int at_end;		/* enum at_end */
	bool unterminated;
};

enum at_end { AT_END_SERVE, AT_END_EXIT };
static const char *const at_end_names[] = { "serve", "exit", NULL };

static bool
take_path(struct cli *c, const char **path)
{
	const char *fault = site_path_fault(c->arg);

	*path = c->arg;
	if (fault)
		c->status = cli_usage_error(c, "--path: expected %s, got '%s'", fault, c->arg);
	return !fault;
}

static bool
take_option(struct cli *c, int id, struct options *o)
{
	switch (id) {
	case OPT_HOST:
		o->host = c->arg;
		return true;
	case OPT_PORT:
		return cli_arg_u64(c, 0, 65535, &o->port);
	case OPT_PATH:
		return take_path(c, &o->path);
	case OPT_EXPIRE:
		return cli_arg_duration(c, &o->exporter.registry.expire);
	case OPT_MAX_SERIES:
		return cli_arg_u64(c, 1, REGISTRY_SERIES_MAX, &o->max_series);
	case OPT_AT_END:
		return cli_arg_choice(c, at_end_names, &o->at_end);
	case OPT_UNTERMINATED:
		o->unterminated = true;
		return true;
	default:
		return false;
	}
}

/* False when the program is to end with c->status. */
static bool
parse_options(struct cli *c, struct options *o)
{
	int id;

	while ((id = cli_next(c)) >= 0)
		if (!take_option(c, id, o))
			return false;
	if (id == CLI_EXIT)
		return false;
	if (c->index < c->argc) {
		c->status = cli_usage_error(c, "unexpected argument '%s': points come from standard "
		    "input", c->argv[c->index]);
		return false;
	}
	o->exporter.registry.max_series = (uint32_t)o->max_series;
	return true;
}

/* --- messages --- */

static void
tell_bad_line(void *arg, uint64_t line, size_t where, const char *expected)
{
	static uint64_t shown;

	(void)arg;
	if (log_few(&shown))
		log_warn("line %llu, byte %zu: expected %s", (unsigned long long)line, where + 1,
		    expected);
}

static void
tell_event(void *arg, enum registry_event event, struct span what, struct span instead)
{
	static const struct {
		const char *before, *after;
	} text[] = {
		[REGISTRY_NAME_TAKEN] = { "", ": another field has its name, it is shown as " },
		[REGISTRY_LABEL_TAKEN] = { "tag ", ": another tag has its name, it is shown as " },
		[REGISTRY_FULL] = { "", "there is no room for further series, they are left out "
		    "(--max-series allows more)" },
		[REGISTRY_TOO_LONG] = { "", ": left out, its name and labels are too long" },
	};
	static uint64_t shown[sizeof text / sizeof *text];
	char a[256], b[256];

	(void)arg;
	if (log_few(&shown[event]))
		log_warn("%s%s%s%s", text[event].before, log_quote(a, sizeof a, what.p, what.n),
		    text[event].after, log_quote(b, sizeof b, instead.p, instead.n));
}

static void
tell_address(const struct options *o, const struct listen *l)
{
	const char *host = o->host ? o->host : "localhost";
	bool v6 = strchr(host, ':') != NULL;

	if (l->wide)
		log_warn("listening beyond this machine (--host %s): whoever reaches it can read the "
		    "page", host);
	log_note("serving http://%s%s%s:%u%s", v6 ? "[" : "", host, v6 ? "]" : "", l->port, o->path);
}

static void
print_stats(struct exporter *e)
{
	struct exporter_counts c = exporter_counts(e);
	const struct stats_row row[] = {
		{ "bytes", c.bytes }, { "lines", c.lines }, { "bad_lines", c.bad_lines },
		{ "points", c.registry.points }, { "values", c.registry.values },
		{ "refused_values", c.registry.refused }, { "cut_strings", c.registry.cut },
		{ "name_clashes", c.registry.clashes }, { "series", c.registry.series },
		{ "families", c.registry.families }, { "expired_series", c.registry.expired },
		{ "scrapes", c.scrapes }, { NULL, 0 },
	};

	stats_print(row);
}

/* --- the work --- */

/* How often series that nobody asks for are looked at, so that their memory comes back. */
static int64_t
sweep_interval(const struct options *o)
{
	int64_t expire = o->exporter.registry.expire;

	if (expire == 0 || expire > 40 * CLOCK_SECOND)
		return 10 * CLOCK_SECOND;
	return expire < 4 * CLOCK_SECOND / 10 ? CLOCK_SECOND / 10 : expire / 4;
}

static void
keep_house(struct exporter *e, const struct options *o, int64_t *next)
{
	int64_t now = clock_mono();

	if (stop_take_usr1())
		print_stats(e);
	if (now < *next)
		return;
	exporter_expire(e, now);
	*next = now + sweep_interval(o);
}

/* Feeds until the input ends or a signal comes. */
static enum linein_result
feed(struct exporter *e, struct linein *in, const struct options *o)
{
	int64_t next = clock_mono() + sweep_interval(o);
	enum linein_result r;

	for (;;) {
		r = linein_fill(in, true, next);
		if (r == LINEIN_DATA)
			linein_consume(in, exporter_feed(e, linein_data(in), clock_mono(),
			    clock_real()));
		if (r == LINEIN_END || r == LINEIN_ERROR)
			return r;
		keep_house(e, o, &next);
	}
}

static void
wait_for_signal(struct exporter *e, const struct options *o)
{
	int64_t next = clock_mono() + sweep_interval(o), left;

	while (!stop_wanted()) {
		left = (next - clock_mono()) / 1000000 + 1;
		poll(&(struct pollfd){ .fd = stop_fd(), .events = POLLIN }, 1,
		    left < 0 ? 0 : (int)left);
		stop_drain();
		keep_house(e, o, &next);
	}
}

static int
end_status(struct exporter *e)
{
	struct exporter_counts c = exporter_counts(e);

	if (c.bad_lines)
		log_warn("%llu of %llu lines could not be used", (unsigned long long)c.bad_lines,
		    (unsigned long long)c.lines);
	return c.bad_lines || c.registry.refused ? STATUS_PARTIAL : STATUS_OK;
}

static int
work(struct exporter *e, const struct options *o)
{
	struct linein in;
	int status = STATUS_OK;

	linein_init(&in, 0, 0);
	in.stop_now = true;
	if (feed(e, &in, o) == LINEIN_ERROR) {
		log_error("standard input: %s", strerror(in.err));
		status = STATUS_FAILED;
	}
	if (!in.stopped) {
		exporter_end(e, linein_data(&in), o->unterminated, clock_mono(), clock_real());
		if (status == STATUS_OK)
			status = end_status(e);
		if (o->at_end == AT_END_SERVE) {
			log_warn("the input has ended; the page is served until a signal comes");
			wait_for_signal(e, o);
			status = status == STATUS_FAILED ? STATUS_FAILED : STATUS_OK;
		}
	}
	linein_free(&in);
	return status;
}

static int
serve(const struct options *o, bool stats)
{
	struct exporter *e = exporter_new(&o->exporter);
	struct site site = { e, o->path };
	struct serve *s = NULL;
	struct listen l;
	int status = STATUS_FAILED;

	if (!listen_open(&l, o->host, (uint16_t)o->port)) {
		log_error("%s", l.fault);
		goto out;
	}
	tell_address(o, &l);
	s = serve_start(&l, &site);
	if (!s) {
		log_error("cannot start the server: %s", strerror(errno));
		goto out;
	}
	status = work(e, o);
	if (stats)
		print_stats(e);
	serve_stop(s);
out:
	exporter_free(e);
	return status;
}

int
main(int argc, char **argv)
{
	struct options o = { .path = "/metrics", .port = 7065, .max_series = 100000,
		.exporter = {
			.registry = { .space = span_str("can"), .expire = 300 * CLOCK_SECOND,
				.tell = tell_event },
			.bad_line = tell_bad_line,
		} };
	struct cli c;
	int status;

	cli_init(&c, &program, argc, argv);
	if (parse_options(&c, &o)) {
		stop_init();
		status = serve(&o, c.stats);
	} else {
		status = c.status;
	}
	cli_free(&c);
	return status;
}
