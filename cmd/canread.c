#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "can/candump.h"
#include "source/alter.h"
#include "source/clockwatch.h"
#include "source/feed.h"
#include "source/operand.h"
#include "source/pace.h"
#include "source/progress.h"
#include "source/readers.h"
#include "source/report.h"
#include "version.h"

enum { OPT_FILTER = CLI_FIRST_LONG, OPT_FORMATS, OPT_UNTERMINATED, OPT_GRACE, OPT_FOLLOW,
	OPT_MERGE, OPT_FROM, OPT_UNTIL, OPT_LOOP, OPT_TIME, OPT_START, OPT_ZONE, OPT_DATE, OPT_SHIFT,
	OPT_NOW, OPT_PACE, OPT_MAP };

static const struct cli_option options[] = {
	{ 0, "Input", NULL, NULL },
	{ OPT_FILTER, "filter", "FILTER", "take these frames alone, as in 123:7FF,#FF; a SOURCE like\n"
	    "can0,123:7FF has its own" },
	{ 'f', "format", "FORMAT", "read files as FORMAT; without it their content tells" },
	{ OPT_FORMATS, "formats", NULL, "list the formats and end" },
	{ 'n', "count", "COUNT", "end after COUNT frames" },
	{ OPT_FROM, "from", "TIME", "begin at TIME: absolute, or +90s from the first frame" },
	{ OPT_UNTIL, "until", "TIME", "end at TIME" },
	{ OPT_MERGE, "merge", NULL, "several files interleaved in order of time" },
	{ OPT_LOOP, "loop", "[N]", "read the files N times (without N: for ever)" },
	{ OPT_FOLLOW, "follow", NULL, "go on reading as a file grows or is replaced" },
	{ OPT_UNTERMINATED, "accept-unterminated", NULL, "use a last line that has no newline" },
	{ OPT_GRACE, "grace", "DURATION", "read a pipe for so long after the first signal (5s)" },
	{ 0, "Time", NULL, NULL },
	{ OPT_TIME, "time", "MEANING", "how a log's times are meant: absolute (default),\n"
	    "delta (since the line before), zero (since the start)\n"
	    "or none (use the time of reading)" },
	{ OPT_START, "start", "TIME", "what relative times count from (default: the file's own time\n"
	    "less its length; of a pipe: now)" },
	{ OPT_ZONE, "timezone", "ZONE", "of times without one: Europe/Berlin, UTC, +02:00\n"
	    "(default: this machine's)" },
	{ OPT_DATE, "date", "DATE", "the first day of a log that has times of day alone" },
	{ OPT_SHIFT, "shift", "DURATION", "move all times by so much; -1h moves them back" },
	{ OPT_NOW, "now", NULL, "move all times so that the first frame is now" },
	{ OPT_PACE, "pace", "[SPEED]", "write frames at the recorded speed, or SPEED times it" },
	{ 0, "Output", NULL, NULL },
	{ OPT_MAP, "map", "OLD=NEW", "rename a bus (repeatable)" },
	{ 'N', "nanoseconds", NULL, "write 9 digits of fraction, not 6" },
	{ 0, NULL, NULL, NULL },
};

static const struct cli_program program = {
	.name = "canread",
	.usage = "[OPTION]... [SOURCE]...",
	.about = "Write CAN frames from buses and recordings as candump log lines.",
	.options = options,
	.epilog = "A SOURCE is a file (also compressed), '-' for standard input (the default), or an\n"
	    "interface: can0, any, can0,123:7FF,400:700,#FF. file:NAME and can:NAME say which.",
};

/* As STAMP_ABSOLUTE and so on. */
static const char *const time_names[] = { "absolute", "delta", "zero", "none", NULL };

/* Options that are times: they may be local, so --timezone comes first wherever it stands. */
struct late {
	const char *start, *date, *from, *until;
};

struct run {
	/* options */
	bool nanoseconds, list_formats, paced;
	uint64_t limit;
	struct feed_options feed_options;
	struct alter alter;
	struct pace pace;
	struct late late;
	/* work */
	struct arena arena;
	struct operand_list operands;
	struct feed feed;
	struct out out;
	struct clockwatch clock;
	int64_t clock_seen;
	struct progress progress;
	/* counters */
	uint64_t written, told[SOURCE_DATA];
	bool failed, partial;
};

static void
print_stats(const struct run *r)
{
	const struct source_counts c = feed_counts(&r->feed);
	const struct stats_row rows[] = {
		{ "bytes_read", c.bytes }, { "lines", c.lines }, { "records", c.records },
		{ "received", c.received }, { "blank", c.blank }, { "other", c.other },
		{ "skipped", c.skipped }, { "unterminated", c.unterminated },
		{ "outside", r->feed.outside }, { "filtered", r->alter.left_out }, { "written", r->written },
		{ "damaged", c.damaged }, { "backward", r->feed.back }, { "lost", c.lost },
		{ "bytes_written", r->out.written }, { NULL, 0 },
	};

	stats_print(rows);
}

