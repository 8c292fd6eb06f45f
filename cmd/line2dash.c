/* line2dash: the #meta lines of a point stream in, a dashboard for Grafana out. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/linein.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "dash/dash.h"
#include "dash/provision.h"
#include "line/lines.h"
#include "prom/name.h"

enum { OPT_SOURCE = CLI_FIRST_LONG, OPT_DATASOURCE, OPT_NAMESPACE, OPT_UNITS, OPT_TITLE, OPT_UID,
	OPT_OPEN_ROWS, OPT_AXES, OPT_RANGE, OPT_REFRESH, OPT_PROVISIONING, OPT_USER,
	OPT_UNTERMINATED };

static const struct cli_option options[] = {
	{ 0, "Queries", NULL, NULL },
	{ OPT_SOURCE, "source", "influxql|flux|sql|prometheus", "InfluxDB 1 (default), 2 or 3,\n"
	    "or Prometheus" },
	{ OPT_DATASOURCE, "datasource-uid", "UID", "of Grafana's data source (default: the dashboard\n"
	    "has a choice)" },
	{ 'b', "bucket", "NAME", "the bucket for flux; DB/RP for another retention policy\n"
	    "with influxql; the database of --provisioning (default can)" },
	{ 't', "tag", "KEY", "series have this tag, although no point shows it;\nmay be repeated" },
	{ OPT_NAMESPACE, "namespace", "NAME", "as given to promexport (default can)" },
	{ OPT_UNITS, "units", "asis|base", "as given to promexport (default asis)" },
	{ 0, "Dashboard", NULL, NULL },
	{ OPT_TITLE, "title", "TEXT", "its title (default CAN)" },
	{ OPT_UID, "uid", "UID", "its uid (default: made of title and language)" },
	{ 's', "select", "GLOB", "only signals whose Message.Signal matches; may be repeated" },
	{ 'x', "exclude", "GLOB", "not the signals that match; may be repeated" },
	{ OPT_OPEN_ROWS, "open-rows", "COUNT", "open the rows of so many messages, collapse the\n"
	    "others (default 5)" },
	{ OPT_AXES, "axes", "soft|hard|auto", "axes at least as long as the database's ranges\n"
	    "(default), just as long, or as long as the values are" },
	{ OPT_RANGE, "range", "FROM,TO|data", "the time that is shown first (default now-1h,now);\n"
	    "data: from the first point of the input to the last" },
	{ OPT_REFRESH, "refresh", "INTERVAL", "how often it is loaded again, none for never\n"
	    "(default 10s; with --range data none)" },
	{ 0, "Provisioning", NULL, NULL },
	{ OPT_PROVISIONING, "provisioning", "DIR", "write the dashboard, its data source and its\n"
	    "provider below DIR instead of the one to standard output" },
	{ 'u', "url", "URL", "the server's address, as Grafana sees it" },
	{ 'o', "org", "NAME", "the organisation, for flux" },
	{ OPT_USER, "user", "NAME", "the user, for influxql" },
	{ 0, "Input", NULL, NULL },
	{ OPT_UNTERMINATED, "accept-unterminated", NULL, "use a last line without newline" },
	{ 0, NULL, NULL, NULL },
};

static const struct cli_program program = {
	.name = "line2dash",
	.usage = "[OPTION]... [POINTS]...",
	.about = "Makes a Grafana dashboard of the #meta lines of line protocol.",
	.options = options,
	.epilog = "Without POINTS, lines are read from standard input:\n"
	    "  can2line -d car.dbc --list=meta | line2dash >car.json",
};

struct strings {
	const char **v;
	size_t n;
};

struct line2dash {
	struct cli cli;
	struct dash_options o;
	struct provision p;
	struct strings select, exclude, tag;
	struct catalog catalog;
	struct dash_report report;
	const char *provisioning;	/* NULL: to standard output */
	const char *refresh;		/* NULL: not given */
	char from[40], to[40];		/* of --range data */
	bool range_of_data, unterminated;
	struct lines lines;
	bool interrupted;		/* a signal ended an input that is no pipe before its end */
	uint64_t shown, dropped;	/* messages about lines; lines too long or unterminated */
	const char *name;		/* of what is being read */
	uint64_t line;			/* in it */
};

/* --- options --- */

static bool
expected(struct line2dash *d, const char *what)
{
	d->cli.status = cli_usage_error(&d->cli, "--%s: expected %s, got '%s'", d->cli.option, what,
	    d->cli.arg);
	return false;
}

