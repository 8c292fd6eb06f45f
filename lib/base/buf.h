#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/span.h"

/* A growing byte buffer. All zeroes is an empty one; buf_free() gives its memory back. */
struct buf {
	char *p;
	size_t len, cap;
	char *pages;		/* NULL, or where the pages begin that p is in (see give.h) */
};

char *buf_grow(struct buf *b, size_t n);
/* Makes room for n more bytes behind len and returns where they go. */
static inline char *
buf_reserve(struct buf *b, size_t n)
{
	return b->cap - b->len >= n && b->p ? b->p + b->len : buf_grow(b, n);
}
void buf_free(struct buf *b);
/* printf; not for the hot path. */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Drops the first n bytes; what follows moves to the front. */
void buf_consume(struct buf *b, size_t n);
/* The content NUL-terminated (the NUL is not counted in len); valid until the next change. */
const char *buf_str(struct buf *b);

static inline void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (n)
		memcpy(buf_reserve(b, n), p, n);
	b->len += n;
}

static inline void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static inline void
buf_putc(struct buf *b, char c)
{
	*buf_reserve(b, 1) = c;
	b->len++;
}

static inline void
buf_put_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

static inline struct span
buf_span(const struct buf *b)
{
	return span_of(b->p, b->len);
}

#endif
