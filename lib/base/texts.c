#include "base/texts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

void
texts_reserve(struct texts *t, size_t n)
{
	enum { FIRST = 4096 };

	if (t->cap - t->len >= n)
		return;
	t->cap += t->cap / 4 + n + FIRST;
	t->p = mem_resize(t->p, t->cap, 1);
}

struct texts_place
texts_add(struct texts *t, struct span s)
{
	struct texts_place at = { .low = (uint32_t)t->len, .n = s.n & TEXTS_MAX,
		.high = (t->len >> 32) & 0xff };

	assert(s.n <= TEXTS_MAX && t->len >> 40 == 0);
	if (!s.n)
		return (struct texts_place){ 0 };
	texts_reserve(t, s.n);
	memcpy(t->p + t->len, s.p, s.n);
	t->len += s.n;
	t->used += s.n;
	return at;
}

void
texts_drop(struct texts *t, struct texts_place *at)
{
	t->used -= at->n;
	*at = (struct texts_place){ 0 };
}

void
texts_move(struct texts *to, const struct texts *from, struct texts_place *at)
{
	if (at->n)
		*at = texts_add(to, texts_at(from, *at));
}

void
texts_free(struct texts *t)
{
	free(t->p);
	*t = (struct texts){ 0 };
}