static bool
add(struct strings *s, const char *v)
{
	s->v = mem_resize(s->v, s->n + 1, sizeof *s->v);
	s->v[s->n++] = v;
	return true;
}

static bool
take_text(struct line2dash *d, struct span *s, const char *what)
{
	*s = span_str(d->cli.arg);
	return s->n || expected(d, what);
}

/* Grafana's uids are short and go into URLs ("string (8-40)", letters, digits, - and _). */
static bool
take_uid(struct line2dash *d, struct span *s)
{
	enum { UID_MAX = 40 };
	static const char may[] = "0123456789-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	*s = span_str(d->cli.arg);
	return (s->n && s->n <= UID_MAX && strspn(s->p, may) == s->n)
	    || expected(d, "at most 40 letters, digits, - and _");
}

static bool
take_range(struct line2dash *d)
{
	const char *comma = strchr(d->cli.arg, ',');

	d->range_of_data = !strcmp(d->cli.arg, "data");
	if (d->range_of_data)
		return true;
	if (!comma || comma == d->cli.arg || !comma[1])
		return expected(d, "FROM,TO like now-6h,now, or data");
	d->o.from = span_of(d->cli.arg, (size_t)(comma - d->cli.arg));
	d->o.to = span_str(comma + 1);
	return true;
}

static bool
take_choice(struct line2dash *d, int id)
{
	int i = 0;

	if (!cli_arg_choice(&d->cli, &i))
		return false;
	if (id == OPT_SOURCE)
		d->o.source = (enum query_id)i;	/* in the order of the words */
	else if (id == OPT_UNITS)
		d->o.base_units = i == 1;
	else
		d->o.axes = (enum dash_axes)i;
	return true;
}

static bool
take_option(struct line2dash *d, int id)
{
	uint64_t rows;

	switch (id) {
	case OPT_SOURCE:
	case OPT_UNITS:
	case OPT_AXES:
		return take_choice(d, id);
	case OPT_DATASOURCE:
		return take_uid(d, &d->o.datasource);
	case 'b':
		return take_text(d, &d->o.bucket, "a name");
	case 't':
		return add(&d->tag, d->cli.arg);
	case OPT_NAMESPACE:
		d->o.space = span_str(d->cli.arg);
		return name_is_space(d->o.space) || expected(d, "letters, digits and _");
	case OPT_TITLE:
		return take_text(d, &d->o.title, "a text");
	case OPT_UID:
		return take_uid(d, &d->o.uid);
	case 's':
		return add(&d->select, d->cli.arg);
	case 'x':
		return add(&d->exclude, d->cli.arg);
	case OPT_OPEN_ROWS:
		if (!cli_arg_u64(&d->cli, 0, UINT32_MAX, &rows))
			return false;
		d->o.open_rows = (size_t)rows;
		return true;
	case OPT_RANGE:
		return take_range(d);
	case OPT_REFRESH:
		d->refresh = d->cli.arg;
		return *d->refresh || expected(d, "an interval like 10s, or none");
	case OPT_PROVISIONING:
		d->provisioning = d->cli.arg;
		return *d->provisioning || expected(d, "a folder");
	case 'u':
		return take_text(d, &d->p.url, "a URL");
	case 'o':
		return take_text(d, &d->p.org, "a name");
	case OPT_USER:
		return take_text(d, &d->p.user, "a name");
	case OPT_UNTERMINATED:
		return d->unterminated = true;
	default:
		return false;
	}
}

static bool
parse_options(struct line2dash *d, int argc, char **argv)
{
	int id;

	cli_init(&d->cli, &program, argc, argv);
	d->o = (struct dash_options){ .title = span_str("CAN"), .bucket = span_str("can"),
		.space = span_str("can"), .open_rows = 5, .from = span_str("now-1h"),
		.to = span_str("now") };
	while ((id = cli_next(&d->cli)) >= 0)
		if (!take_option(d, id))
			return false;
	if (id == CLI_EXIT)
		return false;
	d->o.choose = (struct outline_options){ d->select.v, d->select.n, d->exclude.v, d->exclude.n };
	d->o.tag = d->tag.v;
	d->o.tags = d->tag.n;
	d->o.refresh = span_str(d->refresh ? d->refresh : d->range_of_data ? "none" : "10s");
	if (span_is(d->o.refresh, "none"))
		d->o.refresh = span_str("");
	return true;
}

/* --- input --- */

static void
tell_line(struct line2dash *d, size_t where, const char *what)
{
	if (log_few(&d->shown))
		log_warn("%s:%llu:%zu: expected %s", d->name, (unsigned long long)d->line, where + 1,
		    what);
}

