#include "source/mf4.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/load.h"
#include "base/mem.h"

bool
mf4_get(struct mf4_file *f, uint64_t at, size_t n, struct span *p)
{
	if (at > f->size || n > f->size - at)
		return false;
	if (f->get(f->arg, at, n, p))
		return true;
	f->failed = true;
	return false;
}

/* Whether the two letters are among "DT DZ". */
static bool
among(const char *id, const char *ids)
{
	for (; ids[0] && ids[1]; ids += ids[2] ? 3 : 2)
		if (id[0] == ids[0] && id[1] == ids[1])
			return true;
	return false;
}

bool
mf4_block(struct mf4_file *f, uint64_t at, const char *ids, struct mf4_block *b)
{
	struct span p;
	uint64_t links;

	if (at < MF4_HEADER || !mf4_get(f, at, MF4_BLOCK_MIN, &p) || memcmp(p.p, "##", 2) != 0
	    || !among(p.p + 2, ids))
		return false;
	*b = (struct mf4_block){ .at = at, .size = load_le64(p.p + 8), .id = { p.p[2], p.p[3] } };
	links = load_le64(p.p + 16);
	if (links > (f->size - at - MF4_BLOCK_MIN) / 8 || links > UINT32_MAX)
		return false;
	b->links = (uint32_t)links;
	return b->size >= MF4_BLOCK_MIN + 8 * links || !links;
}

uint64_t
mf4_link(struct mf4_file *f, const struct mf4_block *b, uint32_t i)
{
	struct span p;

	if (i >= b->links || !mf4_get(f, b->at + MF4_BLOCK_MIN + 8 * (uint64_t)i, 8, &p))
		return 0;
	return load_le64(p.p);
}

bool
mf4_body(struct mf4_file *f, const struct mf4_block *b, size_t n, struct span *p)
{
	uint64_t head = MF4_BLOCK_MIN + 8 * (uint64_t)b->links;

	return b->size >= head && n <= b->size - head && mf4_get(f, b->at + head, n, p);
}

void
mf4_text(struct mf4_file *f, uint64_t at, char out[static MF4_NAME_MAX])
{
	struct mf4_block b;
	struct span p;
	size_t n;

	out[0] = '\0';
	if (!at || !mf4_block(f, at, "TX MD", &b))
		return;
	n = b.size - MF4_BLOCK_MIN < MF4_NAME_MAX - 1 ? (size_t)(b.size - MF4_BLOCK_MIN)
	    : MF4_NAME_MAX - 1;
	if (!b.links && b.size >= MF4_BLOCK_MIN && mf4_body(f, &b, n, &p)) {
		memcpy(out, p.p, n);
		out[n] = '\0';
	}
}

static uint64_t
hash(const struct mf4_seen *s, uint64_t at)
{
	return hash_bytes(span_of((const char *)&at, sizeof at), s->seed);
}

static bool
same(const void *ctx, uint32_t item, const void *key)
{
	const struct mf4_seen *s = ctx;
	const uint64_t *at = key;

	return s->at[item] == *at;
}

bool
mf4_seen_first(struct mf4_seen *s, uint64_t at)
{
	if (!s->seed)
		s->seed = hash_seed();
	if (table_find(&s->table, hash(s, at), same, s, &at) != TABLE_NONE)
		return false;
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->at = mem_resize(s->at, s->room, sizeof *s->at);
	}
	s->at[s->n] = at;
	table_add(&s->table, hash(s, at), s->n++);
	return true;
}

void
mf4_seen_free(struct mf4_seen *s)
{
	table_free(&s->table);
	free(s->at);
}