/* Says when the machine's clock, from which frames get their time, cannot be believed. */
static void
watch_clock(struct run *r, int64_t now)
{
	struct calendar c;

	if (now == r->clock_seen)
		return;
	r->clock_seen = now;
	switch (clockwatch_look(&r->clock, clock_real(), clock_mono())) {
	case CLOCKWATCH_EARLY:
		c = calendar_at(now);
		log_warn("this machine's clock says %04d-%02d-%02dT%02d:%02d:%02d, which is before this "
		    "program was built: the times of frames will be wrong", c.year, c.month, c.day,
		    c.hour, c.minute, c.second);
		break;
	case CLOCKWATCH_STEPPED:
		log_warn("this machine's clock was set %s by %.1f s (or it slept)",
		    r->clock.step > 0 ? "forward" : "back", (double)labs(r->clock.step) / 1e9);
		break;
	case CLOCKWATCH_GOOD:
		break;
	}
}

static void
show_progress(struct run *r, int64_t mono)
{
	uint64_t done, total;
	struct buf b = { 0 };

	if (!log_shows_progress() || !progress_due(&r->progress, mono))
		return;
	feed_progress(&r->feed, &done, &total);
	if (total) {
		progress_line(&r->progress, mono, done, total, r->written, r->feed.ns, &b);
		log_progress("%s", buf_str(&b));
	}
	buf_free(&b);
}

/* Waits until a frame is due; false when a signal came first. */
static bool
wait_for(struct run *r, int64_t ns)
{
	int64_t mono = clock_mono(), due = pace_due(&r->pace, ns, mono);
	int64_t step;

	if (due > mono)
		out_flush(&r->out);
	for (; due > mono; mono = clock_mono()) {
		show_progress(r, mono);
		step = due - mono > CLOCK_SECOND / 5 ? mono + CLOCK_SECOND / 5 : due;
		stop_sleep(step);
		if (stop_take_usr1())
			print_stats(r);
		if (stop_wanted())
			return false;
	}
	return true;
}

static void
write_frame(struct run *r, struct source *s, int64_t ns)
{
	struct frame *f = &s->frame;
	struct span bus = alter_bus(&r->alter, f->bus);
	struct buf *b = &r->out.b;

	if (ns == f->ns && bus.p == f->bus.p && s->line.n
	    && candump_is_canonical(s->line.p, s->line.n, f, r->nanoseconds)) {
		buf_put(b, s->line.p, s->line.n);
		buf_putc(b, '\n');
	} else {
		f->ns = ns;
		f->bus = bus;
		b->len += candump_format(buf_reserve(b, CANDUMP_LINE_MAX), f, r->nanoseconds);
	}
	r->written++;
	out_poll(&r->out);
	if (r->written % 8192 == 0 && log_shows_progress())
		show_progress(r, clock_mono());
}

static void
take_frame(struct run *r)
{
	const struct track *t = r->feed.track;
	struct source *s = r->feed.source;
	int64_t ns = r->feed.ns;

	if (!t || t->stamp.timeless || t->origin == TRACK_PRESENT)
		watch_clock(r, s->now);
	if (!alter_time(&r->alter, &s->frame, t != NULL, s->now, &ns))
		return;
	if (t && r->paced && !wait_for(r, ns))
		return;
	write_frame(r, s, ns);
}

static void
tell(struct run *r, enum source_result what)
{
	const struct report_row *row = report_about(what);
	struct buf b = { 0 };

	if (!row)
		return;
	r->failed |= row->failed;
	r->partial |= row->partial;
	if (row->few && !log_few(&r->told[what]))
		return;
	row->words(&r->feed, &b);
	log_msg(row->level, "%s", buf_str(&b));
	buf_free(&b);
}

/* Everything that the sources say; false at the end. */
static bool
handle(struct run *r, enum source_result what)
{
	if (what == SOURCE_FRAME) {
		take_frame(r);
		return r->written != r->limit && !(r->paced && stop_wanted());
	}
	if (what == SOURCE_IDLE)
		out_flush(&r->out);
	if (what != SOURCE_IDLE && what != SOURCE_WAKE) {
		tell(r, what);
		return what != SOURCE_END;
	}
	if (!r->feed.track)
		watch_clock(r, r->feed.source->now);
	if (stop_take_usr1())
		print_stats(r);
	return true;
}

/* cli_usage_error() for the current option. */
static bool
wrong(struct cli *c, const char *expected)
{
	c->status = cli_usage_error(c, "--%s: expected %s, got '%s'", c->option, expected, c->arg);
	return false;
}

