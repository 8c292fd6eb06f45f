#include "source/live.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/stop.h"

enum {
	HOLD_MS = 1,		/* next round for frames that merge holds */
	READ_MOST = 256,	/* frames asked of a lane at once */
};

/* After a signal, what has been received before it is still read, for at most so long. */
#define DRAIN_TIME (2 * CLOCK_SECOND)

static struct live_event *
add_event(struct live_lane *l, enum source_result what)
{
	struct live_event *e;

	/* One that is not told gives way: what it is about is counted, but for what was lost. */
	while (l->count == LIVE_EVENTS) {
		struct live_event oldest = l->event[l->first];

		l->first = (l->first + 1) % LIVE_EVENTS;
		if (oldest.what == SOURCE_LOST)
			l->event[(l->first + l->count - 1) % LIVE_EVENTS] = oldest;
		else
			l->count--;
	}
	e = &l->event[(l->first + l->count++) % LIVE_EVENTS];
	*e = (struct live_event){ .what = what };
	return e;
}

void
live_down(struct live_lane *l, const char *why, ...)
{
	va_list ap;

	if (l->down)
		return;
	l->down = true;
	va_start(ap, why);
	vsnprintf(add_event(l, SOURCE_DOWN)->why, LIVE_WHY, why, ap);
	va_end(ap);
}

void
live_back(struct live_lane *l, const char *why, ...)
{
	va_list ap;

	if (!l->down)
		return;
	l->down = false;
	va_start(ap, why);
	vsnprintf(add_event(l, SOURCE_BACK)->why, LIVE_WHY, why, ap);
	va_end(ap);
}

void
live_skip(struct live *c, struct live_lane *l, const char *why, ...)
{
	va_list ap;

	source_record(c->s);
	c->s->counts.skipped++;
	va_start(ap, why);
	vsnprintf(add_event(l, SOURCE_SKIPPED)->why, LIVE_WHY, why, ap);
	va_end(ap);
}

void
live_other(struct live *c, const char *kind)
{
	source_record(c->s);
	source_other(c->s, kind);
}

void
live_note(struct live_lane *l, const char *text, ...)
{
	va_list ap;

	va_start(ap, text);
	vsnprintf(add_event(l, SOURCE_NOTE)->why, LIVE_WHY, text, ap);
	va_end(ap);
}

void
live_lost(struct live_lane *l, uint64_t count, const char *what)
{
	struct live_event *e = &l->event[(l->first + l->count + LIVE_EVENTS - 1) % LIVE_EVENTS];

	if (!count)
		return;
	if (!l->count || e->what != SOURCE_LOST)
		e = add_event(l, SOURCE_LOST);
	e->count += count;
	snprintf(e->why, sizeof e->why, "%s", what);
}

bool
live_is_full(const struct live_lane *l)
{
	return l->count >= LIVE_EVENTS / 2;
}

const char *
live_name(struct live *c, struct span name)
{
	return arena_copy(&c->names, name).p;
}

bool
live_takes(const struct live_lane *l, const struct merge_item *it)
{
	struct frame f;

	if (!l->filter)
		return !(it->flags & FRAME_ERROR);
	f.id = it->id;
	f.flags = it->flags;
	return filter_match(l->filter, &f);
}

static void
free_all(struct live *c)
{
	size_t i;

	for (i = 0; i < c->lanes; i++)
		c->lane[i].kind->close(&c->lane[i]);
	merge_free(&c->merge);
	arena_free(&c->names);
	free(c->lane);
	free(c->poll);
	free(c);
}

/* Empties a lane as far as there is room. 0, or an errno. */
static int
read_lane(struct live *c, struct live_lane *l)
{
	size_t space = 0;
	int n;

	do {
		struct merge_item *at = merge_space(&c->merge, l->index, &space);

		if (!space)
			break;
		l->more = false;
		n = l->kind->read(c, l, at, space < READ_MOST ? space : READ_MOST);
		if (n < 0)
			return -n;
		if (n)
			c->newest = at[n - 1].ns;
		c->read_any |= n > 0 || l->more;
		merge_add(&c->merge, l->index, (size_t)n, l->more);
	} while (l->more && n);
	return 0;
}

/* Reads every lane once, and wakes those that asked for it. 0, or an errno. */
static int
round_of_reads(struct live *c)
{
	int err = 0;
	size_t i;

	c->read_any = false;
	c->s->now = c->real = clock_real();
	c->mono = clock_mono();
	merge_round(&c->merge, c->real, c->mono);
	for (i = 0; i < c->lanes && !err; i++) {
		struct live_lane *l = &c->lane[i];

		if (l->wake && l->wake <= c->mono)
			l->kind->tick(c, l);
		if (l->fd >= 0)
			err = read_lane(c, l);
	}
	return err;
}

/* The ms that may be slept: -1 for as long as nothing comes. */
static int
sleep_ms(const struct live *c)
{
	int64_t wake = INT64_MAX, left;
	size_t i;

	if (merge_holds(&c->merge))
		return HOLD_MS;
	for (i = 0; i < c->lanes; i++) {
		/* What it has taken from its descriptor, poll(2) does not see. */
		if (c->lane[i].more)
			return 0;
		if (c->lane[i].wake && c->lane[i].wake < wake)
			wake = c->lane[i].wake;
	}
	if (wake == INT64_MAX)
		return -1;
	left = (wake - clock_mono() + 999999) / 1000000;
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

/* Waits at most timeout ms (-1: for ever). The number of lanes that can be read, or -errno. */
static int
wait_lanes(struct live *c, int timeout)
{
	size_t i;
	int n;

	for (i = 0; i < c->lanes; i++) {
		c->poll[i].fd = c->lane[i].fd;
		c->poll[i].events = c->lane[i].events;
	}
	n = poll(c->poll, c->lanes + 1, timeout);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n > 0 && c->poll[c->lanes].revents)
		stop_drain();
	return n - (c->poll[c->lanes].revents != 0);
}

