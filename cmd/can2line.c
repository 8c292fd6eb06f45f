/* can2line: frames in, InfluxDB line protocol out. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/file.h"
#include "base/linein.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "point/convert.h"
#include "point/databases.h"
#include "point/fit.h"
#include "point/parallel.h"
#include "point/series.h"

enum {
	OPT_NO_META = CLI_FIRST_LONG, OPT_LIST, OPT_UNTERMINATED, OPT_GRACE, OPT_LAYOUT, OPT_TAGS,
	OPT_LABELS, OPT_INTEGERS, OPT_J1939, OPT_STRICT, OPT_RAW, OPT_UNKNOWN, OPT_CHANGES,
	OPT_DEADBAND, OPT_REPEAT, OPT_THREADS, OPT_SNAPSHOT, OPT_STALE, OPT_J1939_NA, OPT_PRETTY,
};

static const struct cli_option options[] = {
	{ 0, "Databases", NULL, NULL },
	{ 'd', "database", "[BUS=]FILE", "DBC file, for all buses or one; may be repeated" },
	{ OPT_STRICT, "strict", NULL, "take anything odd in a database as an error" },
	{ OPT_J1939, "j1939", NULL, "match every extended message on its PGN" },
	{ OPT_LIST, "list", "[text|json|meta]", "list messages and signals and exit" },
	{ 0, "Points", NULL, NULL },
	{ OPT_LAYOUT, "layout", "wide|narrow|profinity",
	    "a line a frame (default), a line a signal, or\na line a signal as Profinity stores it" },
	{ 'm', "measurement", "TEMPLATE", "measurement: text, {message}, {node}, {bus}, {id}" },
	{ OPT_TAGS, "tags", "LIST", "automatic tags: bus,id,node,message,pgn,sa,da" },
	{ 't', "tag", "KEY=VALUE", "add a tag; may be repeated" },
	{ 's', "select", "GLOB", "only signals whose Message.Signal matches; may be repeated" },
	{ 'x', "exclude", "GLOB", "not the signals that match; may be repeated" },
	{ OPT_LABELS, "labels", "number|text|both",
	    "how values with a label are written (default: number)" },
	{ OPT_INTEGERS, "integers", NULL, "whole signals as integer fields" },
	{ OPT_NO_META, "no-meta", NULL, "write no #meta comment lines" },
	{ OPT_RAW, "raw", "[hex|bytes]", "frames as they are (can_frame), without a database" },
	{ OPT_UNKNOWN, "unknown", NULL, "frames without a message as --raw writes them" },
	{ OPT_PRETTY, "pretty", "[auto|color]", "text for people; coloured on a terminal or always" },
	{ 0, "Less data", NULL, NULL },
	{ OPT_CHANGES, "changes", "[INTERVAL]", "only changed values, at most once per INTERVAL" },
	{ OPT_DEADBAND, "deadband", "GLOB=DELTA", "with --changes: ignore moves of up to DELTA" },
	{ OPT_REPEAT, "repeat", "DURATION", "with --changes: again after that long (60s; 0: never)" },
	{ OPT_SNAPSHOT, "snapshot", "INTERVAL", "the last value of every signal, once per INTERVAL" },
	{ OPT_STALE, "stale", "DURATION", "with --snapshot: nothing older than this (10 intervals)" },
	{ OPT_J1939_NA, "j1939-na", "keep|drop", "values for not available or error (default: keep)" },
	{ 0, "Input", NULL, NULL },
	{ OPT_UNTERMINATED, "accept-unterminated", NULL, "use a last line without a newline" },
	{ OPT_THREADS, "threads", "N", "decode with N threads; for long logs" },
	{ OPT_GRACE, "grace", "DURATION", "go on reading a pipe so long after a signal (5s)" },
	{ 0, NULL, NULL, NULL },
};

static const struct cli_program program = {
	.name = "can2line",
	.usage = "-d [BUS=]FILE... [OPTION]... [LOG]...\n-d FILE... --list[=FORMAT]",
	.about = "Decodes CAN frames (candump lines) with DBC databases into InfluxDB line protocol.",
	.options = options,
	.epilog = "Without LOG, frames are read from standard input:\n"
	    "  candump -L can0 | can2line -d car.dbc\n"
	    "  canread drive.log.gz | can2line -d car.dbc | influxpush -b can",
};

struct strings {
	const char **v;
	size_t n;
};

struct can2line {
	struct cli cli;
	struct point_options o;
	struct point_tag tag[POINT_EXTRA_MAX];
	struct strings database, select, exclude;
	struct point_deadband *deadband;
	struct arena arena;
	struct databases databases;
	struct point *point;
	struct convert convert;
	struct fit fit;
	struct parallel *parallel;	/* NULL: one thread */
	struct out out;
	int layout, labels, raw, na;	/* enums of point_options */
	int pretty;			/* 1: coloured on a terminal, 2: coloured, 0: not at all */
	int list;			/* 1 + enum point_list_format, 0: no list */
	bool strict, unterminated;
	bool interrupted;	/* a signal ended a log that is no pipe before its end */
	int64_t grace;
	uint64_t threads;
	const char *name;	/* of the log that is being read */
	uint64_t shown;		/* messages about lines */
	int status;
};

