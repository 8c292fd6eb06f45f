#include "prom/setup.h"

#include "base/clock.h"
#include "prom/name.h"
#include "prom/site.h"

enum { OPT_HOST = CLI_FIRST_LONG, OPT_PORT, OPT_PATH, OPT_NO_PAGE, OPT_WEB_CONFIG, OPT_TEXTFILE,
	OPT_INTERVAL, OPT_ONCE, OPT_BACKFILL, OPT_NAMESPACE, OPT_META, OPT_UNITS, OPT_STATES,
	OPT_LAST_SEEN, OPT_TIMESTAMPS, OPT_EXPIRE, OPT_MAX_SERIES, OPT_AT_END, OPT_UNTERMINATED };

static const struct cli_option rows[] = {
	{ 0, "Serving", NULL, NULL },
	{ OPT_HOST, "host", "HOST", "listen on this address, name or network interface\n"
	    "(default: localhost, so only this machine);\nmay be repeated" },
	{ OPT_PORT, "port", "PORT", "listen on this port (default 7065; 0: any free one)" },
	{ OPT_PATH, "path", "PATH", "serve the metrics under this path (default /metrics)" },
	{ OPT_NO_PAGE, "no-page", NULL, "do without the page for people" },
	{ OPT_WEB_CONFIG, "web-config", "FILE", "TLS and passwords, as Prometheus' exporters take\n"
	    "them with --web.config.file" },
	{ 0, "Instead of serving", NULL, NULL },
	{ OPT_TEXTFILE, "textfile", "FILE", "write the page to FILE, for node_exporter's textfile\n"
	    "collector; ends when the input does" },
	{ OPT_INTERVAL, "interval", "DURATION", "how often, while input comes (default 15s)" },
	{ OPT_ONCE, "once", NULL, "read all, print the page to standard output, end" },
	{ OPT_BACKFILL, "backfill", "FILE", "write every value with its time, for promtool's\n"
	    "'tsdb create-blocks-from openmetrics' (-: standard output)" },
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

const struct cli_program setup_program = {
	.name = "promexport",
	.usage = "[OPTION]... <POINTS",
	.about = "Serves the latest values of line protocol from standard input to Prometheus.",
	.options = rows,
	.epilog = "By default the metrics are http://localhost:7065/metrics, and a page for people\n"
	    "is http://localhost:7065/",
};

/* What was given, beside what it says. */
struct given {
	uint64_t max_series;
	int at_end;		/* AT_END_SERVE and so on; -1: not given */
	bool ways_clash;
};

enum { AT_END_SERVE, AT_END_EXIT };
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
	int i = 0;

	if (!cli_arg_choice(c, &i))
		return false;
	*base = i == 1;
	return true;
}

static bool
take_expire(struct cli *c, struct setup *s)
{
	size_t *n = &s->exporter.registry.rules;

	if (*n == SETUP_RULES) {
		c->status = cli_usage_error(c, "--expire: at most %d", SETUP_RULES);
		return false;
	}
	if (ttl_parse_rule(span_str(c->arg), &s->arena, &s->rule[*n])) {
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
take_way(const struct cli *c, struct setup *s, struct given *g, enum setup_way way)
{
	g->ways_clash |= s->way != SETUP_SERVE && s->way != way;
	s->way = way;
	s->file = c->arg;
	return true;
}

static bool
take_option(struct cli *c, int id, struct setup *s, struct given *g)
{
	struct registry_config *r = &s->exporter.registry;

	switch (id) {
	case OPT_HOST:
		return take_one(c, s->host, &s->hosts, LISTEN_MAX);
	case OPT_PORT:
		return cli_arg_u64(c, 0, 65535, &s->port);
	case OPT_PATH:
		return take_path(c, &s->path);
	case OPT_NO_PAGE:
		return s->no_page = true;
	case OPT_WEB_CONFIG:
		s->web_config = c->arg;
		return true;
	case OPT_TEXTFILE:
		return take_way(c, s, g, SETUP_TEXTFILE);
	case OPT_INTERVAL:
		return take_interval(c, &s->interval);
	case OPT_ONCE:
		return take_way(c, s, g, SETUP_ONCE);
	case OPT_BACKFILL:
		return take_way(c, s, g, SETUP_BACKFILL);
	case OPT_NAMESPACE:
		return take_namespace(c, &r->space);
	case OPT_META:
		return take_one(c, s->meta, &s->metas, SETUP_META);
	case OPT_UNITS:
		return take_units(c, &r->base_units);
	case OPT_STATES:
		return r->states = true;
	case OPT_LAST_SEEN:
		return s->exporter.last_seen = true;
	case OPT_TIMESTAMPS:
		return r->timestamps = true;
	case OPT_EXPIRE:
		return take_expire(c, s);
	case OPT_MAX_SERIES:
		return cli_arg_u64(c, 1, REGISTRY_SERIES_MAX, &g->max_series);
	case OPT_AT_END:
		return cli_arg_choice(c, &g->at_end);
	case OPT_UNTERMINATED:
		return s->unterminated = true;
	default:
		return false;
	}
}

/* What does not go together; NULL when all does. */
static const char *
find_conflict(const struct setup *s, const struct given *g)
{
	const struct registry_config *r = &s->exporter.registry;
	bool backfill = s->way == SETUP_BACKFILL;
	const struct {
		bool is;
		const char *what;
	} row[] = {
		{ g->ways_clash, "--textfile, --once and --backfill exclude each other" },
		{ s->way == SETUP_TEXTFILE && r->timestamps,
			"--timestamps: node_exporter refuses files that have any" },
		{ backfill && r->timestamps, "--timestamps: --backfill always has them" },
		{ backfill && r->states, "--states: not with --backfill" },
		{ backfill && s->exporter.last_seen, "--last-seen: not with --backfill" },
		{ backfill && r->rules > 1, "--expire: not with --backfill" },
		{ s->way != SETUP_SERVE && s->web_config,
			"--web-config: there is no server with --textfile, --once or --backfill" },
		{ s->way != SETUP_SERVE && g->at_end == AT_END_SERVE,
			"--at-end serve: there is no server with --textfile, --once or --backfill" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].is)
			return row[i].what;
	return NULL;
}

static void
set_defaults(struct setup *s)
{
	*s = (struct setup){ .path = "/metrics", .port = 7065, .interval = 15 * CLOCK_SECOND };
	s->exporter.registry.space = span_str("can");
	s->rule[0].ttl.ns = 300 * CLOCK_SECOND;
	s->exporter.registry.rule = s->rule;
	s->exporter.registry.rules = 1;
}

bool
setup_parse(struct setup *s, struct cli *c)
{
	struct given g = { .at_end = -1, .max_series = 100000 };
	const char *conflict;
	int id;

	set_defaults(s);
	while ((id = cli_next(c)) >= 0)
		if (!take_option(c, id, s, &g))
			return false;
	if (id == CLI_EXIT)
		return false;
	if (c->index < c->argc) {
		c->status = cli_usage_error(c, "unexpected argument '%s': points come from standard "
		    "input", c->argv[c->index]);
		return false;
	}
	conflict = find_conflict(s, &g);
	if (conflict) {
		c->status = cli_usage_error(c, "%s", conflict);
		return false;
	}
	s->exit_at_end = s->way != SETUP_SERVE || g.at_end == AT_END_EXIT;
	s->exporter.registry.max_series = (uint32_t)g.max_series;
	s->exporter.process = s->way == SETUP_SERVE;
	s->exporter.history = s->way == SETUP_SERVE && !s->no_page;
	return true;
}

void
setup_free(struct setup *s)
{
	arena_free(&s->arena);
}
