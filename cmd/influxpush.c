#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "base/stop.h"
#include "influx/config.h"
#include "influx/diagnose.h"

static const struct cli_program program = {
	.name = "influxpush",
	.usage = "-b BUCKET [OPTION]... <POINTS",
	.about = "Send line protocol from standard input to InfluxDB and its relatives.",
	.options = config_options,
	.epilog = "Secrets come from files or from INFLUX_TOKEN and INFLUX_PASSWORD.",
};

static int
report(const struct config *s, const struct session *x)
{
	const struct accounting *sum = &x->sum;
	bool empty = !sum->read && !s->way.drain && x->end == SESSION_FINISHED && !x->input_failed;

	if (s->c.dry_run)
		log_note("points that would be sent: %" PRIu64 "; nothing was", sum->delivered);
	else
		log_note("points delivered: %" PRIu64, sum->delivered);
	if (sum->rejected)
		log_warn("points rejected: %" PRIu64 "%s%s", sum->rejected,
		    s->reject_file ? ": see " : "", s->reject_file ? s->reject_file : "");
	if (sum->dropped)
		log_warn("points dropped from the spool: %" PRIu64 ", of them damaged: %" PRIu64,
		    sum->dropped, s->spool.damaged + s->spool.cut);
	if (empty && !stop_wanted())
		log_warn("no points in the input");
	if (x->end == SESSION_REFUSED || x->end == SESSION_MISMATCH || x->input_failed
	    || x->reject_err || x->checkpoint_failed || s->way.sync_err || s->way.save_err
	    || (x->tee.err && x->tee.err != EPIPE))
		return STATUS_FAILED;
	if (x->end == SESSION_GAVE_UP)
		return STATUS_GAVE_UP;
	if (x->in.stopped && x->in.stop_now)
		return stop_status();
	return sum->rejected || sum->dropped || (empty && s->expect_input) ? STATUS_PARTIAL : STATUS_OK;
}

/* What could not be written is refused again by the next run, where one goes on from here. */
static void
end_rejects(struct config *s, struct session *x)
{
	bool recorded = s->spool_config.path || s->c.checkpoint;
	int err = reject_close(&s->reject);

	if (x->reject_err)
		log_error("%s: refused lines are lacking%s", s->reject_file,
		    recorded ? ": the next run will bring them" : " and lost");
	else if (err)
		log_error("%s: %s", s->reject_file, strerror(err));
	x->reject_err = x->reject_err ? x->reject_err : err;
}

static int
run(struct config *s, bool stats)
{
	struct session x;
	int status;

	stop_init();
	if (!s->way.drain)
		cli_note_terminal("points");
	session_init(&x, &s->c, &s->login, &s->reject, &s->intake,
	    s->c.checkpoint ? &s->resume : NULL, 0);
	if (s->spool_config.path) {
		s->way.spool = &s->spool;
		session_spool_init(&x, &s->way, 0);
	}
	session_run(&x);
	session_count(&x);
	end_rejects(s, &x);
	status = report(s, &x);
	if (stats)
		session_print_stats(&x);
	session_free(&x);
	if (s->spool_config.path) {
		session_spool_free(&s->way);
		spool_close(&s->spool);
	}
	return status;
}

/* --status: nothing is changed, and another process may be at it. */
static int
show_status(const struct config *s)
{
	const char *path = s->spool_config.path;
	struct buf text = { 0 };
	struct spool spool;
	int err = spool_look(&spool, path);

	if (err) {
		log_error("%s: %s", path, strerror(err));
		return STATUS_FAILED;
	}
	session_spool_describe(&text, &spool, path, s->json);
	err = out_write_all(STDOUT_FILENO, text.p, text.len);
	buf_free(&text);
	spool_close(&spool);
	return err ? STATUS_FAILED : STATUS_OK;
}

static int
check(const struct config *s)
{
	switch (diagnose(&s->c, &s->login, STDOUT_FILENO)) {
	case DIAGNOSE_WELL:
		return STATUS_OK;
	case DIAGNOSE_REFUSED:
		return STATUS_FAILED;
	case DIAGNOSE_AWAY:
		return STATUS_GAVE_UP;
	case DIAGNOSE_UNTOLD:
		break;
	}
	log_error("standard output: %s", strerror(errno));
	return STATUS_FAILED;
}

int
main(int argc, char **argv)
{
	struct config s;
	struct cli c;
	int status;

	cli_init(&c, &program, argc, argv);
	if (!config_read(&s, &c))
		status = c.status;
	else
		status = s.status ? show_status(&s) : s.check ? check(&s) : run(&s, c.stats);
	config_free(&s);
	cli_free(&c);
	return status;
}
