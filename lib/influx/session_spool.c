#include "influx/session_spool.h"

#include <stdio.h>
#include <inttypes.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "influx/session.h"

#define RETRY CLOCK_SECOND
#define COMMIT CLOCK_SECOND
#define MINUTE (60 * CLOCK_SECOND)

static struct trail_mark
mark_of(const struct spool *s)
{
	return (struct trail_mark){ s->at.segment << 32 | s->at.offset, s->at.points };
}

static struct segment_position
position_of(struct trail_mark m)
{
	return (struct segment_position){ m.a >> 32, m.a & UINT32_MAX, m.b };
}

/* What linein asks for bytes. Blocks are whole lines: what was given before is used up. */
static enum linein_result
pull(void *arg, struct buf *b, bool wait, int64_t deadline)
{
	struct session_spool *sp = arg;
	int err;

	(void)wait;
	(void)deadline;
	if (sp->read_at && clock_mono() < sp->read_at)
		return LINEIN_IDLE;
	sp->idle = !spool_read(sp->spool, b);
	err = sp->spool->read_err;
	if (err && !sp->read_at)
		log_error("%s: %s: reading it is tried again", sp->spool->c.path, strerror(err));
	sp->read_at = err ? clock_mono() + RETRY : 0;
	trail_skip(&sp->trail, mark_of(sp->spool));
	if (!sp->idle)
		return LINEIN_DATA;
	return sp->over && !sp->block.len && !err ? LINEIN_END : LINEIN_IDLE;
}

void
session_spool_init(struct session *s, struct session_spool *sp, int fd)
{
	s->sp = sp;
	sp->intake = s->intake;
	s->intake = &sp->plain;
	sp->plain.ready = true;
	linein_init(&sp->in, fd, s->c.grace);
	sp->over = sp->drain;
	s->in.fd = -1;
	s->in.pull = pull;
	s->in.pull_arg = sp;
}

void
session_spool_free(struct session_spool *sp)
{
	linein_free(&sp->in);
	intake_free(&sp->plain);
	buf_free(&sp->block);
	buf_free(&sp->lengths);
	buf_free(&sp->known);
	trail_free(&sp->trail);
}

/* --- into the spool --- */

/* From here on the lines must outlive what was read, or are not all as they were read. */
static void
leave_run(struct session_spool *sp)
{
	buf_put_span(&sp->block, sp->run);
	sp->run.n = 0;
}

/* raw: as it was read. As long as one line follows the other there, nothing is copied. */
static void
add_line(struct session_spool *sp, struct span raw, struct span text)
{
	const uint32_t n = (uint32_t)text.n + 1;
	bool same = text.p == raw.p && n == raw.n && raw.p[text.n] == '\n';

	if (same && !sp->block.len && (!sp->run.n || sp->run.p + sp->run.n == raw.p)) {
		sp->run = span_of(sp->run.n ? sp->run.p : raw.p, sp->run.n + n);
	} else {
		leave_run(sp);
		buf_put_span(&sp->block, text);
		buf_putc(&sp->block, '\n');
	}
	buf_put(&sp->lengths, &n, sizeof n);
	sp->points++;
}

static void
collect(struct session *s, bool end)
{
	struct session_spool *sp = s->sp;
	struct intake_line l;
	struct span data;
	size_t n;

	for (;;) {
		data = linein_data(&sp->in);
		n = intake_next(sp->intake, data, end, s->read_at, &l);
		if (l.kind == INTAKE_MORE)
			return;
		s->sum.read += l.kind == INTAKE_POINT || l.kind == INTAKE_REFUSED;
		if (l.kind == INTAKE_POINT) {
			add_line(sp, span_of(data.p, n), l.text);
		} else if (l.kind == INTAKE_REFUSED) {
			session_refuse_line(s, &l);
		}
		linein_consume(&sp->in, n);
	}
}

static void
drop_oldest(struct session *s)
{
	struct spool *spool = s->sp->spool;

	/* what was read from there and not taken went with it */
	if (spool_drop_oldest(spool) && !spool->at.segment) {
		linein_consume(&s->in, linein_data(&s->in).n);
		s->sp->plain.plain = 0;
		s->sp->known.len = s->sp->known_at = 0;
	}
}

