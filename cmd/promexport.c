/* promexport: line protocol in, a page for Prometheus to scrape out. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/linein.h"
#include "base/log.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "prom/exporter.h"
#include "prom/name.h"
#include "prom/serve.h"

enum { OPT_HOST = CLI_FIRST_LONG, OPT_PORT, OPT_PATH, OPT_TEXTFILE, OPT_INTERVAL, OPT_ONCE,
	OPT_NAMESPACE, OPT_META, OPT_UNITS, OPT_STATES, OPT_LAST_SEEN, OPT_TIMESTAMPS, OPT_EXPIRE,
	OPT_MAX_SERIES, OPT_AT_END, OPT_UNTERMINATED };

static const struct cli_option rows[] = {
	{ 0, "Serving", NULL, NULL },
	{ OPT_HOST, "host", "HOST", "listen on this address, name or network interface\n"
	    "(default: localhost, so only this machine);\nmay be repeated" },
	{ OPT_PORT, "port", "PORT", "listen on this port (default 7065; 0: any free one)" },
	{ OPT_PATH, "path", "PATH", "serve the metrics under this path (default /metrics)" },
	{ 0, "Instead of serving", NULL, NULL },
	{ OPT_TEXTFILE, "textfile", "FILE", "write the page to FILE, for node_exporter's textfile\n"
	    "collector; ends when the input does" },
	{ OPT_INTERVAL, "interval", "DURATION", "how often, while input comes (default 15s)" },
	{ OPT_ONCE, "once", NULL, "read all, print the page to standard output, end" },
	{ 0, "Names and help", NULL, NULL },
	{ OPT_NAMESPACE, "namespace", "NAME", "begin the names with NAME_ (default can)" },
	{ OPT_META, "meta", "FILE", "take #meta lines that the input lacks from FILE, as\n"
	    "'can2line --list=meta' writes them; may be repeated" },
	{ OPT_UNITS, "units", "asis|base", "values and names in the units of the points (default),\n"
	    "or in base units where the unit is known" },
	{ 0, "Series", NULL, NULL },
	{ OPT_STATES, "states", NULL, "show value tables as one series for each state" },
	{ OPT_LAST_SEEN, "last-seen", NULL, "show when each message came last" },
	{ OPT_TIMESTAMPS, "timestamps", NULL, "show the points' own times" },
	{ OPT_EXPIRE, "expire", "[GLOB=]TIME", "drop a series that has not come for so long: 30s,\n"
	    "20x (cycle times), 0 (never); default 5m;\nGLOB: of these messages; may be repeated" },
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

enum { META_MAX = 64, RULES_MAX = 256 };
enum at_end { AT_END_SERVE, AT_END_EXIT };
static const char *const at_end_names[] = { "serve", "exit", NULL };

struct options {
	struct exporter_config exporter;
	const char *host[LISTEN_MAX];
	size_t hosts;
	const char *path;
	const char *textfile;	/* NULL: none */
	const char *meta[META_MAX];
	size_t metas;
	struct ttl_rule rule[RULES_MAX];
	struct arena arena;	/* the globs of the rules */
	uint64_t port, max_series;
	int64_t interval;	/* ns */
	int at_end;		/* enum at_end; -1: not given */
	bool once, unterminated;
};

/* Whether there is a server. */
static bool
serves(const struct options *o)
{
	return !o->once && !o->textfile;
}

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
take_namespace(struct cli *c, struct span *space)
{
	*space = span_str(c->arg);
	if (!name_is_space(*space))
		c->status = cli_usage_error(c, "--namespace: expected letters, digits and _, got '%s'",
		    c->arg);
	return name_is_space(*space);
}

/* An option that may be repeated. */
static bool
take_one(struct cli *c, const char **list, size_t *n, size_t max)
{
	if (*n == max) {
		c->status = cli_usage_error(c, "--%s: at most %zu times", c->option, max);
		return false;
	}
	list[(*n)++] = c->arg;
	return true;
}

static bool
take_units(struct cli *c, bool *base)
{
	static const char *const names[] = { "asis", "base", NULL };
	int i = 0;

	if (!cli_arg_choice(c, names, &i))
		return false;
	*base = i == 1;
	return true;
}

static bool
take_expire(struct cli *c, struct options *o)
{
	size_t *n = &o->exporter.registry.rules;

	if (*n == RULES_MAX) {
		c->status = cli_usage_error(c, "--expire: at most %d", RULES_MAX);
		return false;
	}
	if (ttl_parse_rule(span_str(c->arg), &o->arena, &o->rule[*n])) {
		++*n;
		return true;
	}
	c->status = cli_usage_error(c, "--expire: expected a duration like 5m, a number of cycle times "
	    "like 20x, or GLOB=one of these, got '%s'", c->arg);
	return false;
}

