#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "can/candump.h"
#include "can/filter.h"
#include "can/stamp.h"
#include "source/clockwatch.h"
#include "source/readers.h"
#include "source/sockcan.h"
#include "source/spec.h"
#include "version.h"

enum { OPT_FILTER = CLI_FIRST_LONG, OPT_FORMATS, OPT_TIME, OPT_START, OPT_ZONE, OPT_DATE,
	OPT_UNTERMINATED, OPT_GRACE };

static const struct cli_option options[] = {
	{ 0, "Input", NULL, NULL },
	{ OPT_FILTER, "filter", "FILTER", "take these frames alone, as in 123:7FF,#FF; a SOURCE like\n"
	    "can0,123:7FF has its own" },
	{ 'f', "format", "FORMAT", "read files as FORMAT; without it their content tells" },
	{ OPT_FORMATS, "formats", NULL, "list the formats and end" },
	{ 'n', "count", "COUNT", "end after COUNT frames" },
	{ OPT_UNTERMINATED, "accept-unterminated", NULL, "use a last line that has no newline" },
	{ OPT_GRACE, "grace", "DURATION", "read a pipe for so long after the first signal (5s)" },
	{ 0, "Time", NULL, NULL },
	{ OPT_TIME, "time", "MEANING", "how a log's times are meant: absolute (default),\n"
	    "delta (since the line before), zero (since the start)\n"
	    "or none (use the time of reading)" },
	{ OPT_START, "start", "TIME", "what relative times count from (default: now)" },
	{ OPT_ZONE, "timezone", "ZONE", "of times without one: Europe/Berlin, UTC, +02:00\n"
	    "(default: this machine's)" },
	{ OPT_DATE, "date", "DATE", "the first day of a log that has times of day alone" },
	{ 0, "Output", NULL, NULL },
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

struct run {
	/* options */
	struct filter filter;
	bool filtered, started, nanoseconds, list_formats;
	uint64_t limit;
	int64_t start;
	int time;
	struct source_options source;
	const char *start_text, *date_text;	/* parsed once the time zone is known */
	/* work */
	struct arena arena;
	struct sockcan_bus *bus;
	size_t buses;
	struct out out;
	const char *name;		/* of what is being read, for messages */
	bool live;
	struct stamp stamp;
	bool relative_told, timeless_told;
	struct clockwatch clock;
	int64_t clock_seen;
	/* counters */
	struct source_counts counts;
	uint64_t left_out, written, skips_told, losses_told, damages_told;
	bool failed, partial;
};

static void
print_stats(const struct run *r, const struct source_counts *more)
{
	const struct source_counts *c = &r->counts;
	const struct stats_row rows[] = {
		{ "bytes_read", c->bytes + more->bytes }, { "lines", c->lines + more->lines },
		{ "records", c->records + more->records }, { "received", c->received + more->received },
		{ "blank", c->blank + more->blank }, { "other", c->other + more->other },
		{ "skipped", c->skipped + more->skipped },
		{ "unterminated", c->unterminated + more->unterminated },
		{ "filtered", r->left_out }, { "written", r->written },
		{ "damaged", c->damaged + more->damaged },
		{ "lost", c->lost + more->lost }, { "bytes_written", r->out.written }, { NULL, 0 },
	};

	stats_print(rows);
}

static void
add_counts(struct source_counts *sum, const struct source_counts *c)
{
	sum->bytes += c->bytes;
	sum->lines += c->lines;
	sum->records += c->records;
	sum->blank += c->blank;
	sum->other += c->other;
	sum->skipped += c->skipped;
	sum->unterminated += c->unterminated;
	sum->damaged += c->damaged;
	sum->received += c->received;
	sum->lost += c->lost;
}

static const char *
time_text(char out[static 32], int64_t ns)
{
	time_t t = ns / CLOCK_SECOND;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

/* Says when the machine's clock, from which frames get their time, cannot be believed. */
static void
watch_clock(struct run *r, int64_t now)
{
	char text[32];

	if (now == r->clock_seen)
		return;
	r->clock_seen = now;
	switch (clockwatch_look(&r->clock, clock_real(), clock_mono())) {
	case CLOCKWATCH_EARLY:
		log_warn("this machine's clock says %s, which is before this program was built: "
		    "the times of frames will be wrong", time_text(text, now));
		break;
	case CLOCKWATCH_STEPPED:
		log_warn("this machine's clock was set %s by %.1f s (or it slept)",
		    r->clock.step > 0 ? "forward" : "back", (double)labs(r->clock.step) / 1e9);
		break;
	case CLOCKWATCH_GOOD:
		break;
	}
}

/* What a log's times turned out to be, once a file. */
static void
tell_times(struct run *r, int64_t now)
{
	char text[32];

	if (r->stamp.relative && !r->relative_told && !r->started)
		log_warn("%s: its times do not count from 1970: taken as since %s "
		    "(--start TIME says when it began)", r->name, time_text(text, r->start));
	if (r->stamp.timeless && !r->timeless_told)
		log_note("%s: lines without a time get the time they are read", r->name);
	r->relative_told |= r->stamp.relative;
	r->timeless_told |= r->stamp.timeless;
	if (r->stamp.timeless || !r->started)
		watch_clock(r, now);
}

static void
write_frame(struct run *r, const struct source *s, struct frame *f, int64_t ns)
{
	struct buf *b = &r->out.b;

	if (ns == f->ns && s->line.n && candump_is_canonical(s->line.p, s->line.n, f, r->nanoseconds)) {
		buf_put(b, s->line.p, s->line.n);
		buf_putc(b, '\n');
	} else {
		f->ns = ns;
		b->len += candump_format(buf_reserve(b, CANDUMP_LINE_MAX), f, r->nanoseconds);
	}
	r->written++;
	out_poll(&r->out);
}

static void
take_frame(struct run *r, struct source *s)
{
	struct frame *f = &s->frame;
	int64_t ns = f->ns;

	if (r->live) {
		watch_clock(r, s->now);
	} else {
		r->stamp.counted = s->relative;
		ns = stamp_resolve(&r->stamp, f, s->now);
		if (r->stamp.relative | r->stamp.timeless)
			tell_times(r, s->now);
		if (r->filtered && !filter_match(&r->filter, f)) {
			r->left_out++;
			return;
		}
	}
	write_frame(r, s, f, ns);
}

/* "FILE:LINE", or "FILE: at byte N" where there are no lines. */
static const char *
place(const struct run *r, const struct source *s, char out[static 512])
{
	if (s->counts.lines)
		snprintf(out, 512, "%s:%" PRIu64, r->name, s->number);
	else
		snprintf(out, 512, "%s: at byte %" PRIu64, r->name, s->offset);
	return out;
}

static void
tell_skipped(struct run *r, const struct source *s)
{
	char text[128], where[512];

	r->partial = true;
	if (!log_few(&r->skips_told))
		return;
	log_quote(text, sizeof text, s->line.p, s->line.n);
	log_warn("%s: expected %s%s%s%s", place(r, s, where), s->expected, s->line.n ? ", not '" : "",
	    text, s->line.n ? "'" : "");
}

static void
tell_damaged(struct run *r, const struct source *s)
{
	char where[512];

	r->partial = true;
	if (log_few(&r->damages_told))
		log_warn("%s: the file is damaged: expected %s", place(r, s, where), s->expected);
}

/* What a file had beside frames. */
static void
tell_others(const struct run *r, const struct source *s)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < SOURCE_KINDS && s->kind[i].name; i++)
		buf_printf(&b, "%s%" PRIu64 " %s", i ? ", " : "", s->kind[i].count, s->kind[i].name);
	if (b.len)
		log_note("%s: no frames and left out: %s", r->name, buf_str(&b));
	buf_free(&b);
}

