#include "source/socketcand.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "source/link.h"

/* An answer that is due. */
#define ANSWER_TIME (5 * CLOCK_SECOND)

/* What is waited for. */
enum step {
	STEP_CONNECT,
	STEP_HI,
	STEP_OPENED,
	STEP_RAW,
	STEP_FRAMES,
};

struct socketcand {
	struct link link;
	struct span bus;		/* borrowed of the command line */
	const char *bus_name;
	enum step step;
	bool asked;			/* FRAMES: an echo is due */
	unsigned bad;			/* of this connection */
};

enum { BAD_MOST = 100 };

/* To be made again; why is said unless it is known to be down. */
static void
lose(struct live *c, struct live_lane *l, const char *why)
{
	struct socketcand *k = l->state;

	live_down(l, "%s; trying again", why);
	link_break(&k->link, c->mono);
	k->step = STEP_CONNECT;
	l->fd = -1;
	l->wake = k->link.retry_at;
}

static void
begin(struct live *c, struct live_lane *l)
{
	struct socketcand *k = l->state;
	int err = link_start(&k->link, c->mono);

	if (err) {
		lose(c, l, strerror(err));
		return;
	}
	k->step = STEP_CONNECT;
	k->bad = 0;
	l->fd = k->link.fd;
	l->events = POLLOUT;
	l->wake = k->link.retry_at;
}

/* Sends and waits for the answer. */
static bool
ask(struct live *c, struct live_lane *l, const char *text, enum step next)
{
	struct socketcand *k = l->state;
	int err = link_send(&k->link, text, strlen(text));

	if (err) {
		lose(c, l, strerror(err));
		return false;
	}
	k->step = next;
	l->wake = c->mono + ANSWER_TIME;
	return true;
}

/* An answer that belongs to a step of the beginning. False when the connection is done with. */
static bool
advance(struct live *c, struct live_lane *l, enum socketcand_result r)
{
	struct socketcand *k = l->state;
	char open[64];

	if (k->step == STEP_HI && r == SOCKETCAND_HI) {
		snprintf(open, sizeof open, "< open %.*s >", (int)k->bus.n, k->bus.p);
		return ask(c, l, open, STEP_OPENED);
	}
	if (k->step == STEP_OPENED && r == SOCKETCAND_OK)
		return ask(c, l, "< rawmode >", STEP_RAW);
	if (k->step == STEP_RAW && r == SOCKETCAND_OK) {
		k->step = STEP_FRAMES;
		k->asked = false;
		link_works(&k->link);
		live_back(l, "connected again");
		return true;
	}
	if (k->step == STEP_FRAMES)
		return true;			/* late, or too often */
	lose(c, l, "its answer is not one of socketcand");
	return false;
}

/* A message that is no frame. False when the connection is done with. */
static bool
take_other(struct live *c, struct live_lane *l, enum socketcand_result r,
    const struct socketcand_message *m)
{
	struct socketcand *k = l->state;
	char text[60], why[100];

	log_quote(text, sizeof text, m->text.p, m->text.n);
	switch (r) {
	case SOCKETCAND_HI:
	case SOCKETCAND_OK:
		return advance(c, l, r);
	case SOCKETCAND_ECHO:
		k->asked = false;
		return true;
	case SOCKETCAND_OTHER:
		live_other(c, "messages of socketcand");
		return true;
	case SOCKETCAND_ERROR:
		snprintf(why, sizeof why, "it says: error %s", text);
		lose(c, l, why);
		return false;
	case SOCKETCAND_BAD:
		live_skip(c, l, "a message of socketcand, not '%s'", text);
		if (++k->bad < BAD_MOST)
			return true;
		lose(c, l, "this is not socketcand");
		return false;
	case SOCKETCAND_FRAME:
	case SOCKETCAND_MORE:
		break;
	}
	return true;
}

/* Messages as far as there are whole ones; how many were frames. */
static size_t
take_stream(struct live *c, struct live_lane *l, struct merge_item *it, size_t space)
{
	struct socketcand *k = l->state;
	struct socketcand_message m;
	enum socketcand_result r;
	size_t used = 0;

	while (used < space && !live_is_full(l)) {
		struct span d = link_data(&k->link);

		r = socketcand_parse(d.p, d.n, &m);
		link_use(&k->link, m.used);
		if (r == SOCKETCAND_MORE)
			break;
		if (r != SOCKETCAND_FRAME) {
			if (!take_other(c, l, r, &m))
				break;
			continue;
		}
		if (k->step < STEP_RAW)
			continue;
		it[used] = m.it;
		it[used].bus = k->bus_name;
		it[used].ns = m.it.ns ? m.it.ns : c->real;
		used += live_takes(l, &it[used]);
	}
	return used;
}

