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
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "can/candump.h"
#include "source/canerror.h"
#include "source/canlink.h"
#include "source/clockwatch.h"
#include "source/feed.h"
#include "source/progress.h"
#include "source/readers.h"
#include "source/report.h"
#include "source/settings.h"
#include "version.h"

static const struct cli_program program = {
	.name = "canread",
	.usage = "[OPTION]... [SOURCE]...",
	.about = "Write CAN frames from buses and recordings as candump log lines.",
	.options = settings_options,
	.epilog = "A SOURCE is a file (also compressed), '-' for standard input, or an interface:\n"
	    "can0, any, can0,123:7FF,400:700,#FF. file:NAME and can:NAME say which.\n"
	    "Without any, standard input is read; where that is a terminal, what there is to\n"
	    "read is listed.\n"
	    "Or a bus behind the network: bridge:, bridge:tcp:HOST, socketcand:HOST/can0.",
};

enum {
	RUN_MAX = 8192,			/* lines that are passed on in one piece */
	OUT_DIRECT = 64 << 10,		/* bytes of them that are not copied */
	PROGRESS_EVERY = 8192,		/* frames */
};

struct run {
	struct settings set;
	struct arena arena;
	/* work */
	struct feed feed;
	struct out out;
	struct clockwatch clock;
	int64_t clock_seen;
	struct progress progress;
	uint64_t progress_at;	/* frames written when it is to be looked at */
	bool plain;		/* frames of recordings are written as they come */
	/* counters */
	uint64_t written, told[SOURCE_DATA];
	bool failed, partial, interrupted;
};

