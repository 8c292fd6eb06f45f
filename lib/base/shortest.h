#ifndef BASE_SHORTEST_H
#define BASE_SHORTEST_H

#include <stdint.h>

/*
 * The shortest decimal that reads back as a double: v = digits * 10^exp. Of several equally short
 * ones the nearest, of two equally near ones the even one (Raffaele Giulietti, "The Schubfach way
 * to render doubles", 2021). digits has no trailing zeros.
 */
struct shortest {
	uint64_t digits;	/* below 10^17 */
	int exp;
};

/* v: finite, above zero. */
struct shortest shortest_of(double v);

#endif
