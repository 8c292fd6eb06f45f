#include "influx/session.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/stop.h"
#include "influx/session_talk.h"

enum { LONG_SHOWN = 200 };	/* of a line that is too long to keep */
#define IDLE_WAIT (3600 * CLOCK_SECOND)

void
session_count(struct session *s)
{
	if (s->sp) {
		session_spool_count(s);
		return;
	}
	s->sum.pending = push_pending(&s->push) + s->left_over;
	s->sum.comments = s->intake->comments;
}

void
session_print_stats(struct session *s)
{
	struct stats_row rows[ACCOUNTING_ROWS];

	session_count(s);
	accounting_rows(&s->sum, rows);
	stats_print(rows);
}

/* --- beginning and end --- */

static unsigned
most_in_flight(void)
{
	unsigned most = 1, i;

	for (i = 0; i < API_COUNT; i++)
		if (api_table[i].in_flight > most)
			most = api_table[i].in_flight;
	return most;
}

void
session_init(struct session *s, const struct session_config *c, struct login *login,
    struct reject *reject, struct intake *intake, struct resume *resume, int fd)
{
	struct api_login l = login_spans(login);
	struct push_config engine;
	struct push_events on;
	unsigned threads;

	*s = (struct session){ .c = *c, .login = login, .intake = intake, .resume = resume,
		.tell = { .place = c->target.base, .login = login, .reject = reject },
		.health_due = c->check_health ? 1 : 0 };
	on = tell_events(&s->tell);
	signal(SIGPIPE, SIG_IGN);
	s->c.push.can_switch = !c->api;
	engine = s->c.push;
	engine.in_flight = c->push.in_flight ? c->push.in_flight : most_in_flight();
	push_init(&s->push, &engine, &on, NULL, &s->sum, c->gzip, hash_seed());
	threads = cpu_count() < engine.in_flight ? cpu_count() : engine.in_flight;
	if (c->gzip && threads > 1)
		s->packer = packer_new(threads, PUSH_GZIP_LEVEL);
	s->http = http_new(engine.in_flight + 2, &c->http);
	linein_init(&s->in, fd, c->grace);
	s->validate.seed = hash_seed();
	if (c->tee)
		tee_open(&s->tee, STDOUT_FILENO);
	if (c->api)
		session_talk_set_api(s, c->api);
	else if (!c->check_health)
		session_talk_set_api(s, api_guess(&(struct api_signs){ 0 }, &c->target, &l));
}

void
session_free(struct session *s)
{
	http_free(s->http);
	packer_free(s->packer);
	push_free(&s->push);
	health_free(&s->health);
	detect_free(&s->detect);
	linein_free(&s->in);
	tee_free(&s->tee);
	validate_free(&s->validate);
	buf_free(&s->why);
	if (s->headers.p)
		explicit_bzero(s->headers.p, s->headers.cap);
	buf_free(&s->url);
	buf_free(&s->headers);
	buf_free(&s->body);
}

/* --- input --- */

void
session_refuse_line(struct session *s, const struct intake_line *l)
{
	s->sum.rejected++;
	if (l->text.n > INTAKE_LINE_MAX)
		tell_piece(&s->tell, l->number, span_of(l->text.p, LONG_SHOWN), l->reason);
	else if (l->torn)
		tell_piece(&s->tell, l->number, l->text, l->reason);
	else
		tell_rejected(&s->tell, l->number, l->text, l->reason);
}

/* With --validate; else it is. The first line with a field says which type that has. */
static bool
is_valid(struct session *s, struct span line)
{
	bool sure = push_is_sure(&s->push);

	s->why.len = 0;
	s->validate.unsigned_fields = !sure || s->push.api->unsigned_fields;
	s->validate.integers_alike = !sure || !s->push.api->unsigned_fields;
	return !s->c.push.validate || validate_line(&s->validate, line, &s->why);
}

/* A line that a server should not be given is refused here. */
static void
take_point(struct session *s, const struct intake_line *l, int64_t now)
{
	if (is_valid(s, l->text)) {
		push_line(&s->push, l->text, l->number, now);
		return;
	}
	s->sum.rejected++;
	tell_rejected(&s->tell, l->number, l->text, buf_str(&s->why));
}

static void
check_resume(struct session *s)
{
	if (!s->resume || s->resume->state != RESUME_MISMATCH || s->over)
		return;
	log_error("%s: the input begins like the one it is for, but is not the same up to point %"
	    PRIu64 "; nothing was sent: remove the file to send all", s->c.checkpoint,
	    s->resume->old.done.points);
	session_talk_finish(s, SESSION_MISMATCH);
}

/*
 * An earlier run has dealt with this line; what types it has counts all the same. An unterminated
 * last line is not a part of what is recorded: it may be whole the next time.
 */
