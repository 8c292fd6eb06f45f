#include "source/columns.h"

#include <strings.h>

/* Whether s is one of the names in "name|name". */
static bool
is_one(struct span s, const char *names)
{
	struct span alternative[4];
	size_t i, n = text_split(span_str(names), '|', alternative, 4);

	for (i = 0; i < n; i++)
		if (s.n == alternative[i].n && strncasecmp(s.p, alternative[i].p, s.n) == 0)
			return true;
	return false;
}

bool
columns_find(struct columns *c, const char *const *names, size_t needed, const struct span *field,
    size_t n)
{
	struct columns found = { .known = true };
	size_t i, k;

	for (i = 0; names[i]; i++) {
		for (k = 0; k < n && !is_one(field[k], names[i]); k++)
			;
		if (k == n && i < needed)
			return false;
		found.at[i] = k < n ? (int8_t)k : (int8_t)-1;
	}
	*c = found;
	return true;
}

bool
columns_bool(struct span s, bool *v)
{
	*v = text_is(s, "true") || text_is(s, "1") || text_is(s, "yes");
	return *v || !s.n || text_is(s, "false") || text_is(s, "0") || text_is(s, "no");
}