/* Where all before it has been taken, what is written goes on from memory and is not read back. */
static int
append(struct session *s)
{
	struct session_spool *sp = s->sp;
	bool next = !linein_data(&s->in).n && spool_is_read(sp->spool);
	struct span lines = sp->run.n ? sp->run : buf_span(&sp->block);
	int err = spool_write(sp->spool, lines, sp->points);
	struct buf old = sp->known;

	if (err || !next || !spool_pass(sp->spool))
		return err;
	if (sp->run.n)
		linein_pass(&s->in, &sp->in, sp->run);
	else
		linein_give(&s->in, &sp->block);
	sp->known = sp->lengths;
	sp->known_at = 0;
	sp->lengths = old;
	return 0;
}

/* Behind a slow server it goes on and off: once a minute. */
static void
tell_full(struct session_spool *sp, int err, int64_t now)
{
	static const char *const what[] = { "the input waits", "the oldest points are dropped",
		"points are dropped" };

	sp->err = err;
	if (err == sp->told || (err && now < sp->tell_at))
		return;
	if (err)
		log_warn("%s: %s: %s", sp->spool->c.path,
		    err == ENOSPC ? "the spool or the disk is full" : strerror(err), what[sp->full]);
	else
		log_warn("%s: points are taken again", sp->spool->c.path);
	sp->told = err;
	sp->tell_at = err ? 0 : now + MINUTE;
}

/* False while the lines find no room and are not dropped. */
static bool
write_block(struct session *s, int64_t now)
{
	struct session_spool *sp = s->sp;
	bool any = sp->block.len || sp->run.n;
	int err = any ? append(s) : 0;

	if (err || (sp->err && any && sp->full == SESSION_SPOOL_BLOCK))
		tell_full(sp, err, now);
	while (err && sp->full == SESSION_SPOOL_OLDEST && sp->spool->count) {
		drop_oldest(s);
		err = append(s);
	}
	sp->retry_at = err ? now + RETRY : 0;
	if (err && sp->full == SESSION_SPOOL_BLOCK) {
		leave_run(sp);
		return false;
	}
	if (err)
		sp->dropped += sp->points;
	else if (any)
		sp->idle = false;
	sp->block.len = sp->lengths.len = sp->run.n = 0;
	sp->points = 0;
	if (sp->spool->dirty && !sp->sync_at)
		sp->sync_at = sp->spool->c.fsync == SPOOL_ALWAYS ? now : now + COMMIT;
	return true;
}

/* err is of the last try; *was of the one before. */
static void
note_error(const struct session_spool *sp, int *was, int err, const char *what)
{
	if (err && err != *was)
		log_error("%s: %s: %s", sp->spool->c.path, strerror(err), what);
	*was = err;
}

static void
sync_now(struct session_spool *sp, int64_t now)
{
	int err = spool_sync(sp->spool);

	sp->sync_at = err ? now + RETRY : 0;
	note_error(sp, &sp->sync_err, err, "what is written is not on the disk");
}

static void
end_input(struct session *s, int64_t now)
{
	struct session_spool *sp = s->sp;

	collect(s, !sp->in.stopped && !s->input_failed);
	sp->over = true;
	s->in.stopped = sp->in.stopped;
	s->in.stop_now = sp->in.stop_now;
	write_block(s, now);
}

/*
 * What a read brings finds room, too, or else is dropped: nothing is read that would have to wait
 * in memory. (Lines get longer by the times that they lack, and a disk is full when it likes: then
 * it does.)
 */
static bool
has_room(const struct session_spool *sp)
{
	const struct spool *spool = sp->spool;

	return sp->full != SESSION_SPOOL_BLOCK || spool_bytes(spool) + linein_data(&sp->in).n
	    + LINEIN_READ + SEGMENT_RECORD <= spool->c.max;
}