static void
connected(struct live *c, struct live_lane *l)
{
	struct socketcand *k = l->state;
	struct pollfd p = { .fd = l->fd, .events = POLLOUT };
	int err;

	if (poll(&p, 1, 0) != 1)
		return;
	err = link_connected(&k->link);
	if (err) {
		lose(c, l, strerror(err));
		return;
	}
	l->events = POLLIN;
	k->step = STEP_HI;
	l->wake = c->mono + ANSWER_TIME;
}

static int
read_lane(struct live *c, struct live_lane *l, struct merge_item *it, size_t space)
{
	struct socketcand *k = l->state;
	size_t used;
	int n;

	if (k->link.state == LINK_CONNECTING) {
		connected(c, l);
		return 0;
	}
	used = take_stream(c, l, it, space);
	if (used == space || live_is_full(l) || k->link.state != LINK_UP) {
		l->more = k->link.state == LINK_UP;
		return (int)used;
	}
	n = link_read(&k->link);
	if (n < 0) {
		lose(c, l, n == -ENODATA ? "it closed the connection" : strerror(-n));
		return (int)used;
	}
	if (n > 0) {
		k->asked = false;
		if (k->step == STEP_FRAMES)
			l->wake = c->mono + ANSWER_TIME;
		l->more = true;
		used += take_stream(c, l, it + used, space - used);
	}
	return (int)used;
}

static void
tick(struct live *c, struct live_lane *l)
{
	struct socketcand *k = l->state;

	if (k->link.state == LINK_IDLE) {
		begin(c, l);
	} else if (k->step != STEP_FRAMES || k->asked) {
		lose(c, l, k->step == STEP_CONNECT ? strerror(ETIMEDOUT) : "it does not answer");
	} else {
		/* A bus may be silent; the machine behind it is asked whether it is there. */
		k->asked = ask(c, l, "< echo >", STEP_FRAMES);
	}
}

static void
close_lane(struct live_lane *l)
{
	struct socketcand *k = l->state;

	link_free(&k->link);
	free(k);
}

/* "HOST[:PORT]/BUS". NULL, or what was expected. */
static const char *
parse(struct span name, struct endpoint *e, struct span *bus)
{
	const char *slash = name.n ? memchr(name.p, '/', name.n) : NULL;
	size_t host = slash ? (size_t)(slash - name.p) : name.n, i;

	if (!endpoint_parse(span_of(name.p, host), SOCKETCAND_PORT, e))
		return "HOST:PORT/BUS";
	*bus = slash ? span_of(slash + 1, name.n - host - 1) : span_of(NULL, 0);
	for (i = 0; i < bus->n; i++)
		if ((unsigned char)bus->p[i] <= ' ' || strchr("<>", bus->p[i]))
			return "HOST:PORT/BUS";
	return bus->n > 0 && bus->n <= 16 ? NULL : "HOST:PORT/BUS, the name of a bus of that machine";
}

static bool
open_lane(struct live *c, struct live_lane *l, struct span name, struct live_error *e)
{
	struct socketcand *k = l->state = mem_zero(1, sizeof *k);
	struct endpoint at;
	int err = 0;

	k->link.fd = -1;
	snprintf(l->name, sizeof l->name, "socketcand:%.*s", (int)name.n, name.p ? name.p : "");
	e->why = parse(name, &at, &k->bus);
	if (e->why)
		e->got = name;
	else
		err = link_init(&k->link, &at);
	if (err)
		e->why = gai_strerror(err);
	if (e->why) {
		close_lane(l);
		return false;
	}
	k->bus_name = live_name(c, k->bus);
	c->mono = clock_mono();
	begin(c, l);
	return true;
}

const struct live_kind socketcand_kind = {
	.name = "socketcand",
	.open = open_lane,
	.read = read_lane,
	.tick = tick,
	.close = close_lane,
};