static bool
parse_filter(struct run *r, struct cli *c)
{
	const char *expected;
	size_t at;

	r->alter.filtered = true;
	return filter_parse(span_str(c->arg), &r->alter.filter, &r->arena, &at, &expected)
	    || wrong(c, expected);
}

static bool
parse_shift(struct run *r, struct cli *c)
{
	bool minus = *c->arg == '-';
	int64_t ns;

	if (!num_duration(span_str(c->arg + minus), &ns))
		return wrong(c, "a duration like 90s, 2h or -1h");
	r->alter.shift = minus ? -ns : ns;
	return true;
}

static bool
parse_pace(struct run *r, struct cli *c)
{
	double speed = 1;

	if (c->arg && (!num_double(span_str(c->arg), &speed) || speed < 1e-6 || speed > 1e6))
		return wrong(c, "a speed from 0.000001 to 1000000");
	r->paced = true;
	pace_init(&r->pace, speed);
	return true;
}

static bool
parse_meaning(struct run *r, struct cli *c)
{
	int mode = 0;

	if (!cli_arg_choice(c, time_names, &mode))
		return false;
	r->feed_options.track.mode = (enum stamp_mode)mode;
	return true;
}

static bool
parse_option(struct run *r, struct cli *c, int id)
{
	struct feed_options *o = &r->feed_options;

	switch (id) {
	case OPT_FILTER:
		return parse_filter(r, c);
	case 'f':
		o->track.source.format = source_reader_named(span_str(c->arg));
		return o->track.source.format || wrong(c, "a format that --formats lists");
	case OPT_FORMATS:
		r->list_formats = true;
		break;
	case 'n':
		return cli_arg_u64(c, 1, UINT64_MAX - 1, &r->limit);
	case OPT_FROM:
		r->late.from = c->arg;
		break;
	case OPT_UNTIL:
		r->late.until = c->arg;
		break;
	case OPT_MERGE:
		o->merge = true;
		break;
	case OPT_LOOP:
		o->rounds = 0;
		return !c->arg || cli_arg_u64(c, 1, UINT64_MAX, &o->rounds);
	case OPT_FOLLOW:
		o->track.source.follow = true;
		break;
	case OPT_UNTERMINATED:
		o->track.source.accept_unterminated = true;
		break;
	case OPT_GRACE:
		return cli_arg_duration(c, &o->track.source.grace);
	case OPT_TIME:
		return parse_meaning(r, c);
	case OPT_START:
		r->late.start = c->arg;
		break;
	case OPT_DATE:
		r->late.date = c->arg;
		break;
	case OPT_ZONE:
		return calendar_use_zone(c->arg)
		    || wrong(c, "a name like Europe/Berlin, UTC or an offset like +02:00");
	case OPT_SHIFT:
		return parse_shift(r, c);
	case OPT_NOW:
		r->alter.now = true;
		break;
	case OPT_PACE:
		return parse_pace(r, c);
	case OPT_MAP:
		return alter_add_name(&r->alter, span_str(c->arg)) || wrong(c, "OLD=NEW, two names of buses");
	case 'N':
		r->nanoseconds = true;
		break;
	}
	return true;
}

static bool
parse_time(struct cli *c, const char *option, const char *text, bool *given, int64_t *ns)
{
	if (!text)
		return true;
	*given = true;
	c->option = option;
	c->arg = text;
	return cli_arg_time(c, ns);
}

static bool
parse_edge(struct cli *c, const char *option, const char *text, struct feed_edge *e)
{
	if (!text || *text != '+')
		return parse_time(c, option, text, &e->given, &e->ns);
	c->option = option;
	c->arg = text;
	e->given = e->relative = true;
	return num_duration(span_str(text + 1), &e->ns)
	    || wrong(c, "a time, or a duration from the first frame like +90s");
}

static bool
parse_options(struct run *r, struct cli *c)
{
	struct feed_options *o = &r->feed_options;
	int id;

	while ((id = cli_next(c)) >= 0)
		if (!parse_option(r, c, id))
			return false;
	return id == CLI_END
	    && parse_time(c, "start", r->late.start, &o->track.started, &o->track.start)
	    && parse_time(c, "date", r->late.date, &o->track.source.dated, &o->track.source.date)
	    && parse_edge(c, "from", r->late.from, &o->from)
	    && parse_edge(c, "until", r->late.until, &o->until);
}

/* Options that do not go with each other or with the sources. */
static bool
check_together(const struct run *r, struct cli *c)
{
	const struct operand_list *l = &r->operands;
	const struct feed_options *o = &r->feed_options;
	const char *wrong_so = NULL;
	size_t i;

	for (i = 0; i < l->paths && o->rounds != 1; i++)
		if (!l->path[i])
			wrong_so = "--loop: standard input can be read only once";
	if (o->track.source.follow && (l->paths != 1 || !l->path[0] || o->merge || o->rounds != 1))
		wrong_so = "--follow: expected one file, without --merge and --loop";
	if (wrong_so)
		c->status = cli_usage_error(c, "%s", wrong_so);
	return !wrong_so;
}

