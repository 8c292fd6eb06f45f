#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <string.h>

#include "base/span.h"

/*
 * A unit test is a program whose main() calls TEST(function)... and returns test_end(), which
 * prints "N passed, N failed". A TEST fails when one of its CHECKs did.
 */
static int test_passed, test_failed, test_bad;

#define CHECK(cond) \
	((cond) ? (void)0 : test_fail(__FILE__, __LINE__, "%s", #cond))
/* With a case's name, for tables. */
#define CHECK_CASE(cond, name) \
	((cond) ? (void)0 : test_fail(__FILE__, __LINE__, "%s: %s", name, #cond))
/* Two byte strings, the second NUL-terminated. */
#define CHECK_TEXT(span, text) test_text(__FILE__, __LINE__, span, text)
#define TEST(f) test_run(#f, f)

__attribute__((format(printf, 3, 4), unused)) static void
test_fail(const char *file, int line, const char *fmt, ...)
{
	__builtin_va_list ap;

	test_bad++;
	fprintf(stderr, "%s:%d: ", file, line);
	__builtin_va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	__builtin_va_end(ap);
	fputc('\n', stderr);
}

__attribute__((unused)) static void
test_text(const char *file, int line, struct span got, const char *want)
{
	if (!span_is(got, want))
		test_fail(file, line, "got \"%.*s\", want \"%s\"", (int)got.n, got.p ? got.p : "", want);
}

__attribute__((unused)) static void
test_run(const char *name, void (*f)(void))
{
	test_bad = 0;
	f();
	if (test_bad)
		fprintf(stderr, "FAILED %s\n", name);
	*(test_bad ? &test_failed : &test_passed) += 1;
}

static int
test_end(void)
{
	printf("%d passed, %d failed\n", test_passed, test_failed);
	return test_failed != 0;
}

#endif
