#include "influx/push.h"

#include <stdlib.h>

#include "base/mem.h"
#include "influx/misread.h"
#include "influx/normal.h"

enum {
	GZIP_LEAST = 256,	/* bytes below which it does not pay */
	SINGLES_MAX = 3,	/* lines refused one by one, before it is the settings that are wrong */
};

void
push_init(struct push *p, const struct push_config *c, const struct push_events *on,
    const struct api *api, struct accounting *sum, bool gzip, uint64_t seed)
{
	*p = (struct push){ .c = *c, .on = *on, .api = api, .sum = sum, .limit = SIZE_MAX,
		.rate = { .bytes = c->rate_bytes, .window = c->rate_window },
		.window = 1, .allowed = c->in_flight, .backoff = { .random = seed } };
	if (c->rate_bytes && c->rate_bytes < p->limit)
		p->limit = (size_t)c->rate_bytes;
	p->slot = mem_zero(c->in_flight + 1, sizeof *p->slot);
	if (gzip)
		p->gzip = gzip_new(PUSH_GZIP_LEVEL);
}

void
push_free(struct push *p)
{
	unsigned i;

	for (i = 0; i <= p->c.in_flight && p->slot; i++) {
		batch_free(&p->slot[i].batch);
		buf_free(&p->slot[i].packed);
		buf_free(&p->slot[i].changes);
	}
	free(p->slot);
	gzip_free(p->gzip);
	verdict_free(&p->verdict);
	buf_free(&p->told);
	buf_free(&p->trouble);
	*p = (struct push){ 0 };
}

static struct push_slot *
find_free(const struct push *p)
{
	unsigned i;

	for (i = 0; i <= p->allowed; i++)
		if (p->slot[i].state == PUSH_FREE)
			return &p->slot[i];
	return NULL;
}

void
push_allow(struct push *p, unsigned requests)
{
	p->allowed = requests < p->c.in_flight ? requests : p->c.in_flight;
	if (p->window > p->allowed)
		p->window = p->allowed;
}

bool
push_is_sure(const struct push *p)
{
	return p->api && (p->accepted || !p->c.can_switch);
}

bool
push_has_room(const struct push *p)
{
	return p->filling || find_free(p);
}

/* Some batch is on its way or waits to be sent. */
static bool
is_busy(const struct push *p)
{
	unsigned i;

	for (i = 0; i <= p->c.in_flight; i++)
		if (p->slot[i].state == PUSH_READY || p->slot[i].state == PUSH_SENDING)
			return true;
	return false;
}

/* The end of the request that begins with the line `from`: as many as the server takes at once. */
static size_t
fit(const struct push *p, const struct batch *b, size_t from)
{
	size_t to = b->lines;

	while (to > from + 1 && batch_range(b, from, to).n > p->limit)
		to = from + (to - from + 1) / 2;
	return to;
}

static void
set_range(struct push_slot *s, size_t from, size_t to)
{
	s->from = from;
	s->to = to;
	s->packed.len = 0;
	s->again = false;
	s->fit = NULL;
}

static void
seal(struct push *p)
{
	struct push_slot *s = p->filling;

	if (!s)
		return;
	s->state = PUSH_READY;
	s->order = p->orders++;
	set_range(s, 0, fit(p, &s->batch, 0));
	p->filling = NULL;
}

void
push_line(struct push *p, struct span line, uint64_t number, int64_t now)
{
	struct push_slot *s = p->filling;

	if (s && s->batch.text.len + line.n + 1 > p->c.bytes && find_free(p))
		seal(p);
	if (!p->filling) {
		p->filling = find_free(p);
		p->filling->state = PUSH_FILLING;
		p->flush_at = now + p->c.flush;
	}
	s = p->filling;
	batch_add(&s->batch, line, number);
	if (s->batch.lines >= p->c.lines || s->batch.text.len >= p->c.bytes)
		seal(p);
}

void
push_end(struct push *p)
{
	p->flush_at = INT64_MIN;
}

