#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/mem.h"

/* From pages into memory of the usual kind, which can grow. */
static void
leave_pages(struct buf *b, size_t cap)
{
	struct buf old = *b;

	*b = (struct buf){ mem_alloc(cap), old.len, cap, NULL };
	memcpy(b->p, old.p, old.len);
	buf_free(&old);
}

char *
buf_grow(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 64;

	while (cap - b->len < n)
		cap *= 2;
	if (b->pages) {
		leave_pages(b, cap);
	} else {
		b->p = mem_resize(b->p, cap, 1);
		b->cap = cap;
	}
	return b->p + b->len;
}

void
buf_free(struct buf *b)
{
	if (b->pages)
		munmap(b->pages, (size_t)(b->p + b->cap - b->pages));
	else
		free(b->p);
	*b = (struct buf){ 0 };
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	vsnprintf(buf_reserve(b, (size_t)n + 1), (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_consume(struct buf *b, size_t n)
{
	b->len -= n;
	if (n && b->len)
		memmove(b->p, b->p + n, b->len);
}

const char *
buf_str(struct buf *b)
{
	*buf_reserve(b, 1) = '\0';
	return b->p;
}
