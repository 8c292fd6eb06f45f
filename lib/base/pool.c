#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	FIRST = 16,
	LARGE = 4096,	/* from here on growth costs less than room that is never used */
};

/* An array with room for more than cap, which is set to how many. */
static void *
grow(void *array, uint32_t *cap, size_t size)
{
	*cap = *cap < LARGE ? *cap * 2 + FIRST : *cap + *cap / 4;
	return mem_resize(array, *cap, size);
}

uint32_t
pool_take(struct pool *p)
{
	if (p->backs)
		return p->back[--p->backs];
	if (p->used == p->cap)
		p->item = grow(p->item, &p->cap, p->size);
	/* Not all of the room at once: it may never be used. */
	memset(pool_at(p, p->used), 0, p->size);
	return p->used++;
}

void
pool_give(struct pool *p, uint32_t i)
{
	memset(pool_at(p, i), 0, p->size);
	if (p->backs == p->back_cap)
		p->back = grow(p->back, &p->back_cap, sizeof *p->back);
	p->back[p->backs++] = i;
}

void
pool_free(struct pool *p)
{
	free(p->item);
	free(p->back);
	*p = (struct pool){ .size = p->size };
}