static void
add(struct strings *s, const char *v)
{
	s->v = mem_resize(s->v, s->n + 1, sizeof *s->v);
	s->v[s->n++] = v;
}

static bool
expected(struct can2line *c, const char *what)
{
	c->cli.status = cli_usage_error(&c->cli, "--%s: expected %s, got '%s'", c->cli.option, what,
	    c->cli.arg);
	return false;
}

static bool
add_tag(struct can2line *c)
{
	if (c->o.extra_tags == POINT_EXTRA_MAX)
		return expected(c, "fewer tags");
	if (!options_tag(c->cli.arg, &c->tag[c->o.extra_tags]))
		return expected(c, "KEY=VALUE with a key other than time, _field and _measurement");
	c->o.extra_tags++;
	return true;
}

static bool
set_tags(struct can2line *c)
{
	c->o.default_tags = false;
	return options_tag_list(c->cli.arg, &c->o.tags)
	    || expected(c, "names out of bus,id,node,message,pgn,sa,da");
}

static bool
set_measurement(struct can2line *c)
{
	c->o.measurement = span_str(c->cli.arg);
	return series_check_template(c->o.measurement)
	    || expected(c, "text with {message}, {node}, {bus} or {id}");
}

static bool
add_deadband(struct can2line *c)
{
	c->deadband = mem_resize(c->deadband, c->o.deadbands + 1, sizeof *c->deadband);
	if (!options_deadband(c->cli.arg, &c->arena, &c->deadband[c->o.deadbands]))
		return expected(c, "GLOB=DELTA like 'BMS.*=0.5'");
	c->o.deadbands++;
	return true;
}

/* Options whose argument is one of some words; without an argument it is the first of them. */
static bool
take_choice(struct can2line *c, int id)
{
	const struct {
		int id;
		int *choice, offset;
	} row[] = {
		{ OPT_LAYOUT, &c->layout, POINT_WIDE },
		{ OPT_LABELS, &c->labels, POINT_NUMBER },
		{ OPT_RAW, &c->raw, POINT_RAW_HEX },
		{ OPT_LIST, &c->list, 1 + POINT_LIST_TEXT },
		{ OPT_J1939_NA, &c->na, 0 },
		{ OPT_PRETTY, &c->pretty, 1 },
	};
	size_t i;
	int k = 0;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		if (row[i].id != id || (c->cli.arg && !cli_arg_choice(&c->cli, &k)))
			continue;
		*row[i].choice = k + row[i].offset;
		return true;
	}
	return false;
}

/* The options that say what to leave out. */
static bool
take_thinning(struct can2line *c, int id)
{
	switch (id) {
	case OPT_CHANGES:
		c->o.changes = true;
		return !c->cli.arg || cli_arg_duration(&c->cli, &c->o.change_interval);
	case OPT_DEADBAND:
		return add_deadband(c);
	case OPT_REPEAT:
		return cli_arg_duration(&c->cli, &c->o.repeat);
	case OPT_SNAPSHOT:
		if (!cli_arg_duration(&c->cli, &c->o.snapshot))
			return false;
		return c->o.snapshot > 0 || expected(c, "more than 0");
	case OPT_STALE:
		return cli_arg_duration(&c->cli, &c->o.stale);
	}
	return false;
}

