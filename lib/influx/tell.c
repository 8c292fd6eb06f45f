#include "influx/tell.h"

#include <inttypes.h>

#include "base/log.h"

enum { LINE_CAP = 200, REASON_CAP = 600 };

/* What a server said, fit for a message: one line, without secrets, not too long. */
static void
put_words(struct buf *out, const struct tell *t, struct span text)
{
	char shown[REASON_CAP];
	struct buf b = { 0 };

	buf_put_span(&b, text);
	login_mask(t->login, &b);
	buf_puts(out, log_quote(shown, sizeof shown, b.p, b.len));
	buf_free(&b);
}

static void
put_place(struct buf *out, const struct tell *t)
{
	buf_put_span(out, t->place);
	buf_puts(out, ": ");
}

static void
put_check(struct buf *out, const char *check)
{
	if (check)
		buf_printf(out, ": %s", check);
}

static void
say(enum log_level level, struct buf *b)
{
	log_msg(level, "%s", buf_str(b));
	buf_free(b);
}

static void
on_rejected(void *ctx, uint64_t number, struct span line, struct span reason)
{
	struct tell *t = ctx;
	struct buf why = { 0 }, b = { 0 };
	char shown[LINE_CAP];

	buf_put_span(&why, reason);
	login_mask(t->login, &why);
	reject_line(t->reject, line, buf_span(&why));
	if (log_few(&t->shown)) {
		buf_printf(&b, "line %" PRIu64 " rejected: ", number);
		put_words(&b, t, reason);
		buf_printf(&b, ": %s", log_quote(shown, sizeof shown, line.p, line.n));
		say(LOG_WARN, &b);
	}
	buf_free(&why);
}

static void
keep_suspects(struct reject *r, const struct push_unnamed *u, struct span reason)
{
	size_t i, k = 0;

	reject_suspects(r, reason);
	for (i = u->from; i < u->to; i++) {
		if (k < u->named->count && u->named->line[k].line == i)
			k++;
		else
			reject_suspect(r, batch_text(u->batch, i));
	}
}

static void
on_unnamed(void *ctx, const struct push_unnamed *u)
{
	const struct batch_line *l = u->batch->line;
	struct tell *t = ctx;
	struct buf b = { 0 };

	buf_printf(&b, "%" PRIu64 " of the lines %" PRIu64 " to %" PRIu64
	    " rejected, the server does not say which: ", u->count, l[u->from].number,
	    l[u->to - 1].number);
	put_words(&b, t, u->reason);
	reject_remark(t->reject, buf_span(&b), span_of(NULL, 0));
	keep_suspects(t->reject, u, buf_span(&b));
	if (log_few(&t->shown))
		say(LOG_WARN, &b);
	buf_free(&b);
}

static void
on_trouble(void *ctx, struct span text, const char *check)
{
	const struct tell *t = ctx;
	struct buf b = { 0 };

	put_place(&b, t);
	put_words(&b, t, text);
	put_check(&b, check);
	buf_puts(&b, "; trying again");
	say(LOG_WARN, &b);
}

static void
on_recovered(void *ctx, int64_t after)
{
	const struct tell *t = ctx;
	struct buf b = { 0 };

	put_place(&b, t);
	buf_printf(&b, "points are accepted again, after %.1f s", (double)after / 1e9);
	say(LOG_WARN, &b);
}

struct push_events
tell_events(struct tell *t)
{
	return (struct push_events){ t, on_rejected, on_unnamed, on_trouble, on_recovered };
}

void
tell_rejected(struct tell *t, uint64_t number, struct span line, const char *reason)
{
	on_rejected(t, number, line, span_str(reason));
}

void
tell_piece(struct tell *t, uint64_t number, struct span piece, const char *reason)
{
	char shown[LINE_CAP];

	reject_remark(t->reject, span_str(reason), piece);
	if (log_few(&t->shown))
		log_warn("line %" PRIu64 " not used: %s: %s", number, reason,
		    log_quote(shown, sizeof shown, piece.p, piece.n));
}

void
tell_refused(const struct tell *t, struct span text, const char *check)
{
	struct buf b = { 0 };

	put_place(&b, t);
	put_words(&b, t, text);
	put_check(&b, check);
	say(LOG_ERROR, &b);
}

void
tell_gave_up(const struct tell *t, struct span text, uint64_t left)
{
	struct buf b = { 0 };

	put_place(&b, t);
	buf_puts(&b, text.n ? "gave up: " : "gave up");
	put_words(&b, t, text);
	buf_printf(&b, "; points not delivered: %" PRIu64, left);
	say(LOG_ERROR, &b);
}

void
tell_health(struct tell *t, const struct health *h)
{
	bool well = h->state == API_WELL;
	struct buf b = { 0 };

	put_place(&b, t);
	buf_puts(&b, well ? "health check: the server is well" : "health check: ");
	put_words(&b, t, buf_span(&h->text));
	say(well && !t->ill ? LOG_NOTE : LOG_WARN, &b);
	t->ill = !well;
}