uint64_t
push_pending(struct push *p)
{
	uint64_t n = 0;
	unsigned i;

	for (i = 0; i <= p->c.in_flight; i++) {
		const struct push_slot *s = &p->slot[i];

		n += s->batch.lines - (s->state == PUSH_FREE || s->state == PUSH_FILLING ? 0 : s->from);
	}
	p->sum->pending = n;
	return n;
}

uint64_t
push_pending_below(const struct push *p, uint64_t number)
{
	uint64_t n = 0;
	unsigned i;
	size_t k;

	for (i = 0; i <= p->c.in_flight; i++) {
		const struct push_slot *s = &p->slot[i];

		for (k = s->from; k < s->batch.lines && s->batch.line[k].number < number; k++)
			n++;
	}
	return n;
}

uint64_t
push_oldest(const struct push *p)
{
	uint64_t oldest = UINT64_MAX;
	unsigned i;

	for (i = 0; i <= p->c.in_flight; i++) {
		const struct push_slot *s = &p->slot[i];

		if (s->from < s->batch.lines && s->batch.line[s->from].number < oldest)
			oldest = s->batch.line[s->from].number;
	}
	return oldest;
}

/*
 * A batch that is not full goes out when its time has come and nothing else is on its way: a
 * live stream has one request at a time and keeps its order.
 */
void
push_tick(struct push *p, int64_t now)
{
	if (p->filling && now >= p->flush_at && !is_busy(p))
		seal(p);
}

static bool
is_due(struct push *p, const struct push_slot *s, int64_t now)
{
	uint64_t n = batch_range(&s->batch, s->from, s->to).n;
	int64_t due = rate_due(&p->rate, n, now);

	p->rate_until = due > now ? due : 0;
	if (due <= now)
		rate_sent(&p->rate, n, now);
	return due <= now;
}

bool
push_unpacked(struct push *p, int slot, struct span *lines, struct buf **out)
{
	struct push_slot *s = &p->slot[slot];

	*lines = batch_range(&s->batch, s->from, s->to);
	*out = &s->packed;
	return p->gzip && lines->n >= GZIP_LEAST && !s->packed.len;
}

bool
push_hurries(const struct push *p, unsigned packing)
{
	unsigned i;
	bool more = p->filling;

	for (i = 0; i <= p->c.in_flight && !more; i++)
		more = p->slot[i].state == PUSH_READY;
	return more && p->window > 1 && (p->sending - packing - 1) * 2 < p->window;
}

struct span
push_body(struct push *p, int slot, bool *packed)
{
	struct span lines;
	struct buf *out;

	if (push_unpacked(p, slot, &lines, &out))
		gzip_pack(p->gzip, lines, out);
	*packed = p->gzip && out->len;
	return *packed ? buf_span(out) : lines;
}

/* The lines of the request are dealt with; what follows them in the batch is next. */
static void
advance(struct push *p, struct push_slot *s)
{
	if (s->to < s->batch.lines) {
		set_range(s, s->to, fit(p, &s->batch, s->to));
		return;
	}
	batch_clear(&s->batch);
	s->changes.len = 0;
	set_range(s, 0, 0);
	s->state = PUSH_FREE;
}

static void
reject_line(struct push *p, const struct push_slot *s, size_t line, struct span reason)
{
	p->sum->rejected++;
	p->on.rejected(p->on.ctx, s->batch.line[line].number, batch_text(&s->batch, line), reason);
}

static void
reject_named(struct push *p, const struct push_slot *s)
{
	const struct naming *m = &p->verdict.named;
	size_t i;

	for (i = 0; i < m->count; i++)
		reject_line(p, s, m->line[i].line, naming_reason(m, i));
}

/* Takes the named lines, which are refused, out of the request; false when none is left of it. */
static bool
take_out_named(struct push *p, struct push_slot *s)
{
	const struct naming *m = &p->verdict.named;
	size_t *index = mem_alloc(m->count * sizeof *index), i, from = s->from, to = s->to;

	reject_named(p, s);
	for (i = 0; i < m->count; i++)
		index[i] = m->line[i].line;
	batch_remove(&s->batch, index, m->count);
	free(index);
	set_range(s, from, to - m->count);
	if (s->from < s->to)
		return true;
	advance(p, s);
	return false;
}