static bool
collect(struct run *r, struct cli *c)
{
	const struct filter *f = r->alter.filtered ? &r->alter.filter : NULL;
	struct operand_error e;

	if (!operand_collect(&r->operands, c->argv + c->index, (size_t)(c->argc - c->index), f,
	    &r->arena, &e)) {
		c->status = cli_usage_error(c, "%s: expected %s, got '%.*s'", e.arg, e.expected,
		    (int)e.got.n, e.got.p);
		return false;
	}
	return check_together(r, c);
}

static void
tell_no_bus(const struct run *r, const struct cli *c, const struct sockcan_error *e)
{
	static const char *const text[] = {
		[SOCKCAN_NO_SUPPORT] = "this kernel has no CAN (modules can and can_raw)",
		[SOCKCAN_NO_INTERFACE] = "no network interface of that name",
		[SOCKCAN_NOT_CAN] = "not a CAN interface",
		[SOCKCAN_SYSTEM] = "cannot be opened",
	};
	static const char no_file[] = "no file of that name; as an interface: ";
	struct span name = r->operands.bus[e->bus].name;
	bool guessed = operand_guessed(c->argv + c->index, (size_t)(c->argc - c->index), name);

	log_error("%.*s: %s%s: %s", (int)name.n, name.p, guessed ? no_file : "", text[e->failure],
	    strerror(e->err));
}

static void
run_all(struct run *r, struct cli *c)
{
	const struct operand_list *o = &r->operands;
	enum source_result what = SOURCE_WAKE;
	static struct source live;
	struct sockcan_error e;

	/* First, so that a wrong name is said before hours of a recording went by. */
	if (o->buses && !sockcan_open(&live, o->bus, o->buses, &e)) {
		tell_no_bus(r, c, &e);
		r->failed = true;
		return;
	}
	if (o->paths && !o->path[0] && isatty(0))
		log_note("reading candump lines from the terminal; Ctrl-D ends");
	if (r->feed_options.track.mode == STAMP_NONE)
		watch_clock(r, clock_real());
	progress_init(&r->progress, clock_mono());
	feed_init(&r->feed, &r->feed_options, o->path, o->paths, o->buses ? &live : NULL);
	do
		what = feed_next(&r->feed, what == SOURCE_IDLE);
	while (handle(r, what) && !r->out.err);
	feed_close(&r->feed);
}

static void
list_formats(struct run *r)
{
	size_t i;

	for (i = 0; source_readers[i]; i++)
		buf_printf(&r->out.b, "%-12s  %s\n", source_readers[i]->name, source_readers[i]->about);
}

/* What there was to say about the whole. */
static void
summarise(const struct run *r)
{
	const struct source_counts *c = &r->feed.counts;
	struct buf b = { 0 };

	report_kinds(r->feed.kind, &b);
	if (b.len)
		log_note("no frames, and left out: %s", buf_str(&b));
	buf_free(&b);
	if (c->skipped)
		log_warn("%" PRIu64 " of %" PRIu64 " %s skipped: they are no frames", c->skipped,
		    c->lines + c->records, c->records ? "lines and records" : "lines");
	if (r->feed.back && r->feed_options.merge)
		log_note("%" PRIu64 " frames are older than the one before them in their file",
		    r->feed.back);
	if (c->lost)
		log_warn("%" PRIu64 " frames lost, %" PRIu64 " received", c->lost, c->received);
}

static int
finish(struct run *r, bool stats)
{
	log_progress_end();
	if (!out_close(&r->out)) {
		log_error("standard output: %s", strerror(r->out.err));
		r->failed = true;
	}
	summarise(r);
	if (stats)
		print_stats(r);
	alter_free(&r->alter);
	arena_free(&r->arena);
	return r->failed ? STATUS_FAILED : r->partial ? STATUS_PARTIAL : STATUS_OK;
}

int
main(int argc, char **argv)
{
	static struct run run = { .limit = UINT64_MAX,
		.feed_options = { .rounds = 1, .track.source.grace = 5 * CLOCK_SECOND } };
	struct cli cli;
	int status;

	cli_init(&cli, &program, argc, argv);
	if (!parse_options(&run, &cli) || !collect(&run, &cli)) {
		status = cli.status;
	} else {
		stop_init();
		out_init(&run.out, 1);
		clockwatch_init(&run.clock, CANPIPE_BUILT * CLOCK_SECOND);
		if (run.list_formats)
			list_formats(&run);
		else
			run_all(&run, &cli);
		status = finish(&run, cli.stats);
	}
	cli_free(&cli);
	return status;
}