void
session_spool_input(struct session *s, int64_t now)
{
	struct session_spool *sp = s->sp;
	enum session_read r;

	if (sp->block.len && !write_block(s, now))
		return;
	if (!sp->over && !has_room(sp))
		tell_full(sp, ENOSPC, now);
	if (sp->over || !has_room(sp) || reject_full(s->tell.reject) || tee_full(&s->tee))
		return;
	r = session_read(s, &sp->in);
	if (r == SESSION_READ_SOME) {
		collect(s, false);
		write_block(s, now);
	} else if (r == SESSION_READ_END) {
		end_input(s, now);
	}
	if (sp->sync_at && sp->sync_at <= now)
		sync_now(sp, now);
}

/* --- out of it --- */

uint64_t
session_spool_line(struct session *s, size_t n, bool point, bool sent)
{
	struct session_spool *sp = s->sp;
	uint64_t number = spool_take(sp->spool, n, point);

	if (sent)
		trail_add(&sp->trail, number, mark_of(sp->spool));
	else
		trail_skip(&sp->trail, mark_of(sp->spool));
	return number;
}

/* Not before what was refused up to there is in its file. */
static void
save_position(struct session *s, const struct segment_position *p, int64_t now, bool end)
{
	struct session_spool *sp = s->sp;
	int err;

	sp->save_at = now + RETRY;
	if (!session_keep_rejects(s, now))
		return;
	if (end && !push_pending(&s->push) && !spool_untaken(sp->spool))
		err = spool_finish(sp->spool);
	else
		err = spool_acknowledge(sp->spool, p);
	sp->save_at = err ? now + RETRY : 0;
	note_error(sp, &sp->save_err, err, "what is delivered is not recorded");
}

void
session_spool_keep(struct session *s, int64_t now, bool end)
{
	struct session_spool *sp = s->sp;
	struct segment_position p;

	trail_pass(&sp->trail, push_oldest(&s->push));
	p = position_of(sp->trail.passed);
	if (!end && !segment_before(&sp->spool->position, &p))
		sp->save_at = 0;
	else if (end || sp->save_at <= now)
		save_position(s, &p, now, end);
	if (sp->spool->moved && !sp->sync_at)
		sp->sync_at = now + COMMIT;
	if (end || (sp->sync_at && sp->sync_at <= now))
		sync_now(sp, now);
}

int
session_spool_wait(const struct session *s, int64_t now, int64_t *at)
{
	const struct session_spool *sp = s->sp;

	clock_earlier(at, sp->sync_at);
	clock_earlier(at, sp->save_at);
	if (sp->block.len)
		clock_earlier(at, sp->retry_at);
	if (session_has_room(s) && !s->input_over && (!sp->idle || (sp->over && !sp->block.len)))
		clock_earlier(at, sp->read_at ? sp->read_at : now);
	if (sp->over || sp->block.len || !has_room(sp) || reject_full(s->tell.reject))
		return -1;
	if (stop_since())
		clock_earlier(at, stop_since() + (sp->in.stop_now ? 0 : s->c.grace));
	return sp->in.fd;
}

void
session_spool_count(struct session *s)
{
	const struct session_spool *sp = s->sp;
	uint64_t left = push_pending(&s->push);
	uint64_t gone = push_pending_below(&s->push, spool_first(sp->spool));

	s->sum.in_spool_before = sp->spool->before;
	s->sum.in_spool_after = spool_untaken(sp->spool) + left - gone;
	s->sum.pending = gone + sp->points;
	s->sum.dropped = sp->dropped + sp->spool->lost;
	s->sum.comments = sp->intake->comments;
}

void
session_spool_describe(struct buf *out, const struct spool *spool, const char *path, bool json)
{
	static const char text_form[] = "points: %" PRIu64 "\nbytes: %" PRIu64 "\nsegments: %zu\n"
	    "damaged points: %" PRIu64 "\nprocess: %s\n";
	static const char json_form[] = "{\"points\":%" PRIu64 ",\"bytes\":%" PRIu64
	    ",\"segments\":%zu,\"damaged\":%" PRIu64 ",\"process\":%s}\n";
	char process[24];
	bool held;
	uint64_t owner = spool_owner(path, &held);

	snprintf(process, sizeof process, "%" PRIu64, owner);
	buf_printf(out, json ? json_form : text_form, spool_untaken(spool), spool_bytes(spool),
	    spool->count, spool->lost, held ? process : json ? "null" : "none");
}