static bool
resumed(struct session *s, struct span raw, const struct intake_line *l)
{
	if (!s->resume || l->torn
	    || !resume_take(s->resume, raw, l->number, l->kind == INTAKE_POINT))
		return false;
	if (l->kind == INTAKE_POINT)
		is_valid(s, l->text);
	s->sum.skipped++;
	check_resume(s);
	return true;
}

/* As intake_next(), but what this run has written to the spool has been through that. */
static size_t
next_line(struct session *s, struct span data, bool end, struct intake_line *l)
{
	size_t n = s->sp ? session_spool_known(s->sp) : 0;

	if (!n)
		return intake_next(s->intake, data, end, s->read_at, l);
	*l = (struct intake_line){ .kind = INTAKE_POINT, .text = span_of(data.p, n - 1) };
	return n;
}

/* Takes what is there while it fits; false when it did not. */
static bool
take_lines(struct session *s, bool end, int64_t now)
{
	struct intake_line l;
	struct span data;
	size_t n;

	if (s->resume && !resume_look(s->resume, linein_data(&s->in), end))
		return true;
	while (session_has_room(s) && !s->over) {
		data = linein_data(&s->in);
		n = next_line(s, data, end, &l);
		if (l.kind == INTAKE_MORE)
			return true;
		if (l.kind == INTAKE_POINT || l.kind == INTAKE_REFUSED) {
			s->sum.read += !s->sp;
			if (resumed(s, span_of(data.p, n), &l))
				l.kind = INTAKE_SILENT;
		}
		if (s->sp)
			l.number = session_spool_line(s, n, l.kind == INTAKE_POINT
			    || l.kind == INTAKE_REFUSED, l.kind == INTAKE_POINT);
		if (l.kind == INTAKE_POINT)
			take_point(s, &l, now);
		else if (l.kind == INTAKE_REFUSED)
			session_refuse_line(s, &l);
		linein_consume(&s->in, n);
	}
	return false;
}

/* Where a signal cut the input off, what is left behind the last newline was never a line. */
static void
end_input(struct session *s, int64_t now)
{
	if (!take_lines(s, !s->in.stopped && !s->input_failed, now))
		return;
	s->input_over = true;
	if (s->resume && !s->in.stopped && !s->input_failed)
		resume_end(s->resume);
	check_resume(s);
	push_end(&s->push);
}

static struct linein *
input(struct session *s)
{
	return s->sp ? &s->sp->in : &s->in;
}

static void
note_input(struct session *s, const struct linein *in, size_t n)
{
	tee_put(&s->tee, span_of(in->b.p + in->b.len - n, n));
	s->read_at = clock_real();
}

enum session_read
session_read(struct session *s, struct linein *in)
{
	uint64_t before = in->bytes;

	switch (linein_fill(in, false, 0)) {
	case LINEIN_DATA:
		if (in == input(s))
			note_input(s, in, (size_t)(in->bytes - before));
		return SESSION_READ_SOME;
	case LINEIN_ERROR:
		s->input_failed = in->eof = true;
		log_error("standard input: %s", strerror(in->err));
		return SESSION_READ_END;
	case LINEIN_END:
		return SESSION_READ_END;
	case LINEIN_IDLE:
	case LINEIN_WAKE:
	case LINEIN_TAIL:
		break;
	}
	return SESSION_READ_NOTHING;
}

static void
write_tee(struct session *s)
{
	tee_write(&s->tee);
	if (!s->tee.err || s->tee_ended)
		return;
	s->tee_ended = true;
	if (s->tee.err == EPIPE)
		log_note("standard output: its reader is gone; delivery goes on");
	else
		log_error("standard output: %s; delivery goes on", strerror(s->tee.err));
}

static void
take_input(struct session *s, int64_t now)
{
	enum session_read r;

	if (s->sp)
		session_spool_input(s, now);
	if (s->input_over || !take_lines(s, false, now) || (!s->sp && tee_full(&s->tee)))
		return;
	r = session_read(s, &s->in);
	if (r == SESSION_READ_SOME)
		take_lines(s, false, now);
	else if (r == SESSION_READ_END)
		end_input(s, now);
}

/* --- the loop --- */

/*
 * After a signal the input is taken for the grace time (linein does that); a server that does
 * not take points by then ends the run, one that does gets as long again.
 */
static int64_t
last_moment(const struct session *s)
{
	if (!stop_since())
		return 0;
	return stop_since() + s->c.grace * (s->push.trouble_since ? 1 : 2);
}

/* What has left the pipe without having found room is not delivered either. */
static void
count_left_over(struct session *s)
{
	struct intake_line l;
	size_t n;

	while (!s->sp) {
		n = intake_next(s->intake, linein_data(&s->in), false, s->read_at, &l);
		if (l.kind == INTAKE_MORE)
			break;
		s->left_over += l.kind == INTAKE_POINT || l.kind == INTAKE_REFUSED;
		linein_consume(&s->in, n);
	}
	s->sum.read += s->left_over;
}