static bool
is_due(const struct live *c)
{
	int64_t mono = clock_mono();
	size_t i;

	for (i = 0; i < c->lanes; i++)
		if (c->lane[i].more || (c->lane[i].wake && c->lane[i].wake <= mono))
			return true;
	return false;
}

static void
finish(struct live *c)
{
	size_t i;

	for (i = 0; i < c->lanes; i++)
		if (c->lane[i].kind->finish)
			c->lane[i].kind->finish(c, &c->lane[i]);
	merge_release(&c->merge);
	c->end = true;
}

/* Something to tell about a lane; IDLE when there is nothing. */
static enum source_result
tell(struct live *c)
{
	struct source *s = c->s;
	size_t i;

	for (i = 0; i < c->lanes; i++) {
		struct live_lane *l = &c->lane[i];

		if (!l->count)
			continue;
		c->told = l->event[l->first];
		l->first = (l->first + 1) % LIVE_EVENTS;
		l->count--;
		s->bus = l->name;
		s->expected = c->told.why;
		s->count = c->told.count;
		if (c->told.what == SOURCE_LOST)
			s->counts.lost += s->count;
		return c->told.what;
	}
	return SOURCE_IDLE;
}

static enum source_result
give(struct live *c, const struct merge_item *it)
{
	struct frame *f = &c->s->frame;

	f->ns = it->shown ? it->shown : it->ns;
	f->bus = span_str(it->bus);
	f->id = it->id;
	f->flags = it->flags;
	f->len = it->len;
	f->fd_flags = it->fd_flags;
	f->raw_dlc = it->raw_dlc;
	f->xl_af = it->xl_af;
	f->xl_flags = it->xl_flags;
	f->xl_sdt = it->xl_sdt;
	f->xl_vcid = it->xl_vcid;
	if (it->more)
		memcpy(f->data, it->more, it->len);
	else
		memcpy(f->data, it->data, sizeof it->data);
	free(it->more);
	c->s->line = span_of(NULL, 0);
	c->s->counts.received++;
	return SOURCE_FRAME;
}

static enum source_result
fail(struct live *c, int err)
{
	c->end = true;
	c->s->err = err;
	return SOURCE_FAILED;
}

/*
 * After the signal: what lies in the sockets was sent before it and still counts, up to the first
 * frame that came later.
 */
static enum source_result
drain(struct live *c)
{
	int err;

	if (!c->stop_at)
		c->stop_at = clock_real();
	err = round_of_reads(c);
	if (err)
		return fail(c, err);
	if (!c->read_any || c->newest > c->stop_at || c->mono > stop_since() + DRAIN_TIME)
		finish(c);
	return SOURCE_DATA;
}

/* Reads more: DATA; or what next() has to return. */
static enum source_result
more(struct live *c, bool wait)
{
	bool holds = merge_holds(&c->merge);
	int n, err;

	if (stop_wanted())
		return drain(c);
	n = wait_lanes(c, wait ? sleep_ms(c) : 0);
	if (n < 0)
		return fail(c, -n);
	if (!n && !is_due(c)) {
		if (!wait)
			return SOURCE_IDLE;
		if (!holds)
			return SOURCE_WAKE;
	}
	err = round_of_reads(c);
	return err ? fail(c, err) : SOURCE_DATA;
}

static enum source_result
next(struct source *s, bool wait)
{
	struct live *c = s->state;
	const struct merge_item *it;
	enum source_result r;

	for (;;) {
		r = tell(c);
		if (r != SOURCE_IDLE)
			return r;
		it = merge_next(&c->merge);
		if (it)
			return give(c, it);
		if (c->end)
			return SOURCE_END;
		r = more(c, wait);
		if (r != SOURCE_DATA)
			return r;
	}
}

static void
close_all(struct source *s)
{
	free_all(s->state);
	s->state = NULL;
}

static const struct source_reader live = {
	.name = "live buses",
	.about = "live buses",
	.next = next,
	.close = close_all,
};

/* The lanes before a failed one are closed, it itself is not. */
static bool
open_lanes(struct live *c, const struct live_want *want, size_t count, struct live_error *e)
{
	for (; c->lanes < count; c->lanes++) {
		struct live_lane *l = &c->lane[c->lanes];

		*e = (struct live_error){ .want = c->lanes };
		*l = (struct live_lane){ .kind = want[c->lanes].kind, .filter = want[c->lanes].filter,
			.fd = -1, .events = POLLIN, .index = c->lanes };
		if (!l->kind->open(c, l, want[c->lanes].name, e)) {
			memcpy(e->name, l->name, sizeof e->name);
			return false;
		}
	}
	return true;
}

bool
live_open(struct source *s, const struct live_want *want, size_t count,
    const struct live_options *o, struct live_error *e)
{
	struct live *c = mem_zero(1, sizeof *c);

	*s = (struct source){ .reader = &live, .format = &live, .state = c, .file = -1,
		.input = { .fd = -1 } };
	c->s = s;
	c->o = o;
	c->lane = mem_zero(count, sizeof *c->lane);
	c->poll = mem_zero(count + 1, sizeof *c->poll);
	c->poll[count] = (struct pollfd){ .fd = stop_fd(), .events = POLLIN };
	merge_init(&c->merge, count);
	if (open_lanes(c, want, count, e))
		return true;
	free_all(c);
	return false;
}