/* False when nothing is left to be sent. */
static bool
take_out_misread(struct push *p, struct push_slot *s)
{
	struct buf why = { 0 };
	size_t i;

	naming_clear(&p->verdict.named);
	for (i = s->from; i < s->to; i++) {
		why.len = 0;
		if (misread_line(batch_text(&s->batch, i), &why))
			naming_add(&p->verdict.named, i, buf_span(&why));
	}
	buf_free(&why);
	return !p->verdict.named.count || take_out_named(p, s);
}

/*
 * VictoriaMetrics refuses a line that is too long when it has stored some of those before it: what
 * goes with it would be sent, and be there, twice.
 */
static void
set_apart(const struct push *p, struct push_slot *s)
{
	size_t i = s->from;

	while (i < s->to && s->batch.line[i].n <= p->api->line_max)
		i++;
	if (i < s->to)
		set_range(s, s->from, i > s->from ? i : i + 1);
}

/*
 * Makes the lines of the next request what the server wants, also those that have been sent to
 * another one before. False when nothing is left of them.
 */
static bool
prepare(struct push *p, struct push_slot *s)
{
	bool changed;

	if (s->fit == p->api)
		return true;
	if (p->api->misreads && p->c.validate && !take_out_misread(p, s))
		return false;
	if (p->api->line_max)
		set_apart(p, s);
	if (p->api->unsigned_fields)
		changed = normal_undo(&s->batch, &s->changes);
	else
		changed = normal_unsigned(&s->batch, s->from, s->to, &s->changes);
	if (changed)
		s->packed.len = 0;
	s->fit = p->api;
	return true;
}

static struct push_slot *
find_ready(const struct push *p)
{
	struct push_slot *first = NULL;
	unsigned i;

	for (i = 0; i <= p->c.in_flight; i++)
		if (p->slot[i].state == PUSH_READY && (!first || p->slot[i].order < first->order))
			first = &p->slot[i];
	return first;
}

int
push_next(struct push *p, int64_t now)
{
	struct push_slot *first;

	if (now < p->backoff.until || p->sending >= p->window)
		return -1;
	do
		first = find_ready(p);
	while (first && !prepare(p, first));
	if (!first || !is_due(p, first, now))
		return -1;
	first->state = PUSH_SENDING;
	p->sending++;
	p->sum->requests++;
	p->sum->retries += first->again;
	first->again = true;
	return (int)(first - p->slot);
}

/* A request went well: all at once from now on, but after a failure twice as many each time. */
static void
widen(struct push *p)
{
	if (p->careful && p->window * 2 < p->allowed) {
		p->window *= 2;
		return;
	}
	p->window = p->allowed;
	p->careful = false;
}

static void
went_well(struct push *p, int64_t now)
{
	backoff_succeed(&p->backoff);
	widen(p);
	if (p->told.len)
		p->on.recovered(p->on.ctx, now - p->trouble_since);
	p->told.len = 0;
	p->trouble_since = 0;
}

static void
stored(struct push *p, struct push_slot *s, int64_t now)
{
	uint64_t lines = s->to - s->from, unnamed = p->verdict.unnamed;
	struct push_unnamed u = { unnamed, &s->batch, s->from, s->to, &p->verdict.named,
		buf_span(&p->verdict.text) };

	reject_named(p, s);
	if (unnamed)
		p->on.unnamed(p->on.ctx, &u);
	p->sum->rejected += unnamed;
	p->sum->delivered += lines - p->verdict.named.count - unnamed;
	p->accepted = true;
	went_well(p, now);
	advance(p, s);
}

static void
refused(struct push *p, struct push_slot *s, int64_t now)
{
	went_well(p, now);
	take_out_named(p, s);
}

/* Half of the lines go first; a single one that is refused is the one. */
static bool
search(struct push *p, struct push_slot *s)
{
	size_t lines = s->to - s->from;

	if (lines > 1) {
		set_range(s, s->from, s->from + lines / 2);
		return true;
	}
	if (!p->accepted && ++p->singles > SINGLES_MAX)
		return false;
	reject_line(p, s, s->from, buf_span(&p->verdict.text));
	advance(p, s);
	return true;
}

