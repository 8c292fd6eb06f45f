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

struct change {
	uint64_t number;	/* of the line */
	size_t at;		/* of the u in it */
};

static void
change_line(char *line, size_t n, uint64_t number, struct buf *changes)
{
	struct change c = { .number = number };
	struct scanner_point p;
	struct scanner_value v;
	const char *expected;
	struct span key;
	int64_t signed_number;
	size_t where;

	if (!normal_may_change(line, n)
	    || scanner_split(line, n, &p, &where, &expected) != SCANNER_POINT)
		return;
	while (scanner_next_field(&p.fields, &key, &v)) {
		if (v.type != SCANNER_UNSIGNED || !num_i64(v.text, &signed_number))
			continue;
		c.at = (size_t)(v.text.p + v.text.n - line);
		line[c.at] = 'i';
		buf_put(changes, &c, sizeof c);
	}
}

bool
normal_unsigned(struct batch *b, size_t from, size_t to, struct buf *changes)
{
	struct span lines = batch_range(b, from, to);
	size_t had = changes->len, i;

	if (!normal_may_change(lines.p, lines.n))
		return false;
	for (i = from; i < to; i++)
		change_line(b->text.p + b->line[i].at, b->line[i].n, b->line[i].number, changes);
	return changes->len > had;
}

bool
normal_undo(struct batch *b, struct buf *changes)
{
	struct change c;
	size_t at, i = 0;

	for (at = 0; at < changes->len; at += sizeof c) {
		memcpy(&c, changes->p + at, sizeof c);
		while (i < b->lines && b->line[i].number < c.number)
			i++;
		if (i < b->lines && b->line[i].number == c.number)
			b->text.p[b->line[i].at + c.at] = 'u';
	}
	changes->len = 0;
	return at > 0;
}
