#include "source/mf4_lane.h"

#include "base/load.h"

enum {
	DATA_MAX = 64,			/* bytes of a frame */
	REWINDS = 64,			/* how often offsets may lead back */
};

/* The key of a record's data: its offset, or where these are not valid, its number. */
static bool
key_of(const struct mf4_lane *l, const char *record, uint64_t *key)
{
	const struct mf4_group *g = &l->group[l->at];

	if (l->file->unfinished & MF4_OFFSETS && g->storage == MF4_IN_GROUP) {
		*key = l->progress[l->at].records;
		return true;
	}
	return mf4_number(g, &g->data, record, key);
}

/* A length and as many bytes, at an offset of the SD blocks. */
static bool
in_block(struct mf4_lane *l, uint64_t key, struct span *data)
{
	struct mf4_lane_progress *p = &l->progress[l->at];
	struct span v;
	uint32_t n;

	if (!p->begun) {
		mf4_chain_init(&p->chain, l->file, l->tree, l->group[l->at].link);
		p->away = (struct mf4_stream){ .chain = &p->chain, .scratch = l->stream.scratch,
			.chunk = l->stream.chunk };
		p->begun = true;
	}
	mf4_stream_seek(&p->away, key);
	v = mf4_stream_view(&p->away, 4);
	if (v.n < 4)
		return false;
	n = load_le32(v.p);
	if (n > DATA_MAX)
		return false;
	v = mf4_stream_view(&p->away, 4 + n);
	*data = span_of(v.p + 4, n);
	return v.n >= 4 + n;
}

/* The record with that key among those behind the one at which the lane stands: right behind it. */
static bool
right_behind(const struct mf4_lane *l, struct span rest, size_t vlsd, struct span *data)
{
	size_t head = l->data->id_size + 4, group;

	if (rest.n < head || !mf4_lane_group(l, rest.p, &group) || group != vlsd)
		return false;
	data->p = rest.p + head;
	data->n = load_le32(rest.p + head - 4);
	return data->n <= DATA_MAX && data->n <= rest.n - head;
}

/* Goes over the records of the data group once more, from where it came to the last time. */
static bool
somewhere(struct mf4_lane *l, size_t vlsd, uint64_t key, struct span *data)
{
	struct mf4_lane_progress *p = &l->progress[l->at];
	size_t head = l->data->id_size, group;
	uint64_t size;
	struct span v;

	if (!p->begun)
		p->away = (struct mf4_stream){ .chain = &l->chain, .scratch = l->stream.scratch,
			.chunk = l->stream.chunk };
	p->begun = true;
	if (key < p->away_key) {
		if (p->rewinds++ == REWINDS)
			return false;
		mf4_stream_seek(&p->away, 0);
		p->away_key = 0;
	}
	for (;;) {
		v = mf4_stream_view(&p->away, head + 4);
		if (v.n < head + 4 || !mf4_lane_group(l, v.p, &group))
			return false;
		size = l->group[group].event == MF4_VLSD ? 4 + (uint64_t)load_le32(v.p + head)
		    : (uint64_t)l->group[group].size + l->group[group].invalid;
		if (group == vlsd && p->away_key == key)
			break;
		if (group == vlsd)
			p->away_key += l->file->unfinished & MF4_OFFSETS ? 1 : size;
		if (p->away_key > key)
			return false;
		mf4_stream_skip(&p->away, head + size);
	}
	if (size > 4 + DATA_MAX)
		return false;
	v = mf4_stream_view(&p->away, head + (size_t)size);
	*data = span_of(v.p + head + 4, (size_t)size - 4);
	return v.n >= head + size;
}

/* A record of a VLSD group: mostly the one right behind, or right before. */
static bool
in_group(struct mf4_lane *l, struct span rest, uint64_t key, struct span *data)
{
	struct mf4_lane_progress *v;
	size_t vlsd = l->progress[l->at].vlsd;
	bool behind;

	if (vlsd >= l->data->groups)
		return false;
	v = &l->progress[vlsd];
	behind = right_behind(l, rest, vlsd, data);
	if (v->unsure && (behind || l->before == vlsd + 1)) {
		/* Records were lost: what stands together belongs together. */
		if (behind)
			v->next = key;
		else
			v->key = key;
		v->unsure = false;
	}
	if (behind && v->next == key)
		return true;
	if (v->had && v->key == key) {
		*data = span_of(v->bytes, v->n);
		return true;
	}
	return !v->unsure && somewhere(l, vlsd, key, data);
}

bool
mf4_data_find(struct mf4_lane *l, struct span record, struct span *data)
{
	const struct mf4_group *g = &l->group[l->at];
	size_t size = g->size + g->invalid;
	uint64_t key;

	*data = span_of("", 0);
	if (g->storage == MF4_NO_DATA || g->storage == MF4_IN_RECORD)
		return true;
	if (!key_of(l, record.p, &key))
		return false;
	if (g->storage == MF4_IN_BLOCK)
		return in_block(l, key, data);
	return in_group(l, span_of(record.p + size, record.n - size), key, data);
}