static void
print_stats(const struct run *r)
{
	const struct source_counts c = feed_counts(&r->feed);
	const struct stats_row rows[] = {
		{ "bytes_read", c.bytes }, { "lines", c.lines }, { "records", c.records },
		{ "received", c.received }, { "blank", c.blank }, { "other", c.other },
		{ "skipped", c.skipped }, { "unterminated", c.unterminated },
		{ "outside", r->feed.outside }, { "filtered", r->set.alter.left_out },
		{ "written", r->written }, { "damaged", c.damaged }, { "backward", r->feed.back },
		{ "lost", c.lost },
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
	int64_t mono = clock_mono(), due = pace_due(&r->set.pace, ns, mono);
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

/* True when it was the line that was read. */
static bool
write_frame(struct run *r, struct source *s, int64_t ns)
{
	struct frame *f = &s->frame;
	struct span bus = r->plain ? f->bus : alter_bus(&r->set.alter, f->bus);
	struct buf *b = &r->out.b;
	bool same = s->line.n && ns == f->ns && bus.p == f->bus.p
	    && candump_is_canonical(s->line.p, s->line.n, f, r->set.nanoseconds);

	if (same) {
		buf_put(b, s->line.p, s->line.n);
		buf_putc(b, '\n');
	} else {
		f->ns = ns;
		f->bus = bus;
		b->len += candump_format(buf_reserve(b, CANDUMP_LINE_MAX), f, r->set.nanoseconds);
	}
	r->written++;
	out_poll(&r->out);
	return same;
}

/* Lines behind that frame which are to be written as they stand. */
static void
write_run(struct run *r)
{
	uint64_t limit = r->set.limit - r->written, n;
	struct span lines;

	n = feed_run(&r->feed, limit < RUN_MAX ? limit : RUN_MAX, r->set.nanoseconds, &lines);
	if (!n)
		return;
	if (lines.n < OUT_DIRECT)
		buf_put_span(&r->out.b, lines);
	else
		out_write(&r->out, lines.p, lines.n);
	r->written += n;
	out_poll(&r->out);
}

/* With -v, what an error frame of a live bus says. */
static void
explain(const struct frame *f)
{
	struct buf b = { 0 };

	canerror_words(f, &b);
	log_debug("%.*s: %s", (int)f->bus.n, f->bus.p, buf_str(&b));
	buf_free(&b);
}

static void
take_frame(struct run *r)
{
	const struct track *t = r->feed.track;
	struct source *s = r->feed.source;
	int64_t ns = r->feed.ns;

	if (!t || t->stamp.timeless || t->origin == TRACK_PRESENT)
		watch_clock(r, s->now);
	if (!r->plain && !alter_time(&r->set.alter, &s->frame, t != NULL, s->now, &ns))
		return;
	if (t && r->set.paced && !wait_for(r, ns))
		return;
	if (!t && s->frame.flags & FRAME_ERROR && log_shows(LOG_DEBUG))
		explain(&s->frame);
	if (write_frame(r, s, ns) && r->plain && t)
		write_run(r);
	if (r->written >= r->progress_at && log_shows_progress()) {
		r->progress_at = r->written + PROGRESS_EVERY;
		show_progress(r, clock_mono());
	}
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
		return r->written != r->set.limit && !(r->set.paced && stop_wanted());
	}
	if (what == SOURCE_IDLE)
		out_flush(&r->out);
	if (what != SOURCE_IDLE && what != SOURCE_WAKE) {
		tell(r, what);
		r->failed |= what == SOURCE_DOWN && r->set.exit_on_down;
		return what != SOURCE_END && !(what == SOURCE_DOWN && r->set.exit_on_down);
	}
	if (!r->feed.track)
		watch_clock(r, r->feed.source->now);
	if (stop_take_usr1())
		print_stats(r);
	return true;
}

static void
tell_no_bus(const struct run *r, const struct live_error *e)
{
	const char *arg = r->set.operands.bus_arg[e->want];

	if (e->got.p)
		log_error("%s: expected %s, got '%.*s'", e->name, e->why, (int)e->got.n, e->got.p);
	else
		log_error("%s: %s%s%s%s", e->name,
		    operand_guessed(arg) ? "no file of that name; as an interface: " : "", e->why,
		    e->err ? ": " : "", e->err ? strerror(e->err) : "");
}

static void
run_all(struct run *r)
{
	const struct operand_list *o = &r->set.operands;
	enum source_result what = SOURCE_WAKE;
	static struct source live;
	struct live_error e;

	/* First, so that a wrong name is said before hours of a recording went by. */
	if (o->buses && !live_open(&live, o->bus, o->buses, &r->set.live, &e)) {
		tell_no_bus(r, &e);
		r->failed = true;
		return;
	}
	if (o->paths && !o->path[0])
		cli_note_terminal("candump lines");
	if (r->set.feed.track.mode == STAMP_NONE)
		watch_clock(r, clock_real());
	r->plain = alter_is_nothing(&r->set.alter) && !r->set.paced;
	progress_init(&r->progress, clock_mono());
	feed_init(&r->feed, &r->set.feed, o->path, o->paths, o->buses ? &live : NULL);
	do
		what = feed_next(&r->feed, what == SOURCE_IDLE);
	while (handle(r, what) && !r->out.err);
	r->interrupted = feed_interrupted(&r->feed) && r->written != r->set.limit;
	feed_close(&r->feed);
}

static void
list_formats(struct run *r)
{
	size_t i;

	for (i = 0; source_readers[i]; i++)
		buf_printf(&r->out.b, "%-12s  %s\n", source_readers[i]->name, source_readers[i]->about);
}

/* Nothing was asked for, and nobody pipes anything in: what could be. */
static int
survey(void)
{
	struct buf b = { 0 };
	int err = canlink_survey(&b);

	if (err)
		log_warn("the kernel does not say what interfaces there are: %s", strerror(err));
	fprintf(stderr, "%s: no SOURCE is given\n%s", program.name, buf_str(&b));
	buf_free(&b);
	return STATUS_USAGE;
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
	if (r->feed.back && r->set.feed.merge)
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
	settings_free(&r->set);
	arena_free(&r->arena);
	if (r->failed)
		return STATUS_FAILED;
	if (r->interrupted)
		return stop_status();
	return r->partial ? STATUS_PARTIAL : STATUS_OK;
}

int
main(int argc, char **argv)
{
	static struct run run;
	struct cli cli;
	int status;

	cli_init(&cli, &program, argc, argv);
	if (!settings_read(&run.set, &cli, &run.arena)) {
		status = cli.status;
	} else if (run.set.sourceless && !run.set.list_formats && isatty(0)) {
		status = survey();
	} else {
		stop_init();
		out_init(&run.out, 1);
		clockwatch_init(&run.clock, CANPIPE_BUILT * CLOCK_SECOND);
		if (run.set.list_formats)
			list_formats(&run);
		else
			run_all(&run);
		status = finish(&run, cli.stats);
	}
	cli_free(&cli);
	return status;
}