static void
give_up(struct session *s)
{
	count_left_over(s);
	session_count(s);
	tell_gave_up(&s->tell, s->push.trouble_since ? buf_span(&s->push.trouble) : span_of(NULL, 0),
	    s->sum.pending + s->sum.in_spool_after);
	session_talk_finish(s, SESSION_GAVE_UP);
}

static void
look_at_the_end(struct session *s, int64_t now)
{
	int64_t last = last_moment(s);

	if (s->over)
		return;
	if (s->input_over && !push_pending(&s->push) && !tee_waits(&s->tee))
		session_talk_finish(s, SESSION_FINISHED);
	else if (push_gave_up(&s->push, now) || (last && now >= last))
		give_up(s);
}

static void
show_progress(struct session *s, int64_t now)
{
	struct meter_state state;
	struct buf b = { 0 };

	if (!log_shows_progress() || s->c.dry_run || now < meter_due(&s->meter))
		return;
	session_count(s);
	state = (struct meter_state){ s->sum.delivered, push_pending(&s->push), s->push.sending,
		input(s)->bytes, s->file_size, s->sp, s->sum.in_spool_after };
	meter_line(&s->meter, now, &state, &b);
	log_progress("%s", buf_str(&b));
	buf_free(&b);
}

/* What is left to be read of a file, 0 of anything else. */
static uint64_t
size_of(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && at >= 0 && st.st_size > at
	    ? (uint64_t)(st.st_size - at) : 0;
}

static void
wait(struct session *s, int64_t now)
{
	struct pollfd fds[HTTP_WAIT_MAX] = { { .fd = stop_fd(), .events = POLLIN } };
	unsigned n = 1;
	int fd = s->in.fd;
	bool reads = !s->input_over && session_has_room(s) && !tee_full(&s->tee);
	int64_t at = now + IDLE_WAIT;

	clock_earlier(&at, push_deadline(&s->push, now));
	clock_earlier(&at, last_moment(s));
	clock_earlier(&at, s->checkpoint_due);
	clock_earlier(&at, s->reject_at);
	clock_earlier(&at, notify_alive(now));
	if (log_shows_progress() && push_pending(&s->push))
		clock_earlier(&at, meter_due(&s->meter));
	if (s->sp) {
		fd = session_spool_wait(s, now, &at);
		reads = fd >= 0 && !tee_full(&s->tee);
	}
	if (s->asking == SESSION_ASKS_NOTHING)
		clock_earlier(&at, s->push.api ? s->health_due : s->push.backoff.until);
	if (reads && stop_since() && !s->sp)
		clock_earlier(&at, stop_since() + (s->in.stop_now ? 0 : s->c.grace));
	if (s->over || (reads && s->in.eof))
		at = now;
	if (reads && !s->in.eof)
		fds[n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	if (tee_waits(&s->tee))
		fds[n++] = (struct pollfd){ .fd = s->tee.fd, .events = POLLOUT };
	if (packer_busy(s->packer))
		fds[n++] = (struct pollfd){ .fd = packer_fd(s->packer), .events = POLLIN };
	http_wait(s->http, fds, n, at - now);
	if (fds[0].revents)
		stop_drain();
}

static bool
tell_rejects(struct session *s, int err, int64_t now)
{
	const char *path = s->tell.reject->failing;

	if (err && err != s->reject_err)
		log_error("%s: %s: refused lines wait, and are tried again", path, strerror(err));
	else if (!err && s->reject_err)
		log_warn("%s: refused lines are written again", s->tell.reject->path);
	s->reject_err = err;
	s->reject_at = err ? now + CLOCK_SECOND : 0;
	return !err;
}

static void
write_rejects(struct session *s, int64_t now)
{
	if (now >= s->reject_at || s->over)
		tell_rejects(s, reject_flush(s->tell.reject), now);
}

bool
session_keep_rejects(struct session *s, int64_t now)
{
	return (now >= s->reject_at || s->over)
	    && tell_rejects(s, reject_sync(s->tell.reject), now);
}

bool
session_has_room(const struct session *s)
{
	return push_has_room(&s->push) && !reject_full(s->tell.reject);
}

enum session_end
session_run(struct session *s)
{
	int64_t now;

	s->file_size = s->sp && s->sp->drain ? 0 : size_of(input(s)->fd);
	s->meter.shown = clock_mono();
	notify_ready();
	while (!s->over) {
		session_talk_take_answers(s);
		now = clock_mono();
		if (!s->over) {
			take_input(s, now);
			session_talk_ask(s, now);
			session_talk_send_writes(s, now);
		}
		show_progress(s, now);
		write_tee(s);
		write_rejects(s, now);
		if (stop_take_usr1())
			session_print_stats(s);
		look_at_the_end(s, now);
		session_checkpoint(s, now);
		if (s->sp)
			session_spool_keep(s, now, s->over);
		if (!s->over)
			wait(s, now);
	}
	log_progress_end();
	if (s->end == SESSION_REFUSED || s->end == SESSION_MISMATCH)
		count_left_over(s);
	return s->end;
}
