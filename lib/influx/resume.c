#include "influx/resume.h"

#include "base/hash.h"
#include "line/scanner.h"

/*
 * A line that is too long comes in pieces, cut where a read ended: only its front counts, which
 * is the same each time.
 */
enum { FRONT = 1 << 16 };

void
resume_init(struct resume *r, const struct checkpoint *old, struct span place,
    const struct intake *in)
{
	*r = (struct resume){ .old = *old, .seed = hash_chain(0, place),
		.peek = { .zeros = in->zeros, .accept_tail = in->accept_tail } };
	r->taken.hash = r->seen.hash = r->seed;
	r->state = old->done.points ? RESUME_LOOKS : RESUME_SENDS;
}

void
resume_free(struct resume *r)
{
	trail_free(&r->trail);
	intake_free(&r->peek);
}

/* Adds a line; returns its bytes. */
static size_t
count(struct checkpoint_mark *m, struct span raw)
{
	struct span text = scanner_trim(raw.p, raw.n);

	if (text.n > INTAKE_LINE_MAX)
		text.n = FRONT;
	m->points++;
	m->hash = hash_chain(m->hash, text);
	return text.n + 1;
}

static bool
same(struct checkpoint_mark a, struct checkpoint_mark b)
{
	return a.points == b.points && a.hash == b.hash;
}

bool
resume_look(struct resume *r, struct span data, bool end)
{
	struct intake_line l;
	struct span rest;
	size_t n;

	while (r->state == RESUME_LOOKS) {
		rest = r->peeked ? span_of(data.p + r->peeked, data.n - r->peeked) : data;
		n = intake_next(&r->peek, rest, end, 0, &l);
		if (l.kind == INTAKE_MORE && !end)
			return false;
		if (l.kind == INTAKE_MORE)
			r->state = RESUME_SENDS;
		if ((l.kind == INTAKE_POINT || l.kind == INTAKE_REFUSED) && !l.torn)
			count(&r->seen, span_of(rest.p, n));
		if (r->seen.points == r->old.head.points)
			r->state = same(r->seen, r->old.head) ? RESUME_SKIPS : RESUME_SENDS;
		r->peeked += n;
	}
	return true;
}

bool
resume_take(struct resume *r, struct span raw, uint64_t number, bool sent)
{
	bool skip = r->state == RESUME_SKIPS, whole = r->bytes >= RESUME_HEAD;
	struct trail_mark mark;

	r->bytes += count(&r->taken, raw);
	if (!whole)
		r->head = r->taken;
	mark = (struct trail_mark){ r->taken.points, r->taken.hash };
	if (sent && !skip)
		trail_add(&r->trail, number, mark);
	else
		trail_skip(&r->trail, mark);
	if (skip && r->taken.points == r->old.done.points)
		r->state = same(r->taken, r->old.done) ? RESUME_SENDS : RESUME_MISMATCH;
	return skip;
}

void
resume_end(struct resume *r)
{
	if (r->state == RESUME_SKIPS)
		r->state = RESUME_MISMATCH;
}

bool
resume_checkpoint(struct resume *r, uint64_t oldest, struct checkpoint *c)
{
	trail_pass(&r->trail, oldest);
	c->done = (struct checkpoint_mark){ r->trail.passed.a, r->trail.passed.b };
	c->head = c->done.points < r->head.points ? c->done : r->head;
	return r->state == RESUME_SENDS && c->done.points && !same(c->done, r->old.done);
}