static void
take_line(struct line2dash *d, const char *p, size_t n)
{
	const char *what = NULL;
	size_t where = 0;

	d->line++;
	if (!catalog_line(&d->catalog, p, n, &where, &what))
		tell_line(d, where, what);
}

/* The whole lines in front; returns their length. */
static size_t
take_lines(struct line2dash *d, struct span s)
{
	enum lines_kind kind;
	size_t used, n;

	for (used = 0; (kind = lines_next(&d->lines, span_of(s.p + used, s.n - used), &n)); used += n) {
		if (kind == LINES_LINE)
			take_line(d, s.p + used, n);
		if (kind != LINES_LONG)
			continue;
		d->line++;
		d->dropped++;
		tell_line(d, LINEIN_MAX_LINE, lines_expected);
	}
	return used;
}

static void
take_tail(struct line2dash *d, struct span s)
{
	if (!s.n || d->lines.skipping)
		return;
	if (d->unterminated) {
		take_line(d, s.p, s.n);
		return;
	}
	d->line++;
	d->dropped++;
	tell_line(d, s.n, "a newline (--accept-unterminated does without)");
}

static void
print_stats(const struct line2dash *d)
{
	const struct catalog_counts *n = &d->catalog.counts;
	const struct stats_row row[] = {
		{ "lines", n->lines + d->dropped }, { "meta", n->meta }, { "points", n->points },
		{ "strange_points", n->strange }, { "bad_lines", n->bad + n->refused + d->dropped },
		{ "signals", d->report.signals }, { "messages", d->report.messages },
		{ "panels", d->report.panels }, { "variables", d->report.variables },
		{ "left_out", d->report.left_out }, { NULL, 0 },
	};

	stats_print(row);
}

static bool
read_points(struct line2dash *d, const char *name, int fd)
{
	struct linein in;
	enum linein_result r;
	bool good;

	d->name = name;
	d->line = 0;
	d->lines = (struct lines){ 0 };
	linein_init(&in, fd, 5 * CLOCK_SECOND);
	do {
		r = linein_fill(&in, true, 0);
		if (r == LINEIN_DATA)
			linein_consume(&in, take_lines(d, linein_data(&in)));
		if (stop_take_usr1())
			print_stats(d);
	} while (r != LINEIN_END && r != LINEIN_ERROR);
	good = r == LINEIN_END;
	if (!good)
		log_error("%s: %s", name, strerror(in.err));
	else if (!in.stopped)
		take_tail(d, linein_data(&in));
	d->interrupted |= in.stopped && in.stop_now;
	linein_free(&in);
	return good;
}

static bool
read_stdin(struct line2dash *d)
{
	cli_note_terminal("points");
	return read_points(d, "-", 0);
}

static bool
read_file(struct line2dash *d, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0;

	if (!good) {
		log_error("%s: %s", path, strerror(errno));
		return false;
	}
	good = read_points(d, path, fd);
	close(fd);
	return good;
}

static bool
read_all(struct line2dash *d)
{
	bool good = true;
	int i;

	if (d->cli.index == d->cli.argc)
		return read_stdin(d);
	for (i = d->cli.index; good && i < d->cli.argc; i++)
		good = !strcmp(d->cli.argv[i], "-") ? read_stdin(d) : read_file(d, d->cli.argv[i]);
	return good;
}

/* --- output --- */

/* As Grafana stores absolute times. */
static struct span
put_time(char out[40], int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000) - (ms % 1000 < 0);
	struct tm tm;
	size_t n;

	gmtime_r(&seconds, &tm);
	n = strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, 40 - n, ".%03dZ", (int)(ms - seconds * 1000));
	return span_str(out);
}

static void
set_range(struct line2dash *d)
{
	const struct catalog *c = &d->catalog;

	if (!d->range_of_data)
		return;
	if (c->first > c->last) {
		log_warn("--range data: no point with a time came, so it is now-1h,now");
		return;
	}
	d->o.from = put_time(d->from, c->first / 1000000);
	d->o.to = put_time(d->to, c->last / 1000000 + 1);
}

static bool
make_folder(const char *path)
{
	int err = file_make_folders(path, 0755);

	if (err)
		log_error("%s: %s", path, strerror(err));
	return !err;
}