/* Options without an argument. */
static bool
take_flag(struct can2line *c, int id)
{
	const struct {
		int id;
		bool *flag;
	} row[] = {
		{ OPT_NO_META, &c->o.no_meta }, { OPT_INTEGERS, &c->o.integers },
		{ OPT_J1939, &c->o.j1939 }, { OPT_STRICT, &c->strict },
		{ OPT_UNTERMINATED, &c->unterminated }, { OPT_UNKNOWN, &c->o.unknown },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].id == id)
			return *row[i].flag = true;
	return false;
}

static bool
take_option(struct can2line *c, int id)
{
	switch (id) {
	case 'd':
		return add(&c->database, c->cli.arg), true;
	case 's':
		return add(&c->select, c->cli.arg), true;
	case 'x':
		return add(&c->exclude, c->cli.arg), true;
	case 't':
		return add_tag(c);
	case 'm':
		return set_measurement(c);
	case OPT_TAGS:
		return set_tags(c);
	case OPT_THREADS:
		return cli_arg_u64(&c->cli, 1, 256, &c->threads);
	case OPT_GRACE:
		return cli_arg_duration(&c->cli, &c->grace);
	}
	return take_flag(c, id) || take_choice(c, id) || take_thinning(c, id);
}

/* False: end with c->status. */
static bool
parse_options(struct can2line *c, int argc, char **argv)
{
	int id;

	c->o.default_tags = true;
	c->grace = 5 * CLOCK_SECOND;
	c->o.repeat = 60 * CLOCK_SECOND;
	c->o.stale = -1;
	cli_init(&c->cli, &program, argc, argv);
	while ((id = cli_next(&c->cli)) >= 0) {
		if (!take_option(c, id)) {
			c->status = c->cli.status;
			return false;
		}
	}
	c->status = c->cli.status;
	if (id == CLI_EXIT)
		return false;
	c->o.layout = (enum point_layout)c->layout;
	c->o.labels = (enum point_labels)c->labels;
	c->o.raw = (enum point_raw)c->raw;
	c->o.drop_na = c->na != 0;
	c->o.pretty = c->pretty != 0;
	c->o.pretty_color = c->pretty == 2 || out_wants_color(1);
	if (!c->database.n && !c->o.raw) {
		c->status = cli_usage_error(&c->cli, "no database: give one with -d FILE, or use --raw");
		return false;
	}
	if (c->o.stale < 0 && __builtin_mul_overflow(c->o.snapshot, 10, &c->o.stale))
		c->o.stale = INT64_MAX;
	return true;
}

static void
show_note(void *arg, const char *text)
{
	if (log_few(arg))
		log_warn("%s", text);
}

/* False: end with c->status. */
static bool
load(struct can2line *c)
{
	uint64_t notes = 0;

	c->status = STATUS_USAGE;
	if (!databases_load(&c->databases, c->database.v, c->database.n, c->strict))
		return false;
	c->o.db = c->databases.db;
	c->o.dbs = c->databases.n;
	c->o.tag = c->tag;
	c->o.select = c->select.v;
	c->o.selects = c->select.n;
	c->o.deadband = c->deadband;
	c->o.exclude = c->exclude.v;
	c->o.excludes = c->exclude.n;
	c->point = point_new(&c->o, show_note, &notes);
	if (notes > LOG_FEW)
		log_warn("%llu notes of this kind in all (-v shows them)", (unsigned long long)notes);
	if (!point_wanted(c->point) && (c->o.selects || c->o.excludes)) {
		log_error("--select and --exclude leave no signal: globs match Message.Signal "
		    "(--list shows them)");
		return false;
	}
	c->status = STATUS_OK;
	return true;
}

