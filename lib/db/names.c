#include "db/names.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

struct names_slot {
	uint64_t hash;
	struct span name;
	uint32_t owner;
	int32_t value;
};

enum { FIRST = 256 };

void
names_init(struct names *n)
{
	*n = (struct names){ .seed = hash_seed(), .mask = FIRST - 1 };
	n->slot = mem_zero(FIRST, sizeof *n->slot);
}

void
names_free(struct names *n)
{
	free(n->slot);
	*n = (struct names){ 0 };
}

/* Where a name is or belongs; a slot without a hash is free. */
static struct names_slot *
find(const struct names *n, uint64_t hash, uint32_t owner, struct span name)
{
	size_t i;

	for (i = hash & n->mask; n->slot[i].hash; i = (i + 1) & n->mask)
		if (n->slot[i].hash == hash && n->slot[i].owner == owner
		    && span_equal(n->slot[i].name, name))
			break;
	return &n->slot[i];
}

static uint64_t
hash_of(const struct names *n, uint32_t owner, struct span name)
{
	return hash_bytes(name, n->seed + owner * UINT64_C(0x9e3779b97f4a7c15))
	    | UINT64_C(1) << 63;
}

static void
grow(struct names *n)
{
	struct names_slot *old = n->slot;
	size_t i, size = n->mask + 1;

	n->mask = 2 * size - 1;
	n->slot = mem_zero(2 * size, sizeof *n->slot);
	for (i = 0; i < size; i++)
		if (old[i].hash)
			*find(n, old[i].hash, old[i].owner, old[i].name) = old[i];
	free(old);
}

int32_t *
names_put(struct names *n, uint32_t owner, struct span name)
{
	uint64_t hash = hash_of(n, owner, name);
	struct names_slot *s;

	if (2 * n->used > n->mask)
		grow(n);
	s = find(n, hash, owner, name);
	if (!s->hash) {
		*s = (struct names_slot){ hash, name, owner, NAMES_NONE };
		n->used++;
	}
	return &s->value;
}

int32_t
names_get(const struct names *n, uint32_t owner, struct span name)
{
	const struct names_slot *s = find(n, hash_of(n, owner, name), owner, name);

	return s->hash ? s->value : NAMES_NONE;
}
