#include "influx/normal.h"

#include "base/num.h"
#include "line/scanner.h"

static inline bool
ends_number(const char *p)
{
	return (p[1] == 'u') & ((unsigned char)(p[0] - '0') < 10);
}

/* A digit and a u, looked for in blocks, which the compiler makes vectors of. */
bool
normal_may_change(const char *p, size_t n)
{
	enum { BLOCK = 64 };
	unsigned char any = 0;
	size_t i, k;

	for (i = 0; i + BLOCK < n && !any; i += BLOCK)
		for (k = 0; k < BLOCK; k++)
			any |= ends_number(p + i + k);
	for (; i + 1 < n; i++)
		any |= ends_number(p + i);
	return any;
}

void
normal_unsigned(char *line, size_t n)
{
	struct scanner_point p;
	struct scanner_value v;
	const char *expected;
	struct span key;
	int64_t number;
	size_t where;

	if (!normal_may_change(line, n)
	    || scanner_split(line, n, &p, &where, &expected) != SCANNER_POINT)
		return;
	while (scanner_next_field(&p.fields, &key, &v))
		if (v.type == SCANNER_UNSIGNED && num_i64(v.text, &number))
			line[v.text.p + v.text.n - line] = 'i';
}