static void
print_stats(const struct can2line *c)
{
	const struct convert_counts *n = &c->convert.counts;
	const struct stats_row rows[] = {
		{ "lines", n->lines }, { "frames", n->frames }, { "points", n->points.points },
		{ "unknown", n->unknown }, { "no_data", n->no_data }, { "empty", n->empty },
		{ "thinned", n->thinned }, { "left_out", n->points.left_out },
		{ "skipped", n->skipped }, { "unterminated", n->unterminated }, { NULL, 0 },
	};

	stats_print(rows);
}

static void
show_skipped(void *arg, uint64_t line, struct span text, const char *expected)
{
	struct can2line *c = arg;
	char quoted[80];

	if (log_few(&c->shown))
		log_warn("%s:%llu: expected %s: '%s' skipped", c->name, (unsigned long long)line, expected,
		    log_quote(quoted, sizeof quoted, text.p, text.n));
}

/* Says so when the databases do not fit what is read; without lines: what has been read. */
static void
check_fit(struct can2line *c, const struct span *lines)
{
	struct buf text = { 0 };

	if (lines ? fit_lines(&c->fit, *lines, &text) : fit_end(&c->fit, &text))
		log_warn("%s", buf_str(&text));
	buf_free(&text);
}

/* Whole lines, each with its newline. */
static bool
take_block(struct can2line *c, struct linein *in, struct span block)
{
	check_fit(c, &block);
	if (c->parallel)
		return parallel_lines(c->parallel, in, block);
	while (block.n) {
		convert_lines(&c->convert, &block, &c->out.b, OUT_CHUNK);
		if (!out_poll(&c->out))
			return false;
	}
	return true;
}

static void
take_tail(struct can2line *c, struct span tail)
{
	char quoted[80];

	if (c->unterminated) {
		fit_line(&c->fit, tail);
		while (!convert_line(&c->convert, tail.p, tail.n, &c->out.b, OUT_CHUNK)
		    && out_flush(&c->out))
			;
		return;
	}
	c->convert.counts.lines++;
	c->convert.counts.unterminated++;
	log_warn("%s:%llu: the last line has no newline, it may be cut: '%s' not used "
	    "(--accept-unterminated)", c->name, (unsigned long long)c->convert.line + 1,
	    log_quote(quoted, sizeof quoted, tail.p, tail.n));
}

/* Lines that were too long, in all; they stood before what is read next. */
static bool
skip_long(struct can2line *c, uint64_t lines, uint64_t *told)
{
	if (*told == lines)
		return true;
	if (c->parallel && !parallel_flush(c->parallel))
		return false;
	for (; *told < lines; ++*told) {
		c->convert.line++;
		c->convert.counts.lines++;
		c->convert.counts.skipped++;
		if (log_few(&c->shown))
			log_warn("%s:%llu: expected a line shorter than 1 MiB: skipped", c->name,
			    (unsigned long long)c->convert.line);
	}
	return true;
}

/* All that has been read becomes output. */
static bool
settle(struct can2line *c)
{
	return (!c->parallel || parallel_flush(c->parallel)) && out_flush(&c->out);
}

/* True when the input is compressed; said then. */
static bool
is_compressed(const char *name, struct linein *in)
{
	struct span d;
	const char *how;

	while (linein_data(in).n < 6 && linein_fill(in, true, 0) == LINEIN_DATA)
		;
	d = linein_data(in);
	how = d.n ? file_compression(d.p, d.n) : NULL;
	if (how)
		log_error("%s: compressed (%s): use canread %s | can2line ...", name, how, name);
	return how != NULL;
}

