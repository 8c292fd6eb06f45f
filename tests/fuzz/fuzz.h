/* What every fuzz target needs. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* libFuzzer calls it; its result is 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert(), which NDEBUG cannot take away. */
__attribute__((unused)) static void
must(bool truth)
{
	if (!truth)
		abort();
}

#endif