static void
tell_lost(struct run *r, const struct source *s)
{
	r->partial = true;
	if (log_few(&r->losses_told))
		log_warn("%s: %" PRIu64 " frames lost: this machine did not read them in time", s->bus,
		    s->count);
}

/* Everything that a source says; false at its end. */
static bool
handle(struct run *r, struct source *s, enum source_result what)
{
	switch (what) {
	case SOURCE_FRAME:
		take_frame(r, s);
		return r->written != r->limit;
	case SOURCE_SKIPPED:
		tell_skipped(r, s);
		return true;
	case SOURCE_UNTERMINATED:
		log_warn("%s:%" PRIu64 ": the last line has no newline and is not used, as it may be half "
		    "a frame (--accept-unterminated)", r->name, s->number);
		r->partial = true;
		return true;
	case SOURCE_DAMAGED:
		tell_damaged(r, s);
		return true;
	case SOURCE_SPOOLING:
		log_note("%s: %s is not read from front to end: copied to a temporary file first", r->name,
		    s->format->name);
		return true;
	case SOURCE_TORN:
		log_warn("%s: it cannot be unpacked to its end: %s", r->name, s->expected);
		r->partial = true;
		return true;
	case SOURCE_LOST:
		tell_lost(r, s);
		return true;
	case SOURCE_DOWN:
		log_warn("%s: the interface is down; waiting for it", s->bus);
		return true;
	case SOURCE_BACK:
		log_warn("%s: the interface is up again", s->bus);
		return true;
	case SOURCE_GONE:
		log_error("%s: the interface was removed", s->bus);
		r->failed = true;
		return true;
	case SOURCE_FAILED:
		log_error("%s: %s", r->name, strerror(s->err));
		r->failed = true;
		return false;
	case SOURCE_IDLE:
		out_flush(&r->out);
		/* fall through */
	case SOURCE_WAKE:
		if (r->live)
			watch_clock(r, s->now);
		if (stop_take_usr1())
			print_stats(r, &s->counts);
		return true;
	case SOURCE_END:
	case SOURCE_DATA:
		break;
	}
	return false;
}