static bool
take_interval(struct cli *c, int64_t *ns)
{
	if (!cli_arg_duration(c, ns))
		return false;
	if (*ns <= 0)
		c->status = cli_usage_error(c, "--interval: expected a duration over 0");
	return *ns > 0;
}

static bool
take_option(struct cli *c, int id, struct options *o)
{
	switch (id) {
	case OPT_HOST:
		return take_one(c, o->host, &o->hosts, LISTEN_MAX);
	case OPT_PORT:
		return cli_arg_u64(c, 0, 65535, &o->port);
	case OPT_PATH:
		return take_path(c, &o->path);
	case OPT_TEXTFILE:
		o->textfile = c->arg;
		return true;
	case OPT_INTERVAL:
		return take_interval(c, &o->interval);
	case OPT_ONCE:
		o->once = true;
		return true;
	case OPT_NAMESPACE:
		return take_namespace(c, &o->exporter.registry.space);
	case OPT_META:
		return take_one(c, o->meta, &o->metas, META_MAX);
	case OPT_UNITS:
		return take_units(c, &o->exporter.registry.base_units);
	case OPT_STATES:
		o->exporter.registry.states = true;
		return true;
	case OPT_LAST_SEEN:
		o->exporter.last_seen = true;
		return true;
	case OPT_TIMESTAMPS:
		o->exporter.registry.timestamps = true;
		return true;
	case OPT_EXPIRE:
		return take_expire(c, o);
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

/* What does not go together; NULL when all does. */
static const char *
find_conflict(const struct options *o)
{
	if (o->once && o->textfile)
		return "--once and --textfile exclude each other";
	if (o->textfile && o->exporter.registry.timestamps)
		return "--timestamps: node_exporter refuses files that have any";
	if (!serves(o) && o->at_end == AT_END_SERVE)
		return "--at-end serve: there is no server with --once or --textfile";
	return NULL;
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
	if (find_conflict(o)) {
		c->status = cli_usage_error(c, "%s", find_conflict(o));
		return false;
	}
	if (o->at_end < 0)
		o->at_end = serves(o) ? AT_END_SERVE : AT_END_EXIT;
	o->exporter.registry.max_series = (uint32_t)o->max_series;
	o->exporter.process = serves(o);
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
	const char *host = o->hosts ? o->host[0] : "localhost";
	bool v6 = strchr(host, ':') != NULL;

	if (l->wide)
		log_warn("listening beyond this machine: whoever reaches it can read the page");
	if (l->port)
		log_note("serving http://%s%s%s:%u%s", v6 ? "[" : "", host, v6 ? "]" : "", l->port,
		    o->path);
	else
		log_note("serving %s on %zu inherited sockets", o->path, l->n);
}

/* The sockets of the service manager, or our own. False after a message. */
static bool
find_sockets(const struct options *o, struct listen *l)
{
	if (listen_inherit(l))
		return true;
	if (!l->fault[0] && listen_open(l, o->host, o->hosts, (uint16_t)o->port))
		return true;
	log_error("%s", l->fault);
	return false;
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

struct job {
	struct exporter *e;
	struct serve *server;		/* NULL: none */
	const struct options *o;
	int64_t next_sweep, next_file;	/* clock_mono() times; 0: no file */
	bool file_failed;		/* the last one could not be written */
};

static void
make_page(struct exporter *e, struct buf *page)
{
	exporter_page(e, EXPOSE_TEXT, clock_mono(), 0, page);
}

/* A fault is said when it begins and when it ends. */
static void
write_file(struct job *j)
{
	struct buf page = { 0 };
	bool failed = j->file_failed;
	int err;

	make_page(j->e, &page);
	err = file_replace(j->o->textfile, page.p, page.len, 0644);
	buf_free(&page);
	if (err && !failed)
		log_error("%s: %s", j->o->textfile, strerror(err));
	if (!err && failed)
		log_warn("%s: written again", j->o->textfile);
	j->file_failed = err != 0;
	j->next_file = clock_mono() + j->o->interval;
}

/* When keep_house() has something to do. */
static int64_t
next_time(const struct job *j)
{
	return j->next_file && j->next_file < j->next_sweep ? j->next_file : j->next_sweep;
}

static void
keep_house(struct job *j)
{
	int64_t now = clock_mono();

	if (stop_take_usr1())
		print_stats(j->e);
	if (now >= j->next_sweep) {
		j->next_sweep = exporter_expire(j->e, now);
		if (j->server)
			serve_check(j->server, now);
	}
	if (j->next_file && now >= j->next_file)
		write_file(j);
}

static struct registry_arrival
arrival(void)
{
	return (struct registry_arrival){ clock_mono(), clock_real() };
}

/* Feeds until the input ends or a signal comes. */
static enum linein_result
feed(struct job *j, struct linein *in)
{
	enum linein_result r;

	for (;;) {
		r = linein_fill(in, true, next_time(j));
		if (r == LINEIN_DATA)
			linein_consume(in, exporter_feed(j->e, linein_data(in), arrival()));
		if (r == LINEIN_END || r == LINEIN_ERROR)
			return r;
		keep_house(j);
	}
}

static void
wait_for_signal(struct job *j)
{
	int64_t left;

	while (!stop_wanted()) {
		left = (next_time(j) - clock_mono()) / 1000000 + 1;
		poll(&(struct pollfd){ .fd = stop_fd(), .events = POLLIN }, 1,
		    left < 0 ? 0 : (int)left);
		stop_drain();
		keep_house(j);
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

/* From the first byte of the input to the end of all work; the exit status. */
static int
work(struct job *j)
{
	struct linein in;
	int status = STATUS_OK;

	linein_init(&in, 0, 0);
	in.stop_now = true;
	if (feed(j, &in) == LINEIN_ERROR) {
		log_error("standard input: %s", strerror(in.err));
		status = STATUS_FAILED;
	}
	if (!in.stopped) {
		exporter_end(j->e, linein_data(&in), j->o->unterminated, arrival());
		if (status == STATUS_OK)
			status = end_status(j->e);
		if (j->o->at_end == AT_END_SERVE) {
			log_warn("the input has ended; the page is served until a signal comes");
			wait_for_signal(j);
			status = status == STATUS_FAILED ? STATUS_FAILED : STATUS_OK;
		}
	}
	linein_free(&in);
	return status;
}

static int
serve(struct job *j)
{
	struct site site = { j->e, j->o->path };
	struct listen l;
	int status;

	if (!find_sockets(j->o, &l))
		return STATUS_FAILED;
	tell_address(j->o, &l);
	j->server = serve_start(&l, &site);
	if (!j->server) {
		log_error("cannot start the server: %s", strerror(errno));
		return STATUS_FAILED;
	}
	status = work(j);
	serve_stop(j->server);
	return status;
}

static int
keep_file(struct job *j)
{
	int status;

	j->next_file = clock_mono() + j->o->interval;
	status = work(j);
	write_file(j);
	return j->file_failed ? STATUS_FAILED : status;
}

static int
print_once(struct job *j)
{
	int status = work(j);
	struct out out;

	out_init(&out, 1);
	make_page(j->e, &out.b);
	if (!out_close(&out)) {
		log_error("standard output: %s", strerror(out.err));
		return STATUS_FAILED;
	}
	return status;
}

/* STATUS_OK, or what to end with. */
static int
read_meta(struct exporter *e, const char *path)
{
	enum { META_BYTES = 256 << 20 };
	struct buf text = { 0 };
	int err = file_read(path, META_BYTES, &text), status = STATUS_OK;

	if (err) {
		log_error("%s: %s", path, strerror(err));
		status = STATUS_USAGE;
	} else if (!exporter_meta(e, buf_span(&text))) {
		log_error("%s: expected #meta lines, as 'can2line --list=meta' writes them", path);
		status = STATUS_USAGE;
	}
	buf_free(&text);
	return status;
}

static int
run(const struct options *o, bool stats)
{
	struct job j = { .e = exporter_new(&o->exporter), .o = o };
	int status = STATUS_OK;
	size_t i;

	j.next_sweep = exporter_expire(j.e, clock_mono());
	for (i = 0; status == STATUS_OK && i < o->metas; i++)
		status = read_meta(j.e, o->meta[i]);
	if (status == STATUS_OK) {
		status = o->once ? print_once(&j) : o->textfile ? keep_file(&j) : serve(&j);
		if (stats)
			print_stats(j.e);
	}
	exporter_free(j.e);
	return status;
}

int
main(int argc, char **argv)
{
	struct options o = { .path = "/metrics", .port = 7065, .max_series = 100000, .at_end = -1,
		.interval = 15 * CLOCK_SECOND,
		.exporter = {
			.registry = { .space = span_str("can"), .rules = 1, .tell = tell_event },
			.bad_line = tell_bad_line,
		} };
	struct cli c;
	int status;

	o.rule[0].ttl.ns = 300 * CLOCK_SECOND;
	o.exporter.registry.rule = o.rule;
	cli_init(&c, &program, argc, argv);
	if (parse_options(&c, &o)) {
		stop_init();
		status = run(&o, c.stats);
	} else {
		status = c.status;
	}
	cli_free(&c);
	arena_free(&o.arena);
	return status;
}
