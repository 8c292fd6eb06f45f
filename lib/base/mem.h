#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * Memory that is there or the program ends: "out of memory" on stderr, status 1. This is the one
 * place of the libraries that exits; every structure is bounded, so it is met only on a machine
 * that is out of memory anyway, and no caller has a better answer.
 */

/* What the functions below do; for memory that another library did not get. */
_Noreturn void mem_fail(void);

/* Never NULL, also for 0 bytes. Not cleared. Freed with free(). */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));

/* As realloc(p, count * size), the product checked for overflow. */
void *mem_resize(void *p, size_t count, size_t size) __attribute__((returns_nonnull));

/*
 * An array of items of a size with room for one more than the n that are in it; *cap: how many it
 * has room for. It is p, or takes its place.
 */
void *mem_room(void *p, size_t n, size_t *cap, size_t size) __attribute__((returns_nonnull));

/* Cleared memory for count * size bytes. */
void *mem_zero(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* A NUL-terminated copy of n bytes. */
char *mem_strndup(const char *p, size_t n) __attribute__((malloc, returns_nonnull));

#endif