static void
run_source(struct run *r, struct source *s)
{
	enum source_result what = SOURCE_WAKE;

	do {
		what = source_next(s, what == SOURCE_IDLE);
	} while (handle(r, s, what) && !r->out.err);
	tell_others(r, s);
	add_counts(&r->counts, &s->counts);
	source_close(s);
}

static bool
done(const struct run *r)
{
	return r->written == r->limit || r->out.err || stop_wanted();
}

static void
run_file(struct run *r, struct span path)
{
	static struct source s;
	int err = source_open(&s, path.p, &r->source);

	r->name = path.p ? path.p : "standard input";
	if (err) {
		log_error("%s: %s", r->name, strerror(err));
		r->failed = true;
		return;
	}
	stamp_init(&r->stamp, (enum stamp_mode)r->time, r->start);
	r->relative_told = r->timeless_told = false;
	if (r->time != STAMP_ABSOLUTE && !r->started)
		watch_clock(r, clock_real());
	if (!path.p && isatty(0))
		log_note("reading candump lines from the terminal; Ctrl-D ends");
	run_source(r, &s);
}

static bool
parse_filter(struct run *r, const struct cli *c, struct span text, struct filter *f,
    const char *where, int *status)
{
	const char *expected;
	size_t at;

	if (filter_parse(text, f, &r->arena, &at, &expected))
		return true;
	*status = cli_usage_error(c, "%s: expected %s, got '%.*s'", where, expected,
	    (int)(text.n - at), text.p + at);
	return false;
}

static bool
parse_format(struct run *r, struct cli *c)
{
	r->source.format = source_reader_named(span_str(c->arg));
	if (!r->source.format)
		c->status = cli_usage_error(c, "--format: no format of that name: '%s' "
		    "(canread --formats lists them)", c->arg);
	return r->source.format != NULL;
}

static bool
parse_zone(struct cli *c)
{
	if (calendar_use_zone(c->arg))
		return true;
	c->status = cli_usage_error(c, "--timezone: expected a name like Europe/Berlin, UTC or an offset "
	    "like +02:00, got '%s'", c->arg);
	return false;
}

static bool
parse_option(struct run *r, struct cli *c, int id)
{
	switch (id) {
	case OPT_FILTER:
		r->filtered = true;
		return parse_filter(r, c, span_str(c->arg), &r->filter, "--filter", &c->status);
	case 'f':
		return parse_format(r, c);
	case OPT_FORMATS:
		return r->list_formats = true;
	case 'n':
		return cli_arg_u64(c, 1, UINT64_MAX - 1, &r->limit);
	case OPT_UNTERMINATED:
		return r->source.accept_unterminated = true;
	case OPT_GRACE:
		return cli_arg_duration(c, &r->source.grace);
	case OPT_TIME:
		return cli_arg_choice(c, time_names, &r->time);
	case OPT_START:
		r->start_text = c->arg;
		return true;
	case OPT_DATE:
		r->date_text = c->arg;
		return true;
	case OPT_ZONE:
		return parse_zone(c);
	case 'N':
		return r->nanoseconds = true;
	}
	return false;
}