static void
halve(struct push *p, struct push_slot *s)
{
	size_t bytes = batch_range(&s->batch, s->from, s->to).n;

	if (s->to - s->from == 1) {
		reject_line(p, s, s->from, buf_span(&p->verdict.text));
		advance(p, s);
		return;
	}
	if (p->limit > bytes / 2)
		p->limit = bytes / 2;
	set_range(s, s->from, fit(p, &s->batch, s->from));
}

/* A failure is told when it is not over with the first new try, and when it changes. */
static void
tell(struct push *p, struct span text, const char *check)
{
	if ((p->backoff.failures < 2 && !check) || span_equal(buf_span(&p->told), text))
		return;
	p->told.len = 0;
	buf_put_span(&p->told, text);
	p->on.trouble(p->on.ctx, text, check);
}

void
push_fail(struct push *p, struct span text, const char *check, int64_t now, int64_t asked)
{
	p->window = 1;
	p->careful = true;
	if (!p->trouble_since)
		p->trouble_since = now;
	/* the requests that were on their way together fail together: that is one failure */
	if (now >= p->backoff.until)
		backoff_fail(&p->backoff, now, asked);
	p->trouble.len = 0;
	buf_put_span(&p->trouble, text);
	tell(p, text, check);
}

void
push_retry_now(struct push *p)
{
	p->backoff.until = 0;
}

static enum push_advice
hold(struct push *p, int64_t now)
{
	const struct verdict *v = &p->verdict;

	if (v->kind == VERDICT_MISSING && p->c.can_create) {
		push_fail(p, buf_span(&v->text), NULL, now, v->wait);
		return PUSH_CREATE;
	}
	if (v->kind == VERDICT_ENDPOINT && !push_is_sure(p)) {
		p->c.can_switch = false;
		return PUSH_SWITCH;
	}
	if (!p->accepted)
		return PUSH_REFUSED;
	push_fail(p, buf_span(&v->text), v->check, now, v->wait);
	return PUSH_LOGIN;
}

enum push_advice
push_answer(struct push *p, int slot, const struct verdict_answer *a, int64_t now)
{
	struct push_slot *s = &p->slot[slot];
	struct verdict *v = &p->verdict;

	verdict_judge(v, p->api, a, &s->batch, s->from, s->to);
	s->state = PUSH_READY;
	p->sending--;
	switch (v->kind) {
	case VERDICT_DONE:
	case VERDICT_STORED:
		stored(p, s, now);
		return PUSH_ON;
	case VERDICT_REFUSED:
		refused(p, s, now);
		return PUSH_ON;
	case VERDICT_UNNAMED:
		return search(p, s) ? PUSH_ON : PUSH_REFUSED;
	case VERDICT_HALVE:
		halve(p, s);
		return PUSH_ON;
	case VERDICT_IDENTITY:
		if (!s->packed.len)
			return hold(p, now);
		s->packed.len = 0;
		gzip_free(p->gzip);
		p->gzip = NULL;
		return PUSH_ON;
	case VERDICT_RETRY:
		push_fail(p, buf_span(&v->text), v->check, now, v->wait);
		return PUSH_ON;
	case VERDICT_HOLD:
	case VERDICT_MISSING:
	case VERDICT_ENDPOINT:
		return hold(p, now);
	}
	return PUSH_ON;
}

int64_t
push_deadline(const struct push *p, int64_t now)
{
	int64_t at = 0, end;
	bool busy = is_busy(p);

	if (p->filling && !busy)
		at = p->flush_at;
	if (busy && p->sending < p->window && p->backoff.until > now)
		at = p->backoff.until;
	else if (busy && p->sending < p->window && p->rate_until > now)
		at = p->rate_until;
	if (p->trouble_since && p->c.give_up >= 0 && (p->filling || busy)) {
		end = p->trouble_since + p->c.give_up;
		at = at && at < end ? at : end;
	}
	return at;
}

bool
push_gave_up(const struct push *p, int64_t now)
{
	return p->trouble_since && p->c.give_up >= 0 && now - p->trouble_since >= p->c.give_up
	    && (p->filling || is_busy(p));
}
