#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

/*
 * Items of one size that are numbered from 0; the numbers of those given back are used again
 * first. Items move when the pool grows: keep numbers, not pointers. To be set up as
 * { .size = sizeof (struct x) }.
 */
struct pool {
	char *item;
	size_t size;
	uint32_t *back;		/* numbers given back */
	uint32_t backs, back_cap;
	uint32_t used;		/* all numbers are below */
	uint32_t cap;
};

/* A cleared item's number. */
uint32_t pool_take(struct pool *p);
/* Gives an item back; it is cleared. */
void pool_give(struct pool *p, uint32_t i);
/* How many are taken and not given back. */
static inline uint32_t
pool_count(const struct pool *p)
{
	return p->used - p->backs;
}
static inline void *
pool_at(const struct pool *p, uint32_t i)
{
	return p->item + i * p->size;
}
void pool_free(struct pool *p);

#endif
