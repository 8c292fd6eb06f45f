#include "source/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
merge_init(struct merge *m, size_t lanes)
{
	size_t i;

	*m = (struct merge){ .lane = mem_zero(lanes, sizeof *m->lane), .lanes = lanes };
	for (i = 0; i < lanes; i++)
		m->lane[i].item = mem_zero(MERGE_LANE_MAX, sizeof *m->lane[i].item);
}

void
merge_free(struct merge *m)
{
	size_t i, k;

	for (i = 0; i < m->lanes; i++) {
		for (k = 0; k < m->lane[i].count; k++)
			free(m->lane[i].item[m->lane[i].head + k].more);
		free(m->lane[i].item);
	}
	free(m->lane);
}

void
merge_round(struct merge *m, int64_t real, int64_t mono)
{
	size_t i;

	m->real = real;
	m->mono = mono;
	for (i = 0; i < m->lanes; i++)
		m->lane[i].more = false;
}

struct merge_item *
merge_space(struct merge *m, size_t lane, size_t *n)
{
	struct merge_lane *l = &m->lane[lane];

	if (l->head)
		memmove(l->item, l->item + l->head, l->count * sizeof *l->item);
	l->head = 0;
	*n = MERGE_LANE_MAX - l->count;
	l->more = *n == 0;
	return l->item + l->count;
}

void
merge_add(struct merge *m, size_t lane, size_t n, bool more)
{
	struct merge_lane *l = &m->lane[lane];

	for (; n; n--) {
		l->newest = l->item[l->count].ns;
		l->item[l->count++].read_at = m->mono;
	}
	l->more = more;
}

/* The stamp up to which no socket can come up with anything older. */
static int64_t
settled(const struct merge *m)
{
	int64_t limit = m->real - MERGE_MARGIN;
	size_t i;

	if (m->lanes == 1)
		return INT64_MAX;
	for (i = 0; i < m->lanes; i++)
		if (m->lane[i].more && m->lane[i].newest < limit)
			limit = m->lane[i].newest;
	return limit;
}

const struct merge_item *
merge_next(struct merge *m)
{
	struct merge_lane *best = NULL;
	int64_t limit = settled(m);
	bool waited = false;
	size_t i;

	for (i = 0; i < m->lanes; i++) {
		struct merge_lane *l = &m->lane[i];
		const struct merge_item *it = l->item + l->head;

		if (!l->count)
			continue;
		waited |= m->mono - it->read_at >= 2 * MERGE_MARGIN;
		if (!best || it->ns < best->item[best->head].ns)
			best = l;
	}
	/* Where one has waited long enough, those before it have, too. */
	if (!best || (best->item[best->head].ns > limit && !waited))
		return NULL;
	best->count--;
	return &best->item[best->head++];
}

void
merge_release(struct merge *m)
{
	m->mono += 2 * MERGE_MARGIN;
}

bool
merge_holds(const struct merge *m)
{
	size_t i;

	for (i = 0; i < m->lanes; i++)
		if (m->lane[i].count)
			return true;
	return false;
}