/* One log from its first line to its end. False: the run has failed. */
static bool
read_log(struct can2line *c, const char *name, int fd)
{
	enum linein_result r;
	struct linein in;
	struct span block;
	uint64_t told = 0;
	bool wait = false, good = true;

	c->name = name;
	c->convert.line = 0;
	linein_init(&in, fd, c->grace);
	if (c->parallel)
		in.chunk = PARALLEL_BLOCK;
	if (is_compressed(name, &in)) {
		linein_free(&in);
		return false;
	}
	do {
		r = linein_block(&in, &block, wait, 0);
		wait = r == LINEIN_IDLE;
		good = skip_long(c, in.long_lines, &told);
		if (good && r == LINEIN_DATA)
			good = take_block(c, &in, block);
		else if (good)
			good = settle(c);
		if (good && r == LINEIN_TAIL && !in.stopped)	/* cut by whoever wrote it, not by us */
			take_tail(c, block);
		if (stop_take_usr1())
			print_stats(c);
	} while (good && r != LINEIN_END && r != LINEIN_ERROR);
	if (r == LINEIN_ERROR) {
		log_error("%s: %s", name, strerror(in.err));
		good = false;
	}
	c->interrupted |= in.stopped && in.stop_now;
	linein_free(&in);
	return good;
}

static bool
read_stdin(struct can2line *c)
{
	cli_note_terminal("candump lines");
	return read_log(c, "-", 0);
}

static bool
read_file(struct can2line *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good;

	if (fd < 0) {
		log_error("%s: %s", path, strerror(errno));
		return false;
	}
	good = read_log(c, path, fd);
	close(fd);
	return good;
}

static void
tell_times(const struct can2line *c)
{
	if (c->convert.stamp.relative)
		log_warn("times below 100000000 s are taken as counted from the start of this run; "
		    "canread --start TIME sets another");
	if (c->convert.stamp.timeless)
		log_note("lines without a time got the time they were read");
}

/*
 * How many threads decode, this one among them; 0: it reads, decodes and writes by itself. From
 * files into a pipe two pay: while one writes, which takes half as long as decoding, the other
 * decodes.
 */
static unsigned
decoders(const struct can2line *c)
{
	bool files_to_pipe = c->cli.index < c->cli.argc && !stop_is_source(1);

	if (c->o.changes || c->o.snapshot || c->threads == 1)
		return 0;
	if (c->threads)
		return (unsigned)c->threads;
	return files_to_pipe && cpu_count() > 1 ? 2 : 0;
}

static int
run(struct can2line *c)
{
	const struct convert_counts *n = &c->convert.counts;
	bool good = true;
	int i;

	convert_init(&c->convert, c->point, clock_real(), show_skipped, c);
	fit_init(&c->fit, c->point, &c->o);
	if (decoders(c))
		c->parallel = parallel_new(&c->convert, &c->out, decoders(c));
	if (c->cli.index == c->cli.argc)
		good = read_stdin(c);
	for (i = c->cli.index; good && i < c->cli.argc && !c->interrupted; i++)
		good = !strcmp(c->cli.argv[i], "-") ? read_stdin(c) : read_file(c, c->cli.argv[i]);
	if (c->parallel && !parallel_flush(c->parallel))
		good = false;
	point_finish(c->point, &c->out.b, &c->convert.counts.points);
	if (!good)
		return STATUS_FAILED;
	check_fit(c, NULL);
	tell_times(c);
	if (c->shown > LOG_FEW)
		log_warn("%llu lines are no frames, skipped", (unsigned long long)n->skipped);
	if (c->interrupted)
		return stop_status();
	return n->skipped || n->unterminated ? STATUS_PARTIAL : STATUS_OK;
}

static void
release(struct can2line *c)
{
	if (c->parallel)
		parallel_free(c->parallel);
	if (c->point)
		point_free(c->point);
	databases_free(&c->databases);
	free(c->database.v);
	free(c->select.v);
	free(c->exclude.v);
	free(c->deadband);
	arena_free(&c->arena);
	cli_free(&c->cli);
}

int
main(int argc, char **argv)
{
	static struct can2line c;

	if (parse_options(&c, argc, argv) && load(&c)) {
		stop_init();
		out_init(&c.out, 1);
		if (c.list)
			point_list(c.point, (enum point_list_format)(c.list - 1), &c.out.b);
		else
			c.status = run(&c);
		if (!out_close(&c.out)) {
			if (c.out.err != EPIPE)
				log_error("standard output: %s", strerror(c.out.err));
			c.status = STATUS_FAILED;
		}
		if (c.cli.stats)
			print_stats(&c);
	}
	release(&c);
	return c.status;
}
