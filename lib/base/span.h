#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Bytes that somebody else owns; no NUL is assumed. p may be NULL where n is 0. */
struct span {
	const char *p;
	size_t n;
};

static inline struct span
span_of(const char *p, size_t n)
{
	return (struct span){ p, n };
}

static inline struct span
span_str(const char *s)
{
	return (struct span){ s, strlen(s) };
}

/* What follows its last byte; with n 0, p, also where that is NULL. */
static inline const char *
span_end(struct span s)
{
	return s.n ? s.p + s.n : s.p;
}

static inline bool
span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The same without a call for the usual length of names of buses: 4 to 8 bytes. */
static inline bool
span_equal_short(struct span a, struct span b)
{
	unsigned x, y, v, w;

	if (a.n != b.n || a.n - 4 > 4)
		return span_equal(a, b);
	memcpy(&x, a.p, 4);
	memcpy(&y, b.p, 4);
	memcpy(&v, a.p + a.n - 4, 4);
	memcpy(&w, b.p + b.n - 4, 4);
	return ((x ^ y) | (v ^ w)) == 0;
}

static inline bool
span_is(struct span a, const char *s)
{
	return span_equal(a, span_str(s));
}

/* In order of bytes, a span before those that it begins: less than, equal to or greater than 0. */
static inline int
span_compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

/* Whatever the case of ASCII letters. */
static inline bool
span_is_anycase(struct span a, const char *s)
{
	return a.n == strlen(s) && strncasecmp(a.p, s, a.n) == 0;
}

#endif
