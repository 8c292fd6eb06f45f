#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	FIRST = 16,
	LARGE = 4096,	/* from here on growth costs less than room that is never used */
};

static void
grow(struct pool *p)
{
	uint32_t cap = p->cap < LARGE ? p->cap * 2 + FIRST : p->cap + p->cap / 4;

	p->item = mem_resize(p->item, cap, p->size);
	p->back = mem_resize(p->back, cap, sizeof *p->back);
	p->cap = cap;
}

uint32_t
pool_take(struct pool *p)
{
	if (p->backs)
		return p->back[--p->backs];
	if (p->used == p->cap)
		grow(p);
	/* Not all of the room at once: it may never be used. */
	memset(pool_at(p, p->used), 0, p->size);
	return p->used++;
}

void
pool_give(struct pool *p, uint32_t i)
{
	memset(pool_at(p, i), 0, p->size);
	p->back[p->backs++] = i;
}

void
pool_free(struct pool *p)
{
	free(p->item);
	free(p->back);
	*p = (struct pool){ .size = p->size };
}
