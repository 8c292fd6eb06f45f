#include "influx/normal.h"

#include <string.h>

#include "base/num.h"
#include "line/scanner.h"

/* Somewhere stands what an unsigned integer ends with; it may be inside a string. */
static bool
may_have_unsigned(const char *line, size_t n)
{
	const char *end = line + n, *u;

	for (u = line; (u = memchr(u, 'u', (size_t)(end - u))); u++)
		if (u > line && u[-1] >= '0' && u[-1] <= '9'
		    && (u + 1 == end || u[1] == ',' || u[1] == ' '))
			return true;
	return false;
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

	if (!n || !may_have_unsigned(line, n)
	    || scanner_split(line, n, &p, &where, &expected) != SCANNER_POINT)
		return;
	while (scanner_next_field(&p.fields, &key, &v))
		if (v.type == SCANNER_UNSIGNED && num_i64(v.text, &number))
			line[v.text.p + v.text.n - line] = 'i';
}
