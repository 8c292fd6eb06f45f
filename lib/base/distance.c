#include "base/distance.h"

#include <stddef.h>

enum { LONGEST = 255 };

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned
distance_glob(struct span glob, struct span name)
{
	unsigned row[LONGEST + 1], above_left, was;
	size_t n = name.n < LONGEST ? name.n : LONGEST, g, i;
	bool star;

	for (i = 0; i <= n; i++)
		row[i] = (unsigned)i;
	for (g = 0; g < glob.n && g < LONGEST; g++) {
		star = glob.p[g] == '*';
		above_left = row[0];
		row[0] += !star;
		for (i = 1; i <= n; i++) {
			was = row[i];
			if (star)
				row[i] = least(row[i - 1], row[i]);
			else
				row[i] = least(least(row[i - 1], row[i]) + 1, above_left
				    + (glob.p[g] != '?' && small(glob.p[g]) != small(name.p[i - 1])));
			above_left = was;
		}
	}
	return row[n];
}