/* One file below the folder. */
static bool
put_file(const char *folder, const char *sub, struct span name, const char *suffix,
    const struct buf *text)
{
	struct buf path = { 0 };
	bool good;
	int err;

	buf_printf(&path, "%s/%s", folder, sub);
	good = make_folder(buf_str(&path));
	buf_putc(&path, '/');
	buf_put_span(&path, name);
	buf_puts(&path, suffix);
	err = good ? file_replace(buf_str(&path), text->p, text->len, 0644) : 0;
	if (err)
		log_error("%s: %s", buf_str(&path), file_fault(err));
	else if (good)
		log_note("%s written", buf_str(&path));
	buf_free(&path);
	return good && !err;
}

/* The dashboard comes last: what it needs is there then. */
static bool
provision(struct line2dash *d, const struct buf *dashboard)
{
	struct buf text = { 0 }, folder = { 0 }, uid = { 0 };
	char *path = NULL;
	bool good = make_folder(d->provisioning);

	if (good && !(path = realpath(d->provisioning, NULL))) {
		log_error("%s: %s", d->provisioning, strerror(errno));
		good = false;
	}
	if (good) {
		buf_printf(&folder, "%s/dashboards", path);
		dash_put_uid(&uid, &d->o);
		d->p.source = d->o.source;
		d->p.uid = d->o.datasource;
		d->p.bucket = d->o.bucket;
		d->p.folder = buf_span(&folder);
		if (!d->p.url.n)
			d->p.url = span_str(query_language[d->o.source].url);
		provision_datasource(&text, &d->p);
		good = put_file(path, "datasources", d->p.uid, ".yaml", &text);
		text.len = 0;
		provision_provider(&text, &d->p);
		good = good && put_file(path, "dashboards", span_str("canpipe"), ".yaml", &text)
		    && put_file(path, "dashboards", buf_span(&uid), ".json", dashboard);
	}
	free(path);
	buf_free(&text);
	buf_free(&folder);
	buf_free(&uid);
	return good;
}

static bool
print(const struct buf *text)
{
	struct out out;

	out_init(&out, 1);
	out_write(&out, text->p, text->len);
	if (out_close(&out))
		return true;
	if (out.err != EPIPE)
		log_error("standard output: %s", strerror(out.err));
	return false;
}

/* A dashboard without signals is none: nothing is written then. */
static int
write_dashboard(struct line2dash *d)
{
	static const char *const uid[QUERY_IDS] = { "canpipe-influxql", "canpipe-flux", "canpipe-sql",
		"canpipe-prometheus" };
	const struct catalog_counts *n = &d->catalog.counts;
	struct buf text = { 0 };
	bool good;

	if (!d->catalog.signals) {
		log_error("no signals: expected #meta lines, as can2line writes them (without --no-meta)");
		return STATUS_PARTIAL;
	}
	if (d->provisioning && !d->o.datasource.n)
		d->o.datasource = span_str(uid[d->o.source]);
	set_range(d);
	dash_write(&text, &d->catalog, &d->o, &d->report);
	if (d->report.left_out)
		log_warn("%llu signals left out that %s cannot name in a dashboard, such as %.*s",
		    (unsigned long long)d->report.left_out, query_language[d->o.source].name,
		    (int)d->report.first_left_out.n, d->report.first_left_out.p);
	if (!d->report.signals) {
		log_error("%s", d->select.n || d->exclude.n ? "--select and --exclude leave no signal: "
		    "globs match Message.Signal" : "no signal can be shown");
		buf_free(&text);
		return d->report.left_out ? STATUS_PARTIAL : STATUS_USAGE;
	}
	good = d->provisioning ? provision(d, &text) : print(&text);
	buf_free(&text);
	log_note("%zu signals of %zu messages in %zu panels", d->report.signals, d->report.messages,
	    d->report.panels);
	if (!good)
		return STATUS_FAILED;
	return n->bad || n->refused || d->dropped || d->report.left_out ? STATUS_PARTIAL : STATUS_OK;
}

static void
release(struct line2dash *d)
{
	catalog_free(&d->catalog);
	free(d->select.v);
	free(d->exclude.v);
	free(d->tag.v);
	cli_free(&d->cli);
}

int
main(int argc, char **argv)
{
	static struct line2dash d;
	int status;

	if (parse_options(&d, argc, argv)) {
		stop_init();
		catalog_init(&d.catalog);
		status = !read_all(&d) ? STATUS_FAILED : d.interrupted ? stop_status()
		    : write_dashboard(&d);
		if (d.cli.stats)
			print_stats(&d);
	} else {
		status = d.cli.status;
	}
	release(&d);
	return status;
}
