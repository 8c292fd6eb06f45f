#include "source/settings.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/num.h"
#include "source/readers.h"

enum { OPT_FILTER = CLI_FIRST_LONG, OPT_FORMATS, OPT_UNTERMINATED, OPT_GRACE, OPT_FOLLOW,
	OPT_EXIT_ON_DOWN, OPT_LOCAL, OPT_HWTIME, OPT_MERGE, OPT_FROM, OPT_UNTIL, OPT_LOOP, OPT_TIME,
	OPT_START, OPT_ZONE, OPT_DATE, OPT_SHIFT, OPT_NOW, OPT_PACE, OPT_MAP };

const struct cli_option settings_options[] = {
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
	{ 0, "Live buses", NULL, NULL },
	{ OPT_EXIT_ON_DOWN, "exit-on-down", NULL, "end when a bus goes down, do not wait for it" },
	{ 'x', "direction", NULL, "write R or T: received, or sent by this machine" },
	{ OPT_LOCAL, "local", "yes|no|only", "frames that this machine sent (default: yes)" },
	{ OPT_HWTIME, "hwtime", NULL, "the adapter's time stamps, where it has them" },
	{ 0, "Time", NULL, NULL },
	{ OPT_TIME, "time", "absolute|delta|zero|none",
	    "how a log's times are meant: absolute (default),\n"
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

/* cli_usage_error() for the current option. */
static bool
wrong(struct cli *c, const char *expected)
{
	c->status = cli_usage_error(c, "--%s: expected %s, got '%s'", c->option, expected, c->arg);
	return false;
}

static bool
parse_filter(struct settings *s, struct cli *c, struct arena *a)
{
	const char *expected;
	size_t at;

	s->alter.filtered = true;
	return filter_parse(span_str(c->arg), &s->alter.filter, a, &at, &expected)
	    || wrong(c, expected);
}

static bool
parse_shift(struct settings *s, struct cli *c)
{
	bool minus = *c->arg == '-';
	int64_t ns;

	if (!num_duration(span_str(c->arg + minus), &ns))
		return wrong(c, "a duration like 90s, 2h or -1h");
	s->alter.shift = minus ? -ns : ns;
	return true;
}

static bool
parse_pace(struct settings *s, struct cli *c)
{
	double speed = 1;

	if (c->arg && (!num_double(span_str(c->arg), &speed) || speed < 1e-6 || speed > 1e6))
		return wrong(c, "a speed from 0.000001 to 1000000");
	s->paced = true;
	pace_init(&s->pace, speed);
	return true;
}

static bool
parse_meaning(struct settings *s, struct cli *c)
{
	int mode = 0;

	if (!cli_arg_choice(c, &mode))
		return false;
	s->feed.track.mode = (enum stamp_mode)mode;
	return true;
}

static bool
parse_local(struct settings *s, struct cli *c)
{
	int which = 0;

	if (!cli_arg_choice(c, &which))
		return false;
	s->live.local = (enum live_local)which;
	return true;
}

/* Options that only set something. */
static bool
set_option(struct settings *s, const struct cli *c, int id)
{
	struct feed_options *o = &s->feed;
	const struct {
		int id;
		bool *flag;
		const char **text;
	} row[] = {
		{ OPT_FORMATS, &s->list_formats, NULL }, { OPT_MERGE, &o->merge, NULL },
		{ OPT_FOLLOW, &o->track.source.follow, NULL },
		{ OPT_UNTERMINATED, &o->track.source.accept_unterminated, NULL },
		{ OPT_EXIT_ON_DOWN, &s->exit_on_down, NULL }, { 'x', &s->live.direction, NULL },
		{ OPT_HWTIME, &s->live.hwtime, NULL }, { OPT_NOW, &s->alter.now, NULL },
		{ 'N', &s->nanoseconds, NULL }, { OPT_FROM, NULL, &s->late.from },
		{ OPT_UNTIL, NULL, &s->late.until }, { OPT_START, NULL, &s->late.start },
		{ OPT_DATE, NULL, &s->late.date },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		if (row[i].id != id)
			continue;
		if (row[i].flag)
			*row[i].flag = true;
		else
			*row[i].text = c->arg;
		return true;
	}
	return false;
}

static bool
parse_option(struct settings *s, struct cli *c, struct arena *a, int id)
{
	struct feed_options *o = &s->feed;

	switch (id) {
	case OPT_FILTER:
		return parse_filter(s, c, a);
	case 'f':
		o->track.source.format = source_reader_named(span_str(c->arg));
		return o->track.source.format || wrong(c, "a format that --formats lists");
	case 'n':
		return cli_arg_u64(c, 1, UINT64_MAX - 1, &s->limit);
	case OPT_LOOP:
		o->rounds = 0;
		return !c->arg || cli_arg_u64(c, 1, UINT64_MAX, &o->rounds);
	case OPT_GRACE:
		return cli_arg_duration(c, &o->track.source.grace);
	case OPT_LOCAL:
		return parse_local(s, c);
	case OPT_TIME:
		return parse_meaning(s, c);
	case OPT_ZONE:
		return calendar_use_zone(c->arg)
		    || wrong(c, "a name like Europe/Berlin, UTC or an offset like +02:00");
	case OPT_SHIFT:
		return parse_shift(s, c);
	case OPT_PACE:
		return parse_pace(s, c);
	case OPT_MAP:
		return alter_add_name(&s->alter, span_str(c->arg))
		    || wrong(c, "OLD=NEW, two names of buses");
	}
	return set_option(s, c, id);
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
parse_options(struct settings *s, struct cli *c, struct arena *a)
{
	struct feed_options *o = &s->feed;
	int id;

	while ((id = cli_next(c)) >= 0)
		if (!parse_option(s, c, a, id))
			return false;
	return id == CLI_END
	    && parse_time(c, "start", s->late.start, &o->track.started, &o->track.start)
	    && parse_time(c, "date", s->late.date, &o->track.source.dated, &o->track.source.date)
	    && parse_edge(c, "from", s->late.from, &o->from)
	    && parse_edge(c, "until", s->late.until, &o->until);
}

/* Options that do not go with each other or with the sources. */
static bool
check_together(const struct settings *s, struct cli *c)
{
	const struct operand_list *l = &s->operands;
	const struct feed_options *o = &s->feed;
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
collect(struct settings *s, struct cli *c, struct arena *a)
{
	const struct filter *f = s->alter.filtered ? &s->alter.filter : NULL;
	struct operand_error e;

	if (!operand_collect(&s->operands, c->argv + c->index, (size_t)(c->argc - c->index), f,
	    a, &e)) {
		c->status = cli_usage_error(c, "%s: expected %s, got '%.*s'", e.arg, e.expected,
		    (int)e.got.n, e.got.p);
		return false;
	}
	return check_together(s, c);
}

bool
settings_read(struct settings *s, struct cli *c, struct arena *a)
{
	*s = (struct settings){ .limit = UINT64_MAX,
		.feed = { .rounds = 1, .track.source.grace = 5 * CLOCK_SECOND } };
	if (!parse_options(s, c, a))
		return false;
	s->sourceless = c->index == c->argc;
	return collect(s, c, a);
}

void
settings_free(struct settings *s)
{
	alter_free(&s->alter);
}
