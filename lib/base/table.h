#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A hash table over an array of the caller's: it keeps numbers of items, 8 bytes each, and leaves
 * items and keys where they are. All zeroes is an empty one.
 */
struct table {
	struct table_slot *slot;
	uint32_t cap, used;
};

enum { TABLE_MAX = 0x7fffffff };	/* items must be below */
#define TABLE_NONE UINT32_MAX

/* True when the item has the key; ctx is what table_find() was given. */
typedef bool table_same(const void *ctx, uint32_t item, const void *key);

/* The item with this key, TABLE_NONE without one. hash: of the key, from hash_bytes(). */
uint32_t table_find(const struct table *t, uint64_t hash, table_same *same, const void *ctx,
    const void *key);
/* Adds an item that table_find() has not found. */
void table_add(struct table *t, uint64_t hash, uint32_t item);
/* Removes an item that was added with this hash; nothing happens when it is not there. */
void table_remove(struct table *t, uint64_t hash, uint32_t item);
void table_free(struct table *t);

#endif
