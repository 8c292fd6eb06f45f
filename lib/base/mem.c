#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
mem_fail(void)
{
	static const char text[] = "out of memory\n";
	ssize_t n = write(2, text, sizeof text - 1);

	(void)n;
	_exit(1);
}

void *
mem_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		mem_fail();
	return p;
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	void *q;

	if (size && count > SIZE_MAX / size)
		mem_fail();
	q = realloc(p, count && size ? count * size : 1);
	if (!q)
		mem_fail();
	return q;
}

void *
mem_room(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap * 2 + 16;
	return mem_resize(p, *cap, size);
}

void *
mem_zero(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		mem_fail();
	return p;
}

char *
mem_strndup(const char *p, size_t n)
{
	char *s = mem_alloc(n + 1);

	if (n)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}