/* A time may be local, so --timezone comes first wherever it stands. */
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
parse_options(struct run *r, struct cli *c)
{
	int id;

	while ((id = cli_next(c)) >= 0)
		if (!parse_option(r, c, id))
			return false;
	return id == CLI_END && parse_time(c, "start", r->start_text, &r->started, &r->start)
	    && parse_time(c, "date", r->date_text, &r->source.dated, &r->source.date);
}

static struct spec
spec_of(const char *arg)
{
	return spec_parse(span_str(arg), access(arg, F_OK) == 0);
}

/* The interfaces among the operands. */
static bool
collect_buses(struct run *r, struct cli *c)
{
	int i;

	r->bus = arena_array(&r->arena, (size_t)(c->argc - c->index) + 1, sizeof *r->bus);
	for (i = c->index; i < c->argc; i++) {
		struct spec sp = spec_of(c->argv[i]);
		struct filter *f = NULL;

		if (sp.kind != SPEC_CAN)
			continue;
		if (sp.filter.p) {
			f = arena_alloc(&r->arena, sizeof *f);
			if (!parse_filter(r, c, sp.filter, f, c->argv[i], &c->status))
				return false;
		}
		if (!f && r->filtered)
			f = &r->filter;
		r->bus[r->buses++] = (struct sockcan_bus){ sp.name, f };
	}
	return true;
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
	struct span name = r->bus[e->bus].name;
	bool guessed = false;
	int i;

	for (i = c->index; i < c->argc; i++) {
		struct spec sp = spec_of(c->argv[i]);

		guessed |= sp.guessed && span_equal(sp.name, name);
	}
	log_error("%.*s: %s%s: %s", (int)name.n, name.p, guessed ? no_file : "", text[e->failure],
	    strerror(e->err));
}

static void
run_all(struct run *r, struct cli *c)
{
	static struct source live;
	struct sockcan_error e;
	int i;

	/* First, so that a wrong name is said before hours of a recording went by. */
	if (r->buses && !sockcan_open(&live, r->bus, r->buses, &e)) {
		tell_no_bus(r, c, &e);
		r->failed = true;
		return;
	}
	if (c->index == c->argc)
		run_file(r, span_of(NULL, 0));
	for (i = c->index; i < c->argc && !done(r); i++) {
		struct spec sp = spec_of(c->argv[i]);

		if (sp.kind != SPEC_CAN)
			run_file(r, sp.kind == SPEC_STDIN ? span_of(NULL, 0) : sp.name);
	}
	if (!r->buses)
		return;
	r->name = "SocketCAN";
	r->live = true;
	if (done(r))
		source_close(&live);
	else
		run_source(r, &live);
}

static void
list_formats(struct run *r)
{
	size_t i;

	for (i = 0; source_readers[i]; i++)
		buf_printf(&r->out.b, "%-12s  %s\n", source_readers[i]->name, source_readers[i]->about);
}

static int
finish(struct run *r, bool stats)
{
	if (!out_close(&r->out)) {
		log_error("standard output: %s", strerror(r->out.err));
		r->failed = true;
	}
	if (r->counts.skipped)
		log_warn("%" PRIu64 " of %" PRIu64 " lines skipped: they are no frames", r->counts.skipped,
		    r->counts.lines);
	if (r->counts.lost)
		log_warn("%" PRIu64 " frames lost, %" PRIu64 " received", r->counts.lost,
		    r->counts.received);
	if (stats)
		print_stats(r, &(struct source_counts){ 0 });
	arena_free(&r->arena);
	return r->failed ? STATUS_FAILED : r->partial ? STATUS_PARTIAL : STATUS_OK;
}

int
main(int argc, char **argv)
{
	static struct run run = { .limit = UINT64_MAX, .source.grace = 5 * CLOCK_SECOND };
	struct cli cli;
	int status;

	run.start = clock_real();
	cli_init(&cli, &program, argc, argv);
	if (!parse_options(&run, &cli) || !collect_buses(&run, &cli)) {
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
